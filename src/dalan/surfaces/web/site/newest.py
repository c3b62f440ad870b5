"""The first page: everything that was published, newest first."""

from datetime import datetime
from typing import Any, Final

from litestar import Response, get
from litestar.di import NamedDependency

from dalan.domains import posts
from dalan.kernel import clock, paging
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.site.showing import card

POSTS_A_PAGE: Final = 24
"""Fills rows of one, two, three and four cards."""

SWAP_HEADER: Final = "x-dalan-swap"


@get("/")
async def newest_posts(
    visitor: NamedDependency[Visitor],
) -> Response[Any]:
    """A page of cards, from the newest or from just after the cursor ``after``.

    Asked by a script for more, it answers with those cards alone.
    """
    after = visitor.request.query_params.get("after", "")
    try:
        place = posts.Place(*paging.decode(after, tuple[datetime, int])) if after else None
    except paging.InvalidCursor:
        return visitor.see_other("/")
    async with visitor.services.db.look() as tx:
        found = await posts.newest(tx, after=place, limit=POSTS_A_PAGE + 1)
    shown, now = found[:POSTS_A_PAGE], clock.now()
    cursor = ""
    if len(found) > POSTS_A_PAGE:
        last = posts.place_of(shown[-1])
        cursor = paging.encode((last.listed_at, last.id))
    appends = SWAP_HEADER in visitor.request.headers and bool(after)
    return visitor.page(
        "site/_more_posts.html" if appends else "site/newest.html",
        active="home",
        cards=[card(post, visitor.lang, now=now) for post in shown],
        cursor=cursor,
        continues=place is not None,
    )
