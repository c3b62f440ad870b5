"""Moments as people type them: a day of either calendar, with or without a time of day.

``1405/09/30``, ``1405-09-30 14:30``, ``2026-12-21``, all in Tehran, in any digits. Years below 1700
are Jalali.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from dalan.kernel.text import fold_digits
from dalan.surfaces.html.i18n import Lang
from dalan.surfaces.html.numbers import TEHRAN, in_tehran

GREGORIAN_FROM: Final = 1700

_TYPED: Final = re.compile(
    r"(\d{4})[/\-.](\d{1,2})[/\-.](\d{1,2})(?:[ T,\u060c]+(\d{1,2}):(\d{2}))?", re.ASCII
)


def moment_in(text: str, *, end_of_day: bool = False) -> datetime | None:
    """The moment somebody typed, None for nothing; a day alone is its beginning, or its end.
    Raises ValueError."""
    plain = " ".join(fold_digits(text).split())
    if not plain:
        return None
    found = _TYPED.fullmatch(plain)
    if found is None:
        raise ValueError("no day that can be read")
    year, month, day = (int(part) for part in found.group(1, 2, 3))
    start = _day(year, month, day)
    try:
        if found.group(4) is None:
            return (start + timedelta(days=1) if end_of_day else start).astimezone(UTC)
        local = start.replace(hour=int(found.group(4)), minute=int(found.group(5)))
        return local.astimezone(UTC)
    except OverflowError:
        raise ValueError("beyond the calendar") from None


def typed(at: datetime | None, lang: Lang) -> str:
    """A moment as one would type it on such a page; "" for none."""
    if at is None:
        return ""
    local = in_tehran(at)
    if lang == "en":
        return local.strftime("%Y-%m-%d %H:%M")
    # Only who is shown one pays for it.
    from persiantools.jdatetime import JalaliDate  # noqa: PLC0415

    day = JalaliDate(local.date())  # type: ignore[no-untyped-call]  # it has no hints
    return f"{day.year:04}/{day.month:02}/{day.day:02} {local:%H:%M}"


def _day(year: int, month: int, day: int) -> datetime:
    if year >= GREGORIAN_FROM:
        return datetime(year, month, day, tzinfo=TEHRAN)
    from persiantools.jdatetime import JalaliDate  # noqa: PLC0415 (as above)

    local = JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]
    return datetime(local.year, local.month, local.day, tzinfo=TEHRAN)
