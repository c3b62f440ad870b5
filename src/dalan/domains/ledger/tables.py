"""Accounts, transfers between them, and the lines a transfer consists of."""

from datetime import datetime
from typing import Literal, get_args

import msgspec
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Table,
    Text,
    UniqueConstraint,
)

from dalan.kernel.db import Id, UtcTime, metadata

AccountKind = Literal["app", "wallet", "business", "gateway", "revenue", "operator"]
ACCOUNT_KINDS: tuple[AccountKind, ...] = get_args(AccountKind)
"""What the marketplace owes apps, people and businesses (``app``, ``wallet``, ``business``), what
a payment gateway holds for it (``gateway``), what it earned (``revenue``), and what its operator
put in or took out by hand (``operator``)."""

BOUNDED: frozenset[AccountKind] = frozenset({"app", "wallet", "business"})
"""Nobody owes the marketplace: these never fall below zero. The others may, for money that is
with somebody comes from somewhere."""

_KINDS = ", ".join(f"'{kind}'" for kind in ACCOUNT_KINDS)
_BOUNDED = ", ".join(f"'{kind}'" for kind in ACCOUNT_KINDS if kind in BOUNDED)

ledger_account = Table(
    "ledger_account",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("holder_id", Id, nullable=False),
    Column("balance_rials", BigInteger, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    UniqueConstraint("kind", "holder_id"),
    CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
    CheckConstraint(f"balance_rials >= 0 OR kind NOT IN ({_BOUNDED})", name="not_overdrawn"),
)
"""``holder_id`` is the app's, person's or business's id, 0 for the marketplace's own accounts; the
wallet 0 is nobody's: what people paid apps that have not taken it yet.
``balance_rials`` is the sum of the account's lines, kept with them in every transfer; ``check``
adds them up anew."""

ledger_transfer = Table(
    "ledger_transfer",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reference", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("reverses_id", Id, ForeignKey("ledger_transfer.id")),
    UniqueConstraint("reference"),
    UniqueConstraint("reverses_id"),
    CheckConstraint("reference <> ''", name="reference"),
)
"""``reference`` is what whoever asks calls it, so that asking again moves nothing more. A transfer
is reversed once at most, by another; none is ever changed or deleted."""

ledger_line = Table(
    "ledger_line",
    metadata,
    Column("id", Id, primary_key=True),
    Column("transfer_id", Id, ForeignKey("ledger_transfer.id"), nullable=False),
    Column("account_id", Id, ForeignKey("ledger_account.id"), nullable=False),
    Column("amount_rials", BigInteger, nullable=False),
    CheckConstraint("amount_rials <> 0", name="amount"),
    Index(None, "transfer_id"),
    Index(None, "account_id", "id"),
)
"""Positive: into the account. The lines of a transfer add up to zero."""


class Account(msgspec.Struct, frozen=True):
    """One account; money is whole rials."""

    id: int
    kind: AccountKind
    holder_id: int
    balance_rials: int
    opened_at: datetime


class Transfer(msgspec.Struct, frozen=True):
    """Money that moved, as a whole."""

    id: int
    reference: str
    kind: str
    note: str
    made_at: datetime
    reverses_id: int | None


class Line(msgspec.Struct, frozen=True):
    """What a transfer did to one account."""

    account_id: int
    kind: AccountKind
    holder_id: int
    amount_rials: int


class StatementLine(msgspec.Struct, frozen=True):
    """One line of an account's statement, with the transfer it belongs to."""

    id: int
    amount_rials: int
    reference: str
    kind: str
    note: str
    made_at: datetime


class Imbalance(msgspec.Struct, frozen=True):
    """Something that does not add up: ``expected_rials`` by the lines, ``found_rials`` kept."""

    what: Literal["account", "transfer"]
    id: int
    expected_rials: int
    found_rials: int
