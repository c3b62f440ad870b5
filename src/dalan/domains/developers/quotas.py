"""How often apps call, counted in memory and written in batches.

Every call is counted on its own path, so counting costs about a microsecond and writes
nothing; ``flush`` adds what gathered to ``app_usage``, which all processes share. A killed
process loses the calls of one interval from the count, never anything else.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from dalan.domains.developers import queries
from dalan.domains.developers.errors import QuotaExceeded
from dalan.domains.developers.tables import AppKind
from dalan.errors import Unavailable
from dalan.kernel import clock
from dalan.kernel.db import Database, ReadTransaction
from dalan.kernel.logs import get

log = get("developers")

FLUSH_SECONDS = 5.0
DAY_SECONDS = 86_400

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


class Limits(NamedTuple):
    """Calls an app may make; a minute and a day begin with the clock's (UTC)."""

    per_minute: int
    per_day: int


USUAL_OF_DEVELOPMENT, USUAL_OF_PRODUCTION = Limits(60, 1_000), Limits(600, 100_000)
"""Source: kenar.md 12.2 c; both are settings."""


@dataclass(frozen=True)
class QuotaRules:
    """Limits of the two kinds of apps, and whether calls past them are refused at all."""

    development: Limits = USUAL_OF_DEVELOPMENT
    production: Limits = USUAL_OF_PRODUCTION
    enforced: bool = True


class Used(NamedTuple):
    """Calls of the minute (of this process) and of the day (of all, as of the last flush)."""

    minute: int
    day: int


class Counted(Protocol):
    """What counting needs to know of a caller; ``Caller`` and ``App`` both have it."""

    @property
    def slug(self) -> str: ...
    @property
    def kind(self) -> AppKind: ...
    @property
    def requests_per_minute(self) -> int | None: ...
    @property
    def requests_per_day(self) -> int | None: ...


class CountedCall(Counted, Protocol):
    @property
    def app_id(self) -> int: ...
    @property
    def key_id(self) -> int: ...


class _Meter:
    """One app's counts; ``unflushed`` of ``day_count`` are not in the database yet."""

    __slots__ = ("day", "day_count", "minute", "minute_count", "unflushed")

    def __init__(self, minute: int, day: int) -> None:
        self.minute, self.minute_count = minute, 0
        self.day, self.day_count, self.unflushed = day, 0, 0


