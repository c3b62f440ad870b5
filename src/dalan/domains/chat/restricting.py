"""Who hears from whom: blocking the other side, and being shut out of chats altogether."""

from collections.abc import Sequence
from datetime import timedelta

from dalan.domains.chat import desk_queries, queries
from dalan.domains.chat.tables import ChatBan, Conversation
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction


async def block(
    tx: WriteTransaction, conversation: Conversation, person_id: int, *, blocked: bool
) -> None:
    """Somebody wants nothing more from the other side, or does again.

    The other side's messages are refused from then on, and so are their own. The caller owns the
    transaction, and has made sure that they are part of it.
    """
    await queries.bump_conversation.execute(tx, conversation_id=conversation.id)
    await queries.set_block.execute(
        tx,
        of_conversation_id=conversation.id,
        of_person_id=person_id,
        blocked_at=clock.now() if blocked else None,
    )


async def ban(tx: WriteTransaction, person_id: int, *, reason: str, days: int | None) -> None:
    """Shut somebody out of chats for so many days, or (None) until it is lifted."""
    now = clock.now()
    ends_at = None if days is None else now + timedelta(days=days)
    await desk_queries.put_ban.execute(
        tx, person_id=person_id, reason=reason, banned_at=now, ends_at=ends_at
    )


async def lift_ban(tx: WriteTransaction, person_id: int) -> bool:
    """Let somebody chat again; answers whether they were shut out."""
    return bool(await desk_queries.drop_ban.execute(tx, person_id=person_id))


async def ban_of(tx: ReadTransaction, person_id: int) -> ChatBan | None:
    """Why and until when somebody is shut out now; None when they are not."""
    found = await desk_queries.bans_among.all(tx, ids=[person_id])
    return next((one for one in found if _holds(one)), None)


async def are_shut_out(tx: ReadTransaction, person_ids: Sequence[int]) -> bool:
    """Whether one of these people is shut out of chats."""
    return any(_holds(one) for one in await desk_queries.bans_among.all(tx, ids=list(person_ids)))


async def purge_bans(tx: WriteTransaction, *, keep: timedelta) -> None:
    """Forget bans that ended longer ago than that."""
    await desk_queries.purge_bans.execute(tx, before=clock.now() - keep)


def _holds(one: ChatBan) -> bool:
    return one.ends_at is None or one.ends_at > clock.now()
