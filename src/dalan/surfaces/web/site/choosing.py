"""The first step of a new post: under which category it is filed."""

from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency

from dalan.domains import posts, taxonomy
from dalan.errors import DalanError
from dalan.kernel import clock
from dalan.kernel.text import fold
from dalan.surfaces.html import numbers
from dalan.surfaces.html.i18n import Lang
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.site import post_limits

FOUND_MAX: Final = 20
RECENT_MAX: Final = 5
QUERY_LENGTH_MAX: Final = 100


class Choice(msgspec.Struct, frozen=True):
    """A category somebody may choose; ``path`` says what it is in."""

    title: str
    path: str
    url: str
    leaf: bool
    slug: str = ""


@get("/new")
async def choose_category(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """The tree one level at a time, a search in it, what the person used lately, and what they
    are still writing. ``?draft``: the category of that draft is changed."""
    query = visitor.request.query_params
    words, inside, draft = query.get("q", "")[:QUERY_LENGTH_MAX].strip(), query.get("in", ""), ""
    if posts.is_draft_token(query.get("draft", "")):
        draft = query["draft"]
    lang = visitor.lang
    try:
        group = taxonomy.category(inside or "root")
    except taxonomy.UnknownCategory:
        return visitor.see_other("/new")
    if group.leaf:
        return visitor.see_other(_url(group, draft))
    drafts: list[posts.Draft] = []
    recent: list[str] = []
    refusal: str | None = None
    if visitor.person is not None:
        async with visitor.services.db.look() as tx:
            drafts = await posts.drafts_of(tx, visitor.person.id)
            mine = await posts.of_person(tx, visitor.person.id, states=posts.STATES, limit=50)
            try:
                await posts.check_may_submit(tx, visitor.person.id)
            except DalanError as error:
                refusal = post_limits.in_words(error, lang)
        recent = list(dict.fromkeys(post.category for post in mine))[:RECENT_MAX]
    line = [] if group.slug == "root" else [*taxonomy.ancestors(group.slug)[1:], group]
    return visitor.page(
        "site/new_category.html",
        active="post_new",
        words=words,
        draft=draft,
        line=[(_name(one, lang), _group_url(one.slug, draft)) for one in line],
        found=[_choice(one, lang, draft) for one in _search(words)] if words else None,
        choices=[_choice(one, lang, draft) for one in taxonomy.children(group.slug)],
        recent=[
            _choice(taxonomy.category(slug), lang, draft)
            for slug in recent
            if not taxonomy.is_retired("category", slug)
        ],
        drafts=[
            {
                "title": "".join(one.typed.get("title", []))
                or _name(taxonomy.category(one.category), lang),
                "category": _name(taxonomy.category(one.category), lang),
                "ago": numbers.ago(one.changed_at, lang, now=clock.now()),
                "token": one.token,
            }
            for one in drafts
            if not draft
        ],
        refusal=refusal,
        keep_hours=visitor.services.settings.keep_drafts_hours,
    )


def _search(words: str) -> list[taxonomy.Category]:
    """Leaves whose own name or that of a group above holds all the words, own names first."""
    wanted = fold(words).split()
    named: list[taxonomy.Category] = []
    within: list[taxonomy.Category] = []
    for one in taxonomy.categories():
        if not one.leaf or not wanted:
            continue
        own = fold(f"{one.title} {one.title_en}")
        line = fold(
            " ".join(f"{up.title} {up.title_en}" for up in taxonomy.ancestors(one.slug)[1:])
        )
        if all(word in own for word in wanted):
            named.append(one)
        elif all(word in own or word in line for word in wanted):
            within.append(one)
    return (named + within)[:FOUND_MAX]


def _choice(one: taxonomy.Category, lang: Lang, draft: str) -> Choice:
    above = taxonomy.ancestors(one.slug)[1:]
    return Choice(
        title=_name(one, lang),
        path=" › ".join(_name(up, lang) for up in above),
        url=_url(one, draft),
        leaf=one.leaf,
        slug=one.slug,
    )


def _url(one: taxonomy.Category, draft: str) -> str:
    if not one.leaf:
        return _group_url(one.slug, draft)
    return f"/new/drafts/{draft}?category={one.slug}" if draft else f"/new/{one.slug}"


def _group_url(slug: str, draft: str) -> str:
    return "/new?" + urlencode({"in": slug} | ({"draft": draft} if draft else {}))


def _name(one: taxonomy.Category, lang: Lang) -> str:
    return one.title if lang == "fa" else one.title_en
