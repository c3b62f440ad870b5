"""Looking things up in the published lists. Read from ``data/`` once, on first use."""

from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from dalan.domains.taxonomy.errors import (
    AssetNotPublished,
    UnknownCategory,
    UnknownCity,
    UnknownDistrict,
)
from dalan.domains.taxonomy.terms import Category, City, District, Option

ROOT = "root"
DATA = Path(__file__).parent / "data"

Shape = TypeVar("Shape")


class _Cities(Struct, frozen=True):
    cities: tuple[City, ...]
    major: tuple[str, ...]


class _Options(Struct, frozen=True):
    body_statuses: tuple[Option, ...]
    chassis_statuses: tuple[Option, ...]
    internal_storages: tuple[Option, ...]
    ram_memories: tuple[Option, ...]
    service_types: tuple[Option, ...]


def _read(name: str, shape: type[Shape]) -> Shape:
    return msgspec.json.decode((DATA / f"{name}.json").read_bytes(), type=shape)


@cache
def categories() -> tuple[Category, ...]:
    """Every category, inner nodes and the root included, in the published order."""
    return _read("categories", tuple[Category, ...])


@cache
def _category_by_slug() -> dict[str, Category]:
    return {category.slug: category for category in categories()}


@cache
def _children_by_parent() -> dict[str, tuple[Category, ...]]:
    found: dict[str, list[Category]] = {}
    for node in categories():
        if node.parent is not None:
            found.setdefault(node.parent, []).append(node)
    return {parent: tuple(nodes) for parent, nodes in found.items()}


def category(slug: str) -> Category:
    """The category of that slug. Raises ``UnknownCategory``."""
    try:
        return _category_by_slug()[slug]
    except KeyError:
        raise UnknownCategory(slug) from None


def ancestors(slug: str) -> tuple[Category, ...]:
    """From the root down to the parent, itself not included. Raises ``UnknownCategory``."""
    above: list[Category] = []
    node = category(slug)
    while node.parent is not None:
        node = category(node.parent)
        above.append(node)
    return tuple(reversed(above))


def children(slug: str) -> tuple[Category, ...]:
    """The categories directly below; none for a leaf. Raises ``UnknownCategory``."""
    return _children_by_parent().get(category(slug).slug, ())


def descendants(slug: str) -> tuple[Category, ...]:
    """Itself and everything below it, parents first. Raises ``UnknownCategory``.

    A search in a category is a search in these.
    """
    found = [category(slug)]
    for node in found:
        found.extend(_children_by_parent().get(node.slug, ()))
    return tuple(found)


def top_level(slug: str) -> Category:
    """Which of the groups below the root it belongs to; the root itself for the root.

    ``children("root")`` lists the groups. Raises ``UnknownCategory``.
    """
    line = (*ancestors(slug), category(slug))
    return line[min(1, len(line) - 1)]


@cache
def _places() -> _Cities:
    return _read("cities", _Cities)


@cache
def _city_by_slug() -> dict[str, City]:
    return {city.slug: city for city in cities()}


def cities() -> tuple[City, ...]:
    """Every city, in the published (Persian alphabetical) order, the major ones last."""
    return _places().cities


def city(slug: str) -> City:
    """The city of that slug. Raises ``UnknownCity``."""
    try:
        return _city_by_slug()[slug]
    except KeyError:
        raise UnknownCity(slug) from None


@cache
def major_cities() -> tuple[City, ...]:
    """The ten biggest cities, biggest first."""
    return tuple(city(slug) for slug in _places().major)


@cache
def districts() -> tuple[District, ...]:
    """Every district of every city, in the published order."""
    return _read("districts", tuple[District, ...])


@cache
def _district_by_slug() -> dict[str, District]:
    return {district.slug: district for district in districts()}


@cache
def _districts_by_city() -> dict[str, tuple[District, ...]]:
    found: dict[str, list[District]] = {}
    for place in districts():
        found.setdefault(place.city, []).append(place)
    return {slug: tuple(places) for slug, places in found.items()}


def districts_of(city_slug: str) -> tuple[District, ...]:
    """The districts of a city; none for a city without, or one that does not exist."""
    return _districts_by_city().get(city_slug, ())


def district(slug: str) -> District:
    """The district of that slug. Raises ``UnknownDistrict``."""
    try:
        return _district_by_slug()[slug]
    except KeyError:
        raise UnknownDistrict(slug) from None


@cache
def _brand_models() -> dict[str, tuple[Option, ...]]:
    return _read("brand_models", dict[str, tuple[Option, ...]])


@cache
def _colors() -> dict[str, tuple[Option, ...]]:
    return _read("colors", dict[str, tuple[Option, ...]])


@cache
def _options() -> _Options:
    return _read("options", _Options)


def brand_models(category_slug: str) -> tuple[Option, ...]:
    """Brands and models of ``light`` or ``mobile-phones``; the first, ``ROOT``, means any.

    Raises ``AssetNotPublished`` for other categories.
    """
    return _asset(_brand_models(), "brand models", category_slug)


def colors(category_slug: str) -> tuple[Option, ...]:
    """Colours of ``light`` or ``mobile-phones``. Raises ``AssetNotPublished`` for others."""
    return _asset(_colors(), "colors", category_slug)


def _asset(
    lists: dict[str, tuple[Option, ...]], asset: str, category_slug: str
) -> tuple[Option, ...]:
    try:
        return lists[category_slug]
    except KeyError:
        raise AssetNotPublished(
            asset=asset, category_slug=category_slug, supported=tuple(lists)
        ) from None


def body_statuses() -> tuple[Option, ...]:
    """How sound a car's body is, best first."""
    return _options().body_statuses


def chassis_statuses() -> tuple[Option, ...]:
    """How sound a car's front or rear chassis is."""
    return _options().chassis_statuses


def internal_storages() -> tuple[Option, ...]:
    """Storage sizes of phones, tablets and laptops; ``irrelevant`` first."""
    return _options().internal_storages


def ram_memories() -> tuple[Option, ...]:
    """Memory sizes of phones, tablets and laptops; ``irrelevant`` first."""
    return _options().ram_memories


def service_types() -> tuple[Option, ...]:
    """What kinds of service an app may say it offers."""
    return _options().service_types
