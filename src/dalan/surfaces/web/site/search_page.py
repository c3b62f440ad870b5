"""Results of a search, by city and category, with the filters in the address."""

from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import search, taxonomy
from dalan.surfaces import html
from dalan.surfaces.html.i18n import Lang
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.site import search_address as addresses
from dalan.surfaces.web.site.cards import cards_of
from dalan.surfaces.web.site.counting import count_impressions
from dalan.surfaces.web.site.newest import POSTS_A_PAGE, SWAP_HEADER
from dalan.surfaces.web.site.search_address import EVERYWHERE, RANGES, Address
from dalan.surfaces.web.site.wider import COUNTED_MAX as WIDER_MAX
from dalan.surfaces.web.site.wider import suggestions

COUNTED_MAX: Final = 300
"""Beyond it a page says «more than»: nobody reads the difference, and counting costs."""

FIELDS_MAX: Final = 200

ALPHABET: Final = "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"


class Chip(msgspec.Struct, frozen=True):
    """A filter that is on; following ``url`` takes it away."""

    title: str
    url: str


@get("/s")
async def choose_city(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Where the header's box and the filters' form lead: on to the results, or to all cities."""
    pairs = _pairs(visitor)
    form = addresses.form_of(pairs)
    city, category = form.raw("city"), form.raw("category") or "root"
    if city:
        try:
            return visitor.see_other(addresses.read(city, category, form).url)
        except (taxonomy.UnknownCity, taxonomy.UnknownCategory):
            return _missing(visitor)
    rest = urlencode([(key, value) for key, value in pairs if key in ("q", "category") and value])
    provinces: dict[str, dict[str, taxonomy.City]] = {}
    for one in taxonomy.cities():
        provinces.setdefault(one.province, {})[one.slug] = one
    return visitor.page(
        "site/cities.html",
        public=True,
        active="home",
        major=taxonomy.major_cities(),
        provinces=sorted(
            ((name, list(some.values())) for name, some in provinces.items()),
            key=lambda one: (not one[0], _in_alphabet(one[0])),
        ),
        rest=f"&{rest}" if rest else "",
    )


@get("/s/{city:str}")
async def results_of_city(visitor: NamedDependency[Visitor], city: FromPath[str]) -> Response[Any]:
    """Everything in a city."""
    return await _results(visitor, city, "root")


@get("/s/{city:str}/{category:str}")
async def results_of_category(
    visitor: NamedDependency[Visitor], city: FromPath[str], category: FromPath[str]
) -> Response[Any]:
    """One category in a city."""
    return await _results(visitor, city, category)


async def _results(visitor: Visitor, city: str, category: str) -> Response[Any]:
    pairs = _pairs(visitor)
    try:
        address = addresses.read(city, category, addresses.form_of(pairs))
    except (taxonomy.UnknownCity, taxonomy.UnknownCategory):
        return _missing(visitor)
    if sorted(address.pairs()) != sorted(pairs) or visitor.request.url.path != address.path:
        return visitor.see_other(address.url)
    query, first = address.query(), not address.after
    async with visitor.services.db.look() as tx:
        found = await search.find(
            tx, query, order=address.order, after=address.place(), limit=POSTS_A_PAGE
        )
        count = len(found.posts)
        if first and found.next is not None:  # otherwise this is all there is
            count = await search.count(tx, query, most=COUNTED_MAX + 1)
        cards = await cards_of(tx, visitor, found.posts)
        is_empty = first and not cards
        elsewhere = await suggestions(tx, address, visitor.gettext) if is_empty else []
    count_impressions(visitor, found.posts)
    lang = visitor.lang
    values: dict[str, Any] = {
        "cards": cards,
        "cursor": addresses.cursor(found.next, address.order) if found.next else "",
    }
    if SWAP_HEADER in visitor.request.headers and not first:
        return visitor.page("site/_more_posts.html", public=True, **values)
    _ = visitor.gettext
    return visitor.page(
        "site/search.html",
        public=True,
        active="home",
        address=address,
        continues=not first,
        count=count,
        counted_max=COUNTED_MAX,
        first_url=msgspec.structs.replace(address, after="").url,
        heading=_heading(address, lang),
        crumbs=_crumbs(address, lang),
        categories=_categories_below(address, lang),
        filters=addresses.filters_of(address.category),
        districts=taxonomy.districts_of(address.city),
        ranges=RANGES,
        errors=addresses.faults(address, _),
        chips=_chips(address, lang),
        wider=elsewhere,
        wider_max=WIDER_MAX,
        everywhere=EVERYWHERE,
        **values,
    )


def _in_alphabet(name: str) -> list[int]:
    """Sorts Persian names as people look for them, which the order of code points is not."""
    return [ALPHABET.find(letter) for letter in name]


def _pairs(visitor: Visitor) -> list[tuple[str, str]]:
    """The parameters; a page past its bounds of fields asks for nothing."""
    query = visitor.request.url.query
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError:
        return [("", "")]
    return addresses.without_shell(pairs)


def _heading(address: Address, lang: Lang) -> str:
    """``سواری و وانت در تهران``"""
    _ = html.i18n.translator(lang)
    where = _("all of Iran") if address.city == EVERYWHERE else taxonomy.city(address.city).display
    if address.category == "root":
        return _("Posts in %(place)s", place=where)
    node = taxonomy.category(address.category)
    return _(
        "%(what)s in %(place)s", what=node.title if lang == "fa" else node.title_en, place=where
    )


def _crumbs(address: Address, lang: Lang) -> list[tuple[str, str]]:
    """The way down to the category, each step with the address of its results."""
    _ = html.i18n.translator(lang)
    nodes = [*taxonomy.ancestors(address.category)[1:]]
    if address.category != "root":
        nodes.append(taxonomy.category(address.category))
    steps = [(_("All categories"), _at(address, "root").url)]
    return steps + [
        (node.title if lang == "fa" else node.title_en, _at(address, node.slug).url)
        for node in nodes
    ]


def _categories_below(address: Address, lang: Lang) -> list[tuple[str, str]]:
    return [
        (node.title if lang == "fa" else node.title_en, _at(address, node.slug).url)
        for node in taxonomy.children(address.category)
    ]


def _at(address: Address, category: str) -> Address:
    """The same search in another category, without the filters that are not asked there."""
    form = addresses.form_of(address.pairs())
    form.values.pop("after", None)
    return addresses.read(address.city, category, form)


def _chips(address: Address, lang: Lang) -> list[Chip]:
    """Every filter that is on, words and place aside."""
    _ = html.i18n.translator(lang)
    here = msgspec.structs.replace(address, after="")
    chips = []

    def less(title: str, **changes: Any) -> None:
        chips.append(Chip(title, msgspec.structs.replace(here, **changes).url))

    if here.words:
        less(f"«{here.words}»", words="")
    for slug in here.districts:
        rest = tuple(one for one in here.districts if one != slug)
        less(taxonomy.district(slug).display, districts=rest)
    names = dict(addresses.filters_of(here.category).brands)
    for slug in here.brands:
        less(names[slug], brands=tuple(one for one in here.brands if one != slug))
    for word in here.rooms:
        text = _("Rooms: %(num)s", num=word)
        less(text, rooms=tuple(one for one in here.rooms if one != word))
    for name, (title, _unit) in RANGES.items():
        for end, said in (("min", _("from %(num)s")), ("max", _("up to %(num)s"))):
            number = addresses.whole_number(here.numbers.get(f"{name}_{end}", ""))
            if number is not None:
                written = str(number) if name == "production_year" else f"{number:,}"
                rest_of = {k: v for k, v in here.numbers.items() if k != f"{name}_{end}"}
                less(f"{_(title)} {said % {'num': written}}", numbers=rest_of)
    if here.with_parking:
        less(_("With parking"), with_parking=False)
    if here.with_picture:
        less(_("With pictures"), with_picture=False)
    return chips


def _missing(visitor: Visitor) -> Response[Any]:
    _ = visitor.gettext
    return visitor.error_page(
        404,
        _("No such place or category"),
        _("The address may be wrong. Choose a city to see what is posted there."),
        (html.Action(_("Choose a city"), "/s"),),
    )
