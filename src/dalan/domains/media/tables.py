"""Pictures we keep: one row each; the bytes stand in the media store under the same name."""

from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text
from sqlalchemy import text as sql

from dalan.kernel.db import Id, UtcTime, metadata

TEMPORARY = "attached_at IS NULL"

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
    CheckConstraint("purpose IN ('post', 'addon', 'avatar', 'person')", name="purpose"),
    CheckConstraint("width_px > 0 AND height_px > 0 AND size_bytes > 0", name="measured"),
    CheckConstraint("attached_at IS NULL OR removed_at IS NULL", name="attached_stays"),
    Index("ix_image_temporary", "created_at", postgresql_where=sql(TEMPORARY),
          sqlite_where=sql(TEMPORARY)),
)  # fmt: skip
"""``app_id`` says which app sent it; it is no foreign key, for the rooms of apps lie above this
one. ``removed_at`` is set before the files go: what is being removed can no longer be attached."""


class Image(msgspec.Struct, frozen=True):
    """A picture. Temporary, and gone after a day, until something of ours shows it.

    ``width_px`` and ``height_px`` are those of the largest size kept; ``size_bytes`` is what all
    sizes take together.
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
