"""Writing down what an app is told, with the duty to bring it there."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import msgspec

from dalan.domains import developers
from dalan.domains.deliveries import queries
from dalan.domains.deliveries.tables import MAIN
from dalan.kernel import clock, randomness
from dalan.kernel.db import WriteTransaction


class News(msgspec.Struct, frozen=True, kw_only=True):
    """Something an app is to be told. ``body`` is the JSON that is sent, as text; events of one
    ``resource`` reach the app in their order. ``endpoint`` is the main one unless it is named.
    """

    app_id: int
    type: str
    resource: str
    body: str
    happened_at: datetime
    endpoint: str = MAIN
    is_test: bool = False


async def append(tx: WriteTransaction, news: Iterable[News]) -> list[str]:
    """Write these down and owe them to their endpoints; answers their ids, in their order.

    An app without an address is told nothing, but finds the event in its log, where it can be
    pulled. Dispatchers are woken once the caller's transaction is durable; until then nobody
    else appends for these apps.
    """
    told = list(news)
    if not told:
        return []
    next_position = {
        app_id: await hold_stream(tx, app_id, count=count)
        for app_id, count in sorted(Counter(one.app_id for one in told).items())
    }
    endpoint_ids = await _endpoints(tx, told)
    now = clock.now()
    uids, seqs, busy, used = [], dict[tuple[int, str], int](), set[tuple[int, str]](), set[int]()
    for one in told:
        stream = (one.app_id, one.resource)
        if stream not in seqs:
            last = await queries.last_seq.scalar(tx, app_id=one.app_id, resource=one.resource)
            seqs[stream] = last or 0
        seqs[stream] += 1
        uid = f"evt_{randomness.token_urlsafe(18)}"
        event_id = await queries.add_event.scalar(
            tx,
            app_id=one.app_id,
            position=next_position[one.app_id],
            uid=uid,
            type=one.type,
            resource=one.resource,
            seq=seqs[stream],
            body=one.body,
            is_test=one.is_test,
            happened_at=one.happened_at,
            recorded_at=now,
        )
        next_position[one.app_id] += 1
        uids.append(uid)
        endpoint_id = endpoint_ids.get((one.app_id, one.endpoint))
        if endpoint_id is not None:
            used.add(endpoint_id)
            await _owe(tx, event_id, endpoint_id, one.resource, now, busy)
    await queries.set_alarm.execute(tx, endpoint_ids=sorted(used))
    tx.after_commit(tx.database.announce)
    return uids


async def hold_stream(tx: WriteTransaction, app_id: int, *, count: int) -> int:
    """Hold an app's log until the commit and take so many positions; answers the first."""
    last = await queries.hold_stream.scalar(tx, of_app=app_id, by=count)
    if last is None:
        await queries.begin_stream.execute(tx, app_id=app_id, last_position=0)
        last = await queries.hold_stream.scalar(tx, of_app=app_id, by=count)
    return int(last) - count + 1


async def _endpoints(tx: WriteTransaction, told: list[News]) -> dict[tuple[int, str], int]:
    """The endpoints of these apps by app and name, held. The main one comes into being with the
    first event after its address was set."""
    app_ids = sorted({one.app_id for one in told})
    with_address = {
        address.app_id for address in await developers.event_addresses(tx, app_ids) if address.url
    }
    found = await queries.endpoints_of_apps.all(tx, app_ids=app_ids)
    standing = {(one.app_id, one.name): one.id for one in found}
    missing = [id_ for id_ in app_ids if id_ in with_address and (id_, MAIN) not in standing]
    for app_id in missing:
        await make_endpoint(tx, app_id, name=MAIN, url="", authorization_box=None)
    if missing:
        found = await queries.endpoints_of_apps.all(tx, app_ids=app_ids)
        standing = {(one.app_id, one.name): one.id for one in found}
    return {
        (app_id, name): id_
        for (app_id, name), id_ in standing.items()
        if name != MAIN or app_id in with_address
    }


async def make_endpoint(
    tx: WriteTransaction, app_id: int, *, name: str, url: str, authorization_box: bytes | None
) -> None:
    """A place for an app's events to go; one that stands under that name is left as it is."""
    await queries.add_endpoint.execute(
        tx,
        app_id=app_id,
        name=name,
        url=url,
        authorization_box=authorization_box,
        state="active",
        disabled_reason="",
        breaker="closed",
        open_seconds=0,
        window_count=0,
        window_failures_count=0,
        told_hours=0,
    )


async def set_hook(
    tx: WriteTransaction, app_id: int, *, name: str, url: str, authorization_box: bytes | None
) -> None:
    """An endpoint beside the app's main one, with an address and a key of its own; one that
    stands under that name is moved there."""
    await make_endpoint(tx, app_id, name=name, url=url, authorization_box=authorization_box)
    await queries.set_hook.execute(
        tx, of_app=app_id, hook=name, url=url, authorization_box=authorization_box
    )


async def _owe(
    tx: WriteTransaction,
    event_id: int,
    endpoint_id: int,
    resource: str,
    now: datetime,
    busy: set[tuple[int, str]],
) -> None:
    lane = (endpoint_id, resource)
    if lane not in busy:
        waiting = await queries.is_waiting.scalar(tx, endpoint_id=endpoint_id, resource=resource)
        is_free = waiting is None
        busy.add(lane)
    else:
        is_free = False
    await queries.add_delivery.execute(
        tx,
        event_id=event_id,
        endpoint_id=endpoint_id,
        resource=resource,
        state="ready" if is_free else "blocked",
        due_at=now,
        tries_count=0,
        lease_no=0,
    )
