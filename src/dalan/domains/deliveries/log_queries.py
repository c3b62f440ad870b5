"""Statements about what was told: to look at it, to send it again, to forget it."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Select, Text, and_, bindparam, delete, func, select, update
from sqlalchemy import text as sql

from dalan.domains.deliveries.tables import (
    Attempt,
    Delivery,
    Event,
    OldEvent,
    Told,
    event,
    event_attempt,
    event_delivery,
)
from dalan.kernel.db import Id, Statement, UtcTime, in_list, statement

_event, _delivery = event.c, event_delivery.c

STATES = {
    "waiting": "event_delivery.state IN ('ready', 'blocked')",
    "delivered": "event_delivery.state = 'delivered'",
    "failed": "event_delivery.state = 'failed'",
    "skipped": "event_delivery.state = 'skipped'",
    "stored": "event_delivery.id IS NULL",
}
"""What a developer tells apart, in the columns' terms."""

_CONDITIONS: dict[str, Any] = {
    "type": _event.type == bindparam("type", type_=Text()),
    "resource": _event.resource == bindparam("resource", type_=Text()),
    "since": _event.recorded_at >= bindparam("since", type_=UtcTime()),
    "until": _event.recorded_at < bindparam("until", type_=UtcTime()),
    "from_position": _event.position >= bindparam("from_position", type_=Id),
    "to_position": _event.position <= bindparam("to_position", type_=Id),
    "before": _event.position < bindparam("before", type_=Id),
}
FILTERS = tuple(_CONDITIONS)

_told = select(
    event,
    _delivery.id.label("delivery_id"),
    _delivery.state.label("state"),
    _delivery.tries_count.label("tries_count"),
    _delivery.due_at.label("due_at"),
    _delivery.finished_at.label("finished_at"),
).select_from(event.outerjoin(event_delivery, _delivery.event_id == _event.id))


def _filtered(chosen: Any, names: frozenset[str], state: str) -> Any:
    chosen = chosen.where(_event.app_id == bindparam("app_id", type_=Id))
    for name in sorted(names):
        chosen = chosen.where(_CONDITIONS[name])
    return chosen.where(sql(STATES[state])) if state else chosen


@lru_cache(maxsize=256)
def told(names: frozenset[str], state: str) -> Statement[Told]:
    """An app's events with how they fared, newest first, by these filters."""
    found: Select[Any] = _filtered(_told, names, state)
    limit = bindparam("most", type_=Integer())
    return statement(found.order_by(_event.position.desc()).limit(limit), into=Told)


@lru_cache(maxsize=16)
def told_in_world(state: str, *, of_app: bool) -> Statement[Told]:
    """Events of every app, or of one, with how they fared, newest first."""
    found: Select[Any] = _told.where(_event.id < bindparam("before_id", type_=Id))
    if of_app:
        found = found.where(_event.app_id == bindparam("app_id", type_=Id))
    if state:
        found = found.where(sql(STATES[state]))
    limit = bindparam("most", type_=Integer())
    return statement(found.order_by(_event.id.desc()).limit(limit), into=Told)


@lru_cache(maxsize=256)
def revive(names: frozenset[str], state: str) -> Statement[Any]:
    """What is over of these is owed once more, behind whatever its resource still waits for."""
    ids = select(_event.id).select_from(
        event.outerjoin(event_delivery, _delivery.event_id == _event.id)
    )
    return statement(
        update(event_delivery)
        .where(_delivery.endpoint_id == bindparam("of_endpoint", type_=Id))
        .where(sql("event_delivery.state IN ('delivered', 'failed', 'skipped')"))
        .where(_delivery.event_id.in_(_filtered(ids, names, state)))
        .values(state="blocked", tries_count=0, lease_no=0, finished_at=None),
        sets=("due_at",),
    )


@lru_cache(maxsize=256)
def stored(names: frozenset[str], state: str) -> Statement[Event]:
    """Those of these events that were never owed to anybody, oldest first."""
    without = select(event).select_from(
        event.outerjoin(event_delivery, _delivery.event_id == _event.id)
    )
    found = _filtered(without, names, state).where(_delivery.id.is_(None))
    return statement(
        found.order_by(_event.position).limit(bindparam("most", type_=Integer())), into=Event
    )


event_by_uid = statement(
    _told.where(_event.app_id == bindparam("app_id")).where(_event.uid == bindparam("wanted")),
    into=Told,
)
"""One event of an app, with how it fared."""

event_sent = statement(select(event).where(_event.uid == bindparam("wanted")), into=Event)
"""The event of that id, whoever's it is."""

_behind = event_delivery.alias("behind")

first_in_lane = statement(
    select(_event.uid)
    .select_from(event_delivery)
    .join(event, _event.id == _delivery.event_id)
    .join(
        _behind,
        and_(
            _behind.c.endpoint_id == _delivery.endpoint_id,
            _behind.c.resource == _delivery.resource,
        ),
    )
    .where(_behind.c.id == bindparam("delivery_id"))
    .where(sql("event_delivery.state IN ('ready', 'blocked')"))
    .order_by(_delivery.id)
    .limit(1)
)
"""The event that has its turn where this delivery waits."""

after_position = statement(
    select(event)
    .where(_event.app_id == bindparam("app_id"))
    .where(_event.position > bindparam("after"))
    .order_by(_event.position)
    .limit(bindparam("most", type_=Integer())),
    into=Event,
)
"""An app's log from there on."""

position_since = statement(
    select(func.min(_event.position))
    .where(_event.app_id == bindparam("app_id"))
    .where(_event.recorded_at >= bindparam("since", type_=UtcTime()))
)
"""The first of an app's events since then."""

attempts = statement(
    select(event_attempt)
    .where(event_attempt.c.delivery_id == bindparam("delivery_id"))
    .order_by(event_attempt.c.id.desc())
    .limit(100),
    into=Attempt,
)
"""How the calls for a delivery ended, the newest first."""

delivery_by_id = statement(
    select(event_delivery).where(_delivery.id == bindparam("delivery_id")), into=Delivery
)
"""One delivery."""

waiting_counts = statement(
    select(func.count(), func.min(_delivery.due_at))
    .select_from(event_delivery)
    .where(_delivery.endpoint_id == bindparam("endpoint_id"))
    .where(sql("event_delivery.state IN ('ready', 'blocked')"))
)
"""How much waits for an endpoint, and since when."""

types = statement(
    select(_event.type)
    .where(_event.app_id == bindparam("app_id"))
    .group_by(_event.type)
    .order_by(_event.type)
)
"""What kinds of events an app was told of."""

events_from = statement(
    select(_event.id, _event.recorded_at)
    .where(_event.id > bindparam("after"))
    .order_by(_event.id)
    .limit(bindparam("most", type_=Integer())),
    into=OldEvent,
)
"""Events in the order they were written down, page by page."""

purge = statement(delete(event).where(in_list(_event.id, "event_ids")))
"""Forget these, with their deliveries and attempts."""
