"""Moving the clock: from one moment at which something is due to the next, and what is due is done
at each. So a retry of tomorrow is made tomorrow, before a post that ends the day after.

Decision 0036.
"""

import time
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

import msgspec

from dalan.domains import deliveries, identity, oauth
from dalan.kernel import clock, outbox
from dalan.kernel.clock import AdjustableClock, ClockState
from dalan.kernel.clock_file import ClockFile
from dalan.kernel.db import Database

SECONDS_MAX: Final = 20.0
"""How long one move may take. What is still due then is due, and the clock stands there."""

FIRST_CALL_SECONDS: Final = 2.0
NEXT_CALL_SECONDS: Final = 0.02
"""What an address gets that does not answer: retries are really made, but days of them in one
go must not take as long as days of them."""

PURGE_EVERY_MIN: Final = timedelta(days=1)
PURGES_MAX: Final = 30
"""What only grows is looked at so often on the way, however far it is."""

FIRED_MAX: Final = 500


class Fired(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that happened while the clock moved. ``what``: a ``fact`` that was recorded, a
    ``delivery`` that was tried, or things that ``ended`` by themselves."""

    at: datetime
    what: str
    kind: str
    resource: str = ""
    outcome: str = ""
    status: int | None = None
    count: int = 1


class Moved(msgspec.Struct, frozen=True):
    """``fired`` holds the first of what happened, ``fired_count`` says how much it was. When
    the move was cut short, ``is_complete`` is false: moving again goes on."""

    fired: list[Fired]
    fired_count: int
    is_complete: bool


class Housekeeper(Protocol):
    """``dalan.housekeeping.Housekeeper``, which stands above the surfaces."""

    def paused(self) -> AbstractAsyncContextManager[None]: ...

    def wake(self) -> None: ...

    async def round(self, *, purge_every: timedelta) -> None: ...

    async def next_due(self, *, purge_every: timedelta) -> datetime | None: ...


class Workers(NamedTuple):
    """Whoever does what is due."""

    worker: outbox.Worker
    dispatcher: deliveries.Dispatcher
    housekeeper: Housekeeper


class _Hurried(deliveries.Patience):
    """Waits a little for an address that hangs, once, and hardly at all from then on."""

    def __init__(self) -> None:
        self._hung: set[int] = set()

    def seconds(self, job: deliveries.Job) -> float:
        hung = job.claimed.endpoint_id in self._hung
        return NEXT_CALL_SECONDS if hung else FIRST_CALL_SECONDS

    def heard(self, result: deliveries.Result) -> None:
        if result.outcome == "timeout":
            self._hung.add(result.claimed.endpoint_id)
        else:
            self._hung.discard(result.claimed.endpoint_id)


async def move(
    db: Database, workers: Workers, moved: AdjustableClock, file: ClockFile, *, until: datetime
) -> Moved:
    """Move on to ``until``, not before now, doing what is due on the way. The clock then goes on
    as it did before, or stands still if it did."""
    before = moved.state
    began_at = moved()
    async with db.look() as look:
        facts_before = await outbox.newest(look)
        attempts_before = await deliveries.newest_attempt(look)
    async with AsyncExitStack() as stack:
        # The order in which ``run`` may hold one while it waits for none of the others.
        for paused in (workers.housekeeper, workers.worker, workers.dispatcher):
            await stack.enter_async_context(paused.paused())
        moved.freeze()
        dispatcher = workers.dispatcher
        patience, dispatcher.patience = dispatcher.patience, _Hurried()
        try:
            async with dispatcher.parking(until):
                is_complete = await _step_to(until, workers, moved, file)
        finally:
            dispatcher.patience = patience
            moved.follow(ClockState(moved(), clock.machine(), before.speed, before.is_frozen))
            file.write(moved.state)
    reached = until if is_complete else moved()
    fired = await _fired(db, facts_before, attempts_before, began_at, reached)
    return Moved(fired[:FIRED_MAX], len(fired), is_complete)


async def _step_to(
    until: datetime, workers: Workers, moved: AdjustableClock, file: ClockFile
) -> bool:
    """Whether it came to ``until`` in time."""
    deadline = time.monotonic() + SECONDS_MAX
    keeper = workers.housekeeper
    purge_every = max(PURGE_EVERY_MIN, (until - moved()) / PURGES_MAX)
    keeps_at: datetime | None = moved()
    while True:
        now = moved()
        if (keeps_at is not None and now >= keeps_at) or now >= until:
            await keeper.round(purge_every=purge_every)
        await _settle(workers, deadline)
        if now >= until:
            return True
        if time.monotonic() > deadline:
            return False
        keeps_at = await keeper.next_due(purge_every=purge_every)
        moments = (await workers.worker.next_due(), await workers.dispatcher.next_due(), keeps_at)
        later = (at for at in moments if at is not None and at > now)
        moved.set(min(clock.earliest(*later) or until, until))
        file.write(moved.state, durable=False)


async def _settle(workers: Workers, deadline: float) -> None:
    """Do what is due at this moment, and what follows from it at once."""
    while True:
        await workers.worker.drain()
        await workers.dispatcher.drain(seconds=deadline - time.monotonic())
        if not await workers.worker.work_once() or time.monotonic() > deadline:
            return


async def _fired(
    db: Database, facts_before: int, attempts_before: int, began_at: datetime, reached: datetime
) -> list[Fired]:
    """What happened, in the order it did."""
    async with db.read() as tx:
        facts = await outbox.recorded_after(tx, facts_before, most=10 * FIRED_MAX)
        tried = await deliveries.attempts_after(tx, attempts_before, most=10 * FIRED_MAX)
        ended = await oauth.ended_between(tx, began_at, reached)
        ended |= await identity.ended_between(tx, began_at, reached)
    fired = [Fired(one.recorded_at, "fact", one.kind, one.resource) for one in facts]
    fired += [
        Fired(one.began_at, "delivery", one.type, one.resource, one.outcome, one.status)
        for one in tried
    ]
    fired.sort(key=lambda one: one.at)
    fired += [Fired(reached, "ended", kind, count=count) for kind, count in ended.items() if count]
    return fired
