"""What was counted of a link in one window of time, ready to be drawn.

Plot and lists are of the same window, so that all sums agree. Source: pod-links.md 4.5 and 5.3.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from dalan.domains import clicks, links
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.links import plotting, times, words
from dalan.surfaces.web.links.plotting import Plot
from dalan.surfaces.web.links.times import Window, Zoom

LISTED_MAX: Final = 12
"""Rows of a list; the rest is one row."""


class Share(msgspec.Struct, frozen=True):
    """A row of a list. ``parts``: the cities of a country."""

    name: str
    count: int
    percent: int
    parts: list[tuple[str, int]] = []
    is_address: bool = False


class Breakdown(msgspec.Struct, frozen=True):
    """A list: who came, by one thing that is known of them."""

    name: str
    title: str
    icon: str
    shares: list[Share]


class Shown(msgspec.Struct, frozen=True):
    """All that is drawn of one window."""

    window: Window
    plot: Plot
    count: int
    bots: int
    uniques: int
    total: clicks.Total
    breakdowns: list[Breakdown]


def window_asked(visitor: Visitor) -> Window:
    """The window that the address names: ``zoom``, and ``end`` in seconds since 1970."""
    query = visitor.request.query_params
    asked = query.get("zoom", "day")
    zoom: Zoom = next((one for one in times.ZOOMS if one == asked), "day")
    end = None
    if (seconds := html.forms.number_in(query.get("end", ""), digits_max=10)) is not None:
        end = datetime.fromtimestamp(seconds, UTC)
    return times.window(zoom, visitor.lang, now=clock.now(), end=end)


async def shown(
    tx: ReadTransaction, visitor: Visitor, link: links.Link, window: Window, *, path: str
) -> Shown:
    """What was counted of a link in that window; ``path`` is the page that shows it."""
    counts = await clicks.series(tx, [link.id], window.starts, window.end)
    report = await clicks.report(tx, [link.id], window.begin, window.end)
    totals = await clicks.totals(tx, [link.id])
    return Shown(
        window=window,
        plot=plotting.bars(
            window, counts[link.id], visitor.lang, urls=_closer_urls(window, path, link.domain)
        ),
        count=report.clicks,
        bots=report.bots,
        uniques=len(report.visitors),
        total=totals.get(link.id, clicks.Total(link.id, 0, 0)),
        breakdowns=_breakdowns(visitor, report),
    )


def zooms(visitor: Visitor, window: Window) -> list[dict[str, Any]]:
    """The ways to look at the same link: closer and from further away."""
    _ = visitor.gettext
    titles = {
        "minute": _("Two hours"),
        "hour": _("A week"),
        "day": _("Thirty days"),
        "month": _("Twelve months"),
    }
    return [
        {"name": zoom, "title": titles[zoom], "current": zoom == window.zoom}
        for zoom in times.ZOOMS
    ]


def beside(window: Window) -> tuple[int, int | None]:
    """Where the windows before and after this one end, for the address; None: there is none."""
    length = window.end - window.begin
    later = None if window.is_newest else int((window.starts[-1] + length).timestamp())
    return int(window.begin.timestamp()) - 1, later


def _closer_urls(window: Window, path: str, domain: str) -> list[str]:
    closer: Zoom | None = times.CLOSER[window.zoom]
    if closer is None:
        return []
    more = {"domain": domain} if domain else {}
    return [
        f"{path}?{urlencode({'zoom': closer, 'end': int(end.timestamp()) - 1} | more)}"
        for end in window.edges[1:]
    ]


def _breakdowns(visitor: Visitor, report: Any) -> list[Breakdown]:
    _, lang = visitor.gettext, visitor.lang

    def country(name: str) -> str:
        return words.country_name(_, name, lang)

    def plain(name: str) -> str:
        return words.name_of(_, name)

    def language(name: str) -> str:
        return words.language_name(_, name, lang)

    countries = {name: sum(cities.values()) for name, cities in report.places.items()}
    parts = {
        name: [(plain(city), count) for city, count in _ordered(cities)[:LISTED_MAX]]
        for name, cities in report.places.items()
        if set(cities) != {clicks.UNKNOWN}
    }
    return [
        Breakdown("countries", _("Countries"), "globe", _shares(_, countries, country, parts)),
        Breakdown(
            "referrers",
            _("Where they came from"),
            "external",
            _shares(_, report.referrers, plain, is_address=True),
        ),
        Breakdown("sources", _("How they came"), "link", _shares(_, report.sources, plain)),
        Breakdown("devices", _("Devices"), "phone", _shares(_, report.devices, plain)),
        Breakdown("browsers", _("Browsers"), "screen", _shares(_, report.browsers, plain)),
        Breakdown("oses", _("Systems"), "cpu", _shares(_, report.oses, plain)),
        Breakdown("languages", _("Languages"), "chat", _shares(_, report.languages, language)),
    ]


def _shares(
    _: words.Translate,
    counted: Mapping[str, int],
    named: Any,
    parts: Mapping[str, list[tuple[str, int]]] | None = None,
    *,
    is_address: bool = False,
) -> list[Share]:
    ordered, total = _ordered(counted), sum(counted.values())
    listed, rest = ordered[:LISTED_MAX], ordered[LISTED_MAX:]
    shares = [
        Share(
            name=named(name),
            count=count,
            percent=round(count * 100 / total) if total else 0,
            parts=(parts or {}).get(name, []),
            is_address=is_address and name not in (clicks.UNKNOWN, clicks.OTHER),
        )
        for name, count in listed
    ]
    if rest:
        count = sum(one for _name, one in rest)
        shares.append(Share(words.name_of(_, clicks.OTHER), count, round(count * 100 / total)))
    return shares


def _ordered(counted: Mapping[str, int]) -> Sequence[tuple[str, int]]:
    """Most first, then by name; what is not known stands last on a page."""
    return sorted(counted.items(), key=lambda one: (one[0] == clicks.UNKNOWN, -one[1], one[0]))
