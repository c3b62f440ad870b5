"""Somebody wrote, to a seller or to an app's bot. Source: reference/kenar.md 7.1, 7.4 and 7.5."""

from collections.abc import Sequence

import msgspec

from dalan.domains import chat, developers, media, posts
from dalan.domains.events.kinds import Kind, Telling
from dalan.domains.events.subscribing import listening
from dalan.kernel import outbox
from dalan.kernel.db import WriteTransaction


class MessageTold(msgspec.Struct, frozen=True):
    """A message as an app is told of it. ``post_token`` is empty in a bot's conversation,
    ``file`` the picture, film, voice or document it carries. ``in_microseconds``: the app wants
    its times as numbers."""

    conversation: chat.Conversation
    message: chat.Message
    post_token: str
    file: media.MediaFile | None
    in_microseconds: bool


async def _to_seller(tx: WriteTransaction, recorded: outbox.Recorded) -> Sequence[Telling]:
    """Messages of either side about a post, for the apps its owner lets read them; of a
    development post for those of its developer's alone."""
    fact = chat.MessageSent.of(recorded)
    post = await posts.by_id(tx, fact.post_id) if fact.post_id is not None else None
    if post is None or fact.seller_id is None:
        return []
    followers = await listening(
        tx,
        fact.seller_id,
        type_="NEW_MESSAGE_ON_POST",
        resource=post.token,
        happened_at=recorded.recorded_at,
    )
    told = []
    for one in followers:
        if post.development and not await developers.is_member(tx, one.app_id, post.owner_id):
            continue
        subject = await _told(tx, fact, one.app_id, post.token)
        if subject is not None:
            told.append(Telling(app_id=one.app_id, subject=subject, metadata=one.metadata))
    return told


async def _to_bot(tx: WriteTransaction, recorded: outbox.Recorded) -> Sequence[Telling]:
    """What a person wrote to an app's bot; what the bot wrote it knows."""
    fact = chat.MessageSent.of(recorded)
    if fact.bot_app_id is None or fact.by_app_id is not None:
        return []
    subject = await _told(tx, fact, fact.bot_app_id, "")
    return [] if subject is None else [Telling(app_id=fact.bot_app_id, subject=subject)]


async def _told(
    tx: WriteTransaction, fact: chat.MessageSent, app_id: int, post_token: str
) -> MessageTold | None:
    """None when it was taken back before anybody was told."""
    message = await chat.message_by_id(tx, fact.message_id)
    conversation = await chat.by_id(tx, fact.conversation_id)
    if message is None or conversation is None or message.removed_at is not None:
        return None
    files = await media.files_by_id(tx, [message.file_id]) if message.file_id else {}
    app = await developers.app(tx, app_id)
    return MessageTold(
        conversation,
        message,
        post_token,
        files.get(message.file_id or 0),
        app.settings.integer_timestamps,
    )


NEW_MESSAGE = Kind("NEW_MESSAGE", {chat.MessageSent.kind: _to_seller})
NEW_CHATBOT_MESSAGE = Kind("NEW_CHATBOT_MESSAGE", {chat.MessageSent.kind: _to_bot})
