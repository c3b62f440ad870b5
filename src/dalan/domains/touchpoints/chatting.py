"""Clicks on the buttons below messages, and apps started out of a conversation.

Source: reference/kenar.md 4.4 to 4.6 and 4.8.
"""

from typing import Final

from dalan.domains import addons, chat, developers, posts
from dalan.domains.touchpoints.calls import Occasion
from dalan.domains.touchpoints.errors import NothingToPress, NotOffered
from dalan.domains.touchpoints.offering import offer_of
from dalan.domains.touchpoints.starting import (
    Platform,
    Pressed,
    Started,
    ask_for_link,
    follow,
    led,
    note_start,
    start_bot,
)
from dalan.domains.touchpoints.tables import Place
from dalan.kernel.db import ReadTransaction, WriteTransaction

SOURCE_OF_MESSAGES: Final = "CHAT_MESSAGE_ACTION"
TOUCHPOINT: Final[Place] = "CHAT"


async def press_message(
    platform: Platform,
    *,
    conversation: str,
    number: int,
    row: int,
    column: int,
    person_id: int,
    origin_path: str,
) -> Pressed:
    """Do what a button below a message does for the side that person is on.

    Opens its own units of work, for the app is asked in between: it may write into the very
    conversation before it answers. Raises ``NothingToPress``, and ``AppDidNotAnswer``, after which
    it may be tried again.
    """
    async with platform.db.write() as tx:
        held, app, button = await _button(tx, conversation, number, row, column, person_id)
        assert button.action is not None, "a button does something"
        if (known := led(button.action)) is not None:
            return known
        data = button.action.open_server_link or button.action.get_dynamic_action
        assert data is not None, "an action has exactly one member"
        token, occasion = await occasion_of(
            tx,
            platform,
            app=app,
            conversation=held,
            person_id=person_id,
            source=SOURCE_OF_MESSAGES,
            origin_path=origin_path,
            data=data,
            older=button.older,
        )
    return await follow(platform, app, button.action, occasion, token)


async def start_in_chat(
    platform: Platform, *, slug: str, conversation: str, person_id: int, origin_path: str
) -> Started:
    """Start an app out of a conversation about a post, for either side of it.

    Opens its own units of work, for an app is asked in between. Raises ``NotOffered``, what
    ``chat.send`` raises where a bot is started, and ``AppDidNotAnswer``.
    """
    async with platform.db.write() as tx:
        try:
            held = await chat.of_person(tx, conversation, person_id)
        except chat.UnknownConversation:
            raise NotOffered from None
        post = await posts.by_id(tx, held.post_id) if held.post_id is not None else None
        if post is None:
            raise NotOffered
        offer = await offer_of(tx, TOUCHPOINT, slug, post=post, person_id=person_id)
        if offer.operation == "START_CHAT_BOT":
            return await start_bot(tx, offer, person_id=person_id, about=held.uuid)
        token, occasion = await occasion_of(
            tx,
            platform,
            app=offer.app,
            conversation=held,
            person_id=person_id,
            source=TOUCHPOINT,
            origin_path=origin_path,
        )
    return Started(await ask_for_link(platform, offer.app, occasion), token)


async def occasion_of(
    tx: WriteTransaction,
    platform: Platform,
    *,
    app: developers.App,
    conversation: chat.Conversation,
    person_id: int,
    source: str,
    origin_path: str,
    data: addons.AppData | None = None,
    older: bool = False,
) -> tuple[str, Occasion]:
    """Write a start out of a conversation down, and say what the app may know of it."""
    token, completion_url = await note_start(
        tx, platform, app_id=app.id, person_id=person_id, origin_path=origin_path
    )
    people = [one for one in (conversation.seller_id, conversation.buyer_id) if one is not None]
    names = {
        one: await developers.remember_user_id(tx, keys=platform.keys, app_id=app.id, person_id=one)
        for one in people
    }
    post = None
    if conversation.post_id is not None:
        post = await posts.by_id(tx, conversation.post_id)
    return token, Occasion(
        source=source,
        touchpoint=TOUCHPOINT,
        completion_url=completion_url,
        post=post,
        user_id=names[person_id],
        is_owner=conversation.seller_id == person_id,
        data=data.data if data is not None else {},
        conversation=conversation.uuid,
        parties=(
            (names[conversation.seller_id], names[conversation.buyer_id])
            if conversation.seller_id is not None
            else None
        ),
        older=older,
    )


async def _button(
    tx: ReadTransaction, conversation: str, number: int, row: int, column: int, person_id: int
) -> tuple[chat.Conversation, developers.App, chat.Button]:
    try:
        held = await chat.of_person(tx, conversation, person_id)
    except chat.UnknownConversation:
        raise NothingToPress from None
    message = await chat.message_numbered(tx, held, number)
    if message is None or message.app_id is None:
        raise NothingToPress
    grid = chat.grid_for(message, held.side_of(person_id) or "buyer")
    if not 0 <= row < len(grid) or not 0 <= column < len(grid[row]):
        raise NothingToPress
    app = await developers.app(tx, message.app_id)
    if app.state in ("suspended", "inactive"):
        raise NothingToPress
    return held, app, grid[row][column]
