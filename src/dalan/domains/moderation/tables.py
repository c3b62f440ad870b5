"""What reviewers know of posts, who is looking at which, the rules, and reports."""

from datetime import datetime
from typing import Any, Literal, get_args

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
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

from dalan.kernel.db import Id, Json, UtcTime, metadata

Effect = Literal["off", "flag", "hold"]
"""What a rule does when it applies: nothing, tell the reviewer, or wait for one."""
EFFECTS: tuple[Effect, ...] = get_args(Effect)

RuleName = Literal["forbidden_word", "contact_in_title", "many_posts", "duplicate", "odd_price"]
RULES: tuple[RuleName, ...] = get_args(RuleName)

ReportReason = Literal["fraud", "wrong_content", "wrong_category", "sold", "offensive", "other"]
REPORT_REASONS: tuple[ReportReason, ...] = get_args(ReportReason)

ReportState = Literal["open", "upheld", "dismissed"]

OPEN = "state = 'open'"
"""Written out, not bound: both engines use a partial index only where the text is the same."""

post_screening = Table(
    "post_screening",
    metadata,
    Column("post_id", Id, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
    Column("words", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("price_tomans", BigInteger),
    Column("flags", Json, nullable=False),
    Column("must_be_seen", Boolean, nullable=False),
    Column("screened_at", UtcTime, nullable=False),
    Index("ix_post_screening_words", "words", "post_id"),
    Index("ix_post_screening_category", "category", "post_id"),
    Index("ix_post_screening_screened_at", "screened_at"),
)
"""What the rules found in the newest words of a post. ``words`` is a digest of its folded text,
by which the same text of somebody else is found; ``must_be_seen``: an operator or several
reports sent it back, so that no automatism lets it through."""

review_claim = Table(
    "review_claim",
    metadata,
    Column("post_id", Id, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
    Column("reviewer_id", Id, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Index("ix_review_claim_expires_at", "expires_at"),
    Index("ix_review_claim_reviewer_id", "reviewer_id"),
)
"""Who is looking at a post, so that nobody else does meanwhile."""

moderation_rule = Table(
    "moderation_rule",
    metadata,
    Column("name", Text, primary_key=True),
    Column("effect", Text, nullable=False),
    Column("number", Integer, nullable=False),
    CheckConstraint("effect IN ('off', 'flag', 'hold')", name="effect"),
    CheckConstraint("number >= 0", name="number"),
)
"""Rules that operators set otherwise than they come."""

forbidden_word = Table(
    "forbidden_word",
    metadata,
    Column("id", Id, primary_key=True),
    Column("folded", Text, nullable=False, unique=True),
    Column("shown", Text, nullable=False),
    Column("effect", Text, nullable=False),
    Column("added_at", UtcTime, nullable=False),
    CheckConstraint("effect IN ('flag', 'hold')", name="effect"),
    CheckConstraint("folded <> ''", name="folded"),
)

post_report = Table(
    "post_report",
    metadata,
    Column("id", Id, primary_key=True),
    Column("post_id", Id, ForeignKey("post.id", ondelete="CASCADE"), nullable=False),
    Column("owner_id", Id, ForeignKey("person.id"), nullable=False),
    Column("reporter", Text, nullable=False),
    Column("person_id", Id, ForeignKey("person.id", ondelete="SET NULL")),
    Column("reason", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_at", UtcTime),
    UniqueConstraint("post_id", "reporter"),
    CheckConstraint("state IN ('open', 'upheld', 'dismissed')", name="state"),
    CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
    Index("ix_post_report_open", "post_id", "id", postgresql_where=text(OPEN),
          sqlite_where=text(OPEN)),
    Index("ix_post_report_owner_id", "owner_id"),
    Index("ix_post_report_person_id", "person_id"),
    Index("ix_post_report_decided_at", "decided_at"),
)  # fmt: skip
"""What somebody says is wrong with a post. ``reporter`` tells people apart: a person by number, a
browser by a keyed hash of its cookie; ``owner_id`` is whose post it was."""

report_allowance = Table(
    "report_allowance",
    metadata,
    Column("source", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    CheckConstraint("count >= 0", name="count"),
    Index("ix_report_allowance_day", "day"),
)
"""How much was reported from somewhere on a day (ISO, UTC). ``source`` is a keyed hash, of an
address with the day in it: the next day it is another, and the day after it is gone."""


class Flag(msgspec.Struct, frozen=True):
    """A rule applies. ``detail`` is what it found: a word, a post's token, a number."""

    rule: RuleName
    detail: str
    holds: bool


class Screening(msgspec.Struct, frozen=True):
    """What the rules found in a post."""

    post_id: int
    words: str
    category: str
    price_tomans: int | None
    flags: Any
    must_be_seen: bool
    screened_at: datetime


class Claim(msgspec.Struct, frozen=True):
    """A reviewer is looking at a post until then."""

    post_id: int
    reviewer_id: int
    expires_at: datetime


class RuleRow(msgspec.Struct, frozen=True):
    """A rule as operators set it."""

    name: RuleName
    effect: Effect
    number: int


class ForbiddenWord(msgspec.Struct, frozen=True):
    """A word or phrase nobody should post. ``shown`` is as an operator typed it."""

    id: int
    folded: str
    shown: str
    effect: Effect
    added_at: datetime


class Report(msgspec.Struct, frozen=True):
    """One report. ``person_id`` None: of somebody who was not signed in, or has left."""

    id: int
    post_id: int
    owner_id: int
    reporter: str
    person_id: int | None
    reason: ReportReason
    text: str
    created_at: datetime
    state: ReportState
    decided_at: datetime | None


class Reported(msgspec.Struct, frozen=True):
    """A post with open reports: how many, and since when."""

    post_id: int
    count: int
    first_at: datetime


class ReportCount(msgspec.Struct, frozen=True):
    """How many reports are in a state."""

    state: ReportState
    count: int
