"""Sending again: the same events under the same ids, with new time stamps and signatures. And
the opposite: letting one go that stands in the way."""

from datetime import datetime
from typing import Final

import msgspec

from dalan.domains import developers
from dalan.domains.deliveries import breaker, log_queries, queries
from dalan.domains.deliveries.browsing import Filter, one_event
from dalan.domains.deliveries.errors import NoAddress, NothingDisabled, NotWaiting
from dalan.domains.deliveries.recording import hold_stream, make_endpoint
from dalan.domains.deliveries.results import standing_of
from dalan.domains.deliveries.tables import MAIN, Endpoint
from dalan.kernel import clock
from dalan.kernel.db import WriteTransaction

STORED_MAX: Final = 10_000
"""Events that were never owed to anybody, taken up at once."""


async def resend(tx: WriteTransaction, app_id: int, uid: str) -> None:
    """Send one event again, or at once where it waits for another try.

    Raises ``UnknownEvent``, and ``NoAddress`` when there is nowhere to send it.
    """
    told, _ = await one_event(tx, app_id, uid)
    await resend_filtered(
        tx, app_id, Filter(from_position=told.position, to_position=told.position)
    )
    if told.state in ("ready", "blocked"):
        await queries.hurry_one.execute(tx, delivery_id=told.delivery_id, due_at=clock.now())
        endpoint = await _held(tx, app_id)
        await queries.set_alarm.execute(tx, endpoint_ids=[endpoint.id])


async def skip(tx: WriteTransaction, app_id: int, uid: str) -> None:
    """Send one event no more, so that the next about the same thing has its turn at once.

    It stays in the log and can be sent again. A call that is under way ends as it ends and is
    logged, but settles nothing. Raises ``UnknownEvent``, and ``NotWaiting`` when the event is not
    on its way.
    """
    await hold_stream(tx, app_id, count=0)
    told, _ = await one_event(tx, app_id, uid)
    if told.state not in ("ready", "blocked"):
        raise NotWaiting(uid)
    delivery = await log_queries.delivery_by_id.one(tx, delivery_id=told.delivery_id)
    now = clock.now()
    # Like whoever settles: first the endpoint, then its deliveries.
    await queries.hold_endpoints.all(tx, endpoint_ids=[delivery.endpoint_id])
    if not await queries.skip.execute(tx, delivery_id=delivery.id, finished_at=now):
        raise NotWaiting(uid)  # it was taken this very moment
    await queries.unblock.execute(tx, delivery_ids=[delivery.id], state="ready", due_at=now)
    await queries.set_alarm.execute(tx, endpoint_ids=[delivery.endpoint_id])
    tx.after_commit(tx.database.announce)


async def resend_filtered(tx: WriteTransaction, app_id: int, chosen: Filter) -> int:
    """Send everything again that these filters find, in its order; answers how many.

    What still waits goes on waiting. Raises ``NoAddress``.
    """
    # First the log, as everybody who writes to it does.
    await hold_stream(tx, app_id, count=0)
    endpoint = await _held(tx, app_id)
    now, values = clock.now(), chosen.values()
    names = frozenset(values)
    count = 0
    if chosen.state != "stored":
        count = await log_queries.revive(names, chosen.state).execute(
            tx, app_id=app_id, of_endpoint=endpoint.id, due_at=now, **values
        )
    if chosen.state in ("", "stored"):
        stored = await log_queries.stored(names, chosen.state).all(
            tx, app_id=app_id, most=STORED_MAX, **values
        )
        await queries.add_delivery.execute_many(
            tx,
            [
                {
                    "event_id": one.id,
                    "endpoint_id": endpoint.id,
                    "resource": one.resource,
                    "state": "blocked",
                    "due_at": now,
                    "tries_count": 0,
                    "lease_no": 0,
                }
                for one in stored
            ],
        )
        count += len(stored)
    await _go(tx, endpoint.id, now)
    return count


async def enable(tx: WriteTransaction, app_id: int, *, since: datetime | None = None) -> None:
    """Send to an app's address again, with a clean slate: what was kept since then, without
    ``since`` all of it. Raises ``NoAddress`` and ``NothingDisabled``."""
    await hold_stream(tx, app_id, count=0)
    endpoint = await _held(tx, app_id)
    if endpoint.state != "disabled":
        raise NothingDisabled
    now = clock.now()
    if since is not None:
        await queries.skip_waiting.execute(
            tx, of_endpoint=endpoint.id, before=since, finished_at=now
        )
    await queries.set_standing.execute(
        tx,
        **standing_of(
            msgspec.structs.replace(
                breaker.closed(endpoint),
                state="active",
                disabled_reason="",
                disabled_at=None,
                failing_since=None,
                told_hours=0,
            )
        ),
    )
    await queries.hurry.execute(tx, of_endpoint=endpoint.id, due_at=now, tries_count=0)
    await _go(tx, endpoint.id, now)


async def disable(tx: WriteTransaction, app_id: int) -> None:
    """Send nothing to an app's address for now: what happens is kept for it. Raises
    ``NoAddress``; one that is disabled already stays so."""
    await hold_stream(tx, app_id, count=0)
    endpoint = await _held(tx, app_id)
    if endpoint.state == "active":
        await queries.set_standing.execute(
            tx,
            **standing_of(
                msgspec.structs.replace(
                    breaker.closed(endpoint),
                    state="disabled",
                    disabled_reason="team",
                    disabled_at=clock.now(),
                )
            ),
        )


async def _held(tx: WriteTransaction, app_id: int) -> Endpoint:
    """The app's main endpoint, held. Raises ``NoAddress``."""
    addresses = await developers.event_addresses(tx, [app_id])
    if not any(one.url for one in addresses):
        raise NoAddress
    await make_endpoint(tx, app_id, name=MAIN, url="", authorization_box=None)
    held = await queries.endpoints_of_apps.all(tx, app_ids=[app_id])
    return next(one for one in held if one.name == MAIN)


async def _go(tx: WriteTransaction, endpoint_id: int, now: datetime) -> None:
    await queries.unblock_all.execute(tx, of_endpoint=endpoint_id, state="ready", due_at=now)
    await queries.set_alarm.execute(tx, endpoint_ids=[endpoint_id])
    tx.after_commit(tx.database.announce)
