"""How often posts were shown, opened, asked about: kept by the day of Tehran, and in all.

Two count. ``count`` is for whoever is writing anyway and sees an event once (a chat that
begins, a number that is shown). ``Statistics`` is for what happens far more often than anything
is written (views, and impressions in lists): counted in memory, written in batches. Counts of all
processes meet in the database; a killed process loses what it counted since its last flush.

A visitor counts once for a post within ``WINDOW``. Who that was is known to the process only as
a keyed hash in its memory, which is never written: nothing personal is kept, and two processes
count the same visitor once each.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo

import msgspec

from dalan.domains.posts import statistics_queries as queries
from dalan.domains.posts.statistics_tables import Counts
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import Database, ReadTransaction, WriteTransaction
from dalan.kernel.repeating import Repeating

Counted = Literal["view", "impression", "chat", "contact"]
"""A page was opened, a card was shown in a list, a chat began, a number was asked for."""

COUNTED: Final[tuple[Counted, ...]] = get_args(Counted)

DAYS: Final = 7
"""How many days are told one by one, today among them (Kenar contract, ``Post_GetPostStats``)."""

WINDOW: Final = timedelta(minutes=30)
"""A visitor who comes back within it is the same visit."""

REMEMBERED_MAX: Final = 200_000
"""Visits a process remembers: some 40 MB at the most. The oldest are forgotten first."""

FLUSH_SECONDS: Final = 5.0

TEHRAN = ZoneInfo("Asia/Tehran")

_COLUMNS: Final[Mapping[Counted, str]] = {
    "view": "views", "impression": "impressions", "chat": "chats", "contact": "contacts"
}  # fmt: skip


class PostStatistics(msgspec.Struct, frozen=True):
    """A post's ``DAYS`` last days, oldest first, days without anything too; and all of its life."""

    days: dict[date, Counts]
    total: Counts


def day_of(at: datetime) -> date:
    """The day in Tehran: what people there mean by «today»."""
    return at.astimezone(TEHRAN).date()


async def count(
    tx: WriteTransaction, kind: Counted, post_id: int, *, times: int = 1, days_ago: int = 0
) -> None:
    """Count something that happened to a post just now (``days_ago`` is for a world that is being
    furnished), in the caller's transaction."""
    day = day_of(clock.now()) - timedelta(days=days_ago)
    await _add(tx, post_id, day, {kind: times})


async def statistics_of(tx: ReadTransaction, post_id: int) -> PostStatistics:
    """What was counted of a post. Views and impressions are some seconds behind."""
    today = day_of(clock.now())
    first = today - timedelta(days=DAYS - 1)
    counted = {
        one.day: one.counts
        for one in await queries.days_of.all(tx, post_id=post_id, first=first.isoformat())
    }
    total = await queries.total_of.one_or_none(tx, post_id=post_id)
    days = [first + timedelta(days=number) for number in range(DAYS)]
    return PostStatistics(
        days={day: counted.get(day.isoformat(), Counts()) for day in days},
        total=total.counts if total else Counts(),
    )


async def purge_statistics(tx: WriteTransaction, *, keep: timedelta) -> None:
    """Forget single days that are older; what they add up to stays with the post."""
    before = day_of(clock.now() - keep)
    await queries.forget_days_before.execute(tx, before=before.isoformat())


class Statistics:
    """The counters of one process. Built, started and stopped by the composition root."""

    def __init__(self, db: Database, keys: Keyring) -> None:
        self._db, self._keys = db, keys
        self._counts: dict[tuple[int, date], dict[Counted, int]] = {}
        self._visits: OrderedDict[tuple[Counted, int, bytes], datetime] = OrderedDict()
        self._flushing = asyncio.Lock()
        self._flushes = Repeating("statistics of posts", self.flush, seconds=FLUSH_SECONDS)

    def count(self, kind: Counted, post_ids: Iterable[int], *, visitor: str) -> None:
        """Count once for each of the posts this visitor did not come to within ``WINDOW``.

        ``visitor`` is whatever tells visitors apart, such as a session; it is not kept.
        """
        now = clock.now()
        day = day_of(now)
        who = self._keys.secret_mac(visitor, "visits of posts")[:8]
        for post_id in post_ids:
            if self._is_new(kind, post_id, who, now):
                of_day = self._counts.setdefault((post_id, day), {})
                of_day[kind] = of_day.get(kind, 0) + 1

    async def start(self) -> None:
        """Flush every few seconds until ``stop``."""
        await self._flushes.start()

    async def stop(self) -> None:
        """Write what is left."""
        await self._flushes.stop()
        await self.flush()

    async def forget(self) -> None:
        """Drop what was noted: another world takes the place of this one."""
        async with self._flushing:
            self._counts, self._visits = {}, OrderedDict()

    async def flush(self) -> None:
        """Write what gathered, in one unit of work; when that fails, it waits for the next."""
        async with self._flushing:
            taken, self._counts = self._counts, {}
            if not taken:
                return
            try:
                async with self._db.write() as tx:
                    # In one order everywhere: two processes never wait for each other's rows.
                    for (post_id, day), counts in sorted(taken.items(), key=lambda one: one[0]):
                        await _add(tx, post_id, day, counts)
            except BaseException:
                self._put_back(taken)
                raise

    def _is_new(self, kind: Counted, post_id: int, who: bytes, now: datetime) -> bool:
        visit = (kind, post_id, who)
        before = self._visits.get(visit)
        # A window begins with a count and is not prolonged: who reloads all day counts again.
        if before is not None and timedelta() <= now - before < WINDOW:
            return False
        self._visits[visit] = now
        self._visits.move_to_end(visit)
        while len(self._visits) > REMEMBERED_MAX:
            self._visits.popitem(last=False)
        return True

    def _put_back(self, taken: Mapping[tuple[int, date], Mapping[Counted, int]]) -> None:
        for place, counts in taken.items():
            of_day = self._counts.setdefault(place, {})
            for kind, times in counts.items():
                of_day[kind] = of_day.get(kind, 0) + times


async def _add(
    tx: WriteTransaction, post_id: int, day: date, counts: Mapping[Counted, int]
) -> None:
    added = {column: counts.get(kind, 0) for kind, column in _COLUMNS.items()}
    await queries.add_to_day.execute(tx, post_id=post_id, day=day.isoformat(), **added)
    await queries.add_to_total.execute(tx, post_id=post_id, **added)
