"""Starting an app for somebody, and clicking what it attached.

A start notes down where the person is to come back to, in a unit of work of its own, and only
then asks the app: no transaction is open and no lock is held while an app thinks.
"""

from datetime import timedelta
from typing import Any, Final

import msgspec

from dalan.domains import addons, developers, posts
from dalan.domains.touchpoints import calls, queries
from dalan.domains.touchpoints.calls import Occasion
from dalan.domains.touchpoints.errors import NothingToPress, NotOffered
from dalan.domains.touchpoints.offering import are_teammates, offer_of
from dalan.domains.touchpoints.tables import Place
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import Database, ReadTransaction, WriteTransaction
from dalan.kernel.outbound import Outbound

START_LIFE: Final = timedelta(hours=6)
"""How long we remember where somebody came from: long enough for a form and a payment."""

SOURCE_OF_ADDONS: Final = "POST_ADDON"


class Platform(msgspec.Struct, frozen=True):
    """What starting an app needs of the installation. ``base_url`` is ours, without a slash."""

    db: Database
    outbound: Outbound
    keys: Keyring
    base_url: str
    timeout_seconds: float = calls.TIMEOUT_SECONDS


class Started(msgspec.Struct, frozen=True):
    """Where the browser goes, and the token of the start it will come back by."""

    url: str
    token: str


class Pressed(msgspec.Struct, frozen=True):
    """What a click came to. ``url`` leads out of the platform, ``path`` stays in it; both empty
    when there is only ``text_message`` to show, or nothing at all. ``token`` as in ``Started``."""

    url: str = ""
    path: str = ""
    text_message: str = ""
    token: str = ""


async def start(
    platform: Platform,
    *,
    place: Place,
    slug: str,
    post_token: str,
    person_id: int | None,
) -> Started:
    """Start an app at a place of a post for a person (None: somebody we do not know).

    Opens its own units of work, for an app is asked in between. Raises ``NotOffered``, and
    ``AppDidNotAnswer``, after which it may be tried again.
    """
    async with platform.db.write() as tx:
        post = await _post(tx, post_token)
        offer = await offer_of(tx, place, slug, post=post, person_id=person_id)
        origin_path = management_path(post) if place == "MY_POST" else post_path(post)
        token, occasion = await _note_start(
            tx,
            platform,
            app=offer.app,
            post=post,
            person_id=person_id,
            source=place,
            origin_path=origin_path,
        )
    if offer.operation == "LOAD_WEBVIEW_DIRECT_LINK":
        return Started(
            calls.direct_link(offer.app, completion_url=occasion.completion_url, post=post), token
        )
    return Started(await _ask_for_link(platform, offer.app, occasion), token)


async def press(
    platform: Platform,
    *,
    slug: str,
    post_token: str,
    widget_index: int,
    person_id: int | None,
    from_management: bool = False,
) -> Pressed:
    """Do what a widget of an app's add-on on a post does when it is clicked.

    ``from_management``: the owner clicked it on the management page and comes back there.

    A dynamic action may lead to a server link, which is asked for once. Opens its own units of
    work. Raises ``NothingToPress``, and ``AppDidNotAnswer``, after which it may be tried again.
    """
    async with platform.db.write() as tx:
        app, post, action = await _widget(tx, slug, post_token, widget_index, person_id)
        if action.open_direct_link is not None:
            return Pressed(url=action.open_direct_link)
        if action.open_post_page is not None:
            return Pressed(path=f"/v/{action.open_post_page.post_token}")
        if action.open_post_manage_page is not None:
            return Pressed(path=f"/my-divar/my-posts/{action.open_post_manage_page.post_token}")
        data = action.open_server_link or action.get_dynamic_action
        assert data is not None, "an action has exactly one member"
        token, occasion = await _note_start(
            tx,
            platform,
            app=app,
            post=post,
            person_id=person_id,
            source=SOURCE_OF_ADDONS,
            origin_path=management_path(post) if from_management else post_path(post),
            data=data.data,
        )
    if action.open_server_link is not None:
        return Pressed(url=await _ask_for_link(platform, app, occasion), token=token)
    return await _press_dynamic(platform, app, occasion, token)


