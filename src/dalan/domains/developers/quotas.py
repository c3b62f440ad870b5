"""How often apps call, counted in memory and written in batches.

Every call is counted on its own path, so counting costs about a microsecond and writes
nothing; ``flush`` adds what gathered to ``app_usage``, which all processes share. A killed
process loses the calls of one interval from the count, never anything else.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from dalan.domains.developers import queries
from dalan.domains.developers.errors import QuotaExceeded
from dalan.domains.developers.events import QuotaNeared
from dalan.domains.developers.tables import AppKind
from dalan.kernel import clock, outbox
from dalan.kernel.db import Database, ReadTransaction
from dalan.kernel.repeating import Repeating

FLUSH_SECONDS = 5.0
DAY_SECONDS = 86_400

WARN_AT_PERCENT = (80, 100)
"""Shares of a limit that an app's team is told of. Source: kenar.md 10.1 (80 % of the day)."""

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
    def key_id(self) -> int | None: ...


class _Meter:
    """One app's counts; ``unflushed`` of ``day_count`` are not in the database yet.

    ``minute_most`` is the busiest minute since the last flush, ``limits`` what held then.
    """

    __slots__ = ("day", "day_count", "limits", "minute", "minute_count", "minute_most", "unflushed")

    def __init__(self, minute: int, day: int) -> None:
        self.limits: Limits | None = None
        self.minute, self.minute_count, self.minute_most = minute, 0, 0
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
        self._used_up: dict[int, int] = {}
        self._announced: set[QuotaNeared] = set()
        self._flushing = asyncio.Lock()
        self._flushes = Repeating("usage of apps", self.flush, seconds=FLUSH_SECONDS)

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
            meter.limits = self.limits_of(caller)
        if self._used_up.get(caller.app_id) == day:
            return self._day_exceeded(caller, meter.limits or self.limits_of(caller), seconds)
        if self.rules.enforced and (refusal := self._refusal(caller, meter, seconds)) is not None:
            return refusal
        meter.minute_count += 1
        meter.day_count += 1
        meter.unflushed += 1
        if caller.key_id is not None:  # who calls with a token alone has none
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

    def use_up(self, app_id: int) -> None:
        """Refuse whatever the app calls until this day ends, enforced or not. For dev worlds; in
        this process's memory."""
        self._used_up[app_id] = int(clock.now().timestamp()) // DAY_SECONDS

    def give_back(self) -> None:
        """Take every ``use_up`` back."""
        self._used_up.clear()

    async def start(self) -> None:
        """Go on from what was counted today, and flush every few seconds until ``stop``."""
        await self.recount()
        await self._flushes.start()

    async def stop(self) -> None:
        """Write what is left; nothing may be counted afterwards."""
        await self._flushes.stop()
        await self.flush()

    async def forget(self) -> None:
        """Drop what was counted: another world takes the place of this one."""
        async with self._flushing:
            self._meters.clear()
            self._ended_days.clear()
            self._keys_used_at.clear()
            self._announced.clear()

    async def recount(self) -> None:
        """Go on from what was counted today."""
        async with self._db.look() as tx:
            await self._load(tx)

    async def flush(self) -> None:
        """Write what gathered, in one unit of work of its own.

        When that fails, nothing is lost: it is all there for the next time.
        """
        async with self._flushing:
            taken, keys_used_at = self._take()
            if not taken and not keys_used_at:
                return
            totals: dict[tuple[int, int], int] = {}
            neared: list[QuotaNeared] = []
            try:
                async with self._db.write() as tx:
                    # In one order everywhere: two processes never wait for each other's rows.
                    for (app_id, day), count in sorted(taken.items()):
                        totals[app_id, day] = await queries.add_usage.scalar(
                            tx, app_id=app_id, day=_day_text(day), count=count
                        )
                        for fact in self._neared(app_id, day, totals[app_id, day]):
                            await outbox.record(tx, fact)
                            neared.append(fact)
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
            self._remember(neared)
            for (app_id, day), total in totals.items():
                meter = self._meters[app_id]
                if meter.day == day:
                    meter.day_count = total + meter.unflushed

    async def _load(self, tx: ReadTransaction) -> None:
        seconds = int(clock.now().timestamp())
        day = seconds // DAY_SECONDS
        for usage in await queries.usage_on.all(tx, day=_day_text(day)):
            meter = self._meters.setdefault(usage.app_id, _Meter(seconds // 60, day))
            meter.day_count = usage.count + meter.unflushed

    def _neared(self, app_id: int, day: int, day_total: int) -> list[QuotaNeared]:
        """Shares of an app's limits that it passed, and that this process has not told of today.

        Found at a flush and not at the call: counting stays as cheap as it was. A share passed
        is told though no call was refused, so that it is heard of before one is.
        """
        meter = self._meters[app_id]
        if meter.limits is None or meter.day != day:
            return []
        most = meter.limits
        busiest = max(meter.minute_most, meter.minute_count)
        told = []
        for window, count, limit in (
            ("minute", busiest, most.per_minute),
            ("day", day_total, most.per_day),
        ):
            for percent in WARN_AT_PERCENT:
                fact = QuotaNeared(app_id, window, percent, limit, _day_text(day))
                if count * 100 >= limit * percent and fact not in self._announced:
                    told.append(fact)
        return told

    def _remember(self, neared: list[QuotaNeared]) -> None:
        """Written: not to be told again today."""
        for meter in self._meters.values():
            meter.minute_most = 0
        if neared:
            day = neared[-1].day
            self._announced = {one for one in self._announced if one.day == day} | set(neared)

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
            return self._day_exceeded(caller, limits, seconds)
        return None

    def _day_exceeded(self, caller: CountedCall, limits: Limits, seconds: int) -> QuotaExceeded:
        return QuotaExceeded(
            slug=caller.slug,
            window="day",
            most=limits.per_day,
            retry_after_seconds=DAY_SECONDS - seconds % DAY_SECONDS,
        )

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
        meter.minute_most = max(meter.minute_most, meter.minute_count)
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
