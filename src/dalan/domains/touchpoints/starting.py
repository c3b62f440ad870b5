"""Starting an app for somebody, and clicking what it attached.

A start notes down where the person is to come back to, in a unit of work of its own, and only
then asks the app: no transaction is open and no lock is held while an app thinks.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

import msgspec

from dalan.domains import addons, businesses, chat, developers, payments, posts
from dalan.domains.touchpoints import calls, queries
from dalan.domains.touchpoints.calls import Occasion
from dalan.domains.touchpoints.configuring import POST_PLACES
from dalan.domains.touchpoints.errors import NothingToPress, NotOffered, PersonNeeded
from dalan.domains.touchpoints.offering import Offer, are_teammates, offer_of
from dalan.domains.touchpoints.tables import Place
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import Database, ReadTransaction, WriteTransaction
from dalan.kernel.outbound import Outbound

START_LIFE: Final = timedelta(hours=6)
"""How long we remember where somebody came from: long enough for a form and a payment."""

BOT_PREFIX: Final = "addon_"
"""Before an app's slug: where its bot is written to. Source: reference/kenar.md 0.3."""

SOURCE_OF_ADDONS: Final = "POST_ADDON"
"""Of buttons too: the contract has no source of their own."""

ACCOUNT_PATH: Final = "/my-divar"
"""A person's own page."""

Pressable = tuple[developers.App, posts.Post, addons.Action]


class Platform(msgspec.Struct, frozen=True):
    """What starting an app needs of the installation. ``base_url`` is ours, without a slash."""

    db: Database
    outbound: Outbound
    keys: Keyring
    base_url: str
    timeout_seconds: float = calls.TIMEOUT_SECONDS


class Started(msgspec.Struct, frozen=True):
    """Where the browser goes, and the token of the start it will come back by. ``path`` stays in
    the platform: the chat with the app's bot, out of which nobody has to be taken back."""

    url: str = ""
    token: str = ""
    path: str = ""


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
    person_id: int | None,
    post_token: str = "",
    business_token: str = "",
) -> Started:
    """Start an app at a place for a person (None: somebody we do not know).

    ``post_token`` says which post, at the places of posts, and ``business_token`` whose panel it
    is started from at ``DIVAR_PRO``: that is where the person comes back to, the app learns who
    they are and nothing of the business. Out of a chat apps are started by ``start_in_chat``.

    Opens its own units of work, for an app is asked in between. Raises ``NotOffered``,
    ``PersonNeeded``, ``chat.DeliveryRestricted`` for a person who may not write to bots, and
    ``AppDidNotAnswer``, after which it may be tried again.
    """
    async with platform.db.write() as tx:
        post = await _post(tx, post_token) if place in POST_PLACES else None
        origin_path = await _origin_path(tx, place, post, business_token, person_id)
        offer = await offer_of(tx, place, slug, post=post, person_id=person_id)
        if offer.operation == "START_CHAT_BOT":
            about = post.token if post is not None else ""
            return await start_bot(tx, offer, person_id=person_id, about=about)
        token, occasion = await _note_start(
            tx,
            platform,
            app=offer.app,
            post=post,
            person_id=person_id,
            source=place,
            origin_path=origin_path,
        )
        ticket = await payments.ticket_for(
            tx, service_type=offer.app.service_type, person_id=person_id
        )
    if offer.operation == "LOAD_WEBVIEW_DIRECT_LINK":
        url = calls.direct_link(
            offer.app, completion_url=occasion.completion_url, post=post, ticket=ticket
        )
        return Started(url, token)
    return Started(await ask_for_link(platform, offer.app, occasion), token)


async def start_bot(
    tx: WriteTransaction, offer: Offer, *, person_id: int | None, about: str = ""
) -> Started:
    """Write the start message to an app's bot in a person's name, and lead them to the chat.

    ``about``: the post or conversation it is started from, "" where there is none. The caller owns
    the transaction. Raises ``PersonNeeded`` and what ``chat.send`` raises.

    Source: reference/kenar.md 4.7.
    """
    if person_id is None:
        raise PersonNeeded
    try:
        held = await chat.open_with_bot(tx, offer.app, person_id=person_id)
    except chat.NoBot:
        raise NotOffered from None
    command = " ".join(one for one in ("/start", offer.place, about) if one)
    await chat.send(tx, held, chat.text_content(command), writer=chat.Writer(person_id=person_id))
    return Started(path=f"/chat/{BOT_PREFIX}{offer.app.slug}")


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

    async def find(tx: ReadTransaction) -> Pressable:
        return await _widget(tx, slug, post_token, widget_index, person_id)

    return await _press(platform, find, person_id=person_id, from_management=from_management)


async def press_button(
    platform: Platform, *, slug: str, post_token: str, person_id: int | None
) -> Pressed:
    """Do what a post's customized button does, if it is still that app's. Likewise in all else."""

    async def find(tx: ReadTransaction) -> Pressable:
        post = await _seen_post(tx, post_token, person_id)
        button = await addons.button_of(tx, post, viewer_id=person_id)
        if button is None or button.app.slug != slug:
            raise NothingToPress
        return button.app, post, button.action

    return await _press(platform, find, person_id=person_id)


