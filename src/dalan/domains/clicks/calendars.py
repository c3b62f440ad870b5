"""Where the stretches of a plot begin, in any zone: minutes, quarters, hours, days and months."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, Literal, get_args

from dalan.errors import Invalid

StretchKind = Literal["minute", "quarter", "hour", "day", "month"]

STRETCH_KINDS: Final[tuple[StretchKind, ...]] = get_args(StretchKind)
STRETCHES_MAX: Final = 750

_STEPS: Final = {
    "minute": timedelta(minutes=1),
    "quarter": timedelta(minutes=15),
    "hour": timedelta(hours=1),
}


class TooManyStretches(Invalid):
    """So long a time is not told in such small stretches."""

    code = "clicks.too_many_stretches"


def starts(kind: StretchKind, begin: datetime, end: datetime, zone: tzinfo) -> list[datetime]:
    """The beginnings of all stretches that touch the time from ``begin`` to before ``end``, as the
    clocks and the Gregorian calendar of ``zone`` cut them. Raises TooManyStretches."""
    found: list[datetime] = []
    at = _floor(kind, begin.astimezone(zone))
    while at < end:
        if len(found) == STRETCHES_MAX:
            raise TooManyStretches(f"at most {STRETCHES_MAX} stretches are told at once")
        found.append(at)
        at = _after(kind, at)
    return found


def _floor(kind: StretchKind, at: datetime) -> datetime:
    if kind in _STEPS:
        past = timedelta(minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
        return at - past % _STEPS[kind]
    at = at.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return at if kind == "day" else at.replace(day=1)


def _after(kind: StretchKind, at: datetime) -> datetime:
    if kind in _STEPS:  # through UTC: an hour is an hour, also when clocks are put back
        return (at.astimezone(UTC) + _STEPS[kind]).astimezone(at.tzinfo)
    if kind == "day":
        return at + timedelta(days=1)
    return at.replace(year=at.year + at.month // 12, month=at.month % 12 + 1)
