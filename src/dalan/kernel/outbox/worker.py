"""The worker: hands every fact to its listeners, at least once, in order per resource.

A job's effect and the note that it is done are one transaction, fenced by the lease number, so
a listener that only touches the database acts exactly once, whatever is killed when.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

from dalan.errors import DalanError
from dalan.kernel import clock
from dalan.kernel.db import Database, WriteTransaction
from dalan.kernel.logs import get
from dalan.kernel.outbox import queries
from dalan.kernel.outbox.tables import Claimed, Recorded

log = get("outbox")

Listener = Callable[[WriteTransaction, Recorded], Awaitable[None]]
Listeners = Mapping[str, Sequence[tuple[str, Listener]]]
"""By kind of fact: the listeners' names, which must never change, and what they do."""

BATCH = 50
LEASE = timedelta(seconds=60)
ATTEMPTS_MAX = 10
IDLE_SECONDS = 30.0
KEEP = timedelta(days=30)

_PAUSES_SECONDS = (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)


class Worker:
    """Runs inside the process on SQLite; any number of processes may run one on PostgreSQL."""

    def __init__(self, db: Database, listeners: Listeners) -> None:
        self._db = db
        self._listeners = {
            name: listener for many in listeners.values() for name, listener in many
        }
        self._names = {kind: [name for name, _ in many] for kind, many in listeners.items()}
        self._woken = asyncio.Event()
        self._stopping = False
        db.watch(self._woken.set)

    def wake(self) -> None:
        """There may be something to do."""
        self._woken.set()

    async def run(self) -> None:
        """Work until ``stop``; a fault of the database is logged and tried again."""
        while not self._stopping:
            self._woken.clear()
            try:
                busy = await self.work_once()
                pause_seconds = 0.0 if busy else await self._until_next()
            except (DalanError, OSError) as error:
                log.error("worker paused", error=type(error).__name__)
                pause_seconds = 1.0
            if pause_seconds:
                try:
                    await asyncio.wait_for(self._woken.wait(), pause_seconds)
                except TimeoutError:
                    pass

    def stop(self) -> None:
        """Finish the job in hand and return from ``run``."""
        self._stopping = True
        self._woken.set()

    async def work_once(self) -> bool:
        """Relay what was recorded and do what is due; answers whether there was anything."""
        relayed = await self._relay()
        claimed = await self._claim()
        for one in claimed:
            await self._do(one)
        return bool(relayed or claimed)

    async def drain(self) -> None:
        """Work until nothing is due; for tests and for a world that wants to be up to date."""
        while await self.work_once():
            pass

    async def _relay(self) -> int:
        async with self._db.look() as look:
            if not await queries.unrelayed_facts.all(look, most=1):
                return 0
        now = clock.now()
        async with self._db.write() as tx:
            facts = await queries.unrelayed_facts.all(tx, most=BATCH)
            await queries.add_job.execute_many(
                tx,
                [
                    {
                        "fact_id": one.id,
                        "listener": name,
                        "resource": one.resource,
                        "run_at": now,
                        "attempts_count": 0,
                        "lease_no": 0,
                    }
                    for one in facts
                    for name in self._names.get(one.kind, ())
                ],
            )
            await queries.mark_relayed.execute(
                tx, fact_ids=[one.id for one in facts], relayed_at=now
            )
        return len(facts)

    async def _claim(self) -> list[Claimed]:
        now = clock.now()
        async with self._db.look() as look:
            due = await queries.next_run.scalar(look)
        if due is None or due > now:
            return []
        async with self._db.write() as tx:
            claimed = await queries.claim_jobs.all(tx, now=now, until=now + LEASE, most=BATCH)
        return sorted(claimed, key=lambda one: one.id)

    async def _do(self, claimed: Claimed) -> None:
        listener = self._listeners.get(claimed.listener)
        if listener is None:
            await self._give_up(claimed, "nobody listens under this name any more")
            return
        try:
            async with self._db.write() as tx:
                now = clock.now()
                mine = await queries.finish_job.execute(
                    tx, job_id=claimed.id, lease=claimed.lease_no, finished_at=now
                )
                if mine:
                    await listener(tx, await queries.fact_by_id.one(tx, fact_id=claimed.fact_id))
        except Exception as error:  # noqa: BLE001 (whatever a listener raises, the queue goes on)
            await self._failed(claimed, error)

    async def _failed(self, claimed: Claimed, error: Exception) -> None:
        log.error(
            "job failed",
            listener=claimed.listener,
            job=claimed.id,
            attempt=claimed.attempts_count,
            error=type(error).__name__,
            exc_info=not isinstance(error, DalanError),
        )
        if claimed.attempts_count >= ATTEMPTS_MAX:
            await self._give_up(claimed, _line(error))
            return
        pause_seconds = _PAUSES_SECONDS[claimed.attempts_count] * random.uniform(0.8, 1.2)  # noqa: S311 (jitter)
        async with self._db.write() as tx:
            await queries.postpone_job.execute(
                tx,
                job_id=claimed.id,
                lease=claimed.lease_no,
                run_at=clock.now() + timedelta(seconds=pause_seconds),
                last_error=_line(error),
            )

    async def _give_up(self, claimed: Claimed, why: str) -> None:
        async with self._db.write() as tx:
            now = clock.now()
            await queries.give_job_up.execute(
                tx,
                job_id=claimed.id,
                lease=claimed.lease_no,
                finished_at=now,
                given_up_at=now,
                last_error=why,
            )

    async def _until_next(self) -> float:
        """Seconds until something is due. A moved clock wakes us by ``wake``."""
        async with self._db.look() as look:
            due = await queries.next_run.scalar(look)
        if due is None:
            return IDLE_SECONDS
        return float(min(max((due - clock.now()).total_seconds(), 0.01), IDLE_SECONDS))

    async def purge(self) -> int:
        """Drop facts that were done more than thirty days ago; answers how many."""
        async with self._db.write() as tx:
            return await queries.purge_facts.execute(tx, before=clock.now() - KEEP)


def _line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
