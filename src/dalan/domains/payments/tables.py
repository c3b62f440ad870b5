"""Prices, transactions, tickets and reports. All money is whole rials."""

from datetime import datetime
from typing import Any, Literal, get_args

import msgspec
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql

from dalan.kernel.db import Id, Json, UtcTime, metadata

Operation = Literal["submit", "bump", "renew"]
State = Literal["pending", "completed", "failed", "refunded"]
PayerKind = Literal["app", "wallet", "business"]
OPERATIONS: tuple[Operation, ...] = get_args(Operation)
STATES: tuple[State, ...] = get_args(State)

FAILED = "state = 'failed'"
UNSPENT = "spent_at IS NULL"
"""Written out, not bound: both engines use a partial index only where the text is the same."""

payment_price = Table(
    "payment_price",
    metadata,
    Column("operation", Text, primary_key=True),
    Column("category", Text, primary_key=True),
    Column("city", Text, primary_key=True),
    Column("app_id", Id, primary_key=True, autoincrement=False),
    Column("cost_rials", BigInteger, nullable=False),
    Column("set_at", UtcTime, nullable=False),
    Column("set_by_id", Id, ForeignKey("person.id"), nullable=False),
    CheckConstraint("operation IN ('submit', 'bump', 'renew')", name="operation"),
    CheckConstraint("cost_rials >= 0", name="cost"),
)
"""What an operator says a thing costs. Empty ``category`` and ``city``: everywhere; ``app_id`` 0:
for everybody, as nothing refers to an app that is none."""

payment_free_quota = Table(
    "payment_free_quota",
    metadata,
    Column("category", Text, primary_key=True),
    Column("posts_count", Integer, nullable=False),
    Column("set_at", UtcTime, nullable=False),
    Column("set_by_id", Id, ForeignKey("person.id"), nullable=False),
    CheckConstraint("posts_count >= 0", name="count"),
)
"""How many posts of a category a person submits for nothing within thirty days, by an operator's
word. Empty ``category``: of any."""

payment_transaction = Table(
    "payment_transaction",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reference", Text, nullable=False),
    Column("uuid", Text, nullable=False),
    Column("payer_kind", Text, nullable=False),
    Column("payer_id", Id, nullable=False),
    Column("app_id", Id, ForeignKey("app.id")),
    Column("post_id", Id, ForeignKey("post.id"), nullable=False),
    Column("operation", Text, nullable=False),
    Column("cost_rials", BigInteger, nullable=False),
    Column("extra_details", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("failure", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    UniqueConstraint("reference"),
    CheckConstraint("operation IN ('submit', 'bump', 'renew')", name="operation"),
    CheckConstraint("state IN ('pending', 'completed', 'failed', 'refunded')", name="state"),
    CheckConstraint("payer_kind IN ('app', 'wallet', 'business')", name="payer_kind"),
    CheckConstraint("payer_kind <> 'app' OR app_id = payer_id", name="app_pays_itself"),
    CheckConstraint("cost_rials >= 0", name="cost"),
    CheckConstraint("(state = 'failed') = (failure <> '')", name="failure"),
    Index("ix_payment_transaction_payer", "payer_kind", "payer_id", "created_at", "id"),
    Index("ix_payment_transaction_post_id", "post_id", "id"),
    Index("ix_payment_transaction_uuid", "uuid"),
    Index("ix_payment_transaction_failed", "changed_at",
          postgresql_where=sql(FAILED), sqlite_where=sql(FAILED)),
)  # fmt: skip
"""One payment for one thing done to a post. ``reference`` is made of who pays, through whom, and
the UUID they chose; the ledger books under it. ``app_id`` is the app through which it was asked
for, none when the owner did it on the site; an app pays for what it asks, or the owner does."""

payment_ticket = Table(
    "payment_ticket",
    metadata,
    Column("uuid", Text, primary_key=True),
    Column("issuer_app_id", Id, ForeignKey("app.id"), nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("service_type", Text, nullable=False),
    Column("amount_max_rials", BigInteger, nullable=False),
    Column("issuer_payload", Json, nullable=False),
    Column("issued_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("spent_at", UtcTime),
    Column("spent_by_app_id", Id, ForeignKey("app.id")),
    Column("spent_rials", BigInteger),
    CheckConstraint("amount_max_rials > 0", name="amount"),
    CheckConstraint(
        "(spent_at IS NULL) = (spent_by_app_id IS NULL)"
        " AND (spent_at IS NULL) = (spent_rials IS NULL)",
        name="spent",
    ),
    Index("ix_payment_ticket_issuer_app_id", "issuer_app_id", "issued_at"),
    Index("ix_payment_ticket_person_id", "person_id"),
    Index("ix_payment_ticket_unspent", "expires_at",
          postgresql_where=sql(UNSPENT), sqlite_where=sql(UNSPENT)),
)  # fmt: skip
"""What the marketplace pays for somebody at whatever app does the work; spent once."""

payment_report = Table(
    "payment_report",
    metadata,
    Column("id", Id, primary_key=True),
    Column("app_id", Id, ForeignKey("app.id"), nullable=False),
    Column("reference_id", Text, nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("amount_rials", BigInteger, nullable=False),
    Column("profit_rials", BigInteger, nullable=False),
    Column("services", Json, nullable=False),
    Column("reported_at", UtcTime, nullable=False),
    UniqueConstraint("app_id", "reference_id"),
    CheckConstraint("amount_rials >= 0 AND profit_rials >= 0", name="amounts"),
    Index("ix_payment_report_person_id", "person_id"),
)
"""What apps say people paid inside them, for sharing revenue; no money of ours moves."""


class Price(msgspec.Struct, frozen=True):
    """One line of the operator's price table."""

    operation: Operation
    category: str
    city: str
    app_id: int
    cost_rials: int
    set_at: datetime
    set_by_id: int


class FreeQuota(msgspec.Struct, frozen=True):
    """One line of the operator's table of free posts."""

    category: str
    posts_count: int
    set_at: datetime
    set_by_id: int


class Transaction(msgspec.Struct, frozen=True):
    """A payment. ``failure`` is the code of the refusal when it failed, else ""."""

    id: int
    reference: str
    uuid: str
    payer_kind: PayerKind
    payer_id: int
    app_id: int | None
    post_id: int
    operation: Operation
    cost_rials: int
    extra_details: str
    state: State
    failure: str
    created_at: datetime
    changed_at: datetime


class Ticket(msgspec.Struct, frozen=True):
    """A payment ticket; ``issuer_payload`` is whatever object its issuer left in it."""

    uuid: str
    issuer_app_id: int
    person_id: int
    service_type: str
    amount_max_rials: int
    issuer_payload: Any
    issued_at: datetime
    expires_at: datetime
    spent_at: datetime | None
    spent_by_app_id: int | None
    spent_rials: int | None


class Report(msgspec.Struct, frozen=True):
    """What an app says a person paid in it."""

    id: int
    app_id: int
    reference_id: str
    person_id: int
    amount_rials: int
    profit_rials: int
    services: list[str]
    reported_at: datetime
