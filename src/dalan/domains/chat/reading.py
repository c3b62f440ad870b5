"""Reading: the list of a person's conversations, the messages of one, and what is unread."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec

from dalan.domains.chat import queries
from dalan.domains.chat.errors import UnknownConversation
from dalan.domains.chat.tables import Conversation, Message, Participation
from dalan.kernel import clock, paging
from dalan.kernel.db import ReadTransaction, WriteTransaction

CONVERSATIONS_A_PAGE: Final = 30
MESSAGES_A_PAGE: Final = 50
TEXTS_MAX: Final = 1_000
"""Of one conversation, given to an app at once: the newest. The contract pages nothing."""

_NUMBER_MAX = 2**63 - 1


class Listed(msgspec.Struct, frozen=True):
    """A conversation in a person's list, with its last message."""

    conversation: Conversation
    mine: Participation
    theirs: Participation | None
    last: Message | None


class ListPage(msgspec.Struct, frozen=True):
    """Conversations, and the cursor after the last of them, "" when there are no more."""

    listed: list[Listed]
    next_cursor: str


class MessagePage(msgspec.Struct, frozen=True):
    """Messages in the order they were sent. ``earlier``: the number to ask for those before
    them, 0 when there are none."""

    messages: list[Message]
    earlier: int


async def by_uuid(tx: ReadTransaction, uuid: str) -> Conversation | None:
    """The conversation of that public name, whoever asks."""
    if not 0 < len(uuid) <= 64 or "\0" in uuid:
        return None
    return await queries.conversation_by_uuid.one_or_none(tx, uuid=uuid)


async def by_id(tx: ReadTransaction, conversation_id: int) -> Conversation | None:
    """The conversation of that number of ours."""
    return await queries.conversation_by_id.one_or_none(tx, conversation_id=conversation_id)


async def of_person(tx: ReadTransaction, uuid: str, person_id: int) -> Conversation:
    """A conversation that person is part of. Raises UnknownConversation, also for others'."""
    found = await by_uuid(tx, uuid)
    if found is None or found.side_of(person_id) is None:
        raise UnknownConversation
    return found


async def participants(
    tx: ReadTransaction, conversation: Conversation, person_id: int
) -> tuple[Participation, Participation | None]:
    """How far that person is in it, and how far the other one, None where that is a bot."""
    found = await queries.participations.all(tx, conversation_id=conversation.id)
    mine = next(one for one in found if one.person_id == person_id)
    return mine, next((one for one in found if one.person_id != person_id), None)


async def has_written(tx: ReadTransaction, conversation: Conversation, person_id: int) -> bool:
    """Whether that person ever wrote in it with their own hand."""
    found = await queries.participation_of.one_or_none(
        tx, conversation_id=conversation.id, person_id=person_id
    )
    return found is not None and found.wrote_at is not None


async def conversations(
    tx: ReadTransaction,
    person_id: int,
    *,
    after: str = "",
    limit: int = CONVERSATIONS_A_PAGE,
) -> ListPage:
    """A person's conversations, the one that moved last first; those they put away are left out
    until something new is said. Raises ``paging.InvalidCursor``."""
    if after:
        at, before_id = paging.decode(after, tuple[datetime, int])
        found = await queries.older_of_person.all(
            tx, person_id=person_id, at=at, before_id=before_id, most=limit + 1
        )
    else:
        found = await queries.newest_of_person.all(tx, person_id=person_id, most=limit + 1)
    shown = found[:limit]
    cursor = ""
    if len(found) > limit:
        assert shown[-1].last_at is not None, "only those that moved are listed"
        cursor = paging.encode((shown[-1].last_at, shown[-1].conversation_id))
    return ListPage(await _listed(tx, shown), cursor)


async def messages(
    tx: ReadTransaction,
    conversation: Conversation,
    *,
    after: int = 0,
    before: int = 0,
    limit: int = MESSAGES_A_PAGE,
) -> MessagePage:
    """Messages numbered above ``after`` and (0: no bound) below ``before``, the newest of them."""
    found = await queries.messages_before.all(
        tx,
        conversation_id=conversation.id,
        before=before or _NUMBER_MAX,
        after=after,
        most=limit + 1,
    )
    shown = found[:limit][::-1]
    return MessagePage(shown, shown[0].number if len(found) > limit else 0)


async def texts(
    tx: ReadTransaction, conversation: Conversation, *, limit: int = TEXTS_MAX
) -> list[Message]:
    """The texts of a conversation in the order they were sent, the newest ``limit`` of them.

    Source: reference/kenar.md 5.4, get conversation.
    """
    found = await queries.texts_before.all(tx, conversation_id=conversation.id, after=0, most=limit)
    return found[::-1]


async def message_by_id(tx: ReadTransaction, message_id: int) -> Message | None:
    """The message of that number of ours."""
    return await queries.message_by_id.one_or_none(tx, message_id=message_id)


async def message_numbered(
    tx: ReadTransaction, conversation: Conversation, number: int
) -> Message | None:
    """One message of a conversation."""
    if not 0 < number <= _NUMBER_MAX:
        return None
    return await queries.message_numbered.one_or_none(
        tx, conversation_id=conversation.id, number=number
    )


