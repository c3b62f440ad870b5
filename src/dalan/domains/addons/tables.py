"""Content apps attach to posts."""

from datetime import datetime
from typing import Any, Literal

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
"""Only ``ACTIVE`` add-ons are rendered."""

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
