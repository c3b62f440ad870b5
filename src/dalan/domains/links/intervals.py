"""Stretches of time that statistics are asked for, cut at minutes, hours, days and months of UTC.

Source: pod-links.md 4.5.
"""

from datetime import UTC, datetime, timedelta
from typing import Final, Literal, get_args

from dalan.domains.links.errors import InvalidLink

IntervalKind = Literal["minute", "hour", "day", "month"]

INTERVAL_KINDS: Final[tuple[IntervalKind, ...]] = get_args(IntervalKind)

WINDOW_MAX: Final[dict[IntervalKind, timedelta]] = {
    "minute": timedelta(hours=2),
    "hour": timedelta(weeks=1),
    "day": timedelta(days=31),
    "month": timedelta(days=7_305),
}
"""How long a time may be asked for at once; so long it is when no end is named."""


def window(
    kind: IntervalKind, begin: datetime | None, end: datetime | None, *, now: datetime
) -> tuple[datetime, datetime]:
    """Both ends of the time asked for, the missing ones filled in. Raises InvalidLink."""
    most = WINDOW_MAX[kind]
    try:
        if begin is None:
            end = end or now
            begin = end - most
        elif end is None:
            end = begin + most
    except OverflowError:
        raise InvalidLink("the time lies beyond the calendar", field="window") from None
    if not timedelta() <= end - begin <= most:
        raise InvalidLink("the time ends before it begins, or is too long", field="window")
    return begin, end


def starts(kind: IntervalKind, begin: datetime, end: datetime) -> list[datetime]:
    """The beginnings of all intervals that touch the time from ``begin`` to ``end``."""
    found: list[datetime] = []
    at = _floor(kind, begin.astimezone(UTC))
    while at <= end:
        found.append(at)
        at = _after(kind, at)
    return found if begin <= end else []


def _floor(kind: IntervalKind, at: datetime) -> datetime:
    at = at.replace(second=0, microsecond=0)
    if kind == "minute":
        return at
    at = at.replace(minute=0)
    if kind == "hour":
        return at
    at = at.replace(hour=0)
    return at if kind == "day" else at.replace(day=1)


def _after(kind: IntervalKind, at: datetime) -> datetime:
    if kind == "month":
        return at.replace(year=at.year + at.month // 12, month=at.month % 12 + 1)
    step = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
    return at + step[kind]
