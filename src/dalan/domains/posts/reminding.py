"""Asking owners before a post ends: is it sold, or shall it stand on?"""

from datetime import timedelta
from typing import Final

from sqlalchemy import Column, ForeignKey, Integer, Table, and_, bindparam, select, text

from dalan.domains.posts.events import PostEndsSoon
from dalan.domains.posts.tables import LISTED, Post, post
from dalan.kernel import clock, outbox
from dalan.kernel.db import Id, UtcTime, WriteTransaction, metadata, statement, upsert

REMIND_BEFORE_END: Final = timedelta(days=1)
REMINDED_AT_ONCE: Final = 200

post_reminder = Table(
    "post_reminder",
    metadata,
    Column("post_id", Id, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
    Column("ends_at", UtcTime, nullable=False),
)
"""Which end of a post its owner was reminded of; a renewed post has another one."""

_ending = statement(
    select(post)
    .outerjoin(
        post_reminder,
        and_(post_reminder.c.post_id == post.c.id, post_reminder.c.ends_at == post.c.expires_at),
    )
    .where(
        text(LISTED),
        post.c.expires_at > bindparam("after", type_=UtcTime),
        post.c.expires_at <= bindparam("until", type_=UtcTime),
        post_reminder.c.post_id.is_(None),
    )
    .order_by(post.c.expires_at)
    .limit(bindparam("count", type_=Integer)),
    into=Post,
)
"""Posts that end within that time and whose owners were not reminded of it, soonest first."""

_reminded = statement(
    upsert(post_reminder, key=["post_id"], update=["ends_at"]), sets=["post_id", "ends_at"]
)
"""The owner was reminded of this end."""


async def remind_of_ends(tx: WriteTransaction) -> int:
    """Announce posts that end within a day, each end once; answers how many, 0 when all are."""
    now = clock.now()
    ending = await _ending.all(tx, after=now, until=now + REMIND_BEFORE_END, count=REMINDED_AT_ONCE)
    for one in ending:
        await _reminded.execute(tx, post_id=one.id, ends_at=one.expires_at)
        await outbox.record(tx, PostEndsSoon(post_id=one.id, token=one.token))
    return len(ending)
