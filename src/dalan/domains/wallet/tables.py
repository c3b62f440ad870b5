"""What people pay into their wallets through a payment gateway."""

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
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql

from dalan.kernel.db import Id, UtcTime, metadata

PaymentState = Literal["created", "sent", "paid", "failed", "expired"]
_STATES = ", ".join(f"'{one}'" for one in get_args(PaymentState))

Purpose = Literal["top_up", "submit", "bump", "renew"]
_PURPOSES = ", ".join(f"'{one}'" for one in get_args(Purpose))

TO_CHECK = "next_check_at IS NOT NULL"
UNPAID = "state <> 'paid'"
CREATED = "state = 'created'"
"""Written out, not bound: both engines use a partial index only where the text is the same."""

wallet_payment = Table(
    "wallet_payment",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token", Text, nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("amount_rials", BigInteger, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("post_id", Id, ForeignKey("post.id")),
    Column("price_rials", BigInteger, nullable=False),
    Column("order_uuid", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("authority", Text),
    Column("bank_reference", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("settled_at", UtcTime),
    Column("next_check_at", UtcTime),
    Column("checks_count", Integer, nullable=False),
    UniqueConstraint("token"),
    UniqueConstraint("authority"),
    CheckConstraint(f"state IN ({_STATES})", name="state"),
    CheckConstraint(f"purpose IN ({_PURPOSES})", name="purpose"),
    CheckConstraint("amount_rials > 0 AND price_rials >= 0", name="amount"),
    CheckConstraint("(purpose = 'top_up') = (post_id IS NULL)", name="post"),
    CheckConstraint("state <> 'paid' OR settled_at IS NOT NULL", name="settled"),
    CheckConstraint("state <> 'sent' OR authority IS NOT NULL", name="sent_somewhere"),
    Index("ix_wallet_payment_person", "person_id", "created_at"),
    Index("ix_wallet_payment_to_check", "next_check_at",
          postgresql_where=sql(TO_CHECK), sqlite_where=sql(TO_CHECK)),
    Index("ix_wallet_payment_unpaid", "created_at",
          postgresql_where=sql(UNPAID), sqlite_where=sql(UNPAID)),
    Index("ix_wallet_payment_created", "created_at",
          postgresql_where=sql(CREATED), sqlite_where=sql(CREATED)),
    Index("ix_wallet_payment_post_id", "post_id",
          postgresql_where=sql("post_id IS NOT NULL"), sqlite_where=sql("post_id IS NOT NULL")),
)  # fmt: skip
"""``token`` is the payment's public name, ``authority`` the gateway's. ``price_rials`` and
``order_uuid`` are what is bought with it (0 and "" for a top-up). ``outcome`` is why it did not
come about, or why what was paid for could not be done; "" when all went well. ``next_check_at``:
when the gateway is asked again, null once there is nothing left to ask."""


class Payment(msgspec.Struct, frozen=True):
    """Money on its way from a bank into a wallet. Whole rials."""

    id: int
    token: str
    person_id: int
    amount_rials: int
    purpose: Purpose
    post_id: int | None
    price_rials: int
    order_uuid: str
    state: PaymentState
    authority: str | None
    bank_reference: str
    outcome: str
    created_at: datetime
    settled_at: datetime | None
    next_check_at: datetime | None
    checks_count: int

    @property
    def reference(self) -> str:
        """What the ledger books it under."""
        return f"gateway:{self.id}"
