"""Writing clicks down: a row for each, and the sums they belong to, in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from dalan.domains.clicks import periods, queries
from dalan.domains.clicks.counters import Counts, Seen
from dalan.domains.clicks.events import Drained
from dalan.domains.clicks.parsing import Parser
from dalan.domains.clicks.periods import DAY, MINUTE, MONTH, QUARTER
from dalan.domains.clicks.records import SOURCES, Block
from dalan.domains.clicks.tables import BOT, COUNTED, COUNTED_BOT
from dalan.kernel import outbox
from dalan.kernel.db import WriteTransaction
from dalan.kernel.db.types import microseconds_of

SHARD_LOCK: Final = 0x64_6C_6E_63_6C_6B_00_00
"""Advisory locks of PostgreSQL: this, and a shard's number."""

SHARDS: Final = 16

_FACT_LINKS_MAX: Final = 1_000


class _Bucket:
    """Clicks of one link in one minute, before anything is summed."""

    __slots__ = ("bots", "seen", "visitors")

    def __init__(self) -> None:
        self.seen: dict[Seen, int] = {}
        self.visitors: set[int] = set()
        self.bots = 0

    def counts(self) -> Counts:
        counts = Counts()
        for seen, times in self.seen.items():
            counts.add(seen, times)
        counts.bots = self.bots
        counts.visitors.add(self.visitors)
        return counts


class Prepared:
    """Clicks read and grouped: all that can be done before there is a transaction."""

    __slots__ = ("buckets", "rows")

    def __init__(self, blocks: Iterable[Block], parser: Parser) -> None:
        self.rows: list[dict[str, Any]] = []
        self.buckets: defaultdict[tuple[int, int], _Bucket] = defaultdict(_Bucket)
        for block in blocks:
            at = periods.exact_moment(block.at)
            minute = periods.minute_of(block.at)
            for noted in block.clicks:
                link_id, visit = noted.link_id, noted.visit
                seen, is_bot = parser.seen(visit, noted.head, SOURCES[noted.source])
                bucket = self.buckets[link_id, minute]
                standing = COUNTED
                if is_bot:
                    bucket.bots += 1
                    standing = COUNTED_BOT if parser.counts_bots else BOT
                if standing != BOT:
                    bucket.seen[seen] = bucket.seen.get(seen, 0) + 1
                    bucket.visitors.add(visit.visitor)
                self.rows.append(_row(link_id, at, standing, seen, visit.visitor))


async def add(tx: WriteTransaction, clicks: Prepared, *, shard: int) -> int:
    """Write these clicks down and count them; answers how many. Those of links that are gone are
    dropped. The caller owns the transaction, and sees to it that they come once."""
    rows = clicks.rows
    buckets: Mapping[tuple[int, int], _Bucket] = clicks.buckets
    ids = {link_id for link_id, _ in buckets}
    groups = dict(await queries.groups_of.all(tx, link_ids=sorted(ids)))
    if len(groups) < len(ids):
        rows = [row for row in rows if row["link_id"] in groups]
        buckets = {key: one for key, one in buckets.items() if key[0] in groups}
    if not rows:
        return 0
    await queries.add_click.execute_many(tx, rows)
    if tx.engine != "sqlite":
        await queries.lock_shard.scalar(tx, key=SHARD_LOCK + shard)
    await _add_sums(tx, buckets, shard)
    await _add_totals(tx, buckets, groups)
    return len(rows)


def _row(link_id: int, at: datetime, standing: int, seen: Seen, visitor: int) -> dict[str, Any]:
    return {
        "link_id": link_id, "at": at, "standing": standing, "source": seen.source,
        "country": seen.country, "city": seen.city, "referrer": seen.referrer,
        "browser": seen.browser, "os": seen.os, "device": seen.device,
        "language": seen.language, "visitor": visitor,
    }  # fmt: skip


