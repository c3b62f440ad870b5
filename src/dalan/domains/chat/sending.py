"""Writing into a conversation: by a person, by an app in a person's name, by an app's bot."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from dalan.domains import identity, media, posts
from dalan.domains.chat import queries
from dalan.domains.chat.content import Content
from dalan.domains.chat.errors import (
    ChatLimit,
    DeliveryRestricted,
    InvalidMessage,
    UnknownConversation,
)
from dalan.domains.chat.events import MessageRemoved, MessageSent
from dalan.domains.chat.restricting import are_shut_out
from dalan.domains.chat.tables import Conversation, Message, Participation
from dalan.kernel import clock, outbox, randomness
from dalan.kernel.db import WriteTransaction

CLIENT_ID_LENGTH_MAX: Final = 100
WRITTEN_WITHIN: Final = timedelta(minutes=1)


class Writer(msgspec.Struct, frozen=True):
    """Who writes: a person (``app_id``: through an app), or (``person_id`` None) an app's bot."""

    person_id: int | None = None
    app_id: int | None = None


async def send(
    tx: WriteTransaction,
    conversation: Conversation,
    content: Content,
    *,
    writer: Writer,
    client_id: str = "",
    per_minute: int | None = None,
    at: datetime | None = None,
) -> Message:
    """Write a message and record ``MessageSent``; answers it.

    ``client_id`` is what the writer calls it: the same again answers the first message and
    changes nothing, whatever it says. ``per_minute``: how much a person may write. A file is
    kept for good from here on. ``at``: it was said then, in a world that is being furnished. The
    caller owns the transaction.

    Raises UnknownConversation for a writer who is no part of it, DeliveryRestricted,
    ChatLimit, InvalidMessage and ``media.UnknownFile``, having changed nothing.
    """
    side = "bot" if writer.person_id is None else conversation.side_of(writer.person_id)
    if side is None or (side == "bot" and conversation.app_id != writer.app_id):
        raise UnknownConversation
    called = _called(writer, client_id)
    # First, so that whatever races us waits here and then finds our message.
    await queries.bump_conversation.execute(tx, conversation_id=conversation.id)
    if called and (
        known := await queries.message_called.one_or_none(
            tx, conversation_id=conversation.id, client_id=called
        )
    ):
        return known
    people = await queries.participations.all(tx, conversation_id=conversation.id)
    await _check_delivery(tx, conversation, people)
    if per_minute is not None and writer.person_id is not None:
        await _check_written(tx, writer.person_id, per_minute)
    if content.file_id is not None:
        await media.attach_file(tx, content.file_id)
    now = at or clock.now()
    number = await queries.take_number.scalar(tx, conversation_id=conversation.id, at=now)
    sent = await queries.add_message.one(
        tx,
        uuid=str(randomness.uuid4()),
        conversation_id=conversation.id,
        number=number,
        side=side,
        sender_id=writer.person_id,
        app_id=writer.app_id,
        kind=content.kind,
        text=content.text,
        file_id=content.file_id,
        facts=content.facts,
        buttons=None if content.buttons is None else msgspec.to_builtins(content.buttons),
        client_id=called,
        sent_at=now,
    )
    await _tell_people(tx, people, sent, by_person=writer.app_id is None)
    if side == "buyer" and conversation.post_id is not None:
        await _count_begun(tx, conversation.post_id, people, writer.person_id)
    await _announce(tx, conversation, sent)
    return sent


async def remove(tx: WriteTransaction, message: Message, *, by_operator: bool = False) -> None:
    """Take a message back: it keeps its number and says nothing. Twice changes nothing.

    Whoever calls has made sure that it is theirs to take back. The caller owns the transaction.
    """
    await queries.bump_conversation.execute(tx, conversation_id=message.conversation_id)
    found = await queries.message_by_id.one(tx, message_id=message.id)
    if not await queries.remove_message.execute(tx, message_id=message.id, removed_at=clock.now()):
        return
    if found.file_id is not None:
        await media.release_files(tx, [found.file_id])
    await outbox.record(
        tx,
        MessageRemoved(
            conversation_id=message.conversation_id,
            message_id=message.id,
            number=message.number,
            by="operator" if by_operator else "writer",
        ),
    )


def _called(writer: Writer, client_id: str) -> str | None:
    if not client_id:
        return None
    if len(client_id) > CLIENT_ID_LENGTH_MAX or not client_id.isprintable():
        raise InvalidMessage(
            "client_id", f"at most {CLIENT_ID_LENGTH_MAX} characters that can be printed"
        )
    return f"{writer.person_id or 0}/{writer.app_id or 0}/{client_id}"


async def _check_delivery(
    tx: WriteTransaction, conversation: Conversation, people: Sequence[Participation]
) -> None:
    if any(one.blocked_at is not None for one in people):
        raise DeliveryRestricted
    ids = [one.person_id for one in people]
    known = await identity.people(tx, ids)
    if any(one.blocked_at is not None or _has_left(one) for one in known.values()):
        raise DeliveryRestricted
    if await are_shut_out(tx, ids):
        raise DeliveryRestricted
    if conversation.post_id is not None:
        post = await posts.by_id(tx, conversation.post_id)
        if post is None or not post.chat_enabled:
            raise DeliveryRestricted


def _has_left(person: identity.Person) -> bool:
    return person.phone.startswith("+0")  # no number begins so


async def _check_written(tx: WriteTransaction, person_id: int, per_minute: int) -> None:
    written = await queries.count_written.scalar(
        tx, sender_id=person_id, since=clock.now() - WRITTEN_WITHIN
    )
    if written >= per_minute:
        raise ChatLimit(allowed=per_minute, retry_after_seconds=int(WRITTEN_WITHIN.total_seconds()))


async def _tell_people(
    tx: WriteTransaction, people: Sequence[Participation], sent: Message, *, by_person: bool
) -> None:
    # In the order of people, so that two who write to each other twice never wait for each other.
    for one in sorted(people, key=lambda each: each.person_id):
        theirs = one.person_id == sent.sender_id
        of = {"of_conversation_id": sent.conversation_id, "of_person_id": one.person_id}
        if theirs:
            wrote = sent.sent_at if by_person else one.wrote_at
            await queries.note_written.execute(tx, **of, at=sent.sent_at, wrote=wrote)
        else:
            await queries.note_received.execute(tx, **of, at=sent.sent_at, number=sent.number)
    for one in sorted(people, key=lambda each: each.person_id):
        more = 0 if one.person_id == sent.sender_id else 1
        await queries.move_inbox.execute(tx, person_id=one.person_id, unread_count=more, version=1)


async def _count_begun(
    tx: WriteTransaction, post_id: int, people: Sequence[Participation], buyer_id: int | None
) -> None:
    """The first words of a buyer are a chat in the statistics of the post."""
    if any(one.person_id == buyer_id and one.last_at is not None for one in people):
        return
    post = await posts.by_id(tx, post_id)
    if post is not None and not post.development:
        await posts.count(tx, "chat", post_id)


async def _announce(tx: WriteTransaction, conversation: Conversation, sent: Message) -> None:
    await outbox.record(
        tx,
        MessageSent(
            conversation_id=conversation.id,
            conversation=conversation.uuid,
            conversation_kind=conversation.kind,
            message_id=sent.id,
            message=sent.uuid,
            message_kind=sent.kind,
            number=sent.number,
            side=sent.side,
            buyer_id=conversation.buyer_id,
            seller_id=conversation.seller_id,
            post_id=conversation.post_id,
            bot_app_id=conversation.app_id,
            by_app_id=sent.app_id,
        ),
    )
