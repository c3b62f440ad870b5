"""The page of one post, as the world sees it."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import addons, identity, touchpoints
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web import starts
from dalan.surfaces.web.site import showing
from dalan.surfaces.web.site.sight import visible_post


@get("/v/{token:str}")
async def post_page(
    visitor: NamedDependency[Visitor],
    token: FromPath[str],
) -> Response[Any]:
    """The post, or why there is none."""
    return await _answer(visitor, token)


@get("/v/{text:str}/{token:str}")
async def post_page_by_text(
    visitor: NamedDependency[Visitor],
    text: FromPath[str],  # noqa: ARG001  # people read it, we do not
    token: FromPath[str],
) -> Response[Any]:
    """The same; the title in the address may be any text."""
    return await _answer(visitor, token)


async def _answer(visitor: Visitor, token: str) -> Response[Any]:
    person_id = visitor.person.id if visitor.person else None
    async with visitor.services.db.read() as tx:
        post, is_over = await visible_post(tx, token, person_id)
        if post is None:
            return over_page(visitor) if is_over else missing_page(visitor)
        seller = await identity.person(tx, post.owner_id)
        blocks = await addons.of_post(tx, post, viewer_id=person_id)
        offers = await touchpoints.offered(tx, "DEMAND_POST", post=post, person_id=person_id)
    lang, base_url = visitor.lang, visitor.services.settings.base_url
    image = showing.first_picture(post, showing.FULL_SIZE)
    return visitor.page(
        "site/post.html",
        active="home",
        # Widgets of add-ons and offers hold forms that lead on to their apps.
        forms=bool(blocks or offers),
        form_action=not (blocks or offers),
        post=post,
        owns=post.owner_id == person_id,
        seller_since=seller.created_at,
        pictures=showing.pictures(post),
        price_lines=showing.price_lines(post, lang),
        specs=showing.specs(post, lang),
        place=showing.place_of(post),
        categories=showing.category_line(post, lang),
        state=showing.state_badge(post, lang),
        management_url=showing.management_path_of(post),
        canonical_url=base_url + showing.path_of(post),
        image_url=base_url + image if image else "",
        summary=showing.short(post.description),
        addons=starts.shown_addons(blocks, post, lang),
        apps=starts.shown_offers(offers, post, lang),
        listed=post.state == "published" and not post.development,
    )


def missing_page(visitor: Visitor) -> Response[Any]:
    """404: there is no such post, as far as this visitor may know."""
    _ = visitor.gettext
    return visitor.error_page(
        404,
        _("No such post"),
        _("The address may be wrong, or the post is not on display yet."),
        (html.Action(_("See the newest posts"), "/"),),
    )


def over_page(visitor: Visitor) -> Response[Any]:
    """410: there was one, and it is over."""
    _ = visitor.gettext
    return visitor.error_page(
        410,
        _("This post is no longer on display"),
        _("It was sold, its time was over, or its owner took it back."),
        (html.Action(_("See the newest posts"), "/"),),
    )
