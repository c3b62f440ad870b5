"""What we keep of what is sent: pictures, other files, and uploads that come in parts.

The bytes stand in the media store, under the names of the rows.
"""

from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql

from dalan.kernel.db import Id, UtcTime, metadata

TEMPORARY = "attached_at IS NULL"

Kind = Literal["image", "video", "voice", "file"]

image = Table(
    "image",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("purpose", Text, nullable=False),
    Column("app_id", Id),
    Column("person_id", Id, ForeignKey("person.id")),
    Column("width_px", Integer, nullable=False),
    Column("height_px", Integer, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("attached_at", UtcTime),
    Column("removed_at", UtcTime),
    Column("placeholder", Text, nullable=False, server_default=sql("''")),
    CheckConstraint("purpose IN ('post', 'addon', 'avatar', 'person')", name="purpose"),
    CheckConstraint("width_px > 0 AND height_px > 0 AND size_bytes > 0", name="measured"),
    CheckConstraint("attached_at IS NULL OR removed_at IS NULL", name="attached_stays"),
    Index("ix_image_temporary", "created_at", postgresql_where=sql(TEMPORARY),
          sqlite_where=sql(TEMPORARY)),
    Index("ix_image_person_id", "person_id",
          postgresql_where=sql("person_id IS NOT NULL"), sqlite_where=sql("person_id IS NOT NULL")),
)  # fmt: skip
"""``app_id`` says which app sent it; it is no foreign key, for the rooms of apps lie above this
one. ``removed_at`` is set before the files go: what is being removed can no longer be attached."""

media_file = Table(
    "media_file",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("app_id", Id),
    Column("person_id", Id, ForeignKey("person.id")),
    Column("title", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("width_px", Integer),
    Column("height_px", Integer),
    Column("duration_ms", BigInteger),
    Column("placeholder", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("attached_at", UtcTime),
    Column("removed_at", UtcTime),
    Column("pins_count", Integer, nullable=False, server_default="0"),
    CheckConstraint("kind IN ('image', 'video', 'voice', 'file')", name="kind"),
    CheckConstraint("purpose IN ('post', 'chat')", name="purpose"),
    CheckConstraint("size_bytes > 0", name="measured"),
    CheckConstraint("(kind IN ('image', 'video'))"
                    " = (width_px IS NOT NULL AND height_px IS NOT NULL)", name="seen_has_sides"),
    CheckConstraint("(kind IN ('voice', 'video')) = (duration_ms IS NOT NULL)",
                    name="played_has_duration"),
    CheckConstraint("attached_at IS NULL OR removed_at IS NULL", name="attached_stays"),
    Index("ix_media_file_temporary", "created_at", postgresql_where=sql(TEMPORARY),
          sqlite_where=sql(TEMPORARY)),
    Index("ix_media_file_person_id", "person_id",
          postgresql_where=sql("person_id IS NOT NULL"), sqlite_where=sql("person_id IS NOT NULL")),
)  # fmt: skip
"""Videos of posts and everything sent into chats. The life of a row is that of an ``image``."""

upload = Table(
    "upload",
    metadata,
    Column("id", Id, primary_key=True),
    Column("mac", LargeBinary, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("app_id", Id, nullable=False),
    Column("title", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("received_bytes", BigInteger, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("result_name", Text),
    Column("refused_because", Text),
    CheckConstraint("kind IN ('image', 'video', 'voice', 'file')", name="kind"),
    CheckConstraint("purpose IN ('post', 'chat')", name="purpose"),
    CheckConstraint("size_bytes > 0 AND received_bytes BETWEEN 0 AND size_bytes", name="within"),
    CheckConstraint("result_name IS NULL OR refused_because IS NULL", name="one_end"),
    Index("ix_upload_created_at", "created_at"),
    Index("ix_upload_app_id_created_at", "app_id", "created_at"),
)
"""A file that comes in parts. ``mac`` is how its address is found; the address is never stored."""

upload_part = Table(
    "upload_part",
    metadata,
    Column("id", Id, primary_key=True),
    Column("upload_id", Id, ForeignKey("upload.id", ondelete="CASCADE"), nullable=False),
    Column("offset_bytes", BigInteger, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    CheckConstraint("offset_bytes >= 0 AND size_bytes > 0", name="measured"),
    UniqueConstraint("upload_id", "offset_bytes"),
)
"""What came of an upload so far, one object of the media store each."""


class Image(msgspec.Struct, frozen=True):
    """A picture. Temporary, and gone after a day, until something of ours shows it.

    ``width_px`` and ``height_px`` are those of the largest size kept; ``size_bytes`` is what all
    sizes take together. ``placeholder`` is a tiny picture as a ``data:`` address, to be shown
    until the picture is there; empty for pictures of before.
    """

    id: int
    name: str
    purpose: str
    app_id: int | None
    person_id: int | None
    width_px: int
    height_px: int
    size_bytes: int
    created_at: datetime
    attached_at: datetime | None
    removed_at: datetime | None
    placeholder: str


class MediaFile(msgspec.Struct, frozen=True):
    """A video of a post, or what was sent into a chat. Lives and goes as an ``Image`` does.

    ``title`` is what the sender called it, to be shown only. ``duration_ms`` is there for what is
    played, the sides are for what is seen. ``pins_count``: how many hold it beside what it was
    attached to.
    """

    id: int
    name: str
    kind: Kind
    purpose: str
    app_id: int | None
    person_id: int | None
    title: str
    size_bytes: int
    width_px: int | None
    height_px: int | None
    duration_ms: int | None
    placeholder: str
    created_at: datetime
    attached_at: datetime | None
    removed_at: datetime | None
    pins_count: int


class Upload(msgspec.Struct, frozen=True):
    """A file that comes in parts: how much of it is here, and what became of it."""

    id: int
    mac: bytes
    kind: Kind
    purpose: str
    app_id: int
    title: str
    size_bytes: int
    received_bytes: int
    created_at: datetime
    result_name: str | None
    refused_because: str | None

    @property
    def is_whole(self) -> bool:
        """Every byte is here."""
        return self.received_bytes == self.size_bytes


class Part(msgspec.Struct, frozen=True):
    """One part that was received."""

    offset_bytes: int
    size_bytes: int
    name: str
