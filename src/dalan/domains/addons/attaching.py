"""Attaching what was submitted, and what a page of a post then shows."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import msgspec

from dalan.domains import developers, media, posts
from dalan.domains.addons import queries, recording, semantic
from dalan.domains.addons.events import AddonRemoved, AddonSubmitted
from dalan.domains.addons.looking_up import (
    Addon,
    applies,
    may_attach,
    spread_on,
    stands_before,
    take_off,
)
from dalan.domains.addons.tables import (
    CONSENTED_SCORE,
    UNCONSENTED_SCORE,
    Linkage,
    PostAddon,
)
from dalan.domains.addons.widgets import image_ids
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.outbox import Listeners, Recorded


class Block(msgspec.Struct, frozen=True):
    """One add-on as a page shows it: under its app's name, with its app's tags."""

    addon: Addon
    app: developers.App
    avatar_name: str
    """Image name of the app's logo, "" without one."""
    tags: list[str]


async def apply(tx: WriteTransaction, recorded: Recorded) -> None:
    """Attach or take away what a fact says; handling it again changes nothing.

    One listener for both kinds, for only facts of one listener stay in order.
    """
    if recorded.kind == AddonRemoved.kind:
        await _remove(tx, AddonRemoved.of(recorded), recorded)
    else:
        await _attach(tx, AddonSubmitted.of(recorded), recorded)


def listeners() -> Listeners:
    """Who does the attaching, for the composition root's worker."""
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
    """The blocks of one of the post's pages, in their order, as this viewer may see them: one of
    each app, the post's own before its person's, and that before its business's.

    What an app that is not active attached is shown to its own team only, and what a suspended
    one attached to nobody. ``viewer_id`` None: a viewer nobody knows.
    """
    blocks = []
    shown = await _of_post(tx, post, linkage)
    said = await recording.said_of_post(tx, post.id) if shown else {}
    for addon, app in shown:
        if await may_see_of(tx, app, viewer_id):
            tags = semantic.tags(addon.semantic | said.get(app.id, {}))
            blocks.append(Block(addon, app, "", tags))
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


async def keep_images(tx: WriteTransaction, widgets: Sequence[dict[str, Any]]) -> None:
    """Pictures of these widgets are kept for good. One that was purged in between is left out of
    the page; nothing would bring it back."""
    for name in image_ids(widgets):
        with suppress(media.UnknownImage):
            await media.attach(tx, (await media.image(tx, name)).id)


async def may_see_of(tx: ReadTransaction, app: developers.App, viewer_id: int | None) -> bool:
    """Whether a viewer sees what this app attached."""
    if app.state == "suspended":
        return False
    if app.state == "active" and not app.settings.team_only:
        return True
    return viewer_id is not None and await developers.is_member(tx, app.id, viewer_id)


async def _of_post(
    tx: ReadTransaction, post: posts.Post, linkage: Linkage
) -> list[tuple[Addon, developers.App]]:
    """What the page shows, larger scores first, with the app it is of."""
    attached = await queries.addons_of_post.all(tx, post_id=post.id)
    here = [one for one in attached if one.status == "ACTIVE" and one.linkage == linkage]
    spreads = await spread_on(tx, post) if linkage == "POST_DETAILS" else []
    app_ids = {one.app_id for one in here} | {one.app_id for one in spreads}
    apps = await developers.apps_by_id(tx, app_ids) if app_ids else {}
    shown: list[tuple[Addon, developers.App]] = [(one, apps[one.app_id]) for one in here]
    own = {one.app_id: one for one in attached}
    taken: set[int] = set()
    for spread in spreads:
        if spread.app_id in taken or stands_before(own.get(spread.app_id), spread):
            continue
        app = apps[spread.app_id]
        if await applies(tx, app, spread, post):
            taken.add(app.id)
            shown.append((spread, app))
    if taken:
        shown.sort(key=lambda one: -one[0].score)
    return shown


async def _attach(tx: WriteTransaction, fact: AddonSubmitted, recorded: Recorded) -> None:
    post = await posts.by_token(tx, fact.post_token)
    if post is None or (
        fact.person_id is not None
        and not await posts.may_act(tx, post, fact.person_id, least="manager")
    ):
        return
    try:
        app = await developers.app(tx, fact.app_id)
    except developers.UnknownApp:
        return
    if not await may_attach(tx, app, post):
        return
    await queries.unmark.execute(tx, app_id=app.id, post_id=post.id)
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
    await keep_images(tx, fact.widgets)


async def _remove(tx: WriteTransaction, fact: AddonRemoved, recorded: Recorded) -> None:
    post = await posts.by_token_though_gone(tx, fact.post_token)
    if post is not None:
        await take_off(tx, fact.app_id, post, at=recorded.recorded_at)
