"""What apps ask people to pay them."""

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
from sqlalchemy import text as sql

from dalan.kernel.db import Id, UtcTime, metadata

State = Literal["created", "paid", "taken", "over"]
_STATES = ", ".join(f"'{one}'" for one in get_args(State))

OPEN = "state IN ('created', 'paid')"
NEVER_PAID = "state = 'over' AND paid_at IS NULL"
"""Written out, not bound: both engines use a partial index only where the text is the same."""

charge = Table(
    "charge",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token", Text, nullable=False),
    Column("app_id", Id, ForeignKey("app.id"), nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("amount_rials", BigInteger, nullable=False),
    Column("description", Text, nullable=False),
    Column("return_url", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    Column("paid_at", UtcTime),
    Column("settled_at", UtcTime),
    Column("refunded_at", UtcTime),
    UniqueConstraint("token"),
    CheckConstraint(f"state IN ({_STATES})", name="state"),
    CheckConstraint("amount_rials > 0", name="amount"),
    CheckConstraint("(state IN ('taken', 'over')) = (settled_at IS NOT NULL)", name="settled"),
    CheckConstraint("state NOT IN ('paid', 'taken') OR paid_at IS NOT NULL", name="paid"),
    Index("ix_charge_person_id", "person_id", "asked_at"),
    Index("ix_charge_app_id", "app_id", "asked_at"),
    Index("ix_charge_open", "ends_at", postgresql_where=sql(OPEN), sqlite_where=sql(OPEN)),
    Index("ix_charge_never_paid", "settled_at",
          postgresql_where=sql(NEVER_PAID), sqlite_where=sql(NEVER_PAID)),
)  # fmt: skip
"""``created`` → ``paid`` by the person → ``taken`` by the app; from the first two to ``over`` when
``ends_at`` has come, or the person said no. ``refunded_at`` is when an operator gave back what the
app had taken; for the app it stays ``taken``, for its interface has no word for it. ``token`` is
its public name, ``return_url`` where the person goes afterwards."""


class Charge(msgspec.Struct, frozen=True):
    """An app's demand on one person, in whole rials."""

    id: int
    token: str
    app_id: int
    person_id: int
    amount_rials: int
    description: str
    return_url: str
    state: State
    asked_at: datetime
    ends_at: datetime
    paid_at: datetime | None
    settled_at: datetime | None
    refunded_at: datetime | None

    @property
    def is_refundable(self) -> bool:
        """The app has the money, as far as this charge goes."""
        return self.state == "taken" and self.refunded_at is None

    @property
    def reference(self) -> str:
        """What the ledger books it under."""
        return f"charge:{self.id}"
