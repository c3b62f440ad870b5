"""What merchants asked the simulated bank to collect."""

from datetime import datetime
from typing import Literal, get_args

import msgspec
from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Table, Text

from dalan.kernel.db import Id, UtcTime, metadata

BankState = Literal["waiting", "paid", "cancelled", "timed_out"]
_STATES = ", ".join(f"'{one}'" for one in get_args(BankState))

bank_payment = Table(
    "bank_payment",
    metadata,
    Column("id", Id, primary_key=True),
    Column("authority", Text, nullable=False, unique=True),
    Column("merchant_id", Text, nullable=False),
    Column("amount_rials", BigInteger, nullable=False),
    Column("callback_url", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("verified_at", UtcTime),
    CheckConstraint(f"state IN ({_STATES})", name="state"),
    CheckConstraint("amount_rials > 0", name="amount"),
    CheckConstraint("verified_at IS NULL OR state = 'paid'", name="verified_when_paid"),
    Index("ix_bank_payment_asked_at", "asked_at"),
)
"""``verified_at``: when a merchant first asked whether it was paid, and was told yes. Its ``id`` is
the reference number printed on the receipt."""


class BankPayment(msgspec.Struct, frozen=True):
    """One payment as the bank sees it."""

    id: int
    authority: str
    merchant_id: str
    amount_rials: int
    callback_url: str
    description: str
    state: BankState
    asked_at: datetime
    verified_at: datetime | None
