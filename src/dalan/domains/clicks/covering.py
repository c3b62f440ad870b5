"""A stretch of time put together from few rows: months, days, quarters and minutes that lie in it
whole, and at its two ends single clicks.

What is not kept any more cannot be cut: a minute or a quarter then belongs where it begins. So
stretches that follow one another never count a click twice, and miss none.
"""

from datetime import datetime
from typing import Final

import msgspec

from dalan.domains.clicks.periods import (
    DAY,
    MINUTE,
    MINUTE_US,
    MONTH,
    QUARTER,
    first_minute,
    number_of,
)
from dalan.domains.clicks.tables import Kept
from dalan.kernel.db.types import microseconds_of

QUARTER_MINUTES: Final = 15


class Piece(msgspec.Struct, frozen=True):
    """Periods of one level, from the first to before the last."""

    level: int
    first: int
    last: int


class Cover(msgspec.Struct):
    """What a time is made of; ``single`` are stretches of microseconds, ends left out."""

    pieces: list[Piece]
    single: list[tuple[int, int]]


class Horizon(msgspec.Struct, frozen=True):
    """The first minute from which on single clicks, and minutes, are kept. Both begin a quarter."""

    clicks_from: int
    minutes_from: int

    @classmethod
    def of(cls, kept: Kept | None) -> "Horizon":
        """Nothing was ever dropped where nothing is said."""
        if kept is None:
            return cls(-(1 << 62), -(1 << 62))
        return cls(*(_up(_minute(one), 15) * 15 for one in (kept.clicks_from, kept.minutes_from)))


def cover(begin_us: int, end_us: int, horizon: Horizon) -> Cover:
    """Rows for the time from ``begin_us`` to before ``end_us``."""
    found = Cover([], [])
    if begin_us >= end_us:
        return found
    first = _first_minute_whole(begin_us, end_us, horizon, found)
    last = _last_minute_whole(first, begin_us, end_us, horizon, found)
    if first < last:
        _cover_minutes(first, last, found)
    return found


def _first_minute_whole(begin_us: int, end_us: int, horizon: Horizon, found: Cover) -> int:
    """Where whole rows begin; before it stand single clicks, if they are kept."""
    minute = begin_us // MINUTE_US
    unit = 1 if minute >= horizon.minutes_from else QUARTER_MINUTES
    first = _up(begin_us, unit * MINUTE_US) * unit
    if first * MINUTE_US > begin_us and minute >= horizon.clicks_from:
        found.single.append((begin_us, min(first * MINUTE_US, end_us)))
    return first


def _last_minute_whole(
    first: int, begin_us: int, end_us: int, horizon: Horizon, found: Cover
) -> int:
    """Where whole rows end, at or after ``first``."""
    minute = (end_us - 1) // MINUTE_US
    unit = 1 if minute >= horizon.minutes_from else QUARTER_MINUTES
    last = end_us // (unit * MINUTE_US) * unit
    if last < first or last * MINUTE_US == end_us:
        return last
    if minute >= horizon.clicks_from:
        found.single.append((max(last * MINUTE_US, begin_us), end_us))
        return last
    return last + unit


def _cover_minutes(first: int, last: int, found: Cover) -> None:
    """Whole minutes, by the coarsest rows there are."""
    bounds = first, last
    spans: list[tuple[int, int]] = [bounds]
    for level, coarser in ((MINUTE, QUARTER), (QUARTER, DAY), (DAY, MONTH)):
        begin, end = spans[-1]
        inner_begin = _up_to(coarser, begin)
        inner_end = first_minute(coarser, number_of(coarser, end))
        if inner_begin >= inner_end:
            _add(found, level, begin, end)
            return
        _add(found, level, begin, inner_begin)
        _add(found, level, inner_end, end)
        spans.append((inner_begin, inner_end))
    _add(found, MONTH, *spans[-1])


def _add(found: Cover, level: int, begin: int, end: int) -> None:
    if begin < end:
        found.pieces.append(Piece(level, number_of(level, begin), number_of(level, end)))


def _up_to(level: int, minute: int) -> int:
    """The beginning of the first period at or after that minute."""
    number = number_of(level, minute)
    begins = first_minute(level, number)
    return begins if begins == minute else first_minute(level, number + 1)


def _up(value: int, unit: int) -> int:
    return -(-value // unit)


def _minute(at: datetime) -> int:
    return microseconds_of(at) // MINUTE_US
