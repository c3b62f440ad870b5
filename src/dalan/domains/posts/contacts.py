"""Showing people how to reach an owner, but not harvesters.

Who looks is known by a keyed code of the day only: whoever asks passes one per measure, such as
the person and the network, and nothing here can be turned back into either.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import msgspec
from sqlalchemy import Column, Index, Integer, LargeBinary, Table, bindparam, delete

from dalan.domains.posts.errors import ContactLimit
from dalan.kernel import clock
from dalan.kernel.db import UtcTime, WriteTransaction, metadata, statement, upsert

WINDOW: Final = timedelta(days=1)

contact_looks = Table(
    "contact_looks",
    metadata,
    Column("viewer", LargeBinary, primary_key=True),
    Column("looks_count", Integer, nullable=False),
    Column("first_at", UtcTime, nullable=False),
    Index("ix_contact_looks_first_at", "first_at"),
)
"""How often somebody was shown a number lately; a row stands for a day."""

_count = statement(
    upsert(
        contact_looks,
        key=["viewer"],
        update=lambda _: {"looks_count": contact_looks.c.looks_count + 1},
        returning=[contact_looks.c.looks_count],
    ),
    sets=["viewer", "looks_count", "first_at"],
)
"""One more look; how many that makes."""

_purge = statement(delete(contact_looks).where(contact_looks.c.first_at < bindparam("before")))
"""Days that are over."""


class Looker(msgspec.Struct, frozen=True):
    """Whoever looks, by one measure, and how many numbers that may be shown in a day."""

    code: bytes
    looks_max: int


async def count_look(tx: WriteTransaction, lookers: Sequence[Looker]) -> None:
    """Note that a number is about to be shown. Raises ``ContactLimit`` when one of the measures
    is full; the caller rolls the others back with it."""
    now = clock.now()
    for looker in lookers:
        made = await _count.scalar(tx, viewer=looker.code, looks_count=1, first_at=now)
        if made > looker.looks_max:
            raise ContactLimit(allowed=looker.looks_max)


async def purge_looks(tx: WriteTransaction) -> None:
    """Forget the days that are over."""
    await _purge.execute(tx, before=clock.now() - WINDOW)