async def _add_sums(
    tx: WriteTransaction, buckets: Mapping[tuple[int, int], _Bucket], shard: int
) -> None:
    """Add to the rows of every level; a level is made of the one below it."""
    kept = await queries.kept.one_or_none(tx)
    minutes_from = None if kept is None else periods.minute_of(microseconds_of(kept.minutes_from))
    found = {key: bucket.counts() for key, bucket in buckets.items()}
    minutes = {
        key: counts
        for key, counts in found.items()
        if minutes_from is None or key[1] >= minutes_from
    }
    if minutes:
        await _add_level(tx, MINUTE, minutes, shard)
    first = {key: key[1] for key in found}
    for level in (QUARTER, DAY, MONTH):
        coarser: dict[tuple[int, int], Counts] = {}
        firsts: dict[tuple[int, int], int] = {}
        joined: set[tuple[int, int]] = set()
        for key, counts in found.items():
            minute = first[key]
            upper = key[0], periods.number_of(level, minute)
            if upper not in coarser:
                coarser[upper] = counts  # which alone stands for both, until another comes
            elif upper in joined:
                coarser[upper].unite(counts)
            else:
                joined.add(upper)
                coarser[upper] = _both(coarser[upper], counts)
            firsts[upper] = minute
        found, first = coarser, firsts
        await _add_level(tx, level, found, shard)


async def _add_level(
    tx: WriteTransaction, level: int, more: Mapping[tuple[int, int], Counts], shard: int
) -> None:
    link_ids = sorted({link_id for link_id, _ in more})
    starts = [start for _, start in more]
    of_rows = {"link_ids": link_ids, "first": min(starts), "last": max(starts), "shard": shard}
    if level == MINUTE:
        rows = await queries.minutes_at.all(tx, **of_rows)
        put, of_level = queries.put_minute, {}
    else:
        rows = await queries.sums_at.all(tx, **of_rows, level=level)
        put, of_level = queries.put_sum, {"level": level}
    there = {(row.link_id, row.start): row for row in rows}
    written = []
    for key in sorted(more):
        counts = more[key]
        if (row := there.get(key)) is not None:
            counts = Counts()
            counts.unite_row(row.clicks, row.bots, row.detail)
            counts.unite(more[key])
        written.append({
            "link_id": key[0], "start": key[1], "shard": shard, "clicks": counts.clicks,
            "bots": counts.bots, "detail": counts.detail(), **of_level,
        })  # fmt: skip
    await put.execute_many(tx, written)


def _both(one: Counts, other: Counts) -> Counts:
    """Their sum, in one of its own."""
    both = Counts()
    both.unite(one)
    both.unite(other)
    return both


async def _add_totals(
    tx: WriteTransaction, buckets: Mapping[tuple[int, int], _Bucket], groups: Mapping[int, int]
) -> None:
    """Last, and in the order of their ids: every drainer adds to these rows, and holds them only
    until its commit."""
    clicks: defaultdict[int, int] = defaultdict(int)
    bots: defaultdict[int, int] = defaultdict(int)
    for (link_id, _), bucket in buckets.items():
        clicks[link_id] += sum(bucket.seen.values())
        bots[link_id] += bucket.bots
    await _announce(tx, clicks, groups)
    await queries.add_to_total.execute_many(
        tx,
        [
            {"clicked_id": link_id, "more_clicks": clicks[link_id], "more_bots": bots[link_id]}
            for link_id in sorted(clicks)
        ],
    )


async def _announce(
    tx: WriteTransaction, clicks: Mapping[int, int], groups: Mapping[int, int]
) -> None:
    group_ids = sorted({groups[link_id] for link_id in clicks})
    watched = [group_id for (group_id,) in await queries.watched.all(tx, group_ids=group_ids)]
    for group_id in watched:
        of_group = [one for one in sorted(clicks) if groups[one] == group_id and clicks[one]]
        for first in range(0, len(of_group), _FACT_LINKS_MAX):
            some = of_group[first : first + _FACT_LINKS_MAX]
            counts = {str(link_id): clicks[link_id] for link_id in some}
            await outbox.record(tx, Drained(group_id=group_id, counts=counts))
