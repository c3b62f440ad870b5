"""The list of one's links: made at its head, searched, ordered, and many changed at once."""

import unicodedata
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Stream

from dalan.domains import clicks, links
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.links import holding, moments, words
from dalan.surfaces.web.links.holding import AnyResponse, Holder

PAGE_SIZE: Final = 25
PAGES_MAX: Final = 40_000
CHOSEN_MAX: Final = PAGE_SIZE
COMPARED_MAX: Final = 5
ORDERS: Final[dict[str, tuple[links.Order, bool]]] = {
    "newest": ("created_at", False),
    "oldest": ("created_at", True),
    "visits": ("visits_count", False),
    "ending": ("expires_at", True),
    "hash": ("hash", True),
}
"""Orders by the name they have in the address, and whether they ascend."""

FILTERS: Final = ("q", "tag", "kind", "state", "order")
QUERY_LENGTH_MAX: Final = 200


@get(holding.at())
async def links_page(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """The links that fit, a page of them."""
    async with visitor.services.db.read() as tx:
        holder = await holding.held(tx, visitor)
        return await list_page(tx, visitor, holder, html.Form())


async def list_page(
    tx: ReadTransaction, visitor: Visitor, holder: Holder, form: html.Form, *, status: int = 200
) -> AnyResponse:
    """The list, with the short form as it was filled in."""
    asked = _asked(visitor)
    question = question_of(holder, asked)
    number = html.forms.number_in(visitor.request.query_params.get("page", ""), digits_max=6) or 1
    number = min(number, PAGES_MAX)
    offset = (number - 1) * PAGE_SIZE
    looked_up = await links.look_up(tx, question, offset=offset, most=PAGE_SIZE)
    found, total = looked_up.links, looked_up.total
    tags = await links.tags_of(tx, holder.owner)
    has_any = bool(total) or await links.count(tx, links.Question(owner=holder.owner)) > 0
    counted = await clicks.totals(tx, [one.id for one in found])
    _ = visitor.gettext
    return holder.page(
        visitor,
        "links/list.html",
        status=status,
        form=form,
        rows=[row(visitor, holder, one, counted) for one in found],
        total=total,
        is_exact=looked_up.is_exact,
        number=number,
        last=min(PAGES_MAX, max(1, -(-total // PAGE_SIZE))),
        has_any=has_any,
        is_narrowed=any(asked[name] for name in ("q", "tag", "kind", "state")),
        asked=asked,
        tags=[(tag, f"{tag} ({html.numbers.group(count, visitor.lang)})") for tag, count in tags],
        kinds=[("link", _("Address")), ("content", _("Text")), ("file", _("File"))],
        states=[(name, words.state_name(_, name)) for name in links.STATES],
        orders=[
            ("newest", _("Newest first")),
            ("oldest", _("Oldest first")),
            ("visits", _("Most visited first")),
            ("ending", _("Ending soonest first")),
            ("hash", _("By ending, A to Z")),
        ],
        filters=urlencode({name: text for name, text in asked.items() if text}),
        compared_max=COMPARED_MAX,
    )


def row(
    visitor: Visitor, holder: Holder, link: links.Link, counted: dict[int, Any]
) -> dict[str, Any]:
    """A link as lists show it."""
    total = counted.get(link.id)
    return {
        "link": link,
        "url": holder.path_of(link),
        "address": holding.short_address(visitor.services, link),
        "readable": holding.readable_address(visitor.services, link),
        "state": words.state(visitor.gettext, link, now=clock.now()),
        "tags": link.tags.split(",") if link.tags else [],
        "visits": total.visits if total else 0,
        "value": f"{link.domain}/{link.hash}",
    }


def question_of(holder: Holder, asked: dict[str, str]) -> links.Question:
    """What the filters of an address ask of these links."""
    order, ascending = ORDERS[asked["order"] or "newest"]
    return links.Question(
        owner=holder.owner,
        text=asked["q"],
        kind=asked["kind"] or None,  # type: ignore[arg-type]  # ``_asked`` lets nothing else through
        state=asked["state"] or None,  # type: ignore[arg-type]  # likewise
        tags=asked["tag"],
        order=order,
        ascending=ascending,
    )


@get(holding.at("/export.csv"))
async def links_file(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """All links that fit, as a file that can be brought in again."""
    async with visitor.services.db.read() as tx:
        holder = await holding.held(tx, visitor)
    question = question_of(holder, _asked(visitor))
    return Stream(
        links.export_csv(visitor.services.db, question),
        media_type="text/csv; charset=utf-8",
        headers={
            "content-disposition": 'attachment; filename="links.csv"',
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
        },
    )


@post(holding.at("/bulk"), status_code=200)
async def change_many(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Do one thing with all that are ticked: all of them or, where one has gone, the rest."""
    path = holding.path_here(visitor)
    visitor.require_person(back=path)
    form = await visitor.form()
    _ = visitor.gettext
    back = _back(path, form.raw("filters"))
    ticked = dict.fromkeys(form.all("link")[:CHOSEN_MAX])
    if not ticked:
        return visitor.see_other(back, flash=html.Flash("warning", _("Tick some links first.")))
    if form.raw("do") == "compare":
        hashes = [("link", one) for one in list(ticked)[:COMPARED_MAX]]
        return visitor.see_other(f"{path}/compare?{urlencode(hashes)}")
    try:
        async with visitor.services.db.write() as tx:
            holder = await holding.held(tx, visitor)
            chosen = [one for name in ticked if (one := await named(tx, holder, name))]
            for link in sorted(chosen, key=lambda one: one.id):  # two bulk changes never cross
                await _do(tx, visitor, holder, link, form)
    except _NotThat as error:
        return visitor.see_other(back, flash=html.Flash("danger", str(error)))
    except links.InvalidLink:
        text = _(
            "At most %(num)s tags of at most %(longest)s characters.",
            num=links.TAGS_MAX,
            longest=links.TAG_LENGTH_MAX,
        )
        return visitor.see_other(back, flash=html.Flash("danger", text))
    ngettext = visitor.context().ngettext
    said = ngettext("%(num)s link is changed.", "%(num)s links are changed.", len(chosen))
    if form.raw("do") == "delete":
        said = ngettext("%(num)s link is deleted.", "%(num)s links are deleted.", len(chosen))
    return visitor.see_other(back, flash=html.Flash("success", said))


class _NotThat(Exception):
    """Nothing is changed, for a reason the text says."""


async def _do(tx: Any, visitor: Visitor, holder: Holder, link: links.Link, form: html.Form) -> None:
    owner, by = holder.owner, holder.by
    rules, _ = visitor.services.link_rules, visitor.gettext
    match form.raw("do"):
        case "activate" | "deactivate" as do:
            await links.set_active(tx, link.id, active=do == "activate", owner=owner, by=by)
        case "delete":
            await links.delete(tx, link.id, owner=owner, by=by)
        case "tag":
            if not form.text("tags"):
                raise _NotThat(_("Write the tags first."))
            changes = links.Changes(tags=f"{link.tags},{form.text('tags')}")
            await links.edit(tx, link.id, changes=changes, rules=rules, owner=owner, by=by)
        case "expire":
            try:
                at = moments.moment_in(form.text("expires_at"), end_of_day=True)
            except ValueError:
                at = None
            if at is None:
                raise _NotThat(_("Write a day such as 1405/09/30 first."))
            changes = links.Changes(expires_at=at)
            await links.edit(tx, link.id, changes=changes, rules=rules, owner=owner, by=by)
        case _:
            raise _NotThat(_("Choose one of these."))


async def named(tx: ReadTransaction, holder: Holder, name: str) -> links.Link | None:
    domain, _, hash_ = name.partition("/")
    try:
        return await links.of_owner(tx, hash_, owner=holder.owner, domain=domain)
    except links.UnknownLink:
        return None


def _asked(visitor: Visitor) -> dict[str, str]:
    """The filters of the address; what none of them can be is left out."""
    query = visitor.request.query_params
    asked = {name: query.get(name, "").strip()[:QUERY_LENGTH_MAX] for name in FILTERS}
    asked = {name: text.replace("\0", "") for name, text in asked.items()}
    for name, allowed in (("kind", links.KINDS), ("state", links.STATES), ("order", tuple(ORDERS))):
        if asked[name] not in allowed:
            asked[name] = ""
    tag = unicodedata.normalize("NFC", asked["tag"])
    is_one = tag != "any" and len(tag) <= links.TAG_LENGTH_MAX and not set(tag) & set(",\u060c")
    asked["tag"] = tag if is_one else ""
    return asked


def _back(path: str, filters: str) -> str:
    """The list as it was filtered: only parameters of ours."""
    pairs = parse_qsl(filters[:2_000], max_num_fields=None)
    kept = [(name, text) for name, text in pairs if name in (*FILTERS, "page")]
    return f"{path}?{urlencode(kept)}" if kept else path
