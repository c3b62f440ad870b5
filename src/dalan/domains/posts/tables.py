"""Posts and the pictures they show."""

from datetime import datetime
from typing import Any, Literal, get_args

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
)
from sqlalchemy import text as sql

from dalan.kernel.db import Id, Json, UtcTime, metadata

State = Literal[
    "waiting_for_payment",
    "waiting_for_review",
    "waiting_for_edit",
    "published",
    "rejected",
    "retired",
    "deleted",
    "archived",
]
STATES: tuple[State, ...] = get_args(State)

GONE: frozenset[str] = frozenset({"deleted", "archived"})
"""States in which a post's token no longer means anything to the outside."""

LISTED = "state = 'published' AND development IS FALSE"
PUBLISHED = "state = 'published'"
RETIRED = "state = 'retired'"
"""Written out, not bound: both engines use a partial index only where the text is the same."""

_STATES = ", ".join(f"'{state}'" for state in STATES)

post = Table(
    "post",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token", Text, nullable=False, unique=True),
    Column("owner_id", Id, ForeignKey("person.id"), nullable=False),
    Column("category", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("district", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("fields", Json, nullable=False),
    Column("image_names", Json, nullable=False),
    Column("price_mode", Text, nullable=False),
    Column("price_tomans", BigInteger),
    Column("state", Text, nullable=False),
    Column("reject_reason", Text, nullable=False),
    Column("chat_enabled", Boolean, nullable=False),
    Column("hide_phone", Boolean, nullable=False),
    Column("development", Boolean, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("first_published_at", UtcTime),
    Column("last_modified_at", UtcTime, nullable=False),
    Column("listed_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("state_changed_at", UtcTime, nullable=False),
    CheckConstraint(f"state IN ({_STATES})", name="state"),
    CheckConstraint("length(token) BETWEEN 8 AND 16", name="token"),
    CheckConstraint("title <> ''", name="title"),
    CheckConstraint("price_tomans IS NULL OR price_tomans >= 0", name="price"),
    CheckConstraint(
        "state <> 'published' OR first_published_at IS NOT NULL", name="published_once"
    ),
    Index("ix_post_listed", "listed_at", "id",
          postgresql_where=sql(LISTED), sqlite_where=sql(LISTED)),
    Index("ix_post_owner", "owner_id", "id"),
    Index("ix_post_expiring", "expires_at", postgresql_where=sql(PUBLISHED),
          sqlite_where=sql(PUBLISHED)),
    Index("ix_post_retired", "state_changed_at", postgresql_where=sql(RETIRED),
          sqlite_where=sql(RETIRED)),
)  # fmt: skip
"""``image_names`` repeats ``post_image`` in order, so that one statement reads a whole post;
the one verb that writes either writes both. ``price_*`` are what the category's ``price`` and
``price_mode`` fields said; ``fields`` holds the others, as ``taxonomy.check_fields`` gave them."""

post_image = Table(
    "post_image",
    metadata,
    Column("post_id", Id, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("image_id", Id, ForeignKey("image.id"), nullable=False),
    CheckConstraint("position >= 0", name="position"),
    Index("ix_post_image_image", "image_id"),
)

development_allowance = Table(
    "development_allowance",
    metadata,
    Column("person_id", Id, ForeignKey("person.id"), primary_key=True),
    Column("last_created_at", UtcTime, nullable=False),
)
"""A row per developer, written before their development posts are counted: two requests at
the same moment wait for each other here, so that no one gets an eleventh post."""


class Post(msgspec.Struct, frozen=True):
    """A classified. ``token`` is its public name; all else that is numbered stays inside.

    ``price_tomans`` is None where the category has no price or the mode needs none.
    ``listed_at`` is what lists sort by; before publication it is the moment of creation.
    """

    id: int
    token: str
    owner_id: int
    category: str
    city: str
    district: str
    title: str
    description: str
    fields: dict[str, Any]
    image_names: list[str]
    price_mode: str
    price_tomans: int | None
    state: State
    reject_reason: str
    chat_enabled: bool
    hide_phone: bool
    development: bool
    created_at: datetime
    first_published_at: datetime | None
    last_modified_at: datetime
    listed_at: datetime
    expires_at: datetime
    state_changed_at: datetime

    @property
    def is_gone(self) -> bool:
        """Deleted or archived: to the outside there is no such post."""
        return self.state in GONE