async def versions(
    tx: ReadTransaction, *, conversations: Sequence[int], inboxes: Sequence[int]
) -> dict[tuple[Literal["conversation", "inbox"], int], int]:
    """How far conversations, and people's lists of them, are: what live pages compare."""
    found: dict[tuple[Literal["conversation", "inbox"], int], int] = {}
    if conversations:
        rows = await queries.versions_of_conversations.all(tx, ids=list(conversations))
        found.update({("conversation", one.id): one.version for one in rows})
    if inboxes:
        rows = await queries.versions_of_inboxes.all(tx, ids=list(inboxes))
        found.update({("inbox", one.id): one.version for one in rows})
    return found


async def unread_count(tx: ReadTransaction, person_id: int) -> int:
    """How many messages wait for somebody, in all their conversations."""
    found = await queries.inbox_of.one_or_none(tx, person_id=person_id)
    return 0 if found is None else found.unread_count


async def untold(
    tx: ReadTransaction, *, since: timedelta, limit: int
) -> list[tuple[Conversation, Participation]]:
    """Who has left something unread for that long, and was not told of it since they last looked,
    longest first."""
    found = await queries.untold.all(tx, before=clock.now() - since, most=limit)
    ids = [one.conversation_id for one in found]
    held = {one.id: one for one in await queries.conversations_by_id.all(tx, ids=ids)}
    return [(held[one.conversation_id], one) for one in found]


async def mark_told(tx: WriteTransaction, one: Participation) -> None:
    """The person was told that something waits; they are not again until they have looked."""
    await queries.mark_told.execute(
        tx, of_conversation_id=one.conversation_id, of_person_id=one.person_id
    )


async def written_by(
    tx: ReadTransaction, person_id: int, *, limit: int
) -> list[tuple[Conversation, Message]]:
    """What somebody wrote, or an app in their name, newest first, with its conversation."""
    found = await queries.messages_of_person.all(tx, sender_id=person_id, most=limit)
    ids = sorted({one.conversation_id for one in found})
    held = {one.id: one for one in await queries.conversations_by_id.all(tx, ids=ids)}
    return [(held[one.conversation_id], one) for one in found]


async def see(
    tx: WriteTransaction, conversation: Conversation, person_id: int, *, up_to: int
) -> bool:
    """The person has seen the messages up to that number; answers whether that is news.

    Numbers beyond the last message count as the last. The caller owns the transaction.
    """
    mine = await queries.participation_of.one_or_none(
        tx, conversation_id=conversation.id, person_id=person_id
    )
    if mine is None or up_to <= mine.seen_number:
        return False
    # From here on nobody else writes into it or reads on in it.
    await queries.bump_conversation.execute(tx, conversation_id=conversation.id)
    held = await queries.conversation_by_id.one(tx, conversation_id=conversation.id)
    mine = await queries.participation_of.one(
        tx, conversation_id=conversation.id, person_id=person_id
    )
    seen = min(up_to, held.last_number)
    if seen <= mine.seen_number:
        return False
    left = await _unread_after(tx, held, person_id, seen)
    await queries.mark_seen.execute(
        tx,
        of_conversation_id=conversation.id,
        of_person_id=person_id,
        seen_number=seen,
        unread_count=left,
    )
    if mine.unread_count > left:
        await queries.lower_inbox.execute(tx, of_person_id=person_id, less=mine.unread_count - left)
    return True


async def clear(tx: WriteTransaction, conversation: Conversation, person_id: int) -> None:
    """Take what was said so far out of the person's own sight; the other side keeps it.

    The conversation leaves their list until something new is said.
    """
    await queries.bump_conversation.execute(tx, conversation_id=conversation.id)
    held = await queries.conversation_by_id.one(tx, conversation_id=conversation.id)
    mine = await queries.participation_of.one(
        tx, conversation_id=conversation.id, person_id=person_id
    )
    await queries.clear.execute(
        tx,
        of_conversation_id=conversation.id,
        of_person_id=person_id,
        cleared_number=held.last_number,
        seen_number=held.last_number,
    )
    await queries.lower_inbox.execute(tx, of_person_id=person_id, less=mine.unread_count)


async def _unread_after(
    tx: ReadTransaction, held: Conversation, person_id: int, number: int
) -> int:
    if number >= held.last_number:
        return 0
    side = held.side_of(person_id)
    return int(
        await queries.count_unread_after.scalar(
            tx, conversation_id=held.id, number=number, side=side
        )
    )


async def _listed(tx: ReadTransaction, shown: Sequence[Participation]) -> list[Listed]:
    ids = [one.conversation_id for one in shown]
    conversations = {one.id: one for one in await queries.conversations_by_id.all(tx, ids=ids)}
    lasts = {one.conversation_id: one for one in await queries.last_messages.all(tx, ids=ids)}
    others = {
        (one.conversation_id, one.person_id): one
        for one in await queries.participations_among.all(tx, conversation_ids=ids)
    }
    found = []
    for one in shown:
        held = conversations[one.conversation_id]
        other_id = held.other_of(one.person_id)
        theirs = others.get((held.id, other_id)) if other_id is not None else None
        found.append(Listed(held, one, theirs, lasts.get(held.id)))
    return found
