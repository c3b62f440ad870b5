"""What a bucket of time knows of its clicks: how many by country and city, referrer and so on.

Names are bounded, so that no row grows without end: of too many the largest stay, and the rest is
added up under ``Other``. So every dimension always sums to the clicks.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from dalan.domains.clicks.sketches import Sketch

OTHER: Final = "Other"
UNKNOWN: Final = "Unknown"

NAMES_KEPT: Final = 200
"""Names of one dimension after it was trimmed; it is trimmed at twice as many."""

Names = dict[str, int]

_encode: Final = msgspec.msgpack.Encoder().encode


class Seen(msgspec.Struct, frozen=True):
    """What is known of one click; the same for many, so they are counted by it."""

    country: str
    city: str
    referrer: str
    browser: str
    os: str
    device: str
    language: str
    source: str


class _Detail(msgspec.Struct, array_like=True):
    places: dict[str, Names]
    referrers: Names
    browsers: Names
    oses: Names
    devices: Names
    languages: Names
    sources: Names
    visitors: bytes


_decode: Final = msgspec.msgpack.Decoder(_Detail).decode


class Counts:
    """Clicks that count, by everything that is told of them; ``bots`` are beside them."""

    __slots__ = (
        "bots", "browsers", "clicks", "devices", "languages", "oses", "places", "referrers",
        "sources", "visitors",
    )  # fmt: skip

    def __init__(self) -> None:
        self.clicks = self.bots = 0
        self.places: dict[str, Names] = {}
        self.referrers: Names = {}
        self.browsers: Names = {}
        self.oses: Names = {}
        self.devices: Names = {}
        self.languages: Names = {}
        self.sources: Names = {}
        self.visitors = Sketch()

    def add(self, seen: Seen, times: int) -> None:
        """Count clicks that look like that."""
        self.clicks += times
        cities = self.places.setdefault(seen.country, {})
        for names, name in (
            (cities, seen.city),
            (self.referrers, seen.referrer),
            (self.browsers, seen.browser),
            (self.oses, seen.os),
            (self.devices, seen.device),
            (self.languages, seen.language),
            (self.sources, seen.source),
        ):
            names[name] = names.get(name, 0) + times

    def unite(self, other: "Counts") -> None:
        """Count those of the other in."""
        self.clicks += other.clicks
        self.bots += other.bots
        for country, cities in other.places.items():
            _add(self.places.setdefault(country, {}), cities)
        _add(self.referrers, other.referrers)
        _add(self.browsers, other.browsers)
        _add(self.oses, other.oses)
        _add(self.devices, other.devices)
        _add(self.languages, other.languages)
        _add(self.sources, other.sources)
        self.visitors.unite(other.visitors)

    def unite_row(self, clicks: int, bots: int, detail: bytes) -> None:
        """Count a row's clicks in."""
        self.clicks += clicks
        self.bots += bots
        if not detail:
            return
        kept = _decode(detail)
        for country, cities in kept.places.items():
            _add(self.places.setdefault(country, {}), cities)
        _add(self.referrers, kept.referrers)
        _add(self.browsers, kept.browsers)
        _add(self.oses, kept.oses)
        _add(self.devices, kept.devices)
        _add(self.languages, kept.languages)
        _add(self.sources, kept.sources)
        self.visitors.unite(Sketch(kept.visitors))

    def detail(self) -> bytes:
        """All but the two numbers, for a row; empty when nobody's click is in it."""
        if not self.clicks:
            return b""
        return _encode(
            _Detail(
                _trimmed_places(self.places),
                _trimmed(self.referrers),
                _trimmed(self.browsers),
                _trimmed(self.oses),
                _trimmed(self.devices),
                _trimmed(self.languages),
                _trimmed(self.sources),
                self.visitors.encoded(),
            )
        )


def _add(names: Names, others: Mapping[str, int]) -> None:
    if names:
        get = names.get
        for name, times in others.items():
            names[name] = get(name, 0) + times
    else:
        names.update(others)


def _trimmed(names: Names) -> Names:
    if len(names) <= 2 * NAMES_KEPT:
        return names
    ordered = sorted((name for name in names if name != OTHER), key=lambda one: (-names[one], one))
    kept = {name: names[name] for name in ordered[:NAMES_KEPT]}
    kept[OTHER] = names.get(OTHER, 0) + sum(names[name] for name in ordered[NAMES_KEPT:])
    return kept


def _trimmed_places(places: dict[str, Names]) -> dict[str, Names]:
    """Cities are what there may be too many of; a country of which none is left has ``Other``."""
    if sum(map(len, places.values())) <= 2 * NAMES_KEPT:
        return places
    pairs = {(country, city): n for country, cities in places.items() for city, n in cities.items()}
    cities = [pair for pair in pairs if pair[1] != OTHER]
    kept = set(sorted(cities, key=lambda one: (-pairs[one], one))[:NAMES_KEPT])
    trimmed: dict[str, Names] = {}
    for (country, city), times in pairs.items():
        name = city if (country, city) in kept else OTHER
        of_country = trimmed.setdefault(country, {})
        of_country[name] = of_country.get(name, 0) + times
    return trimmed
