"""Clicks one by one, their sums by time, and how far each writer's journal was read."""

from datetime import datetime

import msgspec
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    text,
)

from dalan.kernel.db import Id, UtcTime, metadata

COUNTED, BOT, COUNTED_BOT = 0, 1, 2
"""What a click is: somebody's; a program's, and left out; a program's, and counted all the same."""

click = Table(
    "click",
    metadata,
    Column("id", Id, primary_key=True),
    Column("link_id", Id, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("standing", SmallInteger, nullable=False),
    Column("source", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("referrer", Text, nullable=False),
    Column("browser", Text, nullable=False),
    Column("os", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("visitor", BigInteger, nullable=False),
    Index("ix_click_link_id", "link_id", "at"),
)
"""One click. ``visitor`` is a keyed hash of the day; no address is in it. Kept for a time: what is
asked of all of them is answered from the sums."""


def _sums(name: str, index: Index, *columns: Column[int]) -> Table:
    return Table(
        name,
        metadata,
        Column("link_id", Id, primary_key=True, autoincrement=False),
        *columns,
        Column("start", BigInteger, primary_key=True, autoincrement=False),
        Column("shard", SmallInteger, primary_key=True, autoincrement=False),
        Column("clicks", BigInteger, nullable=False),
        Column("bots", BigInteger, nullable=False),
        Column("detail", LargeBinary, nullable=False),
        index,
        sqlite_with_rowid=False,
    )


click_minute = _sums("click_minute", Index("ix_click_minute_start", "start"))
"""What a link was clicked in a minute (``start`` of them since the epoch), for recent days. Each
machine adds to rows of its own ``shard``; they are summed when read, and made one later."""

click_sum = _sums(
    "click_sum",
    Index(
        "ix_click_sum_scattered",
        "level",
        "start",
        "link_id",
        postgresql_where=text("shard > 0"),
        sqlite_where=text("shard > 0"),
    ),
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
)
"""The same for quarters of an hour, days and months of UTC (``level`` 1, 2, 3), ``start`` counted
in these since the epoch. Kept for good."""

click_total = Table(
    "click_total",
    metadata,
    Column("link_id", Id, ForeignKey("link.id", ondelete="CASCADE"), primary_key=True,
           autoincrement=False),
    Column("group_id", Id, nullable=False),
    Column("visits", BigInteger, nullable=False),
    Column("base", BigInteger, nullable=False),
    Column("bots", BigInteger, nullable=False),
    CheckConstraint("visits >= base AND base >= 0 AND bots >= 0", name="counts"),
    Index("ix_click_total_group_id", "group_id", "visits", "link_id"),
)  # fmt: skip
"""A link's visits of all time, ``base`` of which it had elsewhere; there is a row for each link.
``group_id`` says whose it is, so that somebody's links are found in the order of their visits."""

click_watch = Table(
    "click_watch",
    metadata,
    Column("group_id", Id, primary_key=True, autoincrement=False),
)
"""Groups whose clicks are announced when they are drained."""

click_writer = Table(
    "click_writer",
    metadata,
    Column("writer", Text, primary_key=True),
    Column("segment", BigInteger, nullable=False),
    Column("drained_bytes", BigInteger, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Index("ix_click_writer_changed_at", "changed_at"),
)
"""How far a writer's journal is in the tables: written with what was read, so nothing is read
twice."""

click_kept = Table(
    "click_kept",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("clicks_from", UtcTime, nullable=False),
    Column("minutes_from", UtcTime, nullable=False),
    CheckConstraint("id = 1", name="one"),
)
"""From when on single clicks and single minutes are there: one row."""


class Progress(msgspec.Struct, frozen=True):
    """Everything of segments before, and so many bytes of this one, is drained."""

    writer: str
    segment: int
    drained_bytes: int


class Kept(msgspec.Struct, frozen=True):
    """See ``click_kept``."""

    clicks_from: datetime
    minutes_from: datetime


class Sum(msgspec.Struct, frozen=True):
    """A row of sums, of whichever table."""

    link_id: int
    start: int
    clicks: int
    bots: int
    detail: bytes


class Total(msgspec.Struct, frozen=True):
    """Clicks of all time: visits, those brought from elsewhere among them, and programs'."""

    link_id: int
    visits: int
    bots: int


class Click(msgspec.Struct, frozen=True):
    """One click as it is told: without its visitor."""

    id: int
    link_id: int
    at: datetime
    standing: int
    source: str
    country: str
    city: str
    referrer: str
    browser: str
    os: str
    device: str
    language: str

    @property
    def is_bot(self) -> bool:
        """A program's."""
        return self.standing != COUNTED
