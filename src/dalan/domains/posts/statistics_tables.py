"""What is counted of posts: a row a post and day, and a row a post for all of its life."""

import msgspec
from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Table, Text

from dalan.kernel.db import Id, metadata

_NEVER_NEGATIVE = "views >= 0 AND impressions >= 0 AND chats >= 0 AND contacts >= 0"

post_day = Table(
    "post_day",
    metadata,
    Column("post_id", Id, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Text, primary_key=True),
    Column("views", BigInteger, nullable=False),
    Column("impressions", BigInteger, nullable=False),
    Column("chats", BigInteger, nullable=False),
    Column("contacts", BigInteger, nullable=False),
    CheckConstraint(_NEVER_NEGATIVE, name="counts"),
    Index("ix_post_day_day", "day"),
)
"""``day`` is a day in Tehran, as 2026-11-21: texts of that form sort as days do."""

post_total = Table(
    "post_total",
    metadata,
    Column("post_id", Id, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
    Column("views", BigInteger, nullable=False),
    Column("impressions", BigInteger, nullable=False),
    Column("chats", BigInteger, nullable=False),
    Column("contacts", BigInteger, nullable=False),
    CheckConstraint(_NEVER_NEGATIVE, name="counts"),
)
"""The sum of all days, those that are forgotten too."""


class Counts(msgspec.Struct, frozen=True):
    """What was counted of a post, on a day or in all."""

    views: int = 0
    impressions: int = 0
    chats: int = 0
    contacts: int = 0


class DayRow(msgspec.Struct, frozen=True):
    """One day of a post."""

    post_id: int
    day: str
    views: int
    impressions: int
    chats: int
    contacts: int

    @property
    def counts(self) -> Counts:
        return Counts(self.views, self.impressions, self.chats, self.contacts)


class TotalRow(msgspec.Struct, frozen=True):
    """All of a post."""

    post_id: int
    views: int
    impressions: int
    chats: int
    contacts: int

    @property
    def counts(self) -> Counts:
        return Counts(self.views, self.impressions, self.chats, self.contacts)
