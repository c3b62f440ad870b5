"""What is counted of a link, its clicks one by one, and its QR code."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from dalan.domains import clicks, links
from dalan.kernel import clock
from dalan.kernel.db import Database
from dalan.surfaces import qr
from dalan.surfaces.api import link_wire as wire
from dalan.surfaces.api.answers import File, Stream, stream
from dalan.surfaces.api.call import Call
from dalan.surfaces.api.link_files import CSV
from dalan.surfaces.api.links import operation, own_link, owner_of
from dalan.surfaces.api.reading import Fields, InvalidQuery

TAGS_MAX: Final = 100
CLICKS_PAGE: Final = 1_000
CLICK_COLUMNS: Final = (
    "at", "is_bot", "source", "country", "city", "referrer", "browser", "os", "device", "language",
)  # fmt: skip

_USUAL_DAYS: Final[dict[clicks.StretchKind, float]] = {
    "minute": 1 / 24,
    "quarter": 1,
    "hour": 2,
    "day": 30,
    "month": 365,
}
_YEARS: Final = (1999, 9999)
_WINDOW_MAX: Final = timedelta(days=7_305)


class Named(msgspec.Struct, frozen=True):
    """So many clicks have this in common. ``Unknown`` is first, ``Other`` the rest of many."""

    name: str
    count: int


class Country(msgspec.Struct, frozen=True):
    """Clicks from a country, and from its cities."""

    name: str
    count: int
    cities: list[Named]


class Stretch(msgspec.Struct, frozen=True):
    """Clicks from ``at`` to before the next stretch."""

    at: datetime
    count: int


class Statistics(msgspec.Struct, frozen=True):
    """Clicks of people within a window, by time and by everything that is told of them; each sums
    to ``clicks``. ``uniques`` is an estimate; ``bot_clicks`` are beside all of it."""

    begin: datetime
    end: datetime
    clicks: int
    uniques: int
    bot_clicks: int
    series: list[Stretch]
    countries: list[Country]
    referrers: list[Named]
    browsers: list[Named]
    oses: list[Named]
    devices: list[Named]
    languages: list[Named]
    sources: list[Named]


class StatisticsQuery(msgspec.Struct, frozen=True):
    """``kind``: minute, quarter, hour, day or month, cut by the clocks of ``zone``. ``begin`` and
    ``end`` left out: up to now, so long as fits the kind."""

    domain: str = ""
    kind: str = "day"
    begin: datetime | None = None
    end: datetime | None = None
    zone: str = "UTC"


async def get_statistics(call: Call) -> Statistics:
    """Clicks of a link: a series, breakdowns, unique visitors, programs apart."""
    fields = call.fields
    kind = fields.word("kind", clicks.STRETCH_KINDS) or "day"
    end = fields.moment("end") or clock.now()
    if not _YEARS[0] < end.year < _YEARS[1]:
        raise InvalidQuery("lies beyond what is counted", field="end")
    begin = fields.moment("begin") or end - timedelta(days=_USUAL_DAYS[kind])
    if not timedelta() < end - begin <= _WINDOW_MAX:
        raise InvalidQuery("ends before it begins, or is longer than 20 years", field="begin")
    starts = clicks.starts(kind, begin, end, _zone(fields))
    bounds = [max(begin, one).astimezone(UTC) for one in starts]
    async with call.services.db.read() as tx:
        link = await own_link(call, tx)
        found = await clicks.report(tx, [link.id], begin, end)
        counts = (await clicks.series(tx, [link.id], bounds, end))[link.id]
    return Statistics(
        begin=begin,
        end=end,
        clicks=found.clicks,
        uniques=len(found.visitors),
        bot_clicks=found.bots,
        series=[Stretch(*one) for one in zip(bounds, counts, strict=True)],
        countries=[
            Country(name, count, [Named(*city) for city in cities])
            for name, count, cities in clicks.ranked_places(found.places)
        ],
        referrers=_named(found.referrers),
        browsers=_named(found.browsers),
        oses=_named(found.oses),
        devices=_named(found.devices),
        languages=_named(found.languages),
        sources=_named(found.sources),
    )


async def list_tags(call: Call) -> wire.Tags:
    """The tags of the app's links, the most used first, at most 100 of them."""
    async with call.services.db.read() as tx:
        found = await links.tags_of(tx, owner_of(call), most=TAGS_MAX)
    return wire.Tags([wire.Tag(name, count) for name, count in found])


async def export_clicks(call: Call) -> Stream:
    """A link's clicks that are kept one by one, as CSV in the order of time; nobody's address."""
    async with call.services.db.read() as tx:
        link = await own_link(call, tx)
    parts = _click_lines(call.services.db, link.id)
    return await stream(parts, content_type=CSV, name="clicks.csv")


async def get_qr(call: Call) -> File:
    """A link's QR code as SVG or PNG; who comes by it is counted as such."""
    fields = call.fields
    look = qr.look_from({name: fields.text(name, most=20) for name in qr.FIELDS})
    form = fields.word("format", ("svg", "png")) or "svg"
    async with call.services.db.read() as tx:
        link = await own_link(call, tx)
    text = f"{links.short_address(link, base_url=call.services.settings.base_url)}?qr"
    if form == "png":
        return File(qr.png(text, look), b"image/png")
    drawn = qr.svg(text, look, inline=False).encode()
    return File(drawn, b"image/svg+xml", headers=[_NO_SCRIPTS])


_NO_SCRIPTS: Final = (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'")


async def _click_lines(db: Database, link_id: int) -> AsyncIterator[bytes]:
    yield links.csv_lines([CLICK_COLUMNS])
    last_id = 0
    while True:
        async with db.read() as tx:
            found = await clicks.raw_after(tx, link_id, last_id, most=CLICKS_PAGE)
        if found:
            yield links.csv_lines([[getattr(one, name) for name in CLICK_COLUMNS] for one in found])
        if len(found) < CLICKS_PAGE:
            return
        last_id = found[-1].id


def _named(names: Mapping[str, int]) -> list[Named]:
    return [Named(*one) for one in clicks.ranked(names)]


def _zone(fields: Fields) -> tzinfo:
    name = fields.text("zone", most=64) or "UTC"
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise InvalidQuery("there is no such time zone", field="zone") from None


def _file(*kinds: str) -> dict[str, Any]:
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in kinds}
    return {"responses": {"200": {"description": "The file", "content": content}}}


OPERATIONS: Final = (
    operation("GET", "/link-tags", list_tags, wire.Tags),
    operation("GET", "/links/{hash}/statistics", get_statistics, Statistics, query=StatisticsQuery),
    operation(
        "GET", "/links/{hash}/clicks", export_clicks, None, query=wire.DomainQuery,
        extra=_file("text/csv"),
    ),
    operation(
        "GET", "/links/{hash}/qr", get_qr, None, query=wire.PictureQuery,
        extra=_file("image/svg+xml", "image/png"),
    ),
)  # fmt: skip
