"""What developers ask for beyond what their apps have, and what was answered."""

from datetime import datetime
from typing import Literal, get_args

import msgspec
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text
from sqlalchemy import text as sql

from dalan.kernel.db import Id, UtcTime, metadata

WishKind = Literal["permission", "scope", "widget", "category", "city"]
WISH_KINDS: tuple[WishKind, ...] = get_args(WishKind)

WishState = Literal["open", "granted", "refused", "withdrawn"]

OPEN = "state = 'open'"

app_request = Table(
    "app_request",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("asked_by_id", Id, ForeignKey("person.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("evidence_url", Text, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Index("ix_app_request_app_id_asked_at", "app_id", "asked_at"),
    Index("ix_app_request_asked_by_id", "asked_by_id"),
)
"""``id`` is drawn by chance: it stands in addresses, and a counter would tell every team how much
the others ask."""


class AppRequest(msgspec.Struct, frozen=True):
    """One asking, with one reason for all that is asked. ``evidence_url`` is ``""`` without any."""

    id: int
    app_id: int
    asked_by_id: int
    reason: str
    evidence_url: str
    asked_at: datetime


app_wish = Table(
    "app_wish",
    metadata,
    Column(
        "request_id", Id, ForeignKey("app_request.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("state", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("decided_by_id", Id, ForeignKey("person.id")),
    Column("decided_at", UtcTime),
    CheckConstraint(
        "kind IN ('permission', 'scope', 'widget', 'category', 'city')", name="kind"
    ),
    CheckConstraint("state IN ('open', 'granted', 'refused', 'withdrawn')", name="state"),
    CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
    Index("ix_app_wish_open", "app_id", "kind", "name", unique=True,
          postgresql_where=sql(OPEN), sqlite_where=sql(OPEN)),
    Index("ix_app_wish_state_request_id", "state", "request_id"),
    Index("ix_app_wish_app_id", "app_id"),
    Index("ix_app_wish_decided_by_id", "decided_by_id",
          postgresql_where=sql("decided_by_id IS NOT NULL"),
          sqlite_where=sql("decided_by_id IS NOT NULL")),
)  # fmt: skip
"""What is waiting is asked for once: the unique index holds two members apart who ask at once."""


class Wish(msgspec.Struct, frozen=True):
    """One thing that was asked for. A category is one that apps are activated for, not a leaf."""

    request_id: int
    kind: WishKind
    name: str
    app_id: int
    state: WishState
    note: str
    decided_by_id: int | None
    decided_at: datetime | None


app_tag = Table(
    "app_tag",
    metadata,
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), primary_key=True),
    Column("tag", Text, primary_key=True),
    Index("ix_app_tag_tag", "tag"),
)
"""What a service says about itself, in the published words."""


class AppTag(msgspec.Struct, frozen=True):
    """A tag an app carries."""

    app_id: int
    tag: str
