"""payments: prices, transactions, tickets, reports of payments"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, Json, UtcTime

revision = "202611212211"
down_revision = "202611212210"
branch_labels = None
depends_on = None

TABLES = (
    "payment_price",
    "payment_free_quota",
    "payment_transaction",
    "payment_ticket",
    "payment_report",
)


def upgrade() -> None:
    op.create_table(
        "payment_price",
        sa.Column("operation", sa.Text, primary_key=True),
        sa.Column("category", sa.Text, primary_key=True),
        sa.Column("city", sa.Text, primary_key=True),
        sa.Column("app_id", Id, primary_key=True, autoincrement=False),
        sa.Column("cost_rials", sa.BigInteger, nullable=False),
        sa.Column("set_at", UtcTime, nullable=False),
        sa.Column("set_by_id", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.CheckConstraint("operation IN ('submit', 'bump', 'renew')", name="operation"),
        sa.CheckConstraint("cost_rials >= 0", name="cost"),
    )
    op.create_table(
        "payment_free_quota",
        sa.Column("category", sa.Text, primary_key=True),
        sa.Column("posts_count", sa.Integer, nullable=False),
        sa.Column("set_at", UtcTime, nullable=False),
        sa.Column("set_by_id", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.CheckConstraint("posts_count >= 0", name="count"),
    )
    op.create_table(
        "payment_transaction",
        sa.Column("id", Id, primary_key=True),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("uuid", sa.Text, nullable=False),
        sa.Column("payer_kind", sa.Text, nullable=False),
        sa.Column("payer_id", Id, nullable=False),
        sa.Column("app_id", Id, sa.ForeignKey("app.id")),
        sa.Column("post_id", Id, sa.ForeignKey("post.id"), nullable=False),
        sa.Column("operation", sa.Text, nullable=False),
        sa.Column("cost_rials", sa.BigInteger, nullable=False),
        sa.Column("extra_details", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("failure", sa.Text, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("changed_at", UtcTime, nullable=False),
        sa.UniqueConstraint("reference"),
        sa.CheckConstraint("operation IN ('submit', 'bump', 'renew')", name="operation"),
        sa.CheckConstraint("state IN ('pending', 'completed', 'failed', 'refunded')", name="state"),
        sa.CheckConstraint("payer_kind IN ('app', 'wallet', 'business')", name="payer_kind"),
        sa.CheckConstraint("payer_kind <> 'app' OR app_id = payer_id", name="app_pays_itself"),
        sa.CheckConstraint("cost_rials >= 0", name="cost"),
        sa.CheckConstraint("(state = 'failed') = (failure <> '')", name="failure"),
    )
    op.create_index(
        "ix_payment_transaction_payer",
        "payment_transaction",
        ["payer_kind", "payer_id", "created_at", "id"],
    )
    op.create_index("ix_payment_transaction_post_id", "payment_transaction", ["post_id", "id"])
    failed = sa.text("state = 'failed'")
    op.create_index(
        "ix_payment_transaction_failed",
        "payment_transaction",
        ["changed_at"],
        postgresql_where=failed,
        sqlite_where=failed,
    )
    op.create_table(
        "payment_ticket",
        sa.Column("uuid", sa.Text, primary_key=True),
        sa.Column("issuer_app_id", Id, sa.ForeignKey("app.id"), nullable=False),
        sa.Column("person_id", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("service_type", sa.Text, nullable=False),
        sa.Column("amount_max_rials", sa.BigInteger, nullable=False),
        sa.Column("issuer_payload", Json, nullable=False),
        sa.Column("issued_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
        sa.Column("spent_at", UtcTime),
        sa.Column("spent_by_app_id", Id, sa.ForeignKey("app.id")),
        sa.Column("spent_rials", sa.BigInteger),
        sa.CheckConstraint("amount_max_rials > 0", name="amount"),
        sa.CheckConstraint(
            "(spent_at IS NULL) = (spent_by_app_id IS NULL)"
            " AND (spent_at IS NULL) = (spent_rials IS NULL)",
            name="spent",
        ),
    )
    op.create_index(
        "ix_payment_ticket_issuer_app_id", "payment_ticket", ["issuer_app_id", "issued_at"]
    )
    op.create_index("ix_payment_ticket_person_id", "payment_ticket", ["person_id"])
    unspent = sa.text("spent_at IS NULL")
    op.create_index(
        "ix_payment_ticket_unspent",
        "payment_ticket",
        ["expires_at"],
        postgresql_where=unspent,
        sqlite_where=unspent,
    )
    op.create_table(
        "payment_report",
        sa.Column("id", Id, primary_key=True),
        sa.Column("app_id", Id, sa.ForeignKey("app.id"), nullable=False),
        sa.Column("reference_id", sa.Text, nullable=False),
        sa.Column("person_id", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("amount_rials", sa.BigInteger, nullable=False),
        sa.Column("profit_rials", sa.BigInteger, nullable=False),
        sa.Column("services", Json, nullable=False),
        sa.Column("reported_at", UtcTime, nullable=False),
        sa.UniqueConstraint("app_id", "reference_id"),
        sa.CheckConstraint("amount_rials >= 0 AND profit_rials >= 0", name="amounts"),
    )
    op.create_index("ix_payment_report_person_id", "payment_report", ["person_id"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
