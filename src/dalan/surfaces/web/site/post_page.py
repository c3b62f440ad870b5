"""The page of one post, as the world sees it."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import addons, bookmarks, businesses, identity, media, posts, touchpoints
from dalan.kernel import money
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web import starts
from dalan.surfaces.web.site import sharing, showing, similar
from dalan.surfaces.web.site.businesses import logo_url
from dalan.surfaces.web.site.cards import cards_of
from dalan.surfaces.web.site.counting import count_view
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
        owns = await posts.may_act(tx, post, person_id)
        blocks = await addons.of_post(tx, post, viewer_id=person_id)
        origin = await posts.origin_of(tx, post.id)
        business = (
            await businesses.by_id(tx, origin.business_id)
            if origin is not None and origin.business_id is not None
            else None
        )
        business_logo = await logo_url(tx, business.logo_image_id) if business else ""
        button = await addons.button_of(tx, post, viewer_id=person_id)
        kept = person_id is not None and bool(await bookmarks.kept_among(tx, person_id, [post.id]))
        offers = await touchpoints.offered(tx, "DEMAND_POST", post=post, person_id=person_id)
        alike = await cards_of(tx, visitor, await similar.similar_posts(tx, post))
        images = await media.known_images(tx, post.image_names)
        film = showing.video_name(post)
        films = await media.known_files(tx, [film]) if film else {}
        short = await sharing.shared(tx, visitor.services, post)
    lang, base_url = visitor.lang, visitor.services.settings.base_url
    image = showing.first_picture(post, showing.FULL_SIZE)
    page = visitor.page(
        "site/post.html",
        public=True,
        active="home",
        # The number is behind a form; those of add-ons and offers lead on to their apps.
        forms=True,
        form_action=not (blocks or offers or button),
        post=post,
        owns=owns,
        kept=kept,
        business=business if business and business.closed_at is None else None,
        business_logo=business_logo,
        seller_since=seller.created_at,
        pictures=showing.pictures(post, images),
        price_lines=showing.price_lines(post, lang),
        specs=showing.specs(post, lang),
        place=showing.place_of(post),
        categories=showing.category_line(post, lang),
        state=showing.state_badge(post, lang),
        management_url=showing.management_path_of(post),
        url=showing.path_of(post),
        how="hidden" if post.hide_phone else "sign_in" if _asks_sign_in(visitor) else "ask",
        numbers=[],
        chat_url=chat_path_of(post, owns=owns),
        video=showing.video(post, films.get(film)),
        similar=alike,
        price_rials=None if post.price_tomans is None else money.rials_of_tomans(post.price_tomans),
        short=short,
        canonical_url=base_url + showing.path_of(post),
        image_url=base_url + image if image else "",
        summary=showing.short(post.description),
        post_button=starts.shown_button(button, post, lang),
        addons=starts.shown_addons(blocks, post, lang),
        apps=starts.shown_offers(offers, post, lang),
        listed=post.state == "published" and not post.development,
    )
    count_view(visitor, post, owns=owns)
    return page


def _asks_sign_in(visitor: Visitor) -> bool:
    return visitor.services.settings.contact_needs_sign_in and visitor.person is None


def chat_path_of(post: posts.Post, *, owns: bool) -> str:
    """Where one writes to the seller; "" where nobody does, or it is one's own post."""
    if owns or not post.chat_enabled or post.state != "published":
        return ""
    return f"/v/{post.token}/chat"


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
