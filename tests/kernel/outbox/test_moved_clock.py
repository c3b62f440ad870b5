"""The worker beside a clock that is moved, or runs fast."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import ClassVar

from dalan.kernel import outbox
from dalan.kernel.clock import AdjustableClock
from dalan.kernel.db import Database, WriteTransaction
from dalan.kernel.outbox import Worker

PATIENCE_SECONDS = 30


class Happened(outbox.Fact, frozen=True):
    """Something a listener cannot bear the first time."""

    kind: ClassVar[str] = "tests.happened"

    @property
    def resource(self) -> str:
        return "thing:1"


class Listener:
    """Fails once, then hears."""

    def __init__(self) -> None:
        self.heard = asyncio.Event()
        self.failed = asyncio.Event()

    async def __call__(self, tx: WriteTransaction, recorded: outbox.Recorded) -> None:
        if not self.failed.is_set():
            self.failed.set()
            raise ValueError("not the first time")
        tx.after_commit(self.heard.set)


@asynccontextmanager
async def working(db: Database, listener: Listener) -> AsyncIterator[Worker]:
    worker = Worker(db, {Happened.kind: [("listener", listener)]})
    async with db.write() as tx:
        await outbox.record(tx, Happened())
    running = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        await running


async def reached(event: asyncio.Event) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        await event.wait()


async def is_postponed(worker: Worker, now: datetime) -> bool:
    """Whether the job waits for its second try: seconds, where a lease would be a minute."""
    due = await worker.next_due()
    return due is not None and now < due < now + outbox.worker.LEASE / 2


async def test_move_wakes_who_waits_for_a_retry(db: Database, moment: AdjustableClock):
    listener = Listener()
    async with working(db, listener) as worker:
        await reached(listener.failed)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await is_postponed(worker, moment()):
                await asyncio.sleep(0.01)

        moment.advance(timedelta(hours=1))
        worker.wake()

        await reached(listener.heard)


async def test_fast_clock_makes_the_wait_as_much_shorter(db: Database, moment: AdjustableClock):
    moment.run_at(3_600)
    moment.resume()
    listener = Listener()

    async with working(db, listener):
        await reached(listener.heard)


async def test_paused_worker_does_nothing_until_it_is_let_go(db: Database, moment: AdjustableClock):
    listener = Listener()
    listener.failed.set()
    worker = Worker(db, {Happened.kind: [("listener", listener)]})
    async with worker.paused():
        running = asyncio.create_task(worker.run())
        async with db.write() as tx:
            await outbox.record(tx, Happened())
        worker.wake()
        await asyncio.sleep(0)
        assert not listener.heard.is_set()
        await worker.drain()
        assert listener.heard.is_set()
    worker.stop()
    await running
