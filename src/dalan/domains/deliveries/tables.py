"""Events as apps are told of them, where they go, and every attempt to bring them there."""

from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from dalan.kernel.db import Id, Json, UtcTime, metadata

MAIN = ""
"""The name of an app's own endpoint, whose address and key are those of the app."""

DeliveryState = Literal["ready", "blocked", "delivered", "failed", "skipped"]
EndpointState = Literal["active", "disabled"]
Breaker = Literal["closed", "open"]
Outcome = Literal["delivered", "refused", "timeout", "unreachable", "forbidden"]

READY, BLOCKED = "state = 'ready'", "state IN ('ready', 'blocked')"

event_stream = Table(
    "event_stream",
    metadata,
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), primary_key=True),
    Column("last_position", Id, nullable=False),
)
"""How far an app's log has come. Whoever appends holds this row until the commit, so positions
become visible in their order and without gaps: whoever has read up to one misses nothing."""

event = Table(
    "event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("position", Id, nullable=False),
    Column("uid", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("seq", Id, nullable=False),
    Column("body", Text, nullable=False),
    Column("is_test", Boolean, nullable=False),
    Column("happened_at", UtcTime, nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    UniqueConstraint("app_id", "position"),
    UniqueConstraint("uid"),
    Index("ix_event_seq", "app_id", "resource", "seq"),
)
"""What an app is told. ``body`` is sent as it stands; ``seq`` counts the events of one resource,
so that a consumer sees a gap; ``uid`` stays the same however often it is sent."""

event_endpoint = Table(
    "event_endpoint",
    metadata,
    Column("id", Id, primary_key=True),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("authorization_box", LargeBinary),
    Column("state", Text, nullable=False),
    Column("disabled_reason", Text, nullable=False),
    Column("disabled_at", UtcTime),
    Column("wake_at", UtcTime),
    Column("breaker", Text, nullable=False),
    Column("open_until", UtcTime),
    Column("open_seconds", Integer, nullable=False),
    Column("window_began_at", UtcTime),
    Column("window_count", Integer, nullable=False),
    Column("window_failures_count", Integer, nullable=False),
    Column("failing_since", UtcTime),
    Column("told_hours", Integer, nullable=False),
    Column("succeeded_at", UtcTime),
    UniqueConstraint("app_id", "name"),
    CheckConstraint("state IN ('active', 'disabled')", name="state"),
    CheckConstraint("(state = 'disabled') = (disabled_at IS NOT NULL)", name="disabled"),
    CheckConstraint("breaker IN ('closed', 'open')", name="breaker"),
    CheckConstraint("(breaker = 'open') = (open_until IS NOT NULL)", name="open"),
    Index("ix_event_endpoint_wake_at", "wake_at",
          postgresql_where=text("state = 'active' AND wake_at IS NOT NULL"),
          sqlite_where=text("state = 'active' AND wake_at IS NOT NULL")),
    Index("ix_event_endpoint_failing_since", "failing_since",
          postgresql_where=text("failing_since IS NOT NULL"),
          sqlite_where=text("failing_since IS NOT NULL")),
)  # fmt: skip
"""Where events of an app go. The main one has no ``url`` of its own: it follows the app's.
``wake_at`` is the earliest moment at which looking for something to send is worth while, null
when nothing waits. ``told_hours``: how long it had failed when the team was last told."""

event_secret = Table(
    "event_secret",
    metadata,
    Column("id", Id, primary_key=True),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("box", LargeBinary, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime),
    Index(None, "app_id"),
)
"""What deliveries are signed with, sealed. The current one has no ``expires_at``; the one before
signs beside it until its own."""

event_delivery = Table(
    "event_delivery",
    metadata,
    Column("id", Id, primary_key=True),
    Column("event_id", Id, ForeignKey("event.id", ondelete="CASCADE"), nullable=False),
    Column(
        "endpoint_id", Id, ForeignKey("event_endpoint.id", ondelete="CASCADE"), nullable=False
    ),
    Column("resource", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("tries_count", Integer, nullable=False),
    Column("lease_no", Id, nullable=False),
    Column("finished_at", UtcTime),
    UniqueConstraint("event_id", "endpoint_id"),
    CheckConstraint(
        "state IN ('ready', 'blocked', 'delivered', 'failed', 'skipped')", name="state"
    ),
    CheckConstraint("(finished_at IS NULL) = (state IN ('ready', 'blocked'))", name="finished"),
    Index(None, "endpoint_id"),
    Index("ix_event_delivery_due", "endpoint_id", "due_at", "id",
          postgresql_where=text(READY), sqlite_where=text(READY)),
    Index("ix_event_delivery_order", "endpoint_id", "resource", "id",
          postgresql_where=text(BLOCKED), sqlite_where=text(BLOCKED)),
    Index("ix_event_delivery_failed", "endpoint_id", "event_id",
          postgresql_where=text("state = 'failed'"), sqlite_where=text("state = 'failed'")),
)  # fmt: skip
"""The duty to bring an event to an endpoint. Of each resource at most one is ``ready``; those
behind it are ``blocked`` until it is over. ``due_at`` of a ready one moves to the end of the lease
when somebody takes it; ``lease_no`` is then not 0, and a result is written only under the same."""

event_attempt = Table(
    "event_attempt",
    metadata,
    Column("id", Id, primary_key=True),
    Column("delivery_id", Id, ForeignKey("event_delivery.id", ondelete="CASCADE"), nullable=False),
    Column("began_at", UtcTime, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("url", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("status", Integer),
    Column("error", Text, nullable=False),
    Column("headers", Json, nullable=False),
    Column("body", Text, nullable=False),
    CheckConstraint(
        "outcome IN ('delivered', 'refused', 'timeout', 'unreachable', 'forbidden')",
        name="outcome",
    ),
    Index(None, "delivery_id"),
)
"""One call, and what came back: ``headers`` and ``body`` are the app's answer, bounded."""


class Event(msgspec.Struct, frozen=True):
    """What an app is told; see ``event``."""

    id: int
    app_id: int
    position: int
    uid: str
    type: str
    resource: str
    seq: int
    body: str
    is_test: bool
    happened_at: datetime
    recorded_at: datetime


class Endpoint(msgspec.Struct, frozen=True):
    """Where events of an app go, and how it fares; see ``event_endpoint``."""

    id: int
    app_id: int
    name: str
    url: str
    authorization_box: bytes | None
    state: EndpointState
    disabled_reason: str
    disabled_at: datetime | None
    wake_at: datetime | None
    breaker: Breaker
    open_until: datetime | None
    open_seconds: int
    window_began_at: datetime | None
    window_count: int
    window_failures_count: int
    failing_since: datetime | None
    told_hours: int
    succeeded_at: datetime | None


class DueEndpoint(msgspec.Struct, frozen=True):
    """An endpoint for which something is due."""

    id: int
    app_id: int
    name: str
    url: str
    authorization_box: bytes | None
    breaker: Breaker
    failing_since: datetime | None
    succeeded_at: datetime | None

    @property
    def is_trusted(self) -> bool:
        """The last that came there was taken."""
        return self.failing_since is None and self.succeeded_at is not None


class Secret(msgspec.Struct, frozen=True):
    """A signing secret in its box."""

    id: int
    app_id: int
    box: bytes
    created_at: datetime
    expires_at: datetime | None


class Delivery(msgspec.Struct, frozen=True):
    """How an event fares on its way to an endpoint."""

    id: int
    event_id: int
    endpoint_id: int
    resource: str
    state: DeliveryState
    due_at: datetime
    tries_count: int
    lease_no: int
    finished_at: datetime | None


class Claimed(msgspec.Struct, frozen=True):
    """A delivery in our hands until its lease ends."""

    id: int
    event_id: int
    endpoint_id: int
    tries_count: int
    lease_no: int


class Attempt(msgspec.Struct, frozen=True):
    """One call, and what came back."""

    id: int
    delivery_id: int
    began_at: datetime
    duration_ms: int
    url: str
    outcome: Outcome
    status: int | None
    error: str
    headers: Any
    body: str


class Told(msgspec.Struct, frozen=True):
    """An event, and how it fared; ``state`` is None when it was owed to nobody."""

    id: int
    app_id: int
    position: int
    uid: str
    type: str
    resource: str
    seq: int
    body: str
    is_test: bool
    happened_at: datetime
    recorded_at: datetime
    delivery_id: int | None
    state: DeliveryState | None
    tries_count: int | None
    due_at: datetime | None
    finished_at: datetime | None


class OldEvent(msgspec.Struct, frozen=True):
    """An event on the way of the purge."""

    id: int
    recorded_at: datetime
