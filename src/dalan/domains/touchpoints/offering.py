"""Which apps somebody is offered at a place."""

from typing import Final

import msgspec

from dalan.domains import developers, media, posts
from dalan.domains.touchpoints import queries
from dalan.domains.touchpoints.errors import NotOffered
from dalan.domains.touchpoints.tables import Operation, Place, Touchpoint
from dalan.kernel.db import ReadTransaction

CANDIDATES_MAX: Final = 500
"""Apps looked at for one page."""

OFFERS_MAX: Final = 50


class Offer(msgspec.Struct, frozen=True):
    """An app as it is offered. ``avatar_name`` is "" without a logo."""

    app: developers.App
    place: Place
    operation: Operation
    avatar_name: str


async def offered(
    tx: ReadTransaction,
    place: Place,
    *,
    post: posts.Post | None,
    person_id: int | None,
) -> list[Offer]:
    """The apps offered at a place, of a post where there is one, to a person (None: nobody we
    know).

    Active apps whose categories and cities fit; an app that is not out yet is offered to its own
    team, and of posts on development posts only. At ``MY_POST`` the person must own the post or
    share its team, at ``DEMAND_POST`` an owner is offered nothing of their own real posts.
    """
    if post is not None and not await _is_place_open(tx, place, post, person_id):
        return []
    found = []
    candidates = await queries.enabled_at.all(tx, place=place, most=CANDIDATES_MAX)
    apps = await developers.apps_by_id(tx, {one.app_id for one in candidates}) if candidates else {}
    for touchpoint in candidates:
        app = apps[touchpoint.app_id]
        if await _is_offered(tx, app, touchpoint, post, person_id):
            found.append((app, touchpoint))
        if len(found) == OFFERS_MAX:
            break
    avatars = await media.images_by_id(
        tx, [app.avatar_image_id for app, _ in found if app.avatar_image_id is not None]
    )
    return [
        Offer(app, place, touchpoint.operation, _name_of(avatars, app.avatar_image_id))
        for app, touchpoint in found
    ]


async def offer_of(
    tx: ReadTransaction,
    place: Place,
    slug: str,
    *,
    post: posts.Post | None,
    person_id: int | None,
) -> Offer:
    """One app's offer at a place. Raises ``NotOffered``, also where there is no such app."""
    try:
        app = await developers.app_by_slug(tx, slug)
    except developers.UnknownApp:
        raise NotOffered from None
    settings = {one.place: one for one in await queries.touchpoints_of_app.all(tx, app_id=app.id)}
    touchpoint = settings.get(place)
    if (
        touchpoint is None
        or not touchpoint.enabled
        or (post is not None and not await _is_place_open(tx, place, post, person_id))
        or not await _is_offered(tx, app, touchpoint, post, person_id)
    ):
        raise NotOffered
    return Offer(app, place, touchpoint.operation, "")


async def is_direct(tx: ReadTransaction, *, place: str, slug: str) -> bool:
    """Whether the app opens by its own address there, so that starting it asks nobody."""
    try:
        app = await developers.app_by_slug(tx, slug)
    except developers.UnknownApp:
        return False
    return any(
        one.place == place and one.enabled and one.operation == "LOAD_WEBVIEW_DIRECT_LINK"
        for one in await queries.touchpoints_of_app.all(tx, app_id=app.id)
    )


async def are_teammates(tx: ReadTransaction, one_id: int, other_id: int) -> bool:
    """Whether two people are members of one app."""
    mine = await developers.roles_of(tx, one_id)
    return not mine.keys().isdisjoint(await developers.roles_of(tx, other_id))


async def _is_place_open(
    tx: ReadTransaction, place: Place, post: posts.Post, person_id: int | None
) -> bool:
    if place == "MY_POST":
        if person_id is None or post.is_gone:
            return False
        return await posts.may_act(tx, post, person_id) or (
            post.development and await are_teammates(tx, post.owner_id, person_id)
        )
    if place == "DEMAND_POST":
        if post.state != "published":
            return False
        if not post.development and await posts.may_act(tx, post, person_id):
            return False
        return await posts.may_see(tx, post, person_id, is_teammate=are_teammates)
    return True


async def _is_offered(
    tx: ReadTransaction,
    app: developers.App,
    touchpoint: Touchpoint,
    post: posts.Post | None,
    person_id: int | None,
) -> bool:
    if app.state in ("suspended", "inactive"):
        return False
    if post is not None and not app.is_for(category=post.category, city=post.city):
        return False
    if app.is_development and post is not None and not post.development:
        return False
    is_for_all = (
        app.state == "active"
        and not app.settings.team_only
        and not (post is not None and post.development)
    )
    if is_for_all and _has_address(app, touchpoint):
        return True
    # Its developers see it even without an address: starting it then says what is missing.
    return person_id is not None and await developers.is_member(tx, app.id, person_id)


def _has_address(app: developers.App, touchpoint: Touchpoint) -> bool:
    if touchpoint.operation == "LOAD_WEBVIEW_DIRECT_LINK":
        return bool(app.fallback_url)
    if touchpoint.operation == "START_CHAT_BOT":
        return bool(app.events_url)  # nobody would hear what is written to it
    return bool(app.session_init_url)


def _name_of(avatars: dict[int, media.Image], image_id: int | None) -> str:
    image = avatars.get(image_id) if image_id is not None else None
    return "" if image is None else image.name
