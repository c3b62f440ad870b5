"""Attaching what was submitted, and what a page of a post then shows."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import msgspec

from dalan.domains import developers, media, posts
from dalan.domains.addons import queries, semantic
from dalan.domains.addons.events import AddonRemoved, AddonSubmitted
from dalan.domains.addons.tables import Linkage, PostAddon
from dalan.domains.addons.widgets import image_ids
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.outbox import Listeners, Recorded

CONSENTED_SCORE: Final = 1_001_001
UNCONSENTED_SCORE: Final = 1_001
"""Add-ons are ordered by score, larger first: what the owner agreed to stands above the rest.
The first is the figure of a published answer; apps read it and do nothing with it."""


class Block(msgspec.Struct, frozen=True):
    """One add-on as a page shows it: under its app's name, with its app's tags."""

    addon: PostAddon
    app: developers.App
    avatar_name: str
    """Image name of the app's logo, "" without one."""
    tags: list[str]


async def apply(tx: WriteTransaction, recorded: Recorded) -> None:
    """Attach or take away what a fact says; handling it again changes nothing.

    One listener for both kinds, for only facts of one listener stay in order.
    """
    if recorded.kind == AddonRemoved.kind:
        await _remove(tx, AddonRemoved.of(recorded))
    else:
        await _attach(tx, AddonSubmitted.of(recorded), recorded)


def listeners() -> Listeners:
    """Who listens in this room, for the composition root's worker."""
    return {
        AddonSubmitted.kind: (("addons.apply", apply),),
        AddonRemoved.kind: (("addons.apply", apply),),
    }


async def of_post(
    tx: ReadTransaction,
    post: posts.Post,
    *,
    viewer_id: int | None,
    linkage: Linkage = "POST_DETAILS",
) -> list[Block]:
    """The blocks of one of the post's pages, in their order, as this viewer may see them.

    What an app that is not active attached is shown to its own team only, and what a suspended
    one attached to nobody. ``viewer_id`` None: a viewer nobody knows.
    """
    blocks = []
    for addon in await queries.addons_of_post.all(tx, post_id=post.id, linkage=linkage):
        app = await developers.app(tx, addon.app_id)
        if await _may_see(tx, app, viewer_id):
            blocks.append(Block(addon, app, "", semantic.tags(addon.semantic)))
    avatars = await media.images_by_id(
        tx, [block.app.avatar_image_id for block in blocks if block.app.avatar_image_id]
    )
    return [
        msgspec.structs.replace(block, avatar_name=avatars[block.app.avatar_image_id].name)
        if block.app.avatar_image_id in avatars
        else block
        for block in blocks
    ]


async def on_posts(tx: ReadTransaction, posts_of: Sequence[posts.Post]) -> list[PostAddon]:
    """What apps have on these posts, of 500 at the most, changed last first."""
    post_ids = [post.id for post in posts_of]
    return await queries.addons_on_posts.all(tx, post_ids=post_ids, count=500) if post_ids else []


async def of_app_on_post(tx: ReadTransaction, *, app_id: int, post_token: str) -> PostAddon | None:
    """What one app has on a post, for the app itself; None when that is nothing."""
    if not posts.token_in(post_token):
        return None
    post = await posts.by_token(tx, post_token)
    if post is None:
        return None
    return await queries.addon_of_app.one_or_none(tx, app_id=app_id, post_id=post.id)


async def _attach(tx: WriteTransaction, fact: AddonSubmitted, recorded: Recorded) -> None:
    post = await posts.by_token(tx, fact.post_token)
    if post is None or (fact.person_id is not None and post.owner_id != fact.person_id):
        return
    try:
        app = await developers.app(tx, fact.app_id)
    except developers.UnknownApp:
        return
    if not await _may_attach(tx, app, post):
        return
    await queries.put_addon.execute(
        tx,
        app_id=app.id,
        post_id=post.id,
        widgets=fact.widgets,
        generation=fact.generation,
        notes=fact.notes,
        semantic=fact.semantic,
        semantic_hashed=fact.semantic_hashed,
        linkage="POST_DETAILS",
        status="ACTIVE",
        score=UNCONSENTED_SCORE if fact.person_id is None else CONSENTED_SCORE,
        created_at=recorded.recorded_at,
        last_modified_at=recorded.recorded_at,
    )
    for name in image_ids(fact.widgets):
        await _keep_image(tx, name)


async def _remove(tx: WriteTransaction, fact: AddonRemoved) -> None:
    post = await posts.by_token_though_gone(tx, fact.post_token)
    if post is not None:
        await queries.remove_addon.execute(tx, app_id=fact.app_id, post_id=post.id)


async def _keep_image(tx: WriteTransaction, name: str) -> None:
    """A picture that was purged in between is left out of the page; nothing would bring it back."""
    with suppress(media.UnknownImage):
        await media.attach(tx, (await media.image(tx, name)).id)


async def _may_attach(tx: ReadTransaction, app: developers.App, post: posts.Post) -> bool:
    """A development post takes only what its developer's own apps attach, a real one no
    development app's."""
    if post.development:
        return await developers.is_member(tx, app.id, post.owner_id)
    return not app.is_development


async def _may_see(tx: ReadTransaction, app: developers.App, viewer_id: int | None) -> bool:
    if app.state == "suspended":
        return False
    if app.state == "active" and not app.settings.team_only:
        return True
    return viewer_id is not None and await developers.is_member(tx, app.id, viewer_id)
