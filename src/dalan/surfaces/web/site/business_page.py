"""The public page of a business, with its posts."""

from typing import Any, Final

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import businesses, posts, taxonomy
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.site import business_words as words
from dalan.surfaces.web.site.businesses import LIST_PATH, logo_url
from dalan.surfaces.web.site.cards import cards_of
from dalan.surfaces.web.site.counting import count_impressions

POSTS_MAX: Final = 96


@get("/b/{token:str}")
async def business_public_page(
    visitor: NamedDependency[Visitor], token: FromPath[str]
) -> Response[Any]:
    """Who the business is, and what it offers now, newest first."""
    _, person_id = visitor.gettext, visitor.person.id if visitor.person else None
    async with visitor.services.db.read() as tx:
        try:
            business = await businesses.by_token(tx, token)
        except businesses.UnknownBusiness:
            return visitor.error_page(
                404,
                _("No such business"),
                _("The address may be wrong, or the business is closed."),
                (html.Action(_("See the newest posts"), "/"),),
            )
        found = await posts.of_business(tx, business.id, states=("published",), limit=POSTS_MAX + 1)
        works_here = person_id is not None and await businesses.is_member(
            tx, business.id, person_id
        )
        logo = await logo_url(tx, business.logo_image_id)
        shown = [post for post in found[:POSTS_MAX] if not post.development]
        cards = await cards_of(tx, visitor, shown)
    count_impressions(visitor, shown)
    return visitor.page(
        "site/business.html",
        public=True,
        active="home",
        business=business,
        type_name=_(words.TYPES[business.type]),
        city_name=taxonomy.city(business.city).display if business.city else "",
        logo_url=logo,
        cards=cards,
        has_more=len(found) > POSTS_MAX,
        manage_url=f"{LIST_PATH}/{business.token}" if works_here else "",
        canonical_url=f"{visitor.services.settings.base_url}/b/{business.token}",
    )
