"""Plots of clicks, drawn on the server: bars for one link, lines for several.

A plot is stretched to its place by the page, so nothing in it is text: names and numbers are laid
over it by the style sheet. Time flows as the page is read.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from dalan.surfaces import html
from dalan.surfaces.html.i18n import Lang
from dalan.surfaces.web.links import times
from dalan.surfaces.web.links.times import Window

HEIGHT: Final = 100
STEP: Final = 10
"""Units of the drawing's own: how high it is, and how wide one part."""

TICKS_MAX: Final = 6
LEAST_TOP: Final = 4
"""What the plot is high at least, in clicks: one click is no summit."""


class Bar(msgspec.Struct, frozen=True):
    """A part of the plot of one link. ``url`` "": one cannot look closer."""

    name: str
    count: int
    x: float
    top: float
    height: float
    url: str


class Line(msgspec.Struct, frozen=True):
    """One of several links: the points of its line, and what each part counted. ``number`` from 1
    chooses its colour and its dashes."""

    name: str
    number: int
    points: str
    counts: list[int]
    total: int


class Mark(msgspec.Struct, frozen=True):
    """A word beside the plot, so many percent along."""

    text: str
    at: int


class Plot(msgspec.Struct, frozen=True):
    """All that is drawn. ``rows``: the name of every part, oldest first, for the table."""

    width: int
    bars: list[Bar]
    lines: list[Line]
    ticks: list[Mark]
    levels: list[Mark]
    rows: list[str]
    total: int
    busiest: int

    @property
    def is_empty(self) -> bool:
        return self.total == 0


def bars(window: Window, counts: Sequence[int], lang: Lang, *, urls: Sequence[str] = ()) -> Plot:
    """The clicks of one link. ``urls``: where to look closer at each part."""
    summit = _summit(max(counts, default=0))
    drawn = []
    for index, (start, count) in enumerate(zip(window.starts, counts, strict=True)):
        height = count / summit * HEIGHT
        if count:
            height = max(height, 1.5)  # something is not nothing
        drawn.append(
            Bar(
                name=times.name_of(window.zoom, start, lang),
                count=count,
                x=round(_x(index, len(counts), lang) + STEP * 0.1, 2),
                top=round(HEIGHT - height, 2),
                height=round(height, 2),
                url=urls[index] if urls else "",
            )
        )
    return _plot(window, drawn, [], summit, lang, total=sum(counts), busiest=max(counts, default=0))


def lines(window: Window, named: Sequence[tuple[str, Sequence[int]]], lang: Lang) -> Plot:
    """The clicks of several links, each with its name."""
    busiest = max((max(counts, default=0) for _name, counts in named), default=0)
    summit = _summit(busiest)
    drawn = [
        Line(
            name=name,
            number=number,
            points=" ".join(
                f"{_x(index, len(counts), lang) + STEP / 2:g},"
                f"{round(HEIGHT - count / summit * HEIGHT, 2):g}"
                for index, count in enumerate(counts)
            ),
            counts=list(counts),
            total=sum(counts),
        )
        for number, (name, counts) in enumerate(named, 1)
    ]
    total = sum(line.total for line in drawn)
    return _plot(window, [], drawn, summit, lang, total=total, busiest=busiest)


def _plot(
    window: Window,
    bars: list[Bar],
    lines: list[Line],
    summit: int,
    lang: Lang,
    *,
    total: int,
    busiest: int,
) -> Plot:
    return Plot(
        width=len(window.starts) * STEP,
        bars=bars,
        lines=lines,
        ticks=_ticks(window, lang),
        levels=[Mark(html.numbers.group(summit * part // 2, lang), part * 50) for part in (1, 2)],
        rows=[times.name_of(window.zoom, start, lang) for start in window.starts],
        total=total,
        busiest=busiest,
    )


def _x(index: int, count: int, lang: Lang) -> int:
    """Where a part begins, from the left: the oldest stands where reading begins."""
    return (index if lang == "en" else count - 1 - index) * STEP


def _ticks(window: Window, lang: Lang) -> list[Mark]:
    """A few names under the plot, none twice running, each in the middle of its part."""
    count = len(window.starts)
    every = -(-count // TICKS_MAX)
    return [
        Mark(
            times.tick_of(window.zoom, window.starts[index], lang),
            round((index + 0.5) * 100 / count),
        )
        for index in range(every // 2, count, every)
    ]


def _summit(most: int) -> int:
    """The height of the plot in clicks: an even, round number that nothing rises above."""
    summit, power = LEAST_TOP, 1
    while summit < most:
        tops = (2, 4, 6, 8, 10) if power == 1 else (2, 3, 4, 5, 6, 8, 10)
        summit = next((top * power for top in tops if top * power >= most), 10 * power)
        power *= 10
    return summit
