"""People, the codes they sign in with, the browsers they are signed in on."""

from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import (
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

from dalan.kernel.db import Id, Json, UtcTime, metadata

Language = Literal["fa", "en"]

NAME_LENGTH_MAX = 60
DEVICE_LENGTH_MAX = 80

person = Table(
    "person",
    metadata,
    Column("id", Id, primary_key=True),
    Column("phone", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("blocked_at", UtcTime),
    UniqueConstraint("phone"),
    CheckConstraint("phone LIKE '+%' AND length(phone) <= 16", name="phone_e164"),
    CheckConstraint("length(name) <= 60", name="name_length"),
    CheckConstraint("language IN ('fa', 'en')", name="language"),
)


class Person(msgspec.Struct, frozen=True):
    """Somebody with a mobile phone. ``phone`` is E.164; ``name`` is "" until they give one."""

    id: int
    phone: str
    name: str
    language: Language
    created_at: datetime
    blocked_at: datetime | None


closed_account = Table(
    "closed_account",
    metadata,
    Column("person_id", Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("closed_at", UtcTime, nullable=False),
)
"""People who left. Their row stays, for others point to it, without name and number: its phone
is ``+0-`` and the id, which no number is, so that theirs may sign up anew as somebody else."""


class ClosedAccount(msgspec.Struct, frozen=True):
    """Somebody who left, and when."""

    person_id: int
    closed_at: datetime


code_sends = Table(
    "code_sends",
    metadata,
    Column("phone", Text, primary_key=True),
    Column("sent_at_recent", Json, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Index("ix_code_sends_expires_at", "expires_at"),
)
"""When a number was sent codes within the hour (ISO 8601), whoever asked; never longer than the
limit. ``expires_at`` is that of the newest code."""

one_time_code = Table(
    "one_time_code",
    metadata,
    Column("phone", Text, primary_key=True),
    Column("asker", LargeBinary, primary_key=True),
    Column("mac", LargeBinary, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("attempts_count", Integer, nullable=False),
    Column("used_at", UtcTime),
    CheckConstraint("attempts_count >= 0", name="attempts_count"),
    Index("ix_one_time_code_expires_at", "expires_at"),
)
"""One row for a number and a browser (``asker``) that asked: a new code takes the place of that
browser's older one, which so is dead, and of nobody else's."""


class LiveCode(msgspec.Struct, frozen=True):
    """The code a number may sign in with, after the guess at hand was counted."""

    mac: bytes
    attempts_count: int


web_session = Table(
    "web_session",
    metadata,
    Column("id", Id, primary_key=True),
    Column("mac", LargeBinary, nullable=False),
    Column("person_id", Id, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("last_seen_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
    Column("device", Text, nullable=False),
    Column("proven_at", UtcTime),
    UniqueConstraint("mac"),
    CheckConstraint("length(device) <= 80", name="device_length"),
    Index("ix_web_session_person_id", "person_id"),
    Index("ix_web_session_expires_at", "expires_at"),
)
"""A browser somebody is signed in on; ``mac`` is all that is kept of its cookie's token.
``proven_at``: when they last proved again who they are; null: not since they signed in."""


class Session(msgspec.Struct, frozen=True):
    """A browser session as its owner sees it in the list."""

    id: int
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    device: str


class Presence(msgspec.Struct, frozen=True):
    """A living session together with its person: what one lookup of a cookie gives.

    ``signed_in_at``: when the person last proved, with a code, who they are.
    """

    session_id: int
    signed_in_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    id: int
    phone: str
    name: str
    language: Language
    created_at: datetime

    @property
    def person(self) -> Person:
        return Person(self.id, self.phone, self.name, self.language, self.created_at, None)


dev_inbox = Table(
    "dev_inbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("phone", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("sent_at", UtcTime, nullable=False),
    Index("ix_dev_inbox_phone_id", "phone", "id"),
)
"""Codes in clear, of a dev world only; always empty in a real one."""


class InboxCode(msgspec.Struct, frozen=True):
    """A code as a developer finds it in the inbox."""

    id: int
    phone: str
    code: str
    sent_at: datetime
