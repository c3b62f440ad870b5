"""Where apps are offered, and the starts that are still to be returned from."""

from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from dalan.kernel.db import Id, UtcTime, metadata

Place = Literal["MY_POST", "MY_DIVAR", "DIVAR_PRO", "CHAT", "DEMAND_POST"]
"""A place in the marketplace where apps are offered."""

Operation = Literal["LOAD_WEBVIEW_DIRECT_LINK", "LOAD_WEBVIEW_SERVER_LINK", "START_CHAT_BOT"]
"""What choosing the app does there."""

touchpoint = Table(
    "touchpoint",
    metadata,
    Column("app_id", Id, ForeignKey("app.id"), nullable=False),
    Column("place", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("operation", Text, nullable=False),
    PrimaryKeyConstraint("app_id", "place"),
    CheckConstraint(
        "place IN ('MY_POST', 'MY_DIVAR', 'DIVAR_PRO', 'CHAT', 'DEMAND_POST')", name="place"
    ),
    CheckConstraint(
        "operation IN ('LOAD_WEBVIEW_DIRECT_LINK', 'LOAD_WEBVIEW_SERVER_LINK', 'START_CHAT_BOT')",
        name="operation",
    ),
    Index(None, "place"),
)

start = Table(
    "start",
    metadata,
    Column("id", Id, primary_key=True),
    Column("mac", LargeBinary, nullable=False, unique=True),
    Column("app_id", Id, ForeignKey("app.id"), nullable=False),
    Column("person_id", Id, ForeignKey("person.id")),
    Column("origin_path", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    CheckConstraint("origin_path LIKE '/%'", name="origin_path"),
    Index(None, "person_id", "id"),
    Index(None, "expires_at"),
)
"""Somebody left for an app from ``origin_path`` and is to be taken back there."""


class Touchpoint(msgspec.Struct, frozen=True):
    """How an app is offered at one place."""

    app_id: int
    place: Place
    enabled: bool
    operation: Operation


class Start(msgspec.Struct, frozen=True):
    """One start of an app. ``person_id`` is None for a viewer nobody knows."""

    id: int
    app_id: int
    person_id: int | None
    origin_path: str
    created_at: datetime
    expires_at: datetime
