"""Facts as they were recorded, and the work that listeners owe to them."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from dalan.kernel.db import Id, Json, UtcTime, metadata

fact = Table(
    "outbox_fact",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("body", Json, nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    Column("relayed_at", UtcTime),
    Index("ix_outbox_fact_unrelayed", "id", postgresql_where=text("relayed_at IS NULL"),
          sqlite_where=text("relayed_at IS NULL")),
)  # fmt: skip

job = Table(
    "outbox_job",
    metadata,
    Column("id", Id, primary_key=True),
    Column("fact_id", Id, ForeignKey("outbox_fact.id", ondelete="CASCADE"), nullable=False),
    Column("listener", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("run_at", UtcTime, nullable=False),
    Column("attempts_count", Integer, nullable=False),
    Column("lease_no", Integer, nullable=False),
    Column("finished_at", UtcTime),
    Column("given_up_at", UtcTime),
    Column("last_error", Text),
    UniqueConstraint("fact_id", "listener"),
    Index("ix_outbox_job_open", "run_at", postgresql_where=text("finished_at IS NULL"),
          sqlite_where=text("finished_at IS NULL")),
    Index("ix_outbox_job_order", "listener", "resource", "id",
          postgresql_where=text("finished_at IS NULL"),
          sqlite_where=text("finished_at IS NULL")),
)  # fmt: skip
"""One listener's duty to one fact. Open while ``finished_at`` is null; a job given up is
finished too. Nobody takes it before ``run_at``, which a claim moves to the end of its lease.
``lease_no`` grows with every claim: a worker that slept through its lease finds another number
there and its result is not written."""


class Unrelayed(msgspec.Struct, frozen=True):
    id: int
    kind: str
    resource: str


class Claimed(msgspec.Struct, frozen=True):
    """A job in our hands until its lease ends."""

    id: int
    fact_id: int
    listener: str
    attempts_count: int
    lease_no: int


class Seen(msgspec.Struct, frozen=True):
    """A fact on the way of the purge."""

    id: int
    recorded_at: datetime


class Recorded(msgspec.Struct, frozen=True):
    """A fact as the listeners see it."""

    id: int
    kind: str
    resource: str
    body: dict[str, Any]
    recorded_at: datetime
