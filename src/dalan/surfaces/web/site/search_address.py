"""Addresses of results: ``/s/tehran/light?q=…&price_max=…`` and what they ask for, both ways.

An address has one spelling. Whatever nobody understands (a district of another city, a made-up
order, a cursor of elsewhere) is no part of it, and whoever comes with it is sent to the address
without; a number that is none stays, to be shown with its fault.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, get_args
from urllib.parse import urlencode

import msgspec

from dalan.domains import search, taxonomy
from dalan.kernel import paging
from dalan.kernel.text import clean, fold_digits
from dalan.surfaces import html
from dalan.surfaces.html.i18n import marked

EVERYWHERE: Final = "iran"
"""In place of a city: all of them."""

LIST_MAX: Final = 50

RANGES: Final[dict[str, tuple[str, str]]] = {
    "price": (marked("Price"), marked("Toman")),
    "credit": (marked("Deposit"), marked("Toman")),
    "rent": (marked("Rent"), marked("Toman")),
    "size": (marked("Area"), marked("m²")),
    "production_year": (marked("Model year"), ""),
    "usage": (marked("Mileage"), marked("km")),
}
"""The numbers one may bound, with their names and units."""

OWN_PARAMETERS: Final = frozenset({"lang"})
"""Of the shell, not of the search."""

_MARKS: Final = str.maketrans("", "", ",٬،  \u00a0\u200c")


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """What an address asks for. ``numbers`` are as typed, ``price_min`` and so on."""

    city: str = EVERYWHERE
    category: str = "root"
    words: str = ""
    districts: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    with_parking: bool = False
    with_picture: bool = False
    numbers: dict[str, str] = {}
    order: search.Order = "newest"
    after: str = ""

    @property
    def path(self) -> str:
        """Without what stands after the question mark."""
        base = f"/s/{self.city}"
        return base if self.category == "root" else f"{base}/{self.category}"

    @property
    def url(self) -> str:
        """The whole of it, in its one spelling."""
        pairs = self.pairs()
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters, in their order."""
        pairs = [("q", self.words)] if self.words else []
        for name, values in (
            ("district", self.districts),
            ("brand", self.brands),
            ("rooms", self.rooms),
        ):
            pairs += [(name, value) for value in values]
        pairs += [(name, value) for name, value in self.numbers.items()]
        pairs += [("parking", "1")] if self.with_parking else []
        pairs += [("picture", "1")] if self.with_picture else []
        pairs += [("sort", self.order)] if self.order != "newest" else []
        pairs += [("after", self.after)] if self.after else []
        return pairs

    def query(self) -> search.Query:
        """The question to the index; numbers that are none bound nothing."""
        ranges = {
            name: search.Range(
                whole_number(self.numbers.get(f"{name}_min", "")),
                whole_number(self.numbers.get(f"{name}_max", "")),
            )
            for name in RANGES
        }
        return search.Query(
            words=self.words,
            category=self.category,
            cities=() if self.city == EVERYWHERE else (self.city,),
            districts=self.districts,
            brand_models=self.brands,
            rooms=self.rooms,
            with_parking=self.with_parking,
            with_picture=self.with_picture,
            ranges=ranges,
        )

    def place(self) -> search.Place | None:
        """Where the list goes on."""
        return _place(self.after, self.order)


def read(city: str, category: str, form: html.Form) -> Address:
    """The address somebody came to. Raises ``taxonomy.UnknownCity`` and ``UnknownCategory``."""
    if city != EVERYWHERE:
        taxonomy.city(city)
    filters = filters_of(category)
    order: search.Order = "newest"
    for known in get_args(search.Order):
        if form.raw("sort") == known:
            order = known
    after = form.raw("after")
    try:
        _place(after, order)
    except paging.InvalidCursor:
        after = ""
    return Address(
        city=city,
        category=taxonomy.category(category).slug,
        words=_words(form.text("q")),
        districts=_known(form.all("district"), {one.slug for one in taxonomy.districts_of(city)}),
        brands=_known(form.all("brand"), dict(filters.brands)),
        rooms=_known(form.all("rooms"), filters.rooms),
        with_parking=filters.has_parking and form.flag("parking"),
        with_picture=form.flag("picture"),
        numbers={
            name: _plain(form.raw(name))
            for asked in filters.ranges
            for name in (f"{asked}_min", f"{asked}_max")
            if form.text(name)
        },
        order=order,
        after=after,
    )


