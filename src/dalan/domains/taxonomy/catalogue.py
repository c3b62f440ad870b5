"""Looking things up in the lists. The published ones are read from ``data/`` once, on first use;
what operators said otherwise lies over them (``amending``)."""

from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from dalan.domains.taxonomy import amending
from dalan.domains.taxonomy.amending import remembered
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


@remembered()
def every_category() -> tuple[Category, ...]:
    """Every category, retired ones too, in the published order, added ones behind them."""
    shipped, said = _shipped_categories(), amending.said_of("category")
    if not said:
        return shipped
    by_slug = {node.slug: node for node in shipped}
    for entry in said.values():
        node = by_slug.get(entry.slug)
        by_slug[entry.slug] = (
            Category(entry.slug, entry.title, entry.title_en, "", entry.parent, 0, entry.leaf)
            if node is None
            else msgspec.structs.replace(node, title=entry.title, title_en=entry.title_en)
        )

    def line(node: Category) -> list[str]:
        above = by_slug.get(node.parent or "")
        return [*(line(above) if above is not None else ()), node.title]

    return tuple(
        msgspec.structs.replace(node, display=" - ".join(line(node)), level=len(line(node)) - 1)
        for node in by_slug.values()
    )


@cache
def _shipped_categories() -> tuple[Category, ...]:
    return _read("categories", tuple[Category, ...])


@remembered()
def categories() -> tuple[Category, ...]:
    """Every category that is offered, inner nodes and the root included, in the published order."""
    return tuple(node for node in every_category() if not is_retired("category", node.slug))


@cache
def shipped_slugs(name: str) -> frozenset[str]:
    """The slugs of ``category``, ``city`` or ``district`` that were published; none of others."""
    published: dict[str, tuple[Category | City | District, ...]] = {
        "category": _shipped_categories(),
        "city": _places().cities,
        "district": _shipped_districts(),
    }
    return frozenset(one.slug for one in published.get(name, ()))


def is_retired(name: str, slug: str) -> bool:
    """Whether an entry of ``category``, ``city`` or ``district`` is there for posts of before
    alone; one that nobody knows is not."""
    entry = amending.said_of(name).get(slug)
    return entry is not None and entry.retired_at is not None


@remembered()
def _category_by_slug() -> dict[str, Category]:
    return {category.slug: category for category in every_category()}


@remembered()
def _children_by_parent() -> dict[str, tuple[Category, ...]]:
    found: dict[str, list[Category]] = {}
    for node in every_category():
        if node.parent is not None:
            found.setdefault(node.parent, []).append(node)
    return {parent: tuple(nodes) for parent, nodes in found.items()}


def category(slug: str) -> Category:
    """The category of that slug, a retired one too. Raises ``UnknownCategory``."""
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
    """The categories offered directly below; none for a leaf. Raises ``UnknownCategory``."""
    below = _children_by_parent().get(category(slug).slug, ())
    return tuple(node for node in below if not is_retired("category", node.slug))


