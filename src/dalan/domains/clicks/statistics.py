"""What is asked of clicks, answered from sums: the cost is the same for ten and ten million.

Source: pod-links.md 4.5; decision 0040.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from dalan.domains.clicks import periods, queries, reading_queries
from dalan.domains.clicks.counters import OTHER, UNKNOWN, Counts, Names, Seen
from dalan.domains.clicks.covering import Cover, Horizon, cover
from dalan.domains.clicks.periods import DAY, MINUTE, MINUTE_US, MONTH, QUARTER, QUARTERS_OF_DAY
from dalan.domains.clicks.tables import BOT, COUNTED, Click
from dalan.kernel.db import ReadTransaction
from dalan.kernel.db.types import microseconds_of

RANKED_MAX: Final = 100
DAY_MINUTES: Final = 1_440


async def report(
    tx: ReadTransaction, link_ids: Sequence[int], begin: datetime, end: datetime
) -> Counts:
    """Everything that is told of the clicks of these links from ``begin`` to before ``end``, as one
    sum. Every dimension sums to ``clicks``; of long tails the least are ``Other``."""
    total = Counts()
    found = await _cover(tx, begin, end)
    for piece in found.pieces:
        span = {"link_ids": list(link_ids), "first": piece.first, "last": piece.last}
        if piece.level == MINUTE:
            rows = await reading_queries.minutes.all(tx, **span)
        else:
            rows = await reading_queries.sums.all(tx, **span, level=piece.level)
        for row in rows:
            total.unite_row(row.clicks, row.bots, row.detail)
    for first_us, last_us in found.single:
        for *told, visitor in await reading_queries.clicks_within.all(
            tx, link_ids=list(link_ids), begin=_moment(first_us), end=_moment(last_us)
        ):
            _add_single(total, Click(*told), visitor)
    return total


async def series(
    tx: ReadTransaction, link_ids: Sequence[int], starts: Sequence[datetime], end: datetime
) -> dict[int, list[int]]:
    """How often each link was clicked from each of ``starts`` to before the next, the last to
    ``end``. All but the first and ``end`` begin a minute."""
    counted = {link_id: [0] * len(starts) for link_id in link_ids}
    if not starts:
        return counted
    bounds = [microseconds_of(one) for one in (*starts, end)]
    horizon = Horizon.of(await queries.kept.one_or_none(tx))
    level = _grid(bounds[1:-1])
    # Between bounds that all begin a period of one level rows are read at once; the first and the
    # last stretch, where they end elsewhere, are put together each by itself.
    is_daily = level == QUARTER and _shortest(bounds[1:-1]) >= DAY_MINUTES * MINUTE_US
    least_us = DAY_MINUTES * MINUTE_US if is_daily else 0
    first = 0 if _is_on(level, bounds[0]) and bounds[1] - bounds[0] >= least_us else 1
    last = len(starts)
    if not _is_on(level, bounds[-1]) or bounds[-1] - bounds[-2] < least_us:
        last -= 1
    if last - first < 2:
        first = last = len(starts)
    for n in (*range(first), *range(last, len(starts))):
        of_stretch = await _counted(tx, link_ids, cover(bounds[n], bounds[n + 1], horizon))
        for link_id, clicks in of_stretch.items():
            counted[link_id][n] += clicks
    if first < last:
        minutes = [at // MINUTE_US for at in bounds[first : last + 1]]
        await _by_bounds(tx, link_ids, level, minutes, horizon, counted, first)
    return counted


def ranked(names: Mapping[str, int], *, most: int = RANKED_MAX) -> list[tuple[str, int]]:
    """Names as they are told: ``Unknown`` first, then the largest by their clicks and their names,
    and of more than ``most`` the rest together, last."""
    known = [one for one in names.items() if one[0] not in (UNKNOWN, OTHER) and one[1]]
    known.sort(key=lambda one: (-one[1], one[0]))
    rest = names.get(OTHER, 0) + sum(times for _, times in known[most:])
    unknown = names.get(UNKNOWN, 0)
    return [
        *([(UNKNOWN, unknown)] if unknown else []),
        *known[:most],
        *([(OTHER, rest)] if rest else []),
    ]


def ranked_places(
    places: Mapping[str, Names], *, most: int = RANKED_MAX
) -> list[tuple[str, int, list[tuple[str, int]]]]:
    """Countries as ``ranked``, each with its cities; those of the rest are not told."""
    sums = {country: sum(cities.values()) for country, cities in places.items()}
    return [
        (country, clicks, ranked(cities, most=most) if cities else [(OTHER, clicks)])
        for country, clicks in ranked(sums, most=most)
        for cities in (places.get(country, {}) if country != OTHER else {},)
    ]


async def _cover(tx: ReadTransaction, begin: datetime, end: datetime) -> Cover:
    horizon = Horizon.of(await queries.kept.one_or_none(tx))
    return cover(microseconds_of(begin), microseconds_of(end), horizon)


def _add_single(total: Counts, click: Click, visitor: int) -> None:
    if click.standing != COUNTED:
        total.bots += 1
    if click.standing != BOT:
        seen = Seen(
            click.country, click.city, click.referrer, click.browser, click.os, click.device,
            click.language, click.source,
        )  # fmt: skip
        total.add(seen, 1)
        total.visitors.add([visitor])


async def _counted(tx: ReadTransaction, link_ids: Sequence[int], found: Cover) -> dict[int, int]:
    """Clicks by link, from as few rows as may be."""
    clicks = dict.fromkeys(link_ids, 0)
    for piece in found.pieces:
        for link_id, _, times in await _rows(tx, link_ids, piece.level, piece.first, piece.last):
            clicks[link_id] += times
    for first_us, last_us in found.single:
        for link_id, _ in await _moments(tx, link_ids, first_us, last_us):
            clicks[link_id] += 1
    return clicks


async def _by_bounds(
    tx: ReadTransaction,
    link_ids: Sequence[int],
    level: int,
    minutes: list[int],
    horizon: Horizon,
    counted: dict[int, list[int]],
    offset: int,
) -> None:
    """Add clicks between bounds that begin periods of the level."""
    rows: Iterable[tuple[int, int, int]]
    if level == MINUTE:
        rows = await _fine(tx, link_ids, minutes[0], minutes[-1], horizon)
    elif level == QUARTER and _shortest(minutes) >= DAY_MINUTES:
        await _by_days(tx, link_ids, minutes, counted, offset)
        return
    else:
        first, last = (periods.number_of(level, minutes[n]) for n in (0, -1))
        found = await _rows(tx, link_ids, level, first, last)
        starts = {start: periods.first_minute(level, start) for start in {row[1] for row in found}}
        rows = [(link_id, starts[start], clicks) for link_id, start, clicks in found]
    for link_id, minute, clicks in rows:
        counted[link_id][offset + bisect_right(minutes, minute) - 1] += clicks


def _grid(bounds: Sequence[int]) -> int:
    """The coarsest level all these moments begin a period of."""
    for level in (MONTH, DAY, QUARTER):
        if all(_is_on(level, one) for one in bounds):
            return level
    assert all(_is_on(MINUTE, one) for one in bounds), "only the ends lie within a minute"
    return MINUTE


def _is_on(level: int, at_us: int) -> bool:
    minute, rest = divmod(at_us, MINUTE_US)
    return not rest and periods.first_minute(level, periods.number_of(level, minute)) == minute


def _shortest(bounds: Sequence[int]) -> int:
    """The shortest stretch between two of these; 0 where there is none."""
    return min((later - earlier for earlier, later in pairwise(bounds)), default=0)


async def _by_days(
    tx: ReadTransaction,
    link_ids: Sequence[int],
    minutes: Sequence[int],
    counted: dict[int, list[int]],
    offset: int,
) -> None:
    """Days and longer of a zone that is not UTC: whole days of UTC, and at every bound the quarters
    between it and the nearest midnight."""
    midnights = [round(minute / DAY_MINUTES) for minute in minutes]
    spans = [
        sorted((minute // 15, midnight * QUARTERS_OF_DAY))
        for minute, midnight in zip(minutes, midnights, strict=True)
    ]
    quarters = [quarter for first, last in spans for quarter in range(first, last)]
    days = await _rows(tx, link_ids, DAY, midnights[0], midnights[-1])
    for link_id, day, clicks in days:
        counted[link_id][offset + bisect_right(midnights, day) - 1] += clicks
    found = [
        row
        for link_id in link_ids  # one by one: of several SQLite looks every place up for each anew
        for row in await reading_queries.quarters_by_day.all(
            tx, link_ids=[link_id], level=QUARTER, starts=quarters
        )
    ]
    # Bounds are a day apart or more, so the quarters of one day are of one bound.
    bound_of = {
        first // QUARTERS_OF_DAY: (n, 1 if minutes[n] // 15 == first else -1)
        for n, (first, last) in enumerate(spans)
        if first < last
    }
    for link_id, day, clicks in found:
        n, sign = bound_of[day]
        # Those after a bound and before midnight are of the bucket that begins there, and were
        # counted with the day in the one before; those after midnight the other way round.
        if n < len(minutes) - 1:
            counted[link_id][offset + n] += sign * clicks
        if n > 0:
            counted[link_id][offset + n - 1] -= sign * clicks


async def _rows(
    tx: ReadTransaction, link_ids: Sequence[int], level: int, first: int, last: int
) -> list[tuple[int, int, int]]:
    span = {"link_ids": list(link_ids), "first": first, "last": last}
    if level == MINUTE:
        return await reading_queries.minute_counts.all(tx, **span)
    return await reading_queries.counts.all(tx, **span, level=level)


async def _fine(
    tx: ReadTransaction, link_ids: Sequence[int], first: int, last: int, horizon: Horizon
) -> list[tuple[int, int, int]]:
    """Clicks by the minute: from minutes where they are kept, else one by one, else by the
    quarter."""
    coarse_until = min(max(first, min(horizon.clicks_from, horizon.minutes_from)), last)
    single_until = min(max(coarse_until, horizon.minutes_from), last)
    rows = (
        [
            (link_id, quarter * 15, clicks)
            for link_id, quarter, clicks in await _rows(
                tx, link_ids, QUARTER, -(-first // 15), -(-coarse_until // 15)
            )
        ]
        if first < coarse_until
        else []
    )
    if coarse_until < single_until:
        rows += [
            (link_id, microseconds_of(at) // MINUTE_US, 1)
            for link_id, at in await _moments(
                tx, link_ids, coarse_until * MINUTE_US, single_until * MINUTE_US
            )
        ]
    if single_until < last:
        rows += await _rows(tx, link_ids, MINUTE, single_until, last)
    return rows


async def _moments(
    tx: ReadTransaction, link_ids: Sequence[int], first_us: int, last_us: int
) -> list[tuple[int, datetime]]:
    return await reading_queries.moments_within.all(
        tx, link_ids=list(link_ids), begin=_moment(first_us), end=_moment(last_us), but=BOT
    )


def _moment(at_us: int) -> datetime:
    return periods.exact_moment(at_us)
