"""An app's events: pulled by position, looked at, sent again; its subscriptions."""

import asyncio
from datetime import timedelta
from typing import Any, Final, TypeVar, cast

import msgspec

from dalan.domains import audit, deliveries, events
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction
from dalan.surfaces.api import wire
from dalan.surfaces.api.call import PREFIX, Call
from dalan.surfaces.api.reading import InvalidQuery
from dalan.surfaces.operations import Operation

WAIT_SECONDS_MAX: Final = 25
_ID_MAX = 2**63 - 1

Query = TypeVar("Query")


async def pull_events(call: Call) -> wire.Events:
    """The app's events after a position, oldest first; whoever reads on misses none.

    ``after``: the last position you have (0: from the start), or ``since``: so many seconds ago.
    ``limit`` up to 500. ``wait``: when there is nothing, answer as soon as there is, or after so
    many seconds (up to 25).
    """
    asked = _query(call)
    app_id = call.caller.app_id
    async with call.services.db.look() as look:
        after = asked.after
        if asked.since:
            since = clock.now() - timedelta(seconds=asked.since)
            after = await deliveries.position_before(look, app_id, since)
        found = await deliveries.events_after(look, app_id, after, most=asked.limit)
    until = asyncio.get_running_loop().time() + asked.wait
    while not found and (left := until - asyncio.get_running_loop().time()) > 0:
        await call.changes.wait(left)
        async with call.services.db.look() as look:
            found = await deliveries.events_after(look, app_id, after, most=asked.limit)
    async with call.services.db.look() as look:
        secrets = await _secrets(call, look)
    told = [_event(one, secrets) for one in found]
    return wire.Events(told, found[-1].position if found else after)


async def get_event(call: Call) -> wire.EventInFull:
    """One event, how it fares and every try, the newest first."""
    async with call.services.db.look() as look:
        told, attempts = await deliveries.one_event(look, call.caller.app_id, call.path["id"])
        secrets = await _secrets(call, look)
    return wire.EventInFull(
        event=_event(told, secrets),
        state=told.state,
        due_at=told.due_at,
        attempts=[
            wire.Attempt(
                one.began_at, one.duration_ms, one.url, one.outcome, one.status, one.error,
                one.headers, one.body,
            )
            for one in attempts
        ],
    )  # fmt: skip


async def resend_event(call: Call) -> wire.Done:
    """Send one event again, under the same id."""
    async with call.services.db.write() as tx:
        await deliveries.resend(tx, call.caller.app_id, call.path["id"])
    return wire.Done()


async def skip_event(call: Call) -> wire.Done:
    """Send one event no more that stands in the way: the next about the same thing goes on."""
    app_id, uid = call.caller.app_id, call.path["id"]
    async with call.services.db.write() as tx:
        await deliveries.skip(tx, app_id, uid)
        await audit.record(
            tx,
            audit.SYSTEM,
            "app.event_skipped",
            audit.Subject.app(app_id),
            event=uid,
            key_id=str(call.caller.key_id),
        )
    return wire.Done()


async def resend_events(call: Call) -> wire.Resent:
    """Send everything again that fits: by type, resource, state, time or positions."""
    asked = call.body(wire.Resend)
    if asked.state not in ("", *deliveries.TOLD_STATES):
        raise InvalidQuery(f"state: must be one of {', '.join(deliveries.TOLD_STATES)}")
    for at in (asked.since, asked.until):
        if at is not None and at.tzinfo is None:
            raise InvalidQuery("since and until need a time zone")
    for position in (asked.from_position, asked.to_position):
        if position is not None and not 0 <= position <= _ID_MAX:
            raise InvalidQuery("positions are from 0")
    if "\x00" in asked.type + asked.resource:
        raise InvalidQuery("type and resource hold no such characters")
    chosen = deliveries.Filter(
        type=asked.type,
        resource=asked.resource,
        state=cast("deliveries.ToldState", asked.state),
        since=asked.since,
        until=asked.until,
        from_position=asked.from_position,
        to_position=asked.to_position,
    )

    async def work(tx: Any) -> int:
        return await deliveries.resend_filtered(tx, call.caller.app_id, chosen)

    return wire.Resent(await call.services.db.transact(work))


async def list_subscriptions(call: Call) -> wire.Subscriptions:
    """What the app asked to be told of."""
    async with call.services.db.look() as look:
        found = await events.subscriptions(look, call.caller.app_id)
    return wire.Subscriptions(
        [
            wire.Subscription(str(one.id), one.type, one.resource, one.metadata, one.created_at)
            for one in found
        ]
    )


async def delete_subscription(call: Call) -> wire.Done:
    """Be told no more."""
    text = call.path["id"]
    if not (text.isascii() and text.isdigit() and int(text[:19]) <= _ID_MAX and len(text) < 20):
        raise events.UnknownSubscription
    async with call.services.db.write() as tx:
        await events.unsubscribe(tx, call.caller.app_id, int(text))
    return wire.Done()


def _query(call: Call) -> wire.EventsQuery:
    given = {}
    for name, (least, most) in {
        "after": (0, _ID_MAX),
        "since": (0, 366 * 86_400),
        "limit": (1, deliveries.PULL_MAX),
        "wait": (0, WAIT_SECONDS_MAX),
    }.items():
        text = call.query.get(name)
        if text is None:
            continue
        if not (text.isascii() and text.isdigit() and len(text) < 20):
            raise InvalidQuery(f"{name}: must be a whole number")
        if not least <= int(text) <= most:
            raise InvalidQuery(f"{name}: from {least} to {most}")
        given[name] = int(text)
    return wire.EventsQuery(**given)


async def _secrets(call: Call, look: ReadTransaction) -> tuple[bytes, ...]:
    live = await deliveries.signing_secrets(look, call.caller.app_id)
    return deliveries.secret_bytes(live, keys=call.services.keys)


def _event(one: deliveries.Event | deliveries.Told, secrets: tuple[bytes, ...]) -> wire.Event:
    said = deliveries.signed_headers(
        secrets, uid=one.uid, sent_at=clock.now(), body=one.body.encode()
    )
    return wire.Event(
        id=one.uid,
        position=one.position,
        type=one.type,
        resource=one.resource,
        seq=one.seq,
        happened_at=one.happened_at,
        body=msgspec.Raw(one.body.encode()),
        headers=said | {"webhook-seq": str(one.seq), "x-kenar-event-id": one.uid},
    )


def _operation(
    method: str, path: str, handle: Any, answer: type[msgspec.Struct], **more: Any
) -> Operation:
    return Operation(
        method=method,
        paths=(f"{PREFIX}{path}",),
        handle=handle,
        answer=answer,
        tag="Events",
        **more,
    )


OPERATIONS = (
    _operation("GET", "/events", pull_events, wire.Events, query=wire.EventsQuery),
    _operation("POST", "/events/resends", resend_events, wire.Resent, body=wire.Resend),
    _operation("GET", "/events/{id}", get_event, wire.EventInFull),
    _operation("POST", "/events/{id}/resends", resend_event, wire.Done),
    _operation("POST", "/events/{id}/skips", skip_event, wire.Done),
    _operation("GET", "/subscriptions", list_subscriptions, wire.Subscriptions),
    _operation("DELETE", "/subscriptions/{id}", delete_subscription, wire.Done),
)
"""Operations on events and subscriptions."""
