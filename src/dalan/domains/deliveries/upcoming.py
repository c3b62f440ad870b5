"""When a team will next be told of its address, and what was tried meanwhile: for a clock that
is moved."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Integer, bindparam, func, select, text

from dalan.domains.deliveries.tables import (
    Endpoint,
    Outcome,
    event,
    event_attempt,
    event_delivery,
    event_endpoint,
)
from dalan.domains.deliveries.watching import DISABLED_AFTER, TOLD_AFTER_HOURS
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, statement

_failing = statement(
    select(event_endpoint)
    .where(text("failing_since IS NOT NULL"), text("state = 'active'"))
    .order_by(event_endpoint.c.failing_since),
    into=Endpoint,
)
"""Active endpoints that nothing gets through to."""


class Tried(msgspec.Struct, frozen=True):
    """A call to an app's address, as a line of what happened."""

    id: int
    began_at: datetime
    type: str
    resource: str
    outcome: Outcome
    status: int | None


_newest_attempt = statement(select(func.max(event_attempt.c.id)))
"""The number of the call made last."""

_attempts_after = statement(
    select(
        event_attempt.c.id, event_attempt.c.began_at, event.c.type, event.c.resource,
        event_attempt.c.outcome, event_attempt.c.status,
    )
    .join(event_delivery, event_delivery.c.id == event_attempt.c.delivery_id)
    .join(event, event.c.id == event_delivery.c.event_id)
    .where(event_attempt.c.id > bindparam("after"))
    .order_by(event_attempt.c.id)
    .limit(bindparam("most", type_=Integer())),
    into=Tried,
)  # fmt: skip
"""Calls made after that one, in their order."""

_STEPS = (*(timedelta(hours=hours) for hours in TOLD_AFTER_HOURS), DISABLED_AFTER)


async def next_watch(tx: ReadTransaction) -> datetime | None:
    """The next moment after now at which ``watch`` has something to say; None without one."""
    now = clock.now()
    moments = [
        one.failing_since + step
        for one in await _failing.all(tx)
        if one.failing_since is not None
        for step in _STEPS
    ]
    return clock.earliest(*(at for at in moments if at > now))


async def newest_attempt(tx: ReadTransaction) -> int:
    """The number of the call made last; 0 before the first."""
    return await _newest_attempt.scalar(tx) or 0


async def attempts_after(tx: ReadTransaction, after: int, *, most: int) -> list[Tried]:
    """Calls made after that one, in their order."""
    return await _attempts_after.all(tx, after=after, most=most)
