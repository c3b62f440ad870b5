"""What is kept for how long: single clicks and minutes go, sums stay, and no total changes.

What is dropped stands in coarser sums already. First it is written from when on finer ones are
there, so that nobody asks for half of a time; then the rows go, a few at once.
"""

from collections import defaultdict
from datetime import timedelta
from functools import partial
from typing import Final

from dalan.domains.clicks import periods, queries
from dalan.domains.clicks.adding import SHARD_LOCK, SHARDS
from dalan.domains.clicks.counters import Counts
from dalan.domains.clicks.periods import DAY, MONTH, QUARTER
from dalan.kernel import clock
from dalan.kernel.db import Database, WriteTransaction
from dalan.kernel.db.types import microseconds_of

ROWS_AT_ONCE: Final = 2_000
PERIODS_AT_ONCE: Final = 200
SETTLED_AFTER: Final = timedelta(days=2)
"""After so long hardly a click comes late, and rows of several machines are made one."""

WRITERS_KEPT: Final = timedelta(days=30)
"""How far a journal was read is remembered longer than any journal lies about."""


async def keep(db: Database, *, clicks: timedelta, minutes: timedelta) -> None:
    """Drop single clicks and minutes that are older, and make one of what several machines added
    to. Safe to be cut short anywhere, and to run in several processes."""
    now_minute = periods.minute_of(microseconds_of(clock.now()))
    clicks_from = now_minute - clicks // timedelta(minutes=1)
    minutes_from = (now_minute - minutes // timedelta(minutes=1)) // 15 * 15

    async def begin(tx: WriteTransaction) -> tuple[int, int]:
        was = await queries.kept.one_or_none(tx)
        wanted = periods.moment(clicks_from), periods.moment(minutes_from)
        if was is not None:  # what is gone does not come back when the setting grows
            wanted = max(was.clicks_from, wanted[0]), max(was.minutes_from, wanted[1])
        await queries.set_kept.execute(tx, id=1, clicks_from=wanted[0], minutes_from=wanted[1])
        await queries.purge_progress.execute(tx, before=clock.machine() - WRITERS_KEPT)
        return tuple(periods.minute_of(microseconds_of(one)) for one in wanted)  # type: ignore[return-value]  # two of them

    clicks_from, minutes_from = await db.transact(begin)

    async def drop_clicks(tx: WriteTransaction) -> int:
        return await queries.purge_clicks.execute(
            tx, before=periods.moment(clicks_from), most=ROWS_AT_ONCE
        )

    async def drop_minutes(tx: WriteTransaction) -> int:
        return await queries.purge_minutes.execute(
            tx, before_minute=minutes_from, most=ROWS_AT_ONCE
        )

    works = [drop_clicks, drop_minutes]
    if db.engine != "sqlite":
        works += [partial(join, level=level) for level in (QUARTER, DAY, MONTH)]
    for work in works:
        touched = 1
        while touched:
            touched = await db.transact(work)


async def join(tx: WriteTransaction, *, level: int) -> int:
    """Make one row of some periods that have several; answers how many."""
    settled = periods.minute_of(microseconds_of(clock.now() - SETTLED_AFTER))
    before = periods.number_of(level, settled)
    found = await queries.scattered.all(
        tx, before_start=before, of_level=level, most=PERIODS_AT_ONCE
    )
    if not found:
        return 0
    for shard in range(SHARDS):  # in their order, so that two of us never wait crosswise
        await queries.lock_shard.scalar(tx, key=SHARD_LOCK + shard)
    wanted = {(link_id, start) for link_id, _, start in found}
    rows = await queries.shards_of.all(
        tx, link_ids=sorted({one for one, _ in wanted}), level=level,
        starts=sorted({one for _, one in wanted}),
    )  # fmt: skip
    counts: defaultdict[tuple[int, int], Counts] = defaultdict(Counts)
    for row in rows:
        if (row.link_id, row.start) in wanted:
            counts[row.link_id, row.start].unite_row(row.clicks, row.bots, row.detail)
    for (link_id, start), one in sorted(counts.items()):
        await queries.drop_shards.execute(
            tx, link_id=link_id, level=level, start=start, shard_over=0
        )
        await queries.put_sum.execute(
            tx, link_id=link_id, level=level, start=start, shard=0, clicks=one.clicks,
            bots=one.bots, detail=one.detail(),
        )  # fmt: skip
    return len(wanted)
