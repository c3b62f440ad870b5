"""The worker: hands every fact to its listeners, at least once, in order per resource.

A job's effect and the note that it is done are one transaction, fenced by the lease number, so
a listener that only touches the database acts exactly once, whatever is killed when.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

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

ManyListener = Callable[[WriteTransaction, Sequence[Recorded]], Awaitable[None]]


class Together:
    """A listener that takes all it is owed at the moment, up to ``BATCH`` facts, in one unit of
    work: for effects that cost little beside a commit. The facts are of different resources, in
    the order they were recorded. If it raises, each is tried alone, so that one fact it cannot
    bear holds none of the others."""

    __slots__ = ("hear",)

    def __init__(self, hear: ManyListener) -> None:
        self.hear = hear

    async def __call__(self, tx: WriteTransaction, recorded: Recorded) -> None:
        await self.hear(tx, (recorded,))


BATCH = 100
LEASE = timedelta(seconds=60)
ATTEMPTS_MAX = 10
IDLE_SECONDS = 30.0
FAULT_SECONDS = 1.0
HINDERED_SECONDS = 0.01
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
        self._turn = asyncio.Lock()
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
                async with self._turn:
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

    @contextlib.asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """``run`` does nothing while the block runs, which may work instead. It begins when the
        job in hand is done."""
        async with self._turn:
            yield
        self._woken.set()

    async def next_due(self) -> datetime | None:
        """When the next job is due, if one is owed."""
        async with self._db.look() as look:
            due: datetime | None = await queries.next_run.scalar(look)
        return due

    async def work_once(self) -> bool:
        """Relay what was recorded and do what is due; answers whether there was anything."""
        relayed = await self._relay()
        claimed = await self._claim()
        units = self._units(claimed)
        for number, unit in enumerate(units):
            if self._stopping:
                await self._hand_back([one for rest in units[number:] for one in rest])
                break
            if len(unit) == 1 or not await self._do_together(unit):
                for one in unit:
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

    def _units(self, claimed: Sequence[Claimed]) -> list[list[Claimed]]:
        """What is done in one go: a job alone, or those of one listener that takes them together.
        A job that failed before is done alone."""
        units: list[list[Claimed]] = []
        gathered: dict[str, list[Claimed]] = {}
        for one in claimed:
            is_together = isinstance(self._listeners.get(one.listener), Together)
            if not is_together or one.attempts_count > 1:
                units.append([one])
            elif one.listener in gathered:
                gathered[one.listener].append(one)
            else:
                units.append(gathered.setdefault(one.listener, [one]))
        return units

    async def _do_together(self, claimed: Sequence[Claimed]) -> bool:
        """Whether it went well; if not nothing was changed, and each is to be tried alone."""
        listener = self._listeners[claimed[0].listener]
        assert isinstance(listener, Together), "_units gathers no others"

        async def work(tx: WriteTransaction) -> int:
            fact_of = {one.id: one.fact_id for one in claimed}
            mine: list[int] = []
            for lease_no in {one.lease_no for one in claimed}:
                job_ids = [one.id for one in claimed if one.lease_no == lease_no]
                finished = await queries.finish_jobs.all(
                    tx, job_ids=job_ids, lease=lease_no, finished_at=clock.now()
                )
                mine += [fact_of[job_id] for (job_id,) in finished]
            if mine:
                await listener.hear(tx, await queries.facts_by_id.all(tx, fact_ids=mine))
            return len(mine)

        try:
            mine_count = await self._db.transact(work)
        except Exception as error:  # noqa: BLE001 (as below; tried alone, it is counted and told)
            log.warning("jobs failed together", listener=claimed[0].listener, error=_line(error))
            return False
        self._count("done", mine_count)
        self._count("lease_lost", len(claimed) - mine_count)
        return True

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
        due = await self.next_due()
        if due is None:
            return IDLE_SECONDS
        seconds = (due - clock.now()).total_seconds()
        return clock.pause_seconds(seconds, most=IDLE_SECONDS) if seconds > 0 else HINDERED_SECONDS

    async def _keep_house(self) -> None:
        now = time.monotonic()
        if self._metrics is not None and now >= self._count_at:
            self._count_at = now + COUNT_EVERY_SECONDS
            async with self._db.look() as look:
                self._open_count = await queries.open_count.scalar(look)
        if now >= self._purge_at:
            self._purge_at = now + PURGE_EVERY_SECONDS
            await self.purge()

    def _count(self, outcome: str, count: int = 1) -> None:
        if self._metrics is not None and count:
            self._metrics.count("outbox_jobs", outcome, count)


def _line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
