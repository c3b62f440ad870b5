"""Keeping somebody from posting, while everything else of their account goes on."""

from datetime import datetime, timedelta

from dalan.domains.posts import queries
from dalan.domains.posts.errors import Banned
from dalan.domains.posts.tables import PostingBan
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction

BAN_REASON_LENGTH_MAX = 1_000


async def ban(
    tx: WriteTransaction, person_id: int, *, reason: str, ends_at: datetime | None
) -> PostingBan:
    """Let a person post nothing until ``ends_at`` (None: until it is lifted), in place of an
    earlier ban. What they have on display stays; the caller owns the transaction."""
    assert 0 < len(reason) <= BAN_REASON_LENGTH_MAX, "checked by whoever asked for it"
    now = clock.now()
    assert ends_at is None or ends_at > now, "a ban ends later than it begins"
    banned = PostingBan(person_id, reason, now, ends_at)
    await queries.put_ban.execute(
        tx, person_id=person_id, reason=reason, banned_at=now, ends_at=ends_at
    )
    return banned


async def lift_ban(tx: WriteTransaction, person_id: int) -> bool:
    """Let a person post again; False when nothing kept them from it."""
    stood = await ban_of(tx, person_id) is not None
    await queries.drop_ban.execute(tx, person_id=person_id)
    return stood


async def ban_of(tx: ReadTransaction, person_id: int) -> PostingBan | None:
    """The ban of a person that holds now."""
    found = await queries.ban_of.one_or_none(tx, person_id=person_id)
    if found is None or (found.ends_at is not None and found.ends_at <= clock.now()):
        return None
    return found


async def check_not_banned(tx: ReadTransaction, person_id: int) -> None:
    """Raises ``Banned``."""
    found = await ban_of(tx, person_id)
    if found is not None:
        raise Banned(reason=found.reason, ends_at=found.ends_at)


async def purge_bans(tx: WriteTransaction, *, keep: timedelta) -> int:
    """Forget bans that ended longer ago than that; answers how many."""
    return await queries.forget_bans_before.execute(tx, before=clock.now() - keep)
