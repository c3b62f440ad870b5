"""What a seeded post is, and the small choices every kind of post makes."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

from msgspec import Struct

from dalan.domains import taxonomy

FIXED = "مقطوع"
NEGOTIABLE = "توافقی"

Choice = TypeVar("Choice")


class SeedPost(Struct, frozen=True, kw_only=True):
    """One believable post, not yet anybody's.

    ``fields`` are as ``taxonomy.check_fields`` leaves them, ``price`` among them where the form
    has one. ``price_tomans`` is ``None`` where there is no single fixed price: rents carry
    ``credit`` and ``rent`` in their fields, negotiable ones only the mode. ``district`` may be
    empty. Pictures are ``pictures.picture(picture_kind, seed, n, picture_colour)`` for n below
    ``picture_count``. ``age_minutes`` is how long ago it was published.
    """

    category: str
    city: str
    district: str
    title: str
    description: str
    fields: dict[str, object]
    price_tomans: int | None
    price_mode: str
    picture_kind: str
    picture_colour: str | None
    picture_count: int
    chat_enabled: bool
    hide_phone: bool
    age_minutes: int


class Place(Struct, frozen=True):
    """A city and one of its districts; ``share`` is how dear it is against Tehran's middle."""

    city: str
    district: str
    name: str
    share: float


TEHRAN: tuple[tuple[str, float], ...] = (
    ("zafaraniyeh", 1.55),
    ("elahiyeh", 1.6),
    ("niavaran", 1.45),
    ("velenjak", 1.4),
    ("farmaniyeh", 1.45),
    ("pasdaran", 1.18),
    ("saadat-abad", 1.23),
    ("shahrak-e-gharb", 1.3),
    ("gholhak", 1.2),
    ("vanak", 1.15),
    ("yousef-abad", 1.1),
    ("gisha", 1.07),
    ("amir-abad", 1.05),
    ("valiasr", 1.02),
    ("marzdaran", 1.02),
    ("poonak", 1.0),
    ("sadeghiyeh", 0.95),
    ("sattarkhan", 0.95),
    ("ekbatan", 1.0),
    ("narmak", 0.85),
    ("east-tehranpars", 0.8),
    ("tehran-no", 0.72),
    ("pirouzi", 0.7),
    ("tehransar", 0.68),
    ("nazi-abad", 0.62),
    ("khavaran", 0.62),
)
CITIES: tuple[tuple[str, float], ...] = (
    ("mashhad", 0.42),
    ("karaj", 0.4),
    ("shiraz", 0.48),
    ("isfahan", 0.5),
    ("ahvaz", 0.32),
    ("tabriz", 0.42),
    ("kermanshah", 0.28),
    ("qom", 0.33),
    ("rasht", 0.45),
    ("sari", 0.36),
    ("yazd", 0.34),
    ("kerman", 0.28),
    ("hamedan", 0.28),
    ("kish", 0.9),
)


def place(random: Random) -> Place:
    """Somewhere people sell things; rather more often in Tehran."""
    if random.random() < 0.58:
        slug, share = random.choice(TEHRAN)
        name = taxonomy.district(slug).display
        return Place("tehran", slug, name.split(" (")[0].removeprefix("میدان "), share)
    city, share = random.choice(CITIES)
    districts = taxonomy.districts_of(city)
    if not districts:
        return Place(city, "", taxonomy.city(city).display, share)
    district = random.choice(districts)
    return Place(city, district.slug, taxonomy.city(city).display, share)


def rounded(amount: float, digits: int = 3) -> int:
    """A price as people say it: its first digits, then zeros."""
    whole = max(1, round(amount))
    step: int = 10 ** max(0, len(str(whole)) - digits)
    return max(1, round(whole / step)) * step


def near(random: Random, amount: float, spread: float = 0.08) -> float:
    return amount * random.uniform(1 - spread, 1 + spread)


def sentences(
    random: Random, always: Sequence[str], sometimes: Sequence[str], most: int = 3
) -> str:
    """What must be said, then a few of the things that may be."""
    extra = random.sample(list(sometimes), k=min(len(sometimes), random.randint(1, most)))
    return "\n".join([*always, *extra])


def offer(
    random: Random,
    *,
    category: str,
    at: Place,
    title: str,
    description: str,
    fields: Mapping[str, object],
    picture_kind: str,
    picture_count: int,
    picture_colour: str | None = None,
    price_tomans: int | None = None,
    negotiable: bool = False,
) -> SeedPost:
    """A post whose fields have passed the category's form, with its common choices made."""
    told = dict(fields)
    if negotiable:
        price_tomans = None
        told["price_mode"] = NEGOTIABLE
    elif price_tomans is not None:
        told["price"] = price_tomans
    chat_enabled = random.random() < 0.85
    return SeedPost(
        category=category,
        city=at.city,
        district=at.district,
        title=title[:50].strip(),
        description=description,
        fields=taxonomy.check_fields(category, told),
        price_tomans=price_tomans,
        price_mode=NEGOTIABLE if negotiable else FIXED,
        picture_kind=picture_kind,
        picture_colour=picture_colour,
        picture_count=picture_count,
        chat_enabled=chat_enabled,
        hide_phone=chat_enabled and random.random() < 0.25,
        age_minutes=min(28 * 24 * 60, int(random.expovariate(1 / (4 * 24 * 60))) + 3),
    )