def post_path(post: posts.Post) -> str:
    """The post's public page."""
    return f"/v/{post.token}"


def management_path(post: posts.Post) -> str:
    """The page its owner manages it on."""
    return f"/my-divar/my-posts/{post.token}"


async def _press_dynamic(
    platform: Platform, app: developers.App, occasion: Occasion, token: str
) -> Pressed:
    answer = await calls.ask_for_action(
        platform.outbound,
        calls.dynamic_call(app, occasion, identification_key=_key(platform, app)),
        timeout_seconds=platform.timeout_seconds,
    )
    text, next_action = answer.text_message, answer.action
    if next_action is None:
        return Pressed(text_message=text)
    if next_action.open_direct_link is not None:
        return Pressed(url=next_action.open_direct_link, text_message=text, token=token)
    assert next_action.open_server_link is not None, "an app answers with one of the two"
    occasion = msgspec.structs.replace(occasion, data=next_action.open_server_link.data)
    url = await _ask_for_link(platform, app, occasion)
    return Pressed(url=url, text_message=text, token=token)


async def _ask_for_link(platform: Platform, app: developers.App, occasion: Occasion) -> str:
    return await calls.ask_for_link(
        platform.outbound,
        calls.session_call(app, occasion, identification_key=_key(platform, app)),
        timeout_seconds=platform.timeout_seconds,
    )


def _key(platform: Platform, app: developers.App) -> str:
    return developers.identification_key(app, keys=platform.keys)


async def _post(tx: ReadTransaction, post_token: str) -> posts.Post:
    post = await posts.by_token(tx, post_token) if posts.token_in(post_token) else None
    if post is None:
        raise NotOffered
    return post


async def _widget(
    tx: ReadTransaction,
    slug: str,
    post_token: str,
    widget_index: int,
    person_id: int | None,
) -> tuple[developers.App, posts.Post, addons.Action]:
    post = await posts.by_token(tx, post_token) if posts.token_in(post_token) else None
    if post is None or not await posts.may_see(tx, post, person_id, is_teammate=are_teammates):
        raise NothingToPress
    blocks = await addons.of_post(tx, post, viewer_id=person_id)
    if person_id is not None and post.owner_id == person_id:
        blocks += await addons.of_post(tx, post, viewer_id=person_id, linkage="POST_MANAGEMENT")
    for block in blocks:
        if block.app.slug == slug:
            action = addons.action_of(block.addon.widgets, widget_index)
            if action is not None:
                return block.app, post, action
    raise NothingToPress


async def _note_start(
    tx: WriteTransaction,
    platform: Platform,
    *,
    app: developers.App,
    post: posts.Post,
    person_id: int | None,
    source: str,
    origin_path: str,
    data: dict[str, Any] | None = None,
) -> tuple[str, Occasion]:
    """Write the start down and say what the app may know of it."""
    now = clock.now()
    token = platform.keys.new_token("st", "dalan")
    mac = platform.keys.token_mac(token)
    assert mac is not None, "the keyring knows its own tokens"
    await queries.add_start.execute(
        tx,
        mac=mac,
        app_id=app.id,
        person_id=person_id,
        origin_path=origin_path,
        created_at=now,
        expires_at=now + START_LIFE,
    )
    user_id = None
    if person_id is not None:
        user_id = await developers.remember_user_id(
            tx, keys=platform.keys, app_id=app.id, person_id=person_id
        )
    return token, Occasion(
        source=source,
        completion_url=f"{platform.base_url}/completion?s={token}",
        post=post,
        user_id=user_id,
        is_owner=person_id is not None and post.owner_id == person_id,
        data=data or {},
    )


async def purge(tx: WriteTransaction, *, keep_days: int) -> int:
    """Forget starts so many days after the way back expired; answers how many."""
    return await queries.purge_starts.execute(tx, at=clock.now() - timedelta(days=keep_days))
