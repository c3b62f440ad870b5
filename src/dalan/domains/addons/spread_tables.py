"""Add-ons of people and of businesses, which their posts show: looked up, never copied.

What one app said of one person is one ``spread_addon``. What it said each time is a
``spread_content``, good for a stretch of the person's posts, counted by the posts' numbers: a
later saying holds for later posts only, so the earlier ones keep theirs. Decision 0034.
"""

from datetime import datetime
from typing import Any, ClassVar

import msgspec
from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from dalan.domains.addons.tables import CONSENTED_SCORE, Linkage, Status
from dalan.kernel.db import Id, Json, UtcTime, metadata

spread_addon = Table(
    "spread_addon",
    metadata,
    Column("id", Id, primary_key=True),
    Column("uuid", Text, nullable=False, unique=True),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("person_id", Id, ForeignKey("person.id", ondelete="CASCADE")),
    Column("business_id", Id, ForeignKey("business.id", ondelete="CASCADE")),
    Column("by_person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime),
    UniqueConstraint("person_id", "app_id"),
    UniqueConstraint("business_id", "app_id"),
    CheckConstraint("(person_id IS NULL) <> (business_id IS NULL)", name="one_subject"),
    Index(None, "app_id"),
    Index("ix_spread_addon_by_person_id", "by_person_id", "app_id"),
    Index(None, "expires_at"),
)
"""One for each app on each person, and on each business; whoever changes it waits here for whoever
is changing it. ``uuid`` is what the app is told it is called, ``by_person_id`` who agreed;
``expires_at`` null: it stands until it is taken back."""

spread_content = Table(
    "spread_content",
    metadata,
    Column("id", Id, primary_key=True),
    Column("addon_id", Id, ForeignKey("spread_addon.id", ondelete="CASCADE"), nullable=False),
    Column("after_post_id", Id, nullable=False),
    Column("until_post_id", Id),
    Column("widgets", Json, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("notes", Text, nullable=False),
    Column("semantic", Json, nullable=False),
    Column("semantic_hashed", Json, nullable=False),
    Column("categories", Json, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("last_modified_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime),
    UniqueConstraint("addon_id", "after_post_id"),
    CheckConstraint("generation IN (1, 3)", name="generation"),
    CheckConstraint("until_post_id IS NULL OR until_post_id >= after_post_id", name="stretch"),
    Index(None, "expires_at"),
)
"""What a post shows that is numbered above ``after_post_id`` and up to ``until_post_id``, which is
null while later posts are to show it too. A post looks at the content with the largest
``after_post_id`` below its own number, and at no other."""


class Spread(msgspec.Struct, frozen=True):
    """One content of an add-on of a person or a business, with what stands above it."""

    id: int
    addon_id: int
    uuid: str
    app_id: int
    person_id: int | None
    business_id: int | None
    after_post_id: int
    until_post_id: int | None
    widgets: list[dict[str, Any]]
    """In the canonical form of ``widgets.py``, whichever generation they were sent in."""
    generation: int
    notes: str
    """The app's own, shown to nobody else."""
    semantic: dict[str, Any]
    semantic_hashed: dict[str, str]
    """Key to a keyed hash in hex."""
    categories: list[str]
    """Slugs, of groups too; none means every category."""
    since: datetime
    """When posts began to show it."""
    created_at: datetime
    """When the app first made the add-on."""
    last_modified_at: datetime
    expires_at: datetime | None

    status: ClassVar[Status] = "ACTIVE"
    linkage: ClassVar[Linkage] = "POST_DETAILS"
    score: ClassVar[int] = CONSENTED_SCORE
