"""Favourites of a person, and searches they want to hear of."""

from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import bookmarks, posts, taxonomy
from dalan.domains.bookmarks import Criteria
from dalan.errors import NotFound
from dalan.kernel import clock
from dalan.kernel.db import WriteTransaction
from dalan.kernel.text import fold_digits
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor, local_path
from dalan.surfaces.web.site import showing
from dalan.surfaces.web.site.cards import cards_of, stills_of
from dalan.surfaces.web.site.newest import SWAP_HEADER
from dalan.surfaces.web.site.post_page import missing_page
from dalan.surfaces.web.site.sight import visible_post

PATH: Final = "/my-divar/bookmarks"
SEARCHES: Final = f"{PATH}/searches"

_PASSED_OVER: Final = frozenset({"sort", "after", "page", "lang", "cursor"})
"""What an address of results says of how they are shown, not of what is searched."""

_EVERYWHERE: Final = "iran"
_HAS: Final = "دارد"
_RANGES: Final = frozenset({"price", "credit", "rent", "size", "production_year", "usage"})
_SEVERAL: Final = {"district": "district", "brand": "brand_model", "rooms": "rooms"}
_MARKS: Final = str.maketrans("", "", ",٬،  ")


@get(PATH)
async def bookmarks_page(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """What the person keeps, newest first; what is off display stays, and says so."""
    person = visitor.require_person()
    async with visitor.services.db.read() as tx:
        kept = await bookmarks.bookmarks_of(tx, person.id)
        found = await posts.by_ids(tx, [one.post_id for one in kept])
        stills = await stills_of(tx, list(found.values()))
    now = clock.now()
    return visitor.page(
        "site/bookmarks.html",
        active="account",
        searches_url=SEARCHES,
        note_length_max=bookmarks.NOTE_LENGTH_MAX,
        rows=[
            {
                "token": found[one.post_id].token,
                "card": showing.card(
                    found[one.post_id], visitor.lang, now=now, still=stills.get(one.post_id)
                )
                if found[one.post_id].state == "published"
                else None,
                "note": one.note,
                "kept_at": one.created_at,
            }
            for one in kept
        ],
    )


@get("/v/{token:str}/bookmark")
async def ask_to_keep(visitor: NamedDependency[Visitor], token: FromPath[str]) -> Response[Any]:
    """Where the heart leads somebody who is not signed in: to sign in, and then to keep the post
    with one press. An address alone changes nothing."""
    person = visitor.require_person()
    back = local_path(visitor.request.query_params.get("back", ""))
    async with visitor.services.db.look() as tx:
        found, _over = await visible_post(tx, token, person.id)
        if found is None:
            return missing_page(visitor)
        [card] = await cards_of(tx, visitor, [found])
    back = back or showing.path_of(found)
    if card.kept:
        return visitor.see_other(back)
    return visitor.page("site/keep_post.html", active="home", card=card, back=back)


@post("/v/{token:str}/bookmark", status_code=200)
async def set_bookmark(visitor: NamedDependency[Visitor], token: FromPath[str]) -> Response[Any]:
    """Keep a post (``keep`` is 1) or let it go; then back to where the heart was.

    A script that asks (``x-dalan-swap``) is answered with the heart alone, as it is now.
    """
    here = f"/v/{token}" if posts.is_token(token) else "/"
    person = visitor.require_person(back=here)
    form = await visitor.form()
    keeps = form.flag("keep")
    _ = visitor.gettext

    async def work(tx: WriteTransaction) -> posts.Post | None:
        if not keeps:
            gone = await posts.by_token_though_gone(tx, token)
            if gone is not None:
                await bookmarks.let_go(tx, person.id, gone.id)
            return gone
        found, _over = await visible_post(tx, token, person.id)
        if found is not None:
            await bookmarks.keep(tx, person.id, found)
        return found

    back, said = local_path(form.raw("back")) or here, ""
    try:
        meant = await visitor.services.db.transact(work)
        if meant is None:
            return missing_page(visitor)
    except bookmarks.TooManyBookmarks as error:
        keeps = False
        said = _("You keep %(num)s posts, which is the most; let some go first.", num=error.allowed)
        async with visitor.services.db.look() as tx:
            meant = await posts.by_token(tx, token)
    if SWAP_HEADER in visitor.request.headers and meant is not None:
        heart = {
            "token": meant.token,
            "title": meant.title,
            "kept": keeps,
            "back": back,
            "wide": form.flag("wide"),
            "said": said,
            "answers": True,
        }
        return visitor.page("site/_heart_button.html", heart=heart)
    return visitor.see_other(back, flash=html.Flash("warning", said) if said else None)


@post(PATH + "/{token:str}/note", status_code=200)
async def write_note(visitor: NamedDependency[Visitor], token: FromPath[str]) -> Response[Any]:
    """Write something beside a kept post, for one's own eyes."""
    person = visitor.require_person(back=PATH)
    form = await visitor.form()
    _ = visitor.gettext

    async def work(tx: WriteTransaction) -> None:
        found = await posts.by_token_though_gone(tx, token)
        if found is None:
            raise NotFound("there is no such post")
        await bookmarks.write_note(tx, person.id, found.id, form.raw("note"))

    flash = html.Flash("success", _("Saved."))
    try:
        await visitor.services.db.transact(work)
    except bookmarks.InvalidNote:
        flash = html.Flash("danger", _("A note has at most 300 characters."))
    return visitor.see_other(PATH, flash=flash)


@get(SEARCHES)
async def searches_page(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Saved searches with what is new, switched on or off."""
    person = visitor.require_person()
    async with visitor.services.db.look() as tx:
        found = await bookmarks.searches_of(tx, person.id)
    return visitor.page(
        "site/saved_searches.html", active="account", searches=found, bookmarks_url=PATH
    )


@post(SEARCHES, status_code=200)
async def save_search(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Save the search of a page of results: ``address`` is its path and query, ``name`` how the
    person calls it (left out: its words, category and city)."""
    person = visitor.require_person(back=SEARCHES)
    form = await visitor.form()
    _ = visitor.gettext
    try:
        address, city, category, criteria = read_address(form.raw("address"))
        name = form.text("name") or _name_of(visitor, city, category, criteria)
        async with visitor.services.db.write() as tx:
            await bookmarks.save(
                tx, person.id, name=name, address=address, city=city, category=category,
                criteria=criteria,
            )  # fmt: skip
    except (bookmarks.InvalidSearch, taxonomy.UnknownCity, taxonomy.UnknownCategory):
        flash = html.Flash("danger", _("This search cannot be saved."))
        return visitor.see_other(SEARCHES, flash=flash)
    except bookmarks.TooManySearches as error:
        said = _("You saved %(num)s searches, which is the most.", num=error.allowed)
        return visitor.see_other(SEARCHES, flash=html.Flash("warning", said))
    said = _("The search is saved. We tell you of new posts, once an hour at most.")
    return visitor.see_other(SEARCHES, flash=html.Flash("success", said))


@post(SEARCHES + "/{search_id:int}", status_code=200)
async def change_search(
    visitor: NamedDependency[Visitor], search_id: FromPath[int]
) -> Response[Any]:
    """``act``: ``open`` the results (counts start anew), switch ``on`` or ``off``, ``delete``."""
    person = visitor.require_person(back=SEARCHES)
    form = await visitor.form()
    _ = visitor.gettext
    if not 0 < search_id < 2**63:
        return visitor.see_other(SEARCHES)
    act, path = form.text("act"), SEARCHES
    try:
        async with visitor.services.db.write() as tx:
            if act == "open":
                path = (await bookmarks.see(tx, person.id, search_id)).address
            elif act in ("on", "off"):
                await bookmarks.switch(tx, person.id, search_id, active=act == "on")
            elif act == "delete":
                await bookmarks.drop(tx, person.id, search_id)
    except bookmarks.UnknownSearch:
        return visitor.see_other(SEARCHES)
    return visitor.see_other(path)


def read_address(text: str) -> tuple[str, str, str, Criteria]:
    """What a page of results searches, out of its address: the address in one spelling, city,
    category and the rest.

    ``/s/{city}/{category}?q=…&price_max=…``, with the names the page of results has. Raises
    InvalidSearch for anything that could not be matched, so that nobody waits for what never
    comes, and ``taxonomy.UnknownCity`` and ``UnknownCategory``.
    """
    if len(text) > bookmarks.ADDRESS_LENGTH_MAX or local_path(text) is None:
        raise bookmarks.InvalidSearch("no address of ours")
    parts = urlsplit(text)
    path = [one for one in parts.path.split("/") if one]
    if not 2 <= len(path) <= 3 or path[0] != "s":
        raise bookmarks.InvalidSearch("no address of results")
    city = "" if path[1] == _EVERYWHERE else taxonomy.city(path[1]).slug
    category = taxonomy.category(path[2]).slug if path[2:] else ""
    said = [
        (name, value.strip())
        for name, value in sorted(parse_qsl(parts.query))
        if name not in _PASSED_OVER and value.strip()
    ]
    words: tuple[str, ...] = ()
    several: dict[str, tuple[str, ...]] = {"district": (), "brand_model": (), "rooms": ()}
    ranges: dict[str, tuple[int | None, int | None]] = {}
    choices: dict[str, tuple[str, ...]] = {}
    with_image = False
    for name, value in said:
        field, _, bound = name.rpartition("_")
        several_of = _SEVERAL.get(name)
        if name == "q":
            words = tuple(dict.fromkeys(bookmarks.tokens(value)))
        elif several_of is not None:
            several[several_of] += (value,)
        elif name == "picture" and value == "1":
            with_image = True
        elif name == "parking" and value == "1":
            choices["parking"] = (_HAS,)
        elif bound in ("min", "max") and field in _RANGES:
            least, most = ranges.get(field, (None, None))
            number = _number(value)
            ranges[field] = (number, most) if bound == "min" else (least, number)
        else:
            raise bookmarks.InvalidSearch("nothing that can be matched")
    choices |= {name: several[name] for name in ("brand_model", "rooms") if several[name]}
    criteria = Criteria(
        words=words,
        districts=several["district"],
        ranges=ranges,
        choices=choices,
        with_image=with_image,
    )
    place = "/".join(["", *path])
    return (f"{place}?{urlencode(said)}" if said else place), city, category, criteria


def _number(text: str) -> int:
    digits = fold_digits(text).translate(_MARKS)
    if not digits.isdecimal() or len(digits) > 15:
        raise bookmarks.InvalidSearch("a bound is a number")
    return int(digits)


def _name_of(visitor: Visitor, city: str, category: str, criteria: Criteria) -> str:
    parts = [" ".join(criteria.words)]
    if category:
        node = taxonomy.category(category)
        parts.append(node.title if visitor.lang == "fa" else node.title_en)
    if city:
        parts.append(taxonomy.city(city).display)
    _ = visitor.gettext
    name = "، ".join(part for part in parts if part) or _("Everything")
    return name[: bookmarks.NAME_LENGTH_MAX]