async def _press(
    platform: Platform,
    find: Callable[[ReadTransaction], Awaitable[Pressable]],
    *,
    person_id: int | None,
    from_management: bool = False,
) -> Pressed:
    async with platform.db.write() as tx:
        app, post, action = await find(tx)
        if (known := led(action)) is not None:
            return known
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
    return await follow(platform, app, action, occasion, token)


async def _origin_path(
    tx: ReadTransaction,
    place: Place,
    post: posts.Post | None,
    business_token: str,
    person_id: int | None,
) -> str:
    """The page the app is started from. Raises ``PersonNeeded``, and ``NotOffered`` for the panel
    of a business the person does not work for."""
    if post is not None:
        return management_path(post) if place == "MY_POST" else post_path(post)
    if place not in ("MY_DIVAR", "DIVAR_PRO"):
        raise NotOffered
    if person_id is None:
        raise PersonNeeded
    if place == "MY_DIVAR":
        return ACCOUNT_PATH
    try:
        business = await businesses.by_token(tx, business_token)
    except businesses.UnknownBusiness:
        raise NotOffered from None
    if not await businesses.is_member(tx, business.id, person_id):
        raise NotOffered
    return business_path(business)


def post_path(post: posts.Post) -> str:
    """The post's public page."""
    return f"/v/{post.token}"


def management_path(post: posts.Post) -> str:
    """The page its owner manages it on."""
    return f"/my-divar/my-posts/{post.token}"


def business_path(business: businesses.Business) -> str:
    """The panel of those who work for it."""
    return f"{ACCOUNT_PATH}/businesses/{business.token}"


async def follow(
    platform: Platform, app: developers.App, action: addons.Action, occasion: Occasion, token: str
) -> Pressed:
    """Ask an app what a click leads to, for actions that ask: outside any transaction.

    Raises ``AppDidNotAnswer``.
    """
    if action.open_server_link is not None:
        return Pressed(url=await ask_for_link(platform, app, occasion), token=token)
    return await _press_dynamic(platform, app, occasion, token)


def led(action: addons.Action) -> Pressed | None:
    """Where a click leads that asks nobody; None for actions that ask."""
    if action.open_direct_link is not None:
        return Pressed(url=action.open_direct_link)
    if action.open_post_page is not None:
        return Pressed(path=f"/v/{action.open_post_page.post_token}")
    if action.open_post_manage_page is not None:
        return Pressed(path=f"/my-divar/my-posts/{action.open_post_manage_page.post_token}")
    return None


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
    url = await ask_for_link(platform, app, occasion)
    return Pressed(url=url, text_message=text, token=token)


async def ask_for_link(platform: Platform, app: developers.App, occasion: Occasion) -> str:
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
) -> Pressable:
    post = await _seen_post(tx, post_token, person_id)
    blocks = await addons.of_post(tx, post, viewer_id=person_id)
    if await posts.may_act(tx, post, person_id):
        blocks += await addons.of_post(tx, post, viewer_id=person_id, linkage="POST_MANAGEMENT")
    for block in blocks:
        if block.app.slug == slug:
            action = addons.action_of(block.addon.widgets, widget_index)
            if action is not None:
                return block.app, post, action
    raise NothingToPress


async def _seen_post(tx: ReadTransaction, post_token: str, person_id: int | None) -> posts.Post:
    post = await posts.by_token(tx, post_token) if posts.token_in(post_token) else None
    if post is None or not await posts.may_see(tx, post, person_id, is_teammate=are_teammates):
        raise NothingToPress
    return post


async def _note_start(
    tx: WriteTransaction,
    platform: Platform,
    *,
    app: developers.App,
    post: posts.Post | None,
    person_id: int | None,
    source: str,
    origin_path: str,
    data: dict[str, Any] | None = None,
) -> tuple[str, Occasion]:
    """Write the start down and say what the app may know of it."""
    token, completion_url = await note_start(
        tx, platform, app_id=app.id, person_id=person_id, origin_path=origin_path
    )
    user_id = None
    if person_id is not None:
        user_id = await developers.remember_user_id(
            tx, keys=platform.keys, app_id=app.id, person_id=person_id
        )
    return token, Occasion(
        source=source,
        completion_url=completion_url,
        post=post,
        user_id=user_id,
        is_owner=post is not None and await posts.may_act(tx, post, person_id),
        data=data or {},
    )


async def note_start(
    tx: WriteTransaction,
    platform: Platform,
    *,
    app_id: int,
    person_id: int | None,
    origin_path: str,
) -> tuple[str, str]:
    """Write down where somebody leaves from; the token they come back by, and where to."""
    now = clock.now()
    token = platform.keys.new_token("st", "dalan")
    mac = platform.keys.token_mac(token)
    assert mac is not None, "the keyring knows its own tokens"
    await queries.add_start.execute(
        tx,
        mac=mac,
        app_id=app_id,
        person_id=person_id,
        origin_path=origin_path,
        created_at=now,
        expires_at=now + START_LIFE,
    )
    return token, f"{platform.base_url}/completion?s={token}"


async def purge(tx: WriteTransaction, *, keep_days: int) -> int:
    """Forget starts so many days after the way back expired; answers how many."""
    return await queries.purge_starts.execute(tx, at=clock.now() - timedelta(days=keep_days))
