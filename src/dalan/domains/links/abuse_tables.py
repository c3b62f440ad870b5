"""Hosts no link may lead to, what visitors say of links, and how much an owner made."""

from datetime import datetime
from typing import Final, Literal, get_args

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
    text,
)

from dalan.domains.links.tables import BY_CODE_POINT
from dalan.kernel.db import Id, UtcTime, metadata

LinkReportReason = Literal["phishing", "malware", "spam", "illegal", "other"]
LINK_REPORT_REASONS: Final[tuple[LinkReportReason, ...]] = get_args(LinkReportReason)

LinkReportState = Literal["open", "upheld", "dismissed"]

OPEN: Final = "state = 'open'"
"""Written out, not bound: both engines use a partial index only where the text is the same."""

blocked_host = Table(
    "blocked_host",
    metadata,
    Column("id", Id, primary_key=True),
    Column("host", BY_CODE_POINT, nullable=False, unique=True),
    Column("note", Text, nullable=False),
    Column("added_at", UtcTime, nullable=False),
    CheckConstraint("host <> ''", name="host"),
)
"""A host no link may lead to, nor to anything below it: a name in punycode, an address by number,
or a network. ``note`` says why, to operators alone."""

link_report = Table(
    "link_report",
    metadata,
    Column("id", Id, primary_key=True),
    Column("link_id", Id, ForeignKey("link.id", ondelete="CASCADE"), nullable=False),
    Column("reporter", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_at", UtcTime),
    UniqueConstraint("link_id", "reporter"),
    CheckConstraint("state IN ('open', 'upheld', 'dismissed')", name="state"),
    CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
    Index("ix_link_report_open", "link_id", "id", postgresql_where=text(OPEN),
          sqlite_where=text(OPEN)),
    Index("ix_link_report_decided_at", "decided_at"),
)  # fmt: skip
"""What somebody says is wrong with a link. ``reporter`` is a keyed hash of a browser's cookie:
it tells reporters apart and leads to nobody."""

link_meter = Table(
    "link_meter",
    metadata,
    Column("source", Text, primary_key=True),
    Column("since", UtcTime, primary_key=True),
    Column("count", Integer, nullable=False),
    CheckConstraint("count >= 0", name="count"),
    Index("ix_link_meter_since", "since"),
)
"""How many links an owner made, or reports somebody sent, since the minute or the day began.
``source`` names who and which of the two."""


class BlockedHostRow(msgspec.Struct, frozen=True):
    """A host no link may lead to."""

    id: int
    host: str
    note: str
    added_at: datetime


class LinkReport(msgspec.Struct, frozen=True):
    """One report of a link."""

    id: int
    link_id: int
    reason: LinkReportReason
    text: str
    created_at: datetime
    state: LinkReportState


class ReportedLink(msgspec.Struct, frozen=True):
    """A link with open reports: how many, and since when."""

    link_id: int
    count: int
    first_at: datetime
