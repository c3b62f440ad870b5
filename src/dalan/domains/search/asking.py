"""A question to the index, and what must hold of a row to be an answer."""

import msgspec

from dalan.domains import taxonomy
from dalan.domains.search import terms
from dalan.domains.search.words import Condition, asked
from dalan.kernel.text import TextTooLong, clean

WORDS_LENGTH_MAX = 100
"""Code points of what somebody typed."""

NUMBER_MAX = 2**62

ANY_MODEL = "ROOT"
"""Source: Kenar assets, brand models: the first of the list means every one."""


class Range(msgspec.Struct, frozen=True):
    """Both ends belong to it; an end that is None is open."""

    least: int | None = None
    most: int | None = None


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody looks for; everything said must hold, of a list any one.

    ``category`` means everything below it too. Ranges by the names of ``terms.NUMBERS``, in their
    units: a post that does not say the number is in no range.
    """

    words: str = ""
    category: str = "root"
    cities: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    brand_models: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    with_parking: bool = False
    with_picture: bool = False
    ranges: dict[str, Range] = {}


class Asked(msgspec.Struct, frozen=True):
    """A query made ready: conditions on tokens, and exact bounds of numbers."""

    conditions: tuple[Condition, ...]
    bounds: tuple[tuple[str, int, int], ...]
    narrowing: tuple[Condition, ...]
    """Buckets of those bounds: they hold wherever the bounds do."""
    category_term: str
    """The category's own, though it be asked for together with its city; empty: everything."""


def ask(query: Query) -> Asked:
    """Make a query ready.

    Raises ``taxonomy.UnknownCategory``, ``UnknownCity``, ``UnknownDistrict``, and ``TextTooLong``
    beyond 100 characters.
    """
    wanted: list[Condition] = list(asked(_words(query.words)))
    category = taxonomy.category(query.category)
    cities = tuple(dict.fromkeys(taxonomy.city(one).slug for one in query.cities))
    if category.parent is not None and cities:
        wanted.append(tuple((terms.category_in_city(category.slug, one),) for one in cities))
    elif category.parent is not None:
        wanted.append(_any_of(terms.CATEGORY, (category.slug,)))
    elif cities:
        wanted.append(_any_of(terms.CITY, cities))
    if query.districts:
        slugs = tuple(taxonomy.district(one).slug for one in query.districts)
        wanted.append(_any_of(terms.DISTRICT, slugs))
    if query.brand_models and ANY_MODEL not in query.brand_models:
        wanted.append(_any_of(terms.BRAND, query.brand_models))
    if query.rooms:
        wanted.append(_any_of(terms.ROOMS, query.rooms))
    if query.with_parking:
        wanted.append(((terms.WITH_PARKING,),))
    if query.with_picture:
        wanted.append(((terms.WITH_PICTURE,),))
    bounds = tuple(
        (name, *_ends(bounds))
        for name in terms.NUMBERS
        if (bounds := query.ranges.get(name)) is not None
        and (bounds.least is not None or bounds.most is not None)
    )
    narrowing = (terms.range_terms(*one) for one in bounds)
    return Asked(
        tuple(wanted),
        bounds,
        tuple(tuple((one,) for one in some) for some in narrowing if some),
        terms.term(terms.CATEGORY, category.slug) if category.parent is not None else "",
    )


def check(query: Query) -> None:
    """Raise what ``find`` would raise for it."""
    ask(query)


def _words(text: str) -> str:
    if len(text) > WORDS_LENGTH_MAX * 2:
        raise TextTooLong(longest=WORDS_LENGTH_MAX)
    return clean(text, longest=WORDS_LENGTH_MAX)


def _any_of(kind: str, values: tuple[str, ...]) -> Condition:
    return tuple((terms.term(kind, value),) for value in dict.fromkeys(values))


def _ends(bounds: Range) -> tuple[int, int]:
    least = 0 if bounds.least is None else min(max(bounds.least, 0), NUMBER_MAX)
    most = NUMBER_MAX if bounds.most is None else min(max(bounds.most, -1), NUMBER_MAX)
    return least, most
