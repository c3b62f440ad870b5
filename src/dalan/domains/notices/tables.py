"""Notices, what people want of them, and where mail goes."""

from datetime import datetime
from typing import Any

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

ADDRESS_LENGTH_MAX = 254
"""Characters of a mail address: what a path of RFC 5321, 4.5.3.1.3 leaves for one."""

notice = Table(
    "notice",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("occasion", Text, nullable=False),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE")),
    Column("facts", Json, nullable=False),
    Column("in_panel", Boolean, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("read_at", UtcTime),
    Column("mail_due_at", UtcTime),
    Column("mail_attempts_count", Integer, nullable=False),
    Column("mailed_at", UtcTime),
    UniqueConstraint("person_id", "occasion"),
    Index("ix_notice_created_at", "created_at"),
    Index("ix_notice_unread", "person_id", postgresql_where=text("in_panel AND read_at IS NULL"),
          sqlite_where=text("in_panel AND read_at IS NULL")),
    Index("ix_notice_mail_due", "mail_due_at", postgresql_where=text("mail_due_at IS NOT NULL"),
          sqlite_where=text("mail_due_at IS NOT NULL")),
    Index("ix_notice_app_id", "app_id",
          postgresql_where=text("app_id IS NOT NULL"), sqlite_where=text("app_id IS NOT NULL")),
)  # fmt: skip
"""One thing one person is told. ``occasion`` names what it is about: nobody is told the same
twice, however often a fact is heard. ``mail_due_at`` is null where no mail is owed, or any more."""


class Notice(msgspec.Struct, frozen=True):
    """A notice as its person sees it. ``facts`` are what its words are filled in with."""

    id: int
    person_id: int
    kind: str
    app_id: int | None
    facts: dict[str, Any]
    created_at: datetime
    read_at: datetime | None


notice_preference = Table(
    "notice_preference",
    metadata,
    Column("person_id", Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("in_panel", Boolean, nullable=False),
    Column("by_mail", Boolean, nullable=False),
)
"""What a person wants of a kind of notice; no row: everything."""

mail_address = Table(
    "mail_address",
    metadata,
    Column("person_id", Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("address", Text, nullable=False),
    Column("verified_at", UtcTime, nullable=False),
    CheckConstraint("length(address) <= 254", name="address_length"),
)
"""Where a person is reached by mail: only addresses that were proven to be theirs stand here."""


class MailAddress(msgspec.Struct, frozen=True):
    """A person's verified address."""

    address: str
    verified_at: datetime


mail_claim = Table(
    "mail_claim",
    metadata,
    Column("person_id", Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("address", Text, nullable=False),
    Column("mac", LargeBinary, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("attempts_count", Integer, nullable=False),
    Column("used_at", UtcTime),
    Column("sent_at_recent", Json, nullable=False),
    CheckConstraint("attempts_count >= 0", name="attempts_count"),
    CheckConstraint("length(address) <= 254", name="address_length"),
    Index("ix_mail_claim_expires_at", "expires_at"),
)
"""An address somebody says is theirs, and the code that would prove it, as a MAC. One row a
person; ``sent_at_recent`` lists the sends (ISO 8601) that count towards the limit of an hour."""


class Claim(msgspec.Struct, frozen=True):
    """The claim a person may prove, after the guess at hand was counted."""

    address: str
    mac: bytes
    attempts_count: int


dev_mail = Table(
    "dev_mail",
    metadata,
    Column("id", Id, primary_key=True),
    Column("address", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("sent_at", UtcTime, nullable=False),
)
"""Mail of a dev world, which never leaves it; always empty in a real one."""


class DevMail(msgspec.Struct, frozen=True):
    """A mail as a developer finds it in the inbox."""

    id: int
    address: str
    subject: str
    text: str
    sent_at: datetime
