"""deliveries: apps' events, endpoints, signing secrets, deliveries and attempts"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, Json, UtcTime

revision = "202611221007"
down_revision = "202611221006"
branch_labels = None
depends_on = None

TABLES = (
    "event_stream",
    "event",
    "event_endpoint",
    "event_secret",
    "event_delivery",
    "event_attempt",
)


def upgrade() -> None:
    op.create_table(
        "event_stream",
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("last_position", Id, nullable=False),
    )
    op.create_table(
        "event",
        sa.Column("id", Id, primary_key=True),
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
        sa.Column("position", Id, nullable=False),
        sa.Column("uid", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("resource", sa.Text, nullable=False),
        sa.Column("seq", Id, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("is_test", sa.Boolean, nullable=False),
        sa.Column("happened_at", UtcTime, nullable=False),
        sa.Column("recorded_at", UtcTime, nullable=False),
        sa.UniqueConstraint("app_id", "position"),
        sa.UniqueConstraint("uid"),
    )
    op.create_table(
        "event_endpoint",
        sa.Column("id", Id, primary_key=True),
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("authorization_box", sa.LargeBinary),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("disabled_reason", sa.Text, nullable=False),
        sa.Column("disabled_at", UtcTime),
        sa.Column("wake_at", UtcTime),
        sa.Column("breaker", sa.Text, nullable=False),
        sa.Column("open_until", UtcTime),
        sa.Column("open_seconds", sa.Integer, nullable=False),
        sa.Column("window_began_at", UtcTime),
        sa.Column("window_count", sa.Integer, nullable=False),
        sa.Column("window_failures_count", sa.Integer, nullable=False),
        sa.Column("failing_since", UtcTime),
        sa.Column("told_hours", sa.Integer, nullable=False),
        sa.Column("succeeded_at", UtcTime),
        sa.UniqueConstraint("app_id", "name"),
        sa.CheckConstraint("state IN ('active', 'disabled')", name="state"),
        sa.CheckConstraint("(state = 'disabled') = (disabled_at IS NOT NULL)", name="disabled"),
        sa.CheckConstraint("breaker IN ('closed', 'open')", name="breaker"),
        sa.CheckConstraint("(breaker = 'open') = (open_until IS NOT NULL)", name="open"),
    )
    op.create_table(
        "event_secret",
        sa.Column("id", Id, primary_key=True),
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
        sa.Column("box", sa.LargeBinary, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime),
    )
    op.create_table(
        "event_delivery",
        sa.Column("id", Id, primary_key=True),
        sa.Column("event_id", Id, sa.ForeignKey("event.id", ondelete="CASCADE"), nullable=False),
        sa.Column(
            "endpoint_id",
            Id,
            sa.ForeignKey("event_endpoint.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("resource", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("due_at", UtcTime, nullable=False),
        sa.Column("tries_count", sa.Integer, nullable=False),
        sa.Column("lease_no", Id, nullable=False),
        sa.Column("finished_at", UtcTime),
        sa.UniqueConstraint("event_id", "endpoint_id"),
        sa.CheckConstraint(
            "state IN ('ready', 'blocked', 'delivered', 'failed', 'skipped')", name="state"
        ),
        sa.CheckConstraint(
            "(finished_at IS NULL) = (state IN ('ready', 'blocked'))", name="finished"
        ),
    )
    op.create_table(
        "event_attempt",
        sa.Column("id", Id, primary_key=True),
        sa.Column(
            "delivery_id",
            Id,
            sa.ForeignKey("event_delivery.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("began_at", UtcTime, nullable=False),
        sa.Column("duration_ms", sa.Integer, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("headers", Json, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.CheckConstraint(
            "outcome IN ('delivered', 'refused', 'timeout', 'unreachable', 'forbidden')",
            name="outcome",
        ),
    )
    op.create_index("ix_event_seq", "event", ["app_id", "resource", "seq"])
    op.create_index(
        "ix_event_endpoint_wake_at",
        "event_endpoint",
        ["wake_at"],
        postgresql_where=sa.text("state = 'active' AND wake_at IS NOT NULL"),
        sqlite_where=sa.text("state = 'active' AND wake_at IS NOT NULL"),
    )
    op.create_index(
        "ix_event_endpoint_failing_since",
        "event_endpoint",
        ["failing_since"],
        postgresql_where=sa.text("failing_since IS NOT NULL"),
        sqlite_where=sa.text("failing_since IS NOT NULL"),
    )
    op.create_index("ix_event_secret_app_id", "event_secret", ["app_id"])
    op.create_index("ix_event_delivery_endpoint_id", "event_delivery", ["endpoint_id"])
    op.create_index(
        "ix_event_delivery_due",
        "event_delivery",
        ["endpoint_id", "due_at", "id"],
        postgresql_where=sa.text("state = 'ready'"),
        sqlite_where=sa.text("state = 'ready'"),
    )
    op.create_index(
        "ix_event_delivery_order",
        "event_delivery",
        ["endpoint_id", "resource", "id"],
        postgresql_where=sa.text("state IN ('ready', 'blocked')"),
        sqlite_where=sa.text("state IN ('ready', 'blocked')"),
    )
    op.create_index(
        "ix_event_delivery_failed",
        "event_delivery",
        ["endpoint_id", "event_id"],
        postgresql_where=sa.text("state = 'failed'"),
        sqlite_where=sa.text("state = 'failed'"),
    )
    op.create_index("ix_event_attempt_delivery_id", "event_attempt", ["delivery_id"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
