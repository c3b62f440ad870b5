"""support: tickets, deposits, requests for more than an app has, and tags

New tables only: the running code keeps working, so it may run before the deploy.
"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, UtcTime

revision = "202611212204"
down_revision = "202611212203"
branch_labels = None
depends_on = None

OPEN, CONFIRMED = sa.text("state = 'open'"), sa.text("state = 'confirmed'")


def upgrade() -> None:
    _requests()
    _tickets()
    _deposits()


def _requests() -> None:
    op.create_table(
        "app_request",
        sa.Column("id", Id, primary_key=True, autoincrement=False),
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
        sa.Column("asked_by_id", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("evidence_url", sa.Text, nullable=False),
        sa.Column("asked_at", UtcTime, nullable=False),
    )
    op.create_index("ix_app_request_app_id_asked_at", "app_request", ["app_id", "asked_at"])
    op.create_table(
        "app_wish",
        sa.Column(
            "request_id", Id, sa.ForeignKey("app_request.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("decided_by_id", Id, sa.ForeignKey("person.id")),
        sa.Column("decided_at", UtcTime),
        sa.CheckConstraint(
            "kind IN ('permission', 'scope', 'widget', 'category', 'city')", name="kind"
        ),
        sa.CheckConstraint("state IN ('open', 'granted', 'refused', 'withdrawn')", name="state"),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
    )
    op.create_index(
        "ix_app_wish_open",
        "app_wish",
        ["app_id", "kind", "name"],
        unique=True,
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )
    op.create_index("ix_app_wish_state_request_id", "app_wish", ["state", "request_id"])
    op.create_table(
        "app_tag",
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("tag", sa.Text, primary_key=True),
    )
    op.create_index("ix_app_tag_tag", "app_tag", ["tag"])


def _tickets() -> None:
    op.create_table(
        "ticket",
        sa.Column("id", Id, primary_key=True, autoincrement=False),
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
        sa.Column("opened_by_id", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("assignee_id", Id, sa.ForeignKey("person.id")),
        sa.Column("opened_at", UtcTime, nullable=False),
        sa.Column("updated_at", UtcTime, nullable=False),
        sa.Column("closed_at", UtcTime),
        sa.Column("last_message_id", Id, nullable=False),
        sa.Column("last_entry_id", Id, nullable=False),
        sa.CheckConstraint(
            "category IN ('technical', 'publication', 'permission', 'finance', 'abuse', 'other')",
            name="category",
        ),
        sa.CheckConstraint("state IN ('open', 'answered', 'closed', 'reopened')", name="state"),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
    )
    op.create_index("ix_ticket_app_id_updated_at", "ticket", ["app_id", "updated_at"])
    op.create_index("ix_ticket_state_updated_at", "ticket", ["state", "updated_at"])
    op.create_table(
        "ticket_entry",
        sa.Column("id", Id, primary_key=True),
        sa.Column("ticket_id", Id, sa.ForeignKey("ticket.id", ondelete="CASCADE"), nullable=False),
        sa.Column("author_id", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("written_at", UtcTime, nullable=False),
        sa.CheckConstraint("side IN ('team', 'operator')", name="side"),
        sa.CheckConstraint("kind IN ('message', 'note', 'closed', 'reopened')", name="kind"),
        sa.CheckConstraint("kind <> 'note' OR side = 'operator'", name="notes_are_operators"),
    )
    op.create_index("ix_ticket_entry_ticket_id_id", "ticket_entry", ["ticket_id", "id"])
    op.create_table(
        "ticket_reading",
        sa.Column(
            "ticket_id", Id, sa.ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("person_id", Id, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("entry_id", Id, nullable=False),
    )


def _deposits() -> None:
    op.create_table(
        "deposit",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
        sa.Column("asked_by_id", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("amount_rials", sa.BigInteger, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("tracking_number", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("asked_at", UtcTime, nullable=False),
        sa.Column("decided_at", UtcTime),
        sa.Column("decided_by_id", Id, sa.ForeignKey("person.id")),
        sa.Column("answer", sa.Text, nullable=False),
        sa.CheckConstraint("amount_rials > 0", name="amount"),
        sa.CheckConstraint("method IN ('paya', 'satna', 'card', 'account')", name="method"),
        sa.CheckConstraint("state IN ('open', 'confirmed', 'refused', 'withdrawn')", name="state"),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
    )
    op.create_index("ix_deposit_app_id_asked_at", "deposit", ["app_id", "asked_at"])
    op.create_index("ix_deposit_state_asked_at", "deposit", ["state", "asked_at"])
    op.create_index(
        "ix_deposit_confirmed",
        "deposit",
        ["method", "tracking_number"],
        unique=True,
        postgresql_where=CONFIRMED,
        sqlite_where=CONFIRMED,
    )
    op.create_table(
        "support_file",
        sa.Column("id", Id, primary_key=True, autoincrement=False),
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
        sa.Column("entry_id", Id, sa.ForeignKey("ticket_entry.id", ondelete="CASCADE")),
        sa.Column("deposit_id", sa.Text, sa.ForeignKey("deposit.id", ondelete="CASCADE")),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.CheckConstraint("(entry_id IS NULL) <> (deposit_id IS NULL)", name="of_one"),
        sa.CheckConstraint("kind IN ('image', 'pdf', 'text', 'zip')", name="kind"),
        sa.CheckConstraint("size_bytes > 0", name="size"),
    )
    op.create_index("ix_support_file_app_id", "support_file", ["app_id"])
    op.create_index("ix_support_file_entry_id", "support_file", ["entry_id"])
    op.create_index("ix_support_file_deposit_id", "support_file", ["deposit_id"])


def downgrade() -> None:
    for table in (
        "support_file",
        "deposit",
        "ticket_reading",
        "ticket_entry",
        "ticket",
        "app_tag",
        "app_wish",
        "app_request",
    ):
        op.drop_table(table)
