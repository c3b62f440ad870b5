"""The dispatcher: takes what is due, calls, writes down how it went.

Taking is one short transaction, calling holds none, writing down is one for many calls. Whoever
is killed between the call and the note has called once too often, never too seldom: the lease
ends and somebody calls again. One per process; on PostgreSQL as many as there are processes.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta

from dalan.domains import developers
from dalan.domains.deliveries import breaker, queries, results
from dalan.domains.deliveries.keys import Opened, ensure_secret
from dalan.domains.deliveries.sending import Job, Patience, Result, faulty, send
from dalan.domains.deliveries.tables import MAIN, Claimed, DueEndpoint, Event, Secret
from dalan.errors import DalanError
from dalan.kernel import clock, randomness
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import Database, WriteTransaction
from dalan.kernel.logs import get
from dalan.kernel.metrics import Metrics
from dalan.kernel.outbound import Outbound

log = get("deliveries")

CALLS_MAX = 256
"""At once, in one process."""

SUSPECTS_MAX = CALLS_MAX // 2
"""Of them for endpoints that have not just taken something: those that hang never leave the
healthy ones without."""

PACE_FIRST, PACE_MAX = 4, 64
"""Calls to one endpoint at once: one more after each that was taken, half after trouble."""

ENDPOINTS_PER_ROUND = 32
LEASE = timedelta(seconds=25)
"""More than a call can take; whoever vanished is believed dead after it."""

PARKED = timedelta(minutes=1)
LINGER_SECONDS = 0.004
"""How long a result waits for company before it is written down."""

FAULT_SECONDS = 1.0
IDLE_SECONDS = 30.0
HINDERED_SECONDS = 0.05
STOP_SECONDS = 3.0


_Taken = tuple[list[Claimed], list[Event]]


class _Pace:
    """How many calls an endpoint gets at once, and has."""

    __slots__ = ("calls", "is_trusted", "limit")

    def __init__(self) -> None:
        self.calls, self.limit, self.is_trusted = 0, PACE_FIRST, False


class Dispatcher:
    """Runs beside the outbox's worker."""

    def __init__(
        self, db: Database, keys: Keyring, outbound: Outbound, metrics: Metrics | None = None
    ) -> None:
        self._db, self._outbound, self._metrics = db, outbound, metrics
        self._keys, self._opened = keys, Opened(keys)
        self._paces: dict[int, _Pace] = {}
        self._calls: set[asyncio.Task[None]] = set()
        self._held: dict[int, Claimed] = {}
        self._results: list[Result] = []
        self._writing: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()
        self._stopping = False
        self._turn = asyncio.Lock()
        self.patience = Patience()
        """A moved clock gives those that hang less."""
        self._parked_until: datetime | None = None
        self._parked: set[int] = set()
        if metrics is not None:
            metrics.declare(
                "event_deliveries", "Calls to apps' events addresses, by outcome", label="outcome"
            )
            metrics.gauge("event_calls", "Such calls under way", lambda: len(self._calls))
        db.watch(self._woken.set)

    def wake(self) -> None:
        """There may be something to do; for a clock that was moved."""
        self._woken.set()

    async def run(self) -> None:
        """Work until ``stop``. Whatever goes wrong is logged and tried again."""
        await self._guarded(self.recover)
        while not self._stopping:
            self._woken.clear()
            async with self._turn:
                busy = await self._guarded(self.work_once)
            if busy:
                continue
            pause_seconds = await self._until_next()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause_seconds):
                    await self._woken.wait()
        await self._finish()

    def stop(self) -> None:
        """Take nothing more; ``run`` returns when what is under way has ended, or soon."""
        self._stopping = True
        self._woken.set()

    @contextlib.asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """``run`` takes nothing while the block runs, which may work instead. Calls that are
        under way go on."""
        async with self._turn:
            yield
        self._woken.set()

    @contextlib.asynccontextmanager
    async def parking(self, until: datetime) -> AsyncIterator[None]:
        """While the block moves the clock to ``until``, nothing is tried before then where nothing
        can be sent. Where the clock does not get there, nobody is left waiting for it."""
        self._parked_until = until
        try:
            yield
        finally:
            parked, self._parked, self._parked_until = sorted(self._parked), set(), None
            if parked and clock.now() < until:
                async with self._db.write() as tx:
                    await queries.set_alarm.execute(tx, endpoint_ids=parked)

    async def next_due(self) -> datetime | None:
        """When the next delivery is due, if one waits."""
        async with self._db.look() as look:
            due: datetime | None = await queries.next_alarm.scalar(look, busy_ids=self._busy())
        return due

    async def drop(self) -> None:
        """Forget what is under way, and how endpoints fared: another world takes the place of
        this one. For whoever paused us; what was sent is not written down."""
        calls, writing = list(self._calls), self._writing
        for call in calls:
            call.cancel()
        if calls:
            await asyncio.wait(calls)
        if writing is not None:
            await asyncio.wait([writing])
        self._results.clear()
        self._held.clear()
        self._paces.clear()
        self._opened = Opened(self._keys)

    async def recover(self) -> bool:
        """What a process that was killed had in hand is due at once, where it cannot have been
        another's: SQLite has one dispatcher. So is what it had put off until a moment to which it
        was moving the clock."""
        if self._db.engine != "sqlite":
            return False
        async with self._db.write() as tx:
            now = clock.now()
            rows = await queries.drop_leases.all(tx, due_at=now)
            late = await queries.overslept.all(tx, now=now, later=now + PARKED)
            await queries.set_alarm.execute(
                tx, endpoint_ids=sorted({row[0] for row in rows} | {row[0] for row in late})
            )
        return bool(rows)

    async def work_once(self) -> bool:
        """Take what is due and start to call; answers whether there was anything."""
        jobs = await self._claim()
        for job in jobs:
            self._held[job.claimed.id] = job.claimed
            call = asyncio.create_task(self._call(job))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)
        return bool(jobs)

    async def drain(self, *, seconds: float = float("inf")) -> None:
        """Work until nothing is due and nothing is under way, or for so long: what was not begun
        by then stays due. For tests and for a clock that is moved."""
        until = time.monotonic() + seconds
        while await self.work_once() or self._calls or self._writing or self._results:
            await self.settle()
            if time.monotonic() > until:
                return

    async def settle(self) -> None:
        """Wait until what is under way is over and written down."""
        while self._calls or self._writing is not None or self._results:
            if self._calls:
                await asyncio.wait(self._calls)
            writing = self._writing
            if writing is not None:
                await writing

    async def _call(self, job: Job) -> None:
        began_at = clock.now()
        try:
            result = await send(self._outbound, job, timeout_seconds=self.patience.seconds(job))
        except Exception as fault:
            # Written down like any other: what counts no try would be called again for ever.
            log.exception("a call ended in a fault of ours", delivery=job.claimed.id)
            result = faulty(job, began_at=began_at, fault=fault)
        self.patience.heard(result)
        self._leave(result)
        if self._metrics is not None:
            self._metrics.count("event_deliveries", result.outcome)
        self._results.append(result)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())

    def _leave(self, result: Result) -> None:
        pace = self._paces[result.claimed.endpoint_id]
        if breaker.is_trouble(result.status):
            pace.limit, pace.is_trusted = max(1, pace.limit // 2), False
        elif result.outcome == "delivered":
            pace.limit, pace.is_trusted = min(PACE_MAX, pace.limit + 1), True

    def _let_go(self, claimed: Claimed) -> None:
        self._held.pop(claimed.id, None)
        pace = self._paces[claimed.endpoint_id]
        pace.calls -= 1
        if not pace.calls and not pace.is_trusted and len(self._paces) > CALLS_MAX:
            del self._paces[claimed.endpoint_id]

    async def _write(self) -> None:
        """Write down whatever ended, until nothing is left."""
        try:
            while self._results:
                if self._calls:
                    await asyncio.sleep(LINGER_SECONDS)
                batch, self._results = self._results, []
                await self._write_batch(batch)
        finally:
            self._writing = None

    async def _write_batch(self, batch: list[Result]) -> None:
        async def work(tx: WriteTransaction) -> None:
            await results.write(tx, batch)

        while True:
            try:
                await self._db.transact(work)
                break
            except Exception as error:  # noqa: BLE001 (a result that is not written is a lost one)
                _log_fault(error)
                if self._stopping:
                    break
                await asyncio.sleep(FAULT_SECONDS)
        for one in batch:
            self._let_go(one.claimed)
        self._woken.set()

    async def _claim(self) -> list[Job]:
        free = CALLS_MAX - len(self._held)
        if free <= 0:
            return []
        async with self._db.look() as look:
            due = await queries.due_endpoints.all(
                look, now=clock.now(), busy_ids=self._busy(), most=ENDPOINTS_PER_ROUND
            )
            if not due:
                return []
            app_ids = sorted({endpoint.app_id for endpoint in due})
            addresses = {one.app_id: one for one in await developers.event_addresses(look, app_ids)}
            secrets = await queries.live_secrets.all(look, app_ids=app_ids, now=clock.now())
        secrets += await self._first_secrets(set(app_ids) - {one.app_id for one in secrets})
        reachable, parked = list[DueEndpoint](), list[DueEndpoint]()
        for endpoint in due:
            address = addresses[endpoint.app_id]
            is_reachable = (endpoint.url or address.url) and address.state != "suspended"
            (reachable if is_reachable else parked).append(endpoint)
        claimed, events = await self._db.transact(self._taking(reachable, parked, free))
        by_id = {one.id: one for one in events}
        endpoints = {one.id: one for one in reachable}
        jobs = []
        for one in claimed:
            endpoint = endpoints[one.endpoint_id]
            address = addresses[endpoint.app_id]
            self._pace(endpoint).calls += 1
            jobs.append(
                Job(
                    claimed=one,
                    event=by_id[one.event_id],
                    url=endpoint.url or address.url,
                    authorization=self._opened.identification_key(
                        endpoint.app_id, address.identification_key_box
                    )
                    if endpoint.name == MAIN
                    else self._opened.authorization(endpoint.app_id, endpoint.authorization_box),
                    secrets=self._opened.secrets(
                        [secret for secret in secrets if secret.app_id == endpoint.app_id]
                    ),
                )
            )
        return jobs

    def _taking(
        self, reachable: list[DueEndpoint], parked: list[DueEndpoint], free: int
    ) -> Callable[[WriteTransaction], Awaitable[_Taken]]:
        async def take(tx: WriteTransaction) -> _Taken:
            now, left = clock.now(), free
            suspects_left = SUSPECTS_MAX - self._suspects_calls()
            lease, claimed, looked = randomness.below(1 << 62) + 1, list[Claimed](), list[int]()
            for endpoint in reachable:
                most = min(self._allowance(endpoint), left)
                if not endpoint.is_trusted:
                    most = min(most, suspects_left)
                if most <= 0 or not await queries.hold_free_endpoint.scalar(
                    tx, endpoint_id=endpoint.id
                ):
                    continue
                taken = await queries.claim.all(
                    tx, to_endpoint=endpoint.id, now=now, until=now + LEASE, lease=lease, most=most
                )
                left -= len(taken)
                suspects_left -= 0 if endpoint.is_trusted else len(taken)
                claimed += taken
                looked.append(endpoint.id)
            await queries.set_alarm.execute(tx, endpoint_ids=looked)
            if parked:
                endpoint_ids = [one.id for one in parked]
                if self._parked_until is not None:
                    self._parked.update(endpoint_ids)
                await queries.park.execute(
                    tx, endpoint_ids=endpoint_ids, wake_at=self._parked_until or now + PARKED
                )
            event_ids = [one.event_id for one in claimed]
            return (
                sorted(claimed, key=lambda one: one.id),
                await queries.events_by_id.all(tx, event_ids=event_ids) if event_ids else [],
            )

        return take

    async def _first_secrets(self, app_ids: set[int]) -> list[Secret]:
        """Secrets for apps that have none yet: everything we send is signed."""
        if not app_ids:
            return []

        async def work(tx: WriteTransaction) -> list[Secret]:
            for app_id in sorted(app_ids):
                await ensure_secret(tx, app_id, keys=self._keys)
            return await queries.live_secrets.all(tx, app_ids=sorted(app_ids), now=clock.now())

        return await self._db.transact(work)

    def _pace(self, endpoint: DueEndpoint) -> _Pace:
        pace = self._paces.get(endpoint.id)
        if pace is None:
            pace = self._paces[endpoint.id] = _Pace()
            pace.is_trusted = endpoint.is_trusted
        return pace

    def _allowance(self, endpoint: DueEndpoint) -> int:
        pace = self._pace(endpoint)
        if endpoint.breaker == "open":
            pace.limit = 1
        return pace.limit - pace.calls

    def _busy(self) -> list[int]:
        return [id_ for id_, pace in self._paces.items() if pace.calls >= pace.limit]

    def _suspects_calls(self) -> int:
        return sum(pace.calls for pace in self._paces.values() if not pace.is_trusted)

    async def _until_next(self) -> float:
        """Seconds until something is due. A moved clock wakes us by ``wake``."""
        try:
            due = await self.next_due()
        except DalanError as error:
            _log_fault(error)
            return FAULT_SECONDS
        if due is None:
            return IDLE_SECONDS
        seconds = (due - clock.now()).total_seconds()
        if seconds <= HINDERED_SECONDS:
            return HINDERED_SECONDS
        return clock.pause_seconds(seconds, most=IDLE_SECONDS)

    async def _guarded(self, work: Callable[[], Awaitable[bool]]) -> bool:
        try:
            return await work()
        except Exception as error:  # noqa: BLE001 (a dispatcher that dies would send nothing more)
            _log_fault(error)
            await asyncio.sleep(FAULT_SECONDS)
            return True

    async def _finish(self) -> None:
        """Give what is under way a moment, then hand it back."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await self.settle()
        for call in list(self._calls):
            call.cancel()
        left = list(self._held.values())
        for lease in {one.lease_no for one in left}:
            mine = [one for one in left if one.lease_no == lease]
            with contextlib.suppress(DalanError):
                async with self._db.write() as tx:
                    await queries.release.execute(
                        tx,
                        delivery_ids=[one.id for one in mine],
                        lease=lease,
                        due_at=clock.now(),
                    )
                    await queries.set_alarm.execute(
                        tx, endpoint_ids=sorted({one.endpoint_id for one in mine})
                    )


def _log_fault(error: Exception) -> None:
    log.error(
        "dispatcher paused",
        error=type(error).__name__,
        exc_info=not isinstance(error, DalanError),
    )
