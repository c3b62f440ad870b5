"""The first page: everything that was published, newest first."""

from datetime import datetime
from typing import Any, Final

from litestar import Response, get
from litestar.di import NamedDependency

from dalan.domains import posts, taxonomy
from dalan.kernel import paging
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.site.cards import cards_of
from dalan.surfaces.web.site.counting import count_impressions

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
        shown = found[:POSTS_A_PAGE]
        cards = await cards_of(tx, visitor, shown)
    cursor = ""
    if len(found) > POSTS_A_PAGE:
        last = posts.place_of(shown[-1])
        cursor = paging.encode((last.listed_at, last.id))
    count_impressions(visitor, shown)
    appends = SWAP_HEADER in visitor.request.headers and bool(after)
    return visitor.page(
        "site/_more_posts.html" if appends else "site/newest.html",
        public=True,
        active="home",
        cards=cards,
        cursor=cursor,
        continues=place is not None,
        cities=taxonomy.major_cities(),
    )