def descendants(slug: str) -> tuple[Category, ...]:
    """Itself and everything below it, parents first, retired ones too. Raises
    ``UnknownCategory``.

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


@remembered()
def every_city() -> tuple[City, ...]:
    """Every city, retired ones too; an added one stands where its name belongs."""
    shipped, said = _places().cities, amending.said_of("city")
    if not said:
        return shipped
    known = {place.slug for place in shipped}
    found = [
        msgspec.structs.replace(place, display=said[place.slug].title)
        if place.slug in said
        else place
        for place in shipped
    ]
    for entry in said.values():
        if entry.slug not in known:
            key = _in_persian_order(entry.title)
            last = len(found) - len(_places().major)
            place = next(
                (
                    number
                    for number, one in enumerate(found[:last])
                    if _in_persian_order(one.display) > key
                ),
                last,
            )
            found.insert(place, City(entry.slug, entry.title, entry.parent))
    return tuple(found)


@remembered()
def _city_by_slug() -> dict[str, City]:
    return {city.slug: city for city in every_city()}


@remembered()
def cities() -> tuple[City, ...]:
    """Every city that is offered, in the published (Persian alphabetical) order, the major ones
    last."""
    return tuple(place for place in every_city() if not is_retired("city", place.slug))


def city(slug: str) -> City:
    """The city of that slug, a retired one too. Raises ``UnknownCity``."""
    try:
        return _city_by_slug()[slug]
    except KeyError:
        raise UnknownCity(slug) from None


@remembered()
def major_cities() -> tuple[City, ...]:
    """The ten biggest cities that are offered, biggest first."""
    return tuple(city(slug) for slug in _places().major if not is_retired("city", slug))


@remembered()
def every_district() -> tuple[District, ...]:
    """Every district, retired ones too, added ones last."""
    shipped, said = _shipped_districts(), amending.said_of("district")
    if not said:
        return shipped
    known = {place.slug for place in shipped}
    return (
        *(
            msgspec.structs.replace(place, display=said[place.slug].title)
            if place.slug in said
            else place
            for place in shipped
        ),
        *(
            District(entry.slug, entry.title, entry.parent)
            for entry in said.values()
            if entry.slug not in known
        ),
    )


@cache
def _shipped_districts() -> tuple[District, ...]:
    return _read("districts", tuple[District, ...])


@remembered()
def districts() -> tuple[District, ...]:
    """Every district that is offered, of every city that is, in the published order."""
    return tuple(
        place
        for place in every_district()
        if not is_retired("district", place.slug) and not is_retired("city", place.city)
    )


@remembered()
def _district_by_slug() -> dict[str, District]:
    return {district.slug: district for district in every_district()}


@remembered()
def _districts_by_city() -> dict[str, tuple[District, ...]]:
    found: dict[str, list[District]] = {}
    for place in districts():
        found.setdefault(place.city, []).append(place)
    return {slug: tuple(places) for slug, places in found.items()}


def districts_of(city_slug: str) -> tuple[District, ...]:
    """The districts of a city; none for a city without, or one that does not exist."""
    return _districts_by_city().get(city_slug, ())


def district(slug: str) -> District:
    """The district of that slug, a retired one too. Raises ``UnknownDistrict``."""
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


def shipped_options() -> dict[str, tuple[Option, ...]]:
    """The lists of options that are assets, by name, as they were shipped."""
    given = _options()
    return (
        {f"brand_models/{slug}": models for slug, models in _brand_models().items()}
        | {f"colors/{slug}": colors for slug, colors in _colors().items()}
        | {
            "body_statuses": given.body_statuses,
            "chassis_statuses": given.chassis_statuses,
            "internal_storages": given.internal_storages,
            "ram_memories": given.ram_memories,
        }
    )


@remembered()
def _offered(name: str) -> tuple[Option, ...]:
    return amending.options_offered(name, shipped_options()[name])


def brand_models(category_slug: str) -> tuple[Option, ...]:
    """Brands and models of ``light`` or ``mobile-phones``; the first, ``ROOT``, means any.

    Raises ``AssetNotPublished`` for other categories.
    """
    _check_asset(_brand_models(), "brand models", category_slug)
    return _offered(f"brand_models/{category_slug}")


def every_brand_model(category_slug: str) -> tuple[Option, ...]:
    """The same with those that are retired."""
    _check_asset(_brand_models(), "brand models", category_slug)
    name = f"brand_models/{category_slug}"
    return amending.all_options(name, shipped_options()[name])


def colors(category_slug: str) -> tuple[Option, ...]:
    """Colours of ``light`` or ``mobile-phones``. Raises ``AssetNotPublished`` for others."""
    _check_asset(_colors(), "colors", category_slug)
    return _offered(f"colors/{category_slug}")


def _check_asset(lists: dict[str, tuple[Option, ...]], asset: str, category_slug: str) -> None:
    if category_slug not in lists:
        raise AssetNotPublished(asset=asset, category_slug=category_slug, supported=tuple(lists))


def body_statuses() -> tuple[Option, ...]:
    """How sound a car's body is, best first."""
    return _offered("body_statuses")


def chassis_statuses() -> tuple[Option, ...]:
    """How sound a car's front or rear chassis is."""
    return _offered("chassis_statuses")


def internal_storages() -> tuple[Option, ...]:
    """Storage sizes of phones, tablets and laptops; ``irrelevant`` first."""
    return _offered("internal_storages")


def ram_memories() -> tuple[Option, ...]:
    """Memory sizes of phones, tablets and laptops; ``irrelevant`` first."""
    return _offered("ram_memories")


def service_types() -> tuple[Option, ...]:
    """What kinds of service an app may say it offers. They are code of ours: no operator's."""
    return _options().service_types


_ALPHABET = "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
_PLACES_OF_LETTERS = {letter: number for number, letter in enumerate(_ALPHABET)}


def _in_persian_order(text: str) -> list[int]:
    return [_PLACES_OF_LETTERS.get(letter, -1) for letter in text if letter.isalpha()]
