"""What a post is, as terms beside its words: filters looked up in the same index.

A term holds a colon, which no word does: ``c:light``, ``t:tehran``. Numbers stand in it as
buckets, which narrow a range; the exact value is compared afterwards.
"""

from functools import lru_cache
from typing import Any

import msgspec

from dalan.domains import posts, taxonomy
from dalan.domains.search.words import tokens_of
from dalan.kernel.text import fold

CATEGORY, CITY, DISTRICT, BRAND, ROOMS = "c", "t", "d", "b", "r"
CATEGORY_IN_CITY = "ct"
"""Both in one term, for nearly every question asks for both: where two lists of a hundred thousand
would have to meet there is one with what they have in common."""
WITH_PARKING, WITH_PICTURE = "has:parking", "has:picture"

HAS = "دارد"
"""What property forms say where there is one."""

NUMBERS: dict[str, int] = {
    "price": 10**14,
    "production_year": 1_500,
    "usage": 2_000_000,
    "size": 1_000_000,
    "rent": 10**14,
    "credit": 10**14,
}
"""The numbers one may ask ranges of, and a value they hardly pass. Money is tomans, ``usage``
kilometres, ``size`` square metres, ``production_year`` a Solar Hijri year."""

PLACES_MAX = 20_000
"""Kinds of post in one place that are remembered; there are some 250,000."""

BUCKETS_MAX = 128
"""A range over more buckets would not narrow anything."""


class Said(msgspec.Struct, frozen=True):
    """A post as the index holds it."""

    tokens: frozenset[str]
    numbers: dict[str, int | None]


def said_by(post: posts.Post) -> Said:
    """Everything the post is found by."""
    numbers = numbers_of(post)
    return Said(frozenset(_words_of(post) | _terms_of(post, numbers)), numbers)


def numbers_of(post: posts.Post) -> dict[str, int | None]:
    """The post's numbers by the names of ``NUMBERS``, None where it says none."""
    numbers: dict[str, int | None] = {name: _whole(post.fields.get(name)) for name in NUMBERS}
    numbers["price"] = post.price_tomans
    return numbers


@lru_cache(maxsize=20_000)
def term(kind: str, value: str) -> str:
    """``c:light``. Both engines take letters, digits, ``-``, ``_`` and ``:`` as they are."""
    spelled = "".join(
        character if character.isalnum() or character == "-" else f"_{ord(character):x}_"
        for character in fold(value)
    )
    return f"{kind}:{spelled}"


def category_in_city(category: str, city: str) -> str:
    """The term of a category in a city."""
    return term(CATEGORY_IN_CITY, f"{category} {city}")


def bucket_term(name: str, value: int) -> str:
    """The term of the bucket a number falls into."""
    return f"{name.replace('_', '-')}:{_bucket(name, value)}"


def range_terms(name: str, least: int, most: int) -> tuple[str, ...]:
    """The buckets a range touches; none where they would be too many to narrow anything."""
    first, last = _bucket(name, max(least, 0)), _bucket(name, max(most, 0))
    if last - first >= BUCKETS_MAX:
        return ()
    return tuple(f"{name.replace('_', '-')}:{n}" for n in range(first, last + 1))


def brand_line(category: str, slug: str) -> tuple[str, ...]:
    """The model and those it is a kind of: asked for a make, its models are meant too.

    A car's line has makes, models and kinds of them, each begun by the one above; of phones only
    the make is above a model, for «S25» does not mean «S25 Ultra».
    """
    known = _models(category)
    parts = slug.split(" ")
    above = [" ".join(parts[:n]) for n in range(1, len(parts))]
    line = [one for one in above if one in known]
    return (*(line if category == "light" else line[:1]), slug)


@taxonomy.remembered()
def _models(category: str) -> frozenset[str]:
    try:
        return frozenset(model.slug for model in taxonomy.every_brand_model(category))
    except taxonomy.AssetNotPublished:
        return frozenset()


@taxonomy.remembered()
def _model_displays(category: str) -> dict[str, str]:
    try:
        return {model.slug: model.display for model in taxonomy.every_brand_model(category)}
    except taxonomy.AssetNotPublished:
        return {}


@taxonomy.remembered(PLACES_MAX)
def _names_of_place(category: str, city: str, district: str) -> frozenset[str]:
    names = [taxonomy.category(category).title, taxonomy.city(city).display]
    if district:
        names.append(taxonomy.district(district).display)
    return frozenset(tokens_of("\n".join(names)))


def _words_of(post: posts.Post) -> set[str]:
    brand = post.fields.get("brand_model") or post.fields.get("brand") or ""
    brand = _model_displays(post.category).get(brand, brand)
    words = tokens_of(f"{post.title}\n{post.description}\n{brand}")
    words |= _names_of_place(post.category, post.city, post.district)
    return words


@taxonomy.remembered(PLACES_MAX)
def _terms_of_place(category: str, city: str, district: str) -> frozenset[str]:
    line = (*taxonomy.ancestors(category)[1:], taxonomy.category(category))
    terms = {term(CATEGORY, node.slug) for node in line} | {term(CITY, city)}
    terms |= {category_in_city(node.slug, city) for node in line}
    if district:
        terms.add(term(DISTRICT, district))
    return frozenset(terms)


def _terms_of(post: posts.Post, numbers: dict[str, int | None]) -> set[str]:
    terms = set(_terms_of_place(post.category, post.city, post.district))
    fields: dict[str, Any] = post.fields
    if isinstance(model := fields.get("brand_model"), str):
        terms.update(term(BRAND, one) for one in brand_line(post.category, model))
    if isinstance(rooms := fields.get("rooms"), str):
        terms.add(term(ROOMS, rooms))
    if fields.get("parking") == HAS:
        terms.add(WITH_PARKING)
    if post.image_names:
        terms.add(WITH_PICTURE)
    terms.update(bucket_term(name, value) for name, value in numbers.items() if value is not None)
    return terms


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _bucket(name: str, value: int) -> int:
    """Years are their own buckets; of all else an octave has four, so that they grow with it."""
    value = min(value, NUMBERS[name])
    if name == "production_year" or value < 8:
        return value
    length = value.bit_length()
    return 8 + (length - 4) * 4 + ((value >> (length - 3)) & 3)
