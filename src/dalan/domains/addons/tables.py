"""Content apps attach to posts."""

from datetime import datetime
from typing import Any, Final, Literal, get_args

import msgspec
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from dalan.kernel.db import Id, Json, UtcTime, metadata

Linkage = Literal["POST_DETAILS", "POST_MANAGEMENT"]
"""On which page of the post: the public one, or its owner's."""

Status = Literal["ACTIVE", "HIDDEN", "DELETED"]
"""Only ``ACTIVE`` add-ons are rendered. ``DELETED`` stands where the app took away from one post
what it spreads over a person's or a business's."""

CONSENTED_SCORE: Final = 1_001_001
UNCONSENTED_SCORE: Final = 1_001
"""Add-ons are ordered by score, larger first: what the owner agreed to stands above the rest.
The first is the figure of a published answer; apps read it and do nothing with it."""

post_addon = Table(
    "post_addon",
    metadata,
    Column("id", Id, primary_key=True),
    Column("app_id", Id, ForeignKey("app.id"), nullable=False),
    Column("post_id", Id, ForeignKey("post.id"), nullable=False),
    Column("widgets", Json, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("notes", Text, nullable=False),
    Column("semantic", Json, nullable=False),
    Column("semantic_hashed", Json, nullable=False),
    Column("linkage", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("score", BigInteger, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("last_modified_at", UtcTime, nullable=False),
    UniqueConstraint("app_id", "post_id"),
    CheckConstraint("generation IN (1, 3)", name="generation"),
    CheckConstraint("linkage IN ('POST_DETAILS', 'POST_MANAGEMENT')", name="linkage"),
    CheckConstraint("status IN ('ACTIVE', 'HIDDEN', 'DELETED')", name="status"),
    Index(None, "post_id"),
)
"""One add-on for each app on each post; the unique pair is what makes creating it an upsert."""


ButtonType = Literal[
    "ACCOMMODATION_BOOKING", "EXTERNAL_PRODUCT_STORE", "RESUME_SUBMISSION", "ONLINE_CALL"
]
BUTTON_TYPES: tuple[ButtonType, ...] = get_args(ButtonType)
"""Source: Kenar contract, ``postCustomizedButtonType``."""

_BUTTON_TYPES = ", ".join(f"'{one}'" for one in BUTTON_TYPES)

customized_button = Table(
    "customized_button",
    metadata,
    Column("id", Id, primary_key=True),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("post_id", Id, ForeignKey("post.id", ondelete="CASCADE")),
    Column("business_id", Id, ForeignKey("business.id", ondelete="CASCADE")),
    Column("type", Text, nullable=False),
    Column("action", Json, nullable=False),
    Column("set_at", UtcTime, nullable=False),
    UniqueConstraint("post_id", "app_id"),
    UniqueConstraint("business_id", "app_id"),
    CheckConstraint("(post_id IS NULL) <> (business_id IS NULL)", name="one_place"),
    CheckConstraint(f"type IN ({_BUTTON_TYPES})", name="type"),
    Index(None, "app_id"),
)
"""One button for each app on each post, and on each business."""


semantic_record = Table(
    "semantic_record",
    metadata,
    Column("id", Id, primary_key=True),
    Column("uuid", Text, nullable=False, unique=True),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("post_id", Id, ForeignKey("post.id", ondelete="CASCADE")),
    Column("person_id", Id, ForeignKey("person.id", ondelete="CASCADE")),
    Column("semantic", Json, nullable=False),
    Column("semantic_hashed", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("last_modified_at", UtcTime, nullable=False),
    UniqueConstraint("post_id", "app_id"),
    UniqueConstraint("person_id", "app_id"),
    CheckConstraint("(post_id IS NULL) <> (person_id IS NULL)", name="one_subject"),
    Index(None, "app_id"),
)
"""What each app says of each post and of each person, beside its add-ons: one row each, so no
more rows than posts and people an app works for."""


class SemanticRecord(msgspec.Struct, frozen=True):
    """What one app says of one post, or of one person."""

    id: int
    uuid: str
    """What the app is told it is called; it stays while the values change."""
    app_id: int
    post_id: int | None
    person_id: int | None
    semantic: dict[str, str]
    semantic_hashed: dict[str, str]
    """Key to a keyed hash in hex."""
    created_at: datetime
    last_modified_at: datetime


class CustomizedButton(msgspec.Struct, frozen=True):
    """A button of an app. ``action`` is an ``Action`` in plain values."""

    id: int
    app_id: int
    post_id: int | None
    business_id: int | None
    type: ButtonType
    action: dict[str, Any]
    set_at: datetime


class PostAddon(msgspec.Struct, frozen=True):
    """What one app attached to one post."""

    id: int
    app_id: int
    post_id: int
    widgets: list[dict[str, Any]]
    """In the canonical form of ``widgets.py``, whichever generation they were sent in."""
    generation: int
    notes: str
    """The app's own, shown to nobody else."""
    semantic: dict[str, Any]
    semantic_hashed: dict[str, str]
    """Key to a keyed hash in hex: what was sent cannot be read back."""
    linkage: Linkage
    status: Status
    score: int
    """Larger first."""
    created_at: datetime
    last_modified_at: datetime
