"""ledger: double entries"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, UtcTime

revision = "202611212210"
down_revision = "202611212209"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_account",
        sa.Column("id", Id, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("holder_id", Id, nullable=False),
        sa.Column("balance_rials", sa.BigInteger, nullable=False),
        sa.Column("opened_at", UtcTime, nullable=False),
        sa.UniqueConstraint("kind", "holder_id"),
        sa.CheckConstraint(
            "kind IN ('app', 'wallet', 'business', 'gateway', 'revenue', 'operator')", name="kind"
        ),
        sa.CheckConstraint(
            "balance_rials >= 0 OR kind NOT IN ('app', 'wallet', 'business')",
            name="not_overdrawn",
        ),
    )
    op.create_table(
        "ledger_transfer",
        sa.Column("id", Id, primary_key=True),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("made_at", UtcTime, nullable=False),
        sa.Column("reverses_id", Id, sa.ForeignKey("ledger_transfer.id")),
        sa.UniqueConstraint("reference"),
        sa.UniqueConstraint("reverses_id"),
        sa.CheckConstraint("reference <> ''", name="reference"),
    )
    op.create_table(
        "ledger_line",
        sa.Column("id", Id, primary_key=True),
        sa.Column("transfer_id", Id, sa.ForeignKey("ledger_transfer.id"), nullable=False),
        sa.Column("account_id", Id, sa.ForeignKey("ledger_account.id"), nullable=False),
        sa.Column("amount_rials", sa.BigInteger, nullable=False),
        sa.CheckConstraint("amount_rials <> 0", name="amount"),
    )
    op.create_index(None, "ledger_line", ["transfer_id"])
    op.create_index(None, "ledger_line", ["account_id", "id"])


def downgrade() -> None:
    for table in ("ledger_line", "ledger_transfer", "ledger_account"):
        op.drop_table(table)
