"""Which add-ons a post shows: its own, its person's, its business's; the most specific of an app.

What apps make of people and businesses is looked up when a post is shown, by the post's number:
nothing is written for a post, however many there are. Decision 0034; reference/kenar.md 6.7.
"""

from collections.abc import Sequence
from datetime import datetime

from dalan.domains import developers, posts, taxonomy
from dalan.domains.addons import queries, spread_queries
from dalan.domains.addons.spread_tables import Spread
from dalan.domains.addons.tables import PostAddon
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction

Addon = PostAddon | Spread
"""Anything a block of a page can show."""


async def of_app_on_post(tx: ReadTransaction, *, app_id: int, post_token: str) -> Addon | None:
    """What one app has on a post, for the app itself; None when that is nothing."""
    if not posts.token_in(post_token):
        return None
    post = await posts.by_token(tx, post_token)
    if post is None:
        return None
    own = await queries.addon_of_app.one_or_none(tx, app_id=app_id, post_id=post.id)
    if own is not None and own.status != "DELETED":
        return own
    app = await developers.app(tx, app_id)
    for spread in await spread_on(tx, post):
        if (
            spread.app_id == app_id
            and not stands_before(own, spread)
            and await applies(tx, app, spread, post)
        ):
            return spread
    return None


async def spread_on(tx: ReadTransaction, post: posts.Post) -> list[Spread]:
    """What apps made of the post's person, then of its business if the post is published: whether
    it applies to this post is for the caller to ask."""
    now = clock.now()
    found = await spread_queries.on_post_of_person.all(
        tx, person_id=post.owner_id, post_id=post.id, at=now
    )
    if post.state == "published":
        origin = await posts.origin_of(tx, post.id)
        if origin is not None and origin.business_id is not None:
            found += await spread_queries.on_post_of_business.all(
                tx, business_id=origin.business_id, post_id=post.id, at=now
            )
    return found


def stands_before(own: PostAddon | None, spread: Spread) -> bool:
    """Whether what the same app has on the very post is shown in the place of what it spreads. So
    is nothing, if it took that off after it was spread there."""
    return own is not None and (own.status != "DELETED" or own.last_modified_at >= spread.since)


async def applies(
    tx: ReadTransaction, app: developers.App, spread: Spread, post: posts.Post
) -> bool:
    """It may be attached to the post, and the post is in its categories and in its app's."""
    return fits(
        app, spread.categories, category=post.category, city=post.city
    ) and await may_attach(tx, app, post)


def fits(app: developers.App, categories: Sequence[str], *, category: str, city: str) -> bool:
    """Whether posts of that category and city are among those an app spreads something over.

    ``categories`` may name groups; none at all leave it to where the app is shown.
    """
    if not app.is_for(category=category, city=city):
        return False
    if not categories or category in categories:
        return True
    try:
        above = taxonomy.ancestors(category)
    except taxonomy.UnknownCategory:
        return False
    return any(one.slug in categories for one in above)


async def may_attach(tx: ReadTransaction, app: developers.App, post: posts.Post) -> bool:
    """A development post takes only what its developer's own apps attach, a real one no
    development app's."""
    if post.development:
        return await developers.is_member(tx, app.id, post.owner_id)
    return not app.is_development


async def take_off(tx: WriteTransaction, app_id: int, post: posts.Post, *, at: datetime) -> None:
    """Take away what an app had on a post at that moment, in the caller's transaction.

    Where the app spreads something over the post, a mark stays behind, so that the post goes on
    without it. Doing it again changes nothing.
    """
    own = await queries.addon_of_app.one_or_none(tx, app_id=app_id, post_id=post.id)
    if own is not None and own.status == "DELETED" and own.last_modified_at >= at:
        return
    if not any(spread.app_id == app_id for spread in await spread_on(tx, post)):
        await queries.remove_addon.execute(tx, app_id=app_id, post_id=post.id)
        return
    await queries.mark_removed.execute(
        tx,
        app_id=app_id,
        post_id=post.id,
        widgets=[],
        generation=3,
        notes="",
        semantic={},
        semantic_hashed={},
        linkage="POST_DETAILS",
        status="DELETED",
        score=0,
        created_at=at,
        last_modified_at=at,
    )
