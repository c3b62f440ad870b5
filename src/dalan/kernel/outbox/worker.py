"""The worker: hands every fact to its listeners, at least once, in order per resource.

A job's effect and the note that it is done are one transaction, fenced by the lease number, so
a listener that only touches the database acts exactly once, whatever is killed when.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

from dalan.errors import DalanError
from dalan.kernel import clock, randomness
from dalan.kernel.db import Database, WriteTransaction
from dalan.kernel.logs import get
from dalan.kernel.metrics import Metrics
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
FAULT_SECONDS = 1.0
KEEP = timedelta(days=30)
PURGE_EVERY_SECONDS = 3_600.0
PURGE_PAGE = 500
COUNT_EVERY_SECONDS = 5.0

PAUSES_SECONDS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""After the first attempt, the second, …: three days in all, so that a weekend's outage passes.
Each is drawn between 0.8 and 1.2 of itself, for what failed together need not come back so."""


class Worker:
    """Runs inside the process on SQLite; any number of processes may run one on PostgreSQL."""

    def __init__(
        self,
        db: Database,
        listeners: Listeners,
        metrics: Metrics | None = None,
        *,
        keep: timedelta = KEEP,
    ) -> None:
        """``keep``: how long facts stay that nobody is owed any more."""
        self._db = db
        self._keep = keep
        self._listeners = {name: listener for many in listeners.values() for name, listener in many}
        self._names = {kind: [name for name, _ in many] for kind, many in listeners.items()}
        self._woken = asyncio.Event()
        self._stopping = False
        self._purge_at = self._count_at = time.monotonic()
        self._open_count = 0
        self._metrics = metrics
        if metrics is not None:
            metrics.gauge(
                "outbox_jobs_open", "Jobs of the outbox still owed", lambda: self._open_count
            )
        db.watch(self._woken.set)

    def wake(self) -> None:
        """There may be something to do."""
        self._woken.set()

    async def run(self) -> None:
        """Work until ``stop``. Whatever goes wrong is logged and tried again: a worker that
        dies would leave everything owed."""
        while not self._stopping:
            self._woken.clear()
            try:
                busy = await self.work_once()
                await self._keep_house()
                pause_seconds = 0.0 if busy else await self._until_next()
            except Exception as error:
                log.error(
                    "worker paused",
                    error=type(error).__name__,
                    exc_info=not isinstance(error, DalanError),
                )
                await asyncio.sleep(FAULT_SECONDS)
                continue
            if pause_seconds:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause_seconds):  # wait_for may miss a cancellation
                        await self._woken.wait()

    def stop(self) -> None:
        """Finish the job in hand, hand back those not begun, and return from ``run``."""
        self._stopping = True
        self._woken.set()

    async def work_once(self) -> bool:
        """Relay what was recorded and do what is due; answers whether there was anything."""
        relayed = await self._relay()
        claimed = await self._claim()
        for number, one in enumerate(claimed):
            if self._stopping:
                await self._hand_back(claimed[number:])
                break
            await self._do(one)
        return bool(relayed or claimed)

    async def drain(self) -> None:
        """Work until nothing is due; for tests and for a world that wants to be up to date."""
        while await self.work_once():
            pass

    async def purge(self) -> int:
        """Drop facts older than ``keep`` of which nothing is owed or given up; answers how
        many. A page at a time, each its own transaction, so that nobody waits for long."""
        before, after, purged = clock.now() - self._keep, 0, 0
        while True:
            async with self._db.look() as look:
                page = await queries.facts_from.all(look, after=after, most=PURGE_PAGE)
            old = [seen.id for seen in page if seen.recorded_at < before]
            if not old:
                return purged
            async with self._db.write() as tx:
                purged += await queries.purge_facts.execute(tx, fact_ids=old)
            after = old[-1]

    async def _relay(self) -> int:
        async with self._db.look() as look:
            if await queries.is_unrelayed.scalar(look) is None:
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

    async def _hand_back(self, claimed: Sequence[Claimed]) -> None:
        async with self._db.write() as tx:
            for one in claimed:
                await queries.hand_job_back.execute(
                    tx, job_id=one.id, lease=one.lease_no, run_at=clock.now()
                )

    async def _do(self, claimed: Claimed) -> None:
        listener = self._listeners.get(claimed.listener)
        if listener is None:
            await self._give_up(claimed, "nobody listens under this name any more")
            return
        if claimed.attempts_count > ATTEMPTS_MAX:
            await self._give_up(claimed, "every attempt ended with the worker's own end")
            return

        async def work(tx: WriteTransaction) -> bool:
            mine = await queries.finish_job.execute(
                tx, job_id=claimed.id, lease=claimed.lease_no, finished_at=clock.now()
            )
            if mine:
                await listener(tx, await queries.fact_by_id.one(tx, fact_id=claimed.fact_id))
            return bool(mine)

        try:
            mine = await self._db.transact(work)
        except Exception as error:  # noqa: BLE001 (whatever a listener raises, the queue goes on)
            await self._failed(claimed, error)
        else:
            self._count("done" if mine else "lease_lost")

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
        pause_seconds = PAUSES_SECONDS[claimed.attempts_count - 1] * randomness.between(0.8, 1.2)
        async with self._db.write() as tx:
            await queries.postpone_job.execute(
                tx,
                job_id=claimed.id,
                lease=claimed.lease_no,
                run_at=clock.now() + timedelta(seconds=pause_seconds),
                last_error=_line(error),
            )
        self._count("failed")

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
        log.error("job given up", listener=claimed.listener, job=claimed.id, why=why)
        self._count("given_up")

    async def _until_next(self) -> float:
        """Seconds until something is due. A moved clock wakes us by ``wake``."""
        async with self._db.look() as look:
            due = await queries.next_run.scalar(look)
        if due is None:
            return IDLE_SECONDS
        return float(min(max((due - clock.now()).total_seconds(), 0.01), IDLE_SECONDS))

    async def _keep_house(self) -> None:
        now = time.monotonic()
        if self._metrics is not None and now >= self._count_at:
            self._count_at = now + COUNT_EVERY_SECONDS
            async with self._db.look() as look:
                self._open_count = await queries.open_count.scalar(look)
        if now >= self._purge_at:
            self._purge_at = now + PURGE_EVERY_SECONDS
            await self.purge()

    def _count(self, outcome: str) -> None:
        if self._metrics is not None:
            self._metrics.count("outbox_jobs", outcome)


def _line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
