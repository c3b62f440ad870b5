"""The times a plot is cut at: minutes and hours, days of Tehran, months of the reader's calendar.

Months are Jalali on a Persian page and Gregorian on an English one; both begin at midnight in
Tehran. Source: pod-links.md 4.5 for how long a window may be; the zone and calendar are ours.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal, get_args

import msgspec

from dalan.surfaces import html
from dalan.surfaces.html.i18n import Lang
from dalan.surfaces.html.numbers import TEHRAN

Zoom = Literal["minute", "hour", "day", "month"]

ZOOMS: Final[tuple[Zoom, ...]] = get_args(Zoom)
CLOSER: Final[dict[Zoom, Zoom | None]] = {
    "month": "day",
    "day": "hour",
    "hour": "minute",
    "minute": None,
}
"""What one sees of one part of a plot."""

COUNT: Final[dict[Zoom, int]] = {"minute": 120, "hour": 168, "day": 30, "month": 12}
"""How many parts a plot has: two hours, a week, thirty days, a year."""

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)


class Window(msgspec.Struct, frozen=True):
    """The times of one plot: part ``i`` lasts from ``edges[i]`` to ``edges[i + 1]``. ``is_newest``:
    its last part is not over yet."""

    zoom: Zoom
    edges: tuple[datetime, ...]
    is_newest: bool

    @property
    def begin(self) -> datetime:
        return self.edges[0]

    @property
    def end(self) -> datetime:
        return self.edges[-1]

    @property
    def starts(self) -> tuple[datetime, ...]:
        return self.edges[:-1]


def window(zoom: Zoom, lang: Lang, *, now: datetime, end: datetime | None = None) -> Window:
    """The parts up to the one that holds ``end``, or now; what lies ahead is never shown."""
    newest = _floor(zoom, now, lang)
    last = newest if end is None else min(_floor(zoom, max(end, EARLIEST), lang), newest)
    edges = [_next(zoom, last, lang), last]
    for _ in range(COUNT[zoom] - 1):
        edges.append(_floor(zoom, edges[-1] - timedelta(seconds=1), lang))
    return Window(zoom, tuple(reversed(edges)), is_newest=last == newest)


def name_of(zoom: Zoom, start: datetime, lang: Lang) -> str:
    """What a part is called in full: in the table, and where one points at it."""
    if zoom == "month":
        return month_of(start, lang)
    if zoom == "day":
        return html.numbers.jalali(start, lang)
    return html.numbers.jalali_time(start, lang)


def tick_of(zoom: Zoom, start: datetime, lang: Lang) -> str:
    """What stands under a part: as little as tells it from its neighbours."""
    match zoom:
        case "minute":
            return html.numbers.clock_time(start)
        case "hour" | "day":
            return html.numbers.jalali(start, lang).rpartition(" ")[0]
        case "month":
            return month_of(start, lang).rpartition(" ")[0]


def month_of(at: datetime, lang: Lang) -> str:
    """``آبان 1405``, ``Nov 2026``."""
    return html.numbers.jalali(at, lang).partition(" ")[2]


def _floor(zoom: Zoom, at: datetime, lang: Lang) -> datetime:
    local = at.astimezone(TEHRAN)
    match zoom:
        case "minute":
            return local.replace(second=0, microsecond=0).astimezone(UTC)
        case "hour":
            return local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
        case "day":
            return _midnight(local.date())
        case "month":
            return _midnight(_first_of_month(local.date(), lang))


def _next(zoom: Zoom, start: datetime, lang: Lang) -> datetime:
    match zoom:
        case "minute":
            return start + timedelta(minutes=1)
        case "hour":
            return start + timedelta(hours=1)
        case "day":
            return _midnight(start.astimezone(TEHRAN).date() + timedelta(days=1))
        case "month":
            return _floor("month", start + timedelta(days=32), lang)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=TEHRAN).astimezone(UTC)


def _first_of_month(day: date, lang: Lang) -> date:
    if lang == "en":
        return day.replace(day=1)
    noon = datetime.combine(day, time(12), tzinfo=TEHRAN)
    day_of_month = int(html.numbers.jalali(noon, "fa").partition(" ")[0])
    return day - timedelta(days=day_of_month - 1)
