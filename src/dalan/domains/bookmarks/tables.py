"""Favourites, saved searches, and what was found for them."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from dalan.kernel.db import Id, Json, UtcTime, metadata

UNTOLD = "untold_count > 0 AND active IS TRUE"
"""Written out, not bound: both engines use a partial index only where the text is the same."""

bookmark = Table(
    "bookmark",
    metadata,
    Column("person_id", Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("post_id", Id, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
    Column("note", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index("ix_bookmark_post_id", "post_id"),
)
"""What somebody wants to find again. ``note`` is for their own eyes."""

saved_search = Table(
    "saved_search",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("criteria", Json, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("told_at", UtcTime),
    Column("unseen_count", BigInteger, nullable=False),
    Column("untold_count", BigInteger, nullable=False),
    UniqueConstraint("person_id", "address"),
    CheckConstraint("unseen_count >= 0 AND untold_count >= 0", name="counts"),
    Index("ix_saved_search_place", "city", "category", "id",
          postgresql_where=text("active IS TRUE"), sqlite_where=text("active IS TRUE")),
    Index("ix_saved_search_untold", "told_at", postgresql_where=text(UNTOLD),
          sqlite_where=text(UNTOLD)),
)  # fmt: skip
"""A search somebody wants to hear of. ``city`` and ``category`` are "" where it asks for no
single one; by the two a new post finds whoever may want it. ``criteria`` is the rest, a
``Criteria``; ``address`` the page of results."""

saved_search_match = Table(
    "saved_search_match",
    metadata,
    Column("search_id", Id, ForeignKey("saved_search.id", ondelete="CASCADE"), primary_key=True),
    Column("post_id", Id, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
    Column("matched_at", UtcTime, nullable=False),
    Index("ix_saved_search_match_post_id", "post_id"),
    Index("ix_saved_search_match_matched_at", "matched_at"),
)
"""A post that was found for a search once is never found for it again."""


class Bookmark(msgspec.Struct, frozen=True):
    """Somebody's favourite."""

    person_id: int
    post_id: int
    note: str
    created_at: datetime


class SavedSearch(msgspec.Struct, frozen=True):
    """Somebody's saved search. ``unseen_count``: matches since they last opened it."""

    id: int
    person_id: int
    name: str
    address: str
    city: str
    category: str
    criteria: Any
    active: bool
    created_at: datetime
    told_at: datetime | None
    unseen_count: int
    untold_count: int