def cursor(place: search.Place, order: search.Order) -> str:
    """A place as the address has it; it is one of this order alone."""
    return paging.encode((order, place.value, place.id))


def whole_number(text: str) -> int | None:
    """The number somebody typed, None where it is none."""
    return html.forms.number_in(text)


def faults(address: Address, _: Callable[..., str]) -> dict[str, str]:
    """What is wrong with the numbers, by field."""
    wrong = {
        name: _("Write it as a whole number.")
        for name, text in address.numbers.items()
        if whole_number(text) is None
    }
    for name in RANGES:
        least = whole_number(address.numbers.get(f"{name}_min", ""))
        most = whole_number(address.numbers.get(f"{name}_max", ""))
        if least is not None and most is not None and least > most:
            wrong[f"{name}_max"] = _("This is less than the least.")
    return wrong


class Filters(msgspec.Struct, frozen=True):
    """What one may ask about the posts of a category."""

    ranges: tuple[str, ...]
    rooms: tuple[str, ...]
    brands: tuple[tuple[str, str], ...]
    has_parking: bool


@taxonomy.remembered()
def filters_of(category: str) -> Filters:
    """The filters that make sense in a category: what the forms of its leaves ask.

    Raises ``taxonomy.UnknownCategory``.
    """
    leaves = [one.slug for one in taxonomy.descendants(category) if one.leaf]
    forms = [taxonomy.submit_schema(leaf) for leaf in leaves]
    names = {field.name for form in forms for field in form.fields}
    if category == "root":
        names = {"price"}
    rooms: tuple[str, ...] = ()
    if "rooms" in names:
        found = (form.field("rooms") for form in forms)
        rooms = next(tuple(option.slug for option in field.options) for field in found if field)
    return Filters(
        tuple(name for name in RANGES if name in names),
        rooms,
        _makes(category),
        "parking" in names,
    )


def without_shell(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The parameters that are the search's."""
    return [pair for pair in pairs if pair[0] not in OWN_PARAMETERS]


def form_of(pairs: Sequence[tuple[str, str]]) -> html.Form:
    """The parameters as a form."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return html.Form(values)


def _makes(category: str) -> tuple[tuple[str, str], ...]:
    try:
        models = taxonomy.brand_models(category)
    except taxonomy.AssetNotPublished:
        return ()
    slugs = {model.slug for model in models}

    def is_make(slug: str) -> bool:
        parts = slug.split(" ")
        return not any(" ".join(parts[:n]) in slugs for n in range(1, len(parts)))

    return tuple(
        (one.slug, one.display) for one in models if one.slug != "ROOT" and is_make(one.slug)
    )


def _words(text: str) -> str:
    longest = search.WORDS_LENGTH_MAX
    return " ".join(clean(text[:longest], longest=longest).split())


def _known(given: list[str], known: Iterable[str] | Mapping[str, object]) -> tuple[str, ...]:
    among = set(known)
    return tuple(dict.fromkeys(one for one in given[:LIST_MAX] if one in among))


def _plain(text: str) -> str:
    return fold_digits(text).translate(_MARKS)[:24]


def _place(text: str, order: search.Order) -> search.Place | None:
    if not text:
        return None
    of_order, value, number = paging.decode(text, tuple[str, int, int])
    if of_order != order:
        raise paging.InvalidCursor
    return search.Place(value, number)
