"""Posts somebody is still writing."""

from datetime import datetime

import msgspec
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text

from dalan.kernel.db import Id, Json, UtcTime, metadata

post_draft = Table(
    "post_draft",
    metadata,
    Column("token", Text, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id")),
    Column("category", Text, nullable=False),
    Column("typed", Json, nullable=False),
    Column("image_names", Json, nullable=False),
    Column("post_id", Id, ForeignKey("post.id", ondelete="CASCADE")),
    Column("created_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    CheckConstraint("length(token) = 22", name="token"),
    CheckConstraint("post_id IS NULL OR person_id IS NOT NULL", name="submitted_by_somebody"),
    Index("ix_post_draft_person_id", "person_id", "changed_at"),
    Index("ix_post_draft_changed_at", "changed_at"),
    Index("ix_post_draft_post_id", "post_id"),
)
"""``token`` is a secret of whoever writes: a draft without ``person_id`` belongs to who knows it,
until somebody who is signed in saves it. ``typed`` is what stands in the form, unchecked;
``post_id`` the post it became, so that sending the form again makes no second one."""


class Draft(msgspec.Struct, frozen=True):
    """A post somebody is writing, as its form was left."""

    token: str
    person_id: int | None
    category: str
    typed: dict[str, list[str]]
    image_names: list[str]
    post_id: int | None
    created_at: datetime
    changed_at: datetime