class Quotas:
    """The counters of one process. Built, started and stopped by the composition root.

    The limit per minute holds in each process by itself; the one per day is shared, each
    process learning at a flush what the others counted.
    """

    def __init__(self, db: Database, rules: QuotaRules | None = None) -> None:
        self.rules = rules or QuotaRules()
        self._db = db
        self._meters: dict[int, _Meter] = {}
        self._ended_days: dict[tuple[int, int], int] = {}
        self._keys_used_at: dict[int, datetime] = {}
        self._flushing = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    def count(self, caller: CountedCall) -> QuotaExceeded | None:
        """Count one call; answers the refusal when it is one too many and limits are enforced.

        A refused call is not counted. Raises nothing: the surface decides when to refuse.
        """
        now = clock.now()
        seconds = int(now.timestamp())
        minute, day = seconds // 60, seconds // DAY_SECONDS
        meter = self._meters.get(caller.app_id)
        if meter is None or meter.minute != minute:
            meter = self._turned(caller.app_id, minute, day)
        if self.rules.enforced and (refusal := self._refusal(caller, meter, seconds)) is not None:
            return refusal
        meter.minute_count += 1
        meter.day_count += 1
        meter.unflushed += 1
        self._keys_used_at[caller.key_id] = now
        return None

    def limits_of(self, app: Counted) -> Limits:
        """An app's own limits, or those of its kind."""
        usual = self.rules.development if app.kind == "development" else self.rules.production
        return Limits(
            app.requests_per_minute or usual.per_minute, app.requests_per_day or usual.per_day
        )

    def used(self, app_id: int) -> Used:
        """What an app used of this minute and of today."""
        seconds = int(clock.now().timestamp())
        meter = self._meters.get(app_id)
        if meter is None:
            return Used(0, 0)
        return Used(
            meter.minute_count if meter.minute == seconds // 60 else 0,
            meter.day_count if meter.day == seconds // DAY_SECONDS else 0,
        )

    async def start(self) -> None:
        """Go on from what was counted today, and flush every few seconds until ``stop``."""
        async with self._db.look() as tx:
            await self._load(tx)
        self._stopping.clear()
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Write what is left; nothing may be counted afterwards."""
        if self._running is not None:
            # Told, not cancelled: a flush cut short after its commit would be counted twice.
            self._stopping.set()
            await self._running
            self._running = None
        await self.flush()

    async def flush(self) -> None:
        """Write what gathered, in one unit of work of its own.

        When that fails, nothing is lost: it is all there for the next time.
        """
        async with self._flushing:
            taken, keys_used_at = self._take()
            if not taken and not keys_used_at:
                return
            totals: dict[tuple[int, int], int] = {}
            try:
                async with self._db.write() as tx:
                    # In one order everywhere: two processes never wait for each other's rows.
                    for (app_id, day), count in sorted(taken.items()):
                        totals[app_id, day] = await queries.add_usage.scalar(
                            tx, app_id=app_id, day=_day_text(day), count=count
                        )
                    await queries.touch_key.execute_many(
                        tx,
                        [
                            {"key_id": key_id, "used_at": used_at}
                            for key_id, used_at in sorted(keys_used_at.items())
                        ],
                    )
            except BaseException:
                self._put_back(taken, keys_used_at)
                raise
            for (app_id, day), total in totals.items():
                meter = self._meters[app_id]
                if meter.day == day:
                    meter.day_count = total + meter.unflushed

    async def _run(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), FLUSH_SECONDS)
                return
            try:
                await self.flush()
            except Unavailable as error:
                log.warning("usage not written, kept for the next time", reason=str(error))

    async def _load(self, tx: ReadTransaction) -> None:
        seconds = int(clock.now().timestamp())
        day = seconds // DAY_SECONDS
        for usage in await queries.usage_on.all(tx, day=_day_text(day)):
            meter = self._meters.setdefault(usage.app_id, _Meter(seconds // 60, day))
            meter.day_count = usage.count + meter.unflushed

    def _refusal(self, caller: CountedCall, meter: _Meter, seconds: int) -> QuotaExceeded | None:
        limits = self.limits_of(caller)
        if meter.minute_count >= limits.per_minute:
            return QuotaExceeded(
                slug=caller.slug,
                window="minute",
                most=limits.per_minute,
                retry_after_seconds=60 - seconds % 60,
            )
        if meter.day_count >= limits.per_day:
            return QuotaExceeded(
                slug=caller.slug,
                window="day",
                most=limits.per_day,
                retry_after_seconds=DAY_SECONDS - seconds % DAY_SECONDS,
            )
        return None

    def _turned(self, app_id: int, minute: int, day: int) -> _Meter:
        """The app's meter, brought to this minute and day."""
        meter = self._meters.get(app_id)
        if meter is None:
            meter = self._meters[app_id] = _Meter(minute, day)
        if meter.day != day:
            if meter.unflushed:
                ended = (app_id, meter.day)
                self._ended_days[ended] = self._ended_days.get(ended, 0) + meter.unflushed
            meter.day, meter.day_count, meter.unflushed = day, 0, 0
        meter.minute, meter.minute_count = minute, 0
        return meter

    def _take(self) -> tuple[dict[tuple[int, int], int], dict[int, datetime]]:
        taken, self._ended_days = self._ended_days, {}
        for app_id, meter in self._meters.items():
            if meter.unflushed:
                key = (app_id, meter.day)
                taken[key] = taken.get(key, 0) + meter.unflushed
                meter.unflushed = 0
        keys_used_at, self._keys_used_at = self._keys_used_at, {}
        return taken, keys_used_at

    def _put_back(
        self, taken: Mapping[tuple[int, int], int], keys_used_at: Mapping[int, datetime]
    ) -> None:
        for (app_id, day), count in taken.items():
            meter = self._meters[app_id]
            if meter.day == day:
                meter.unflushed += count
            else:
                self._ended_days[app_id, day] = self._ended_days.get((app_id, day), 0) + count
        self._keys_used_at = {**keys_used_at, **self._keys_used_at}


def _day_text(day: int) -> str:
    return date.fromordinal(_EPOCH_ORDINAL + day).isoformat()
