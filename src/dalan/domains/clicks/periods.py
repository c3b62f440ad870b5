"""Minutes, quarters of an hour, days and months of UTC, each by its number since the epoch.

A month's number is its year times twelve and more; minutes are what all are told in.
"""

from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from dalan.kernel.db.types import microseconds_of

Level = Literal[0, 1, 2, 3]
MINUTE, QUARTER, DAY, MONTH = 0, 1, 2, 3

MINUTES_OF: Final = {MINUTE: 1, QUARTER: 15, DAY: 1_440}
MINUTE_US: Final = 60_000_000
QUARTERS_OF_DAY: Final = 96

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_MONTHS: Final = 1970 * 12


def minute_of(at_us: int) -> int:
    """The minute a moment is in."""
    return at_us // MINUTE_US


def number_of(level: int, minute: int) -> int:
    """The period of that level which the minute is in."""
    if level == MONTH:
        at = datetime.fromtimestamp(minute * 60, UTC)
        return at.year * 12 + at.month - 1 - _EPOCH_MONTHS
    return minute // MINUTES_OF[level]


def first_minute(level: int, number: int) -> int:
    """When a period begins."""
    if level == MONTH:
        year, month = divmod(number + _EPOCH_MONTHS, 12)
        return microseconds_of(datetime(year, month + 1, 1, tzinfo=UTC)) // MINUTE_US
    return number * MINUTES_OF[level]


def moment(minute: int) -> datetime:
    """The beginning of a minute."""
    return datetime.fromtimestamp(minute * 60, UTC)


def exact_moment(at_us: int) -> datetime:
    """The moment of so many microseconds since the epoch."""
    return _EPOCH + timedelta(microseconds=at_us)
