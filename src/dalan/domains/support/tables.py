"""Tickets with their entries and files, and deposits."""

from datetime import datetime
from typing import Literal, get_args

import msgspec
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)
from sqlalchemy import text as sql

from dalan.kernel.db import Id, UtcTime, metadata

TicketState = Literal["open", "answered", "closed", "reopened"]
Category = Literal["technical", "publication", "permission", "finance", "abuse", "other"]
Side = Literal["team", "operator"]
EntryKind = Literal["message", "note", "closed", "reopened"]
FileKind = Literal["image", "pdf", "text", "zip"]
DepositMethod = Literal["paya", "satna", "card", "account"]
DepositState = Literal["open", "confirmed", "refused", "withdrawn"]

TICKET_STATES: tuple[TicketState, ...] = get_args(TicketState)
CATEGORIES: tuple[Category, ...] = get_args(Category)
DEPOSIT_METHODS: tuple[DepositMethod, ...] = get_args(DepositMethod)
DEPOSIT_STATES: tuple[DepositState, ...] = get_args(DepositState)

CONFIRMED = "state = 'confirmed'"

ticket = Table(
    "ticket",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("opened_by_id", Id, ForeignKey("person.id"), nullable=False),
    Column("subject", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("assignee_id", Id, ForeignKey("person.id")),
    Column("opened_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
    Column("last_message_id", Id, nullable=False),
    Column("last_entry_id", Id, nullable=False),
    CheckConstraint(
        "category IN ('technical', 'publication', 'permission', 'finance', 'abuse', 'other')",
        name="category",
    ),
    CheckConstraint("state IN ('open', 'answered', 'closed', 'reopened')", name="state"),
    CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
    Index("ix_ticket_app_id_updated_at", "app_id", "updated_at"),
    Index("ix_ticket_state_updated_at", "state", "updated_at"),
    Index("ix_ticket_opened_by_id", "opened_by_id"),
    Index("ix_ticket_assignee_id", "assignee_id",
          postgresql_where=sql("assignee_id IS NOT NULL"),
          sqlite_where=sql("assignee_id IS NOT NULL")),
)  # fmt: skip
"""``id`` is drawn by chance, as those of API keys are. ``last_message_id`` is the last entry a
team sees, ``last_entry_id`` the last of all: what a reader has read is compared with them."""


class Ticket(msgspec.Struct, frozen=True):
    """A conversation between an app's team and the operators, about one thing.

    ``open`` and ``reopened`` wait for an operator, ``answered`` for the team. ``updated_at`` is
    when either side last wrote.
    """

    id: int
    app_id: int
    opened_by_id: int
    subject: str
    category: Category
    state: TicketState
    assignee_id: int | None
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    last_message_id: int
    last_entry_id: int


ticket_entry = Table(
    "ticket_entry",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ticket_id", Id, ForeignKey("ticket.id", ondelete="CASCADE"), nullable=False),
    Column("author_id", Id, ForeignKey("person.id"), nullable=False),
    Column("side", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("written_at", UtcTime, nullable=False),
    CheckConstraint("side IN ('team', 'operator')", name="side"),
    CheckConstraint("kind IN ('message', 'note', 'closed', 'reopened')", name="kind"),
    CheckConstraint("kind <> 'note' OR side = 'operator'", name="notes_are_operators"),
    Index("ix_ticket_entry_ticket_id_id", "ticket_id", "id"),
    Index("ix_ticket_entry_author_id_id", "author_id", "id"),
)


class Entry(msgspec.Struct, frozen=True):
    """One line of a ticket. A ``note`` is for operators alone and never shown to a team;
    ``closed`` and ``reopened`` say what was done and have no text."""

    id: int
    ticket_id: int
    author_id: int
    side: Side
    kind: EntryKind
    text: str
    written_at: datetime


ticket_reading = Table(
    "ticket_reading",
    metadata,
    Column("ticket_id", Id, ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), primary_key=True),
    Column("entry_id", Id, nullable=False),
    Index("ix_ticket_reading_person_id", "person_id"),
)
"""How far each person has read."""


class Reading(msgspec.Struct, frozen=True):
    """The last entry of a ticket that a person has seen."""

    ticket_id: int
    person_id: int
    entry_id: int


deposit = Table(
    "deposit",
    metadata,
    Column("id", Text, primary_key=True),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("asked_by_id", Id, ForeignKey("person.id"), nullable=False),
    Column("amount_rials", BigInteger, nullable=False),
    Column("method", Text, nullable=False),
    Column("tracking_number", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("decided_at", UtcTime),
    Column("decided_by_id", Id, ForeignKey("person.id")),
    Column("answer", Text, nullable=False),
    CheckConstraint("amount_rials > 0", name="amount"),
    CheckConstraint("method IN ('paya', 'satna', 'card', 'account')", name="method"),
    CheckConstraint("state IN ('open', 'confirmed', 'refused', 'withdrawn')", name="state"),
    CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
    Index("ix_deposit_app_id_asked_at", "app_id", "asked_at"),
    Index("ix_deposit_state_asked_at", "state", "asked_at"),
    Index("ix_deposit_asked_by_id", "asked_by_id"),
    Index("ix_deposit_decided_by_id", "decided_by_id",
          postgresql_where=sql("decided_by_id IS NOT NULL"),
          sqlite_where=sql("decided_by_id IS NOT NULL")),
    Index("ix_deposit_confirmed", "method", "tracking_number", unique=True,
          postgresql_where=sql(CONFIRMED), sqlite_where=sql(CONFIRMED)),
)  # fmt: skip
"""``id`` is a UUID that the page which shows the form draws, so that a form sent twice asks once.
One bank transfer is confirmed once, whoever says it is theirs."""


class Deposit(msgspec.Struct, frozen=True):
    """Money that a team says it paid in for its app. ``answer`` is what an operator said."""

    id: str
    app_id: int
    asked_by_id: int
    amount_rials: int
    method: DepositMethod
    tracking_number: str
    note: str
    state: DepositState
    asked_at: datetime
    decided_at: datetime | None
    decided_by_id: int | None
    answer: str


support_file = Table(
    "support_file",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("entry_id", Id, ForeignKey("ticket_entry.id", ondelete="CASCADE")),
    Column("deposit_id", Text, ForeignKey("deposit.id", ondelete="CASCADE")),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    CheckConstraint("(entry_id IS NULL) <> (deposit_id IS NULL)", name="of_one"),
    CheckConstraint("kind IN ('image', 'pdf', 'text', 'zip')", name="kind"),
    CheckConstraint("size_bytes > 0", name="size"),
    Index("ix_support_file_app_id", "app_id"),
    Index("ix_support_file_entry_id", "entry_id"),
    Index("ix_support_file_deposit_id", "deposit_id"),
)
"""Receipts and logs are nobody else's business, so they stand in the database and not beside the
pictures, which anybody may ask for by name: they come and go with what they belong to, in one unit
of work, and a backup has them. Sizes and sums are bounded, so they stay small there."""


class File(msgspec.Struct, frozen=True):
    """A file somebody sent, without what is in it."""

    id: int
    app_id: int
    entry_id: int | None
    deposit_id: str | None
    name: str
    kind: FileKind
    size_bytes: int
    created_at: datetime
