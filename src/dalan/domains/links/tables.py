"""Short links, their tags, and the creations that may be asked for again."""

from datetime import datetime
from typing import Final, Literal

import msgspec
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from dalan.kernel.db import Id, UtcTime, metadata

LinkKind = Literal["link", "content", "file"]
HashMethod = Literal["auto", "custom"]

KINDS: Final[tuple[LinkKind, ...]] = ("link", "content", "file")
HASH_METHODS: Final[tuple[HashMethod, ...]] = ("auto", "custom")

BY_CODE_POINT = Text(collation="C").with_variant(Text(), "sqlite")
"""Compared byte by byte, which for UTF-8 is code point by code point; SQLite always does so."""

link = Table(
    "link",
    metadata,
    Column("id", Id, primary_key=True),
    Column("domain", Text, nullable=False),
    Column("hash", BY_CODE_POINT, nullable=False),
    Column("folded_hash", BY_CODE_POINT, nullable=False),
    Column("hash_method", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("tags", Text, nullable=False),
    Column("searchable", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime),
    UniqueConstraint("domain", "folded_hash"),
    CheckConstraint("kind IN ('link', 'content', 'file')", name="kind"),
    CheckConstraint("hash_method IN ('auto', 'custom')", name="hash_method"),
    CheckConstraint("hash <> '' AND folded_hash <> '' AND target <> ''", name="filled"),
    Index("ix_link_app_id", "app_id", "created_at", "id"),
    Index("ix_link_fingerprint", "fingerprint"),
)
"""A short link. ``domain`` is its short domain, "" for our own ``/l/``; of two spellings that fold
to one ``folded_hash`` a domain has one. ``target`` is an address, a text, or a stored file's name,
as it was sent. ``fingerprint`` is of owner, kind and target. ``tags`` are joined by commas, which
no tag has; ``searchable`` is hash and target folded. Clicks are counted elsewhere: a row that
every visit wrote would be the hottest of the platform."""

link_tag = Table(
    "link_tag",
    metadata,
    Column("link_id", Id, ForeignKey("link.id", ondelete="CASCADE"), primary_key=True),
    Column("folded_name", Text, primary_key=True),
    Index("ix_link_tag_folded_name", "folded_name", "link_id"),
)
"""A tag of a link, as it is compared."""

link_creation = Table(
    "link_creation",
    metadata,
    Column("key_hash", LargeBinary, primary_key=True),
    Column("request_hash", LargeBinary, nullable=False),
    Column("link_id", Id, ForeignKey("link.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index("ix_link_creation_link_id", "link_id"),
    Index("ix_link_creation_created_at", "created_at"),
)
"""A creation that named an idempotency key: asking again with it answers the same link."""


class Link(msgspec.Struct, frozen=True):
    """A short link. ``expires_at`` None: never."""

    id: int
    domain: str
    hash: str
    hash_method: HashMethod
    kind: LinkKind
    target: str
    app_id: int
    tags: str
    active: bool
    created_at: datetime
    changed_at: datetime
    expires_at: datetime | None

    def is_live(self, at: datetime) -> bool:
        """A visitor at that moment finds it."""
        return self.active and not self.is_expired(at)

    def is_expired(self, at: datetime) -> bool:
        """Its time is over, whether it was deactivated or not."""
        return self.expires_at is not None and self.expires_at <= at


class LinkCreation(msgspec.Struct, frozen=True):
    """What was asked for with an idempotency key, and the link it became."""

    request_hash: bytes
    link_id: int
