"""wallet: payments at a gateway, and the simulated bank's side of them"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, UtcTime

revision = "202611212213"
down_revision = "202611212212"
branch_labels = None
depends_on = None

TO_CHECK = sa.text("next_check_at IS NOT NULL")
UNPAID = sa.text("state <> 'paid'")


def upgrade() -> None:
    op.create_table(
        "wallet_payment",
        sa.Column("id", Id, primary_key=True),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("person_id", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("amount_rials", sa.BigInteger, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("post_id", Id, sa.ForeignKey("post.id")),
        sa.Column("price_rials", sa.BigInteger, nullable=False),
        sa.Column("order_uuid", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("authority", sa.Text),
        sa.Column("bank_reference", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("settled_at", UtcTime),
        sa.Column("next_check_at", UtcTime),
        sa.Column("checks_count", sa.Integer, nullable=False),
        sa.UniqueConstraint("token"),
        sa.UniqueConstraint("authority"),
        sa.CheckConstraint(
            "state IN ('created', 'sent', 'paid', 'failed', 'expired')", name="state"
        ),
        sa.CheckConstraint("purpose IN ('top_up', 'submit', 'bump', 'renew')", name="purpose"),
        sa.CheckConstraint("amount_rials > 0 AND price_rials >= 0", name="amount"),
        sa.CheckConstraint("(purpose = 'top_up') = (post_id IS NULL)", name="post"),
        sa.CheckConstraint("state <> 'paid' OR settled_at IS NOT NULL", name="settled"),
        sa.CheckConstraint("state <> 'sent' OR authority IS NOT NULL", name="sent_somewhere"),
    )
    op.create_index("ix_wallet_payment_person", "wallet_payment", ["person_id", "created_at"])
    op.create_index(
        "ix_wallet_payment_to_check",
        "wallet_payment",
        ["next_check_at"],
        postgresql_where=TO_CHECK,
        sqlite_where=TO_CHECK,
    )
    op.create_index(
        "ix_wallet_payment_unpaid",
        "wallet_payment",
        ["created_at"],
        postgresql_where=UNPAID,
        sqlite_where=UNPAID,
    )
    op.create_table(
        "bank_payment",
        sa.Column("id", Id, primary_key=True),
        sa.Column("authority", sa.Text, nullable=False, unique=True),
        sa.Column("merchant_id", sa.Text, nullable=False),
        sa.Column("amount_rials", sa.BigInteger, nullable=False),
        sa.Column("callback_url", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("asked_at", UtcTime, nullable=False),
        sa.Column("verified_at", UtcTime),
        sa.CheckConstraint("state IN ('waiting', 'paid', 'cancelled', 'timed_out')", name="state"),
        sa.CheckConstraint("amount_rials > 0", name="amount"),
        sa.CheckConstraint("verified_at IS NULL OR state = 'paid'", name="verified_when_paid"),
    )
    op.create_index("ix_bank_payment_asked_at", "bank_payment", ["asked_at"])


def downgrade() -> None:
    for table in ("bank_payment", "wallet_payment"):
        op.drop_table(table)
