"""developers: apps, members, keys, secrets, redirect addresses, per-app names, usage"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, Json, UtcTime

revision = "202611212004"
down_revision = "202611212003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "app",
        sa.Column("id", Id, primary_key=True),
        sa.Column("slug", sa.Text, nullable=False, unique=True),
        sa.Column("display", sa.Text, nullable=False),
        sa.Column("subtitle", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("avatar_image_id", Id, sa.ForeignKey("image.id")),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("owner_id", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("service_type", sa.Text),
        sa.Column("identification_key_box", sa.LargeBinary),
        sa.Column("fallback_url", sa.Text, nullable=False),
        sa.Column("session_init_url", sa.Text, nullable=False),
        sa.Column("dynamic_action_url", sa.Text, nullable=False),
        sa.Column("events_url", sa.Text, nullable=False),
        sa.Column("permissions", Json),
        sa.Column("scopes", Json),
        sa.Column("widgets", Json),
        sa.Column("categories", Json),
        sa.Column("cities", Json),
        sa.Column("settings", Json, nullable=False),
        sa.Column("review_note", sa.Text, nullable=False),
        sa.Column("requests_per_minute", sa.Integer),
        sa.Column("requests_per_day", sa.Integer),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("updated_at", UtcTime, nullable=False),
        sa.CheckConstraint(
            "(kind = 'development'"
            " AND state IN ('development', 'in_review', 'changes_requested', 'suspended'))"
            " OR (kind = 'production'"
            " AND state IN ('approved', 'active', 'inactive', 'suspended'))",
            name="state",
        ),
        sa.CheckConstraint("requests_per_minute > 0 AND requests_per_day > 0", name="limits"),
    )
    op.create_index("ix_app_owner_id", "app", ["owner_id"])
    op.create_table(
        "app_member",
        _app_id(primary_key=True),
        sa.Column("person_id", Id, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("added_at", UtcTime, nullable=False),
        sa.CheckConstraint("role IN ('owner', 'admin', 'developer')", name="role"),
    )
    op.create_index("ix_app_member_person_id", "app_member", ["person_id"])
    op.create_table(
        "api_key",
        sa.Column("id", Id, primary_key=True, autoincrement=False),
        _app_id(),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("mac", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("hint", sa.Text, nullable=False),
        sa.Column("permissions", Json, nullable=False),
        sa.Column("oauth_enabled", sa.Boolean, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime),
        sa.Column("last_used_at", UtcTime),
        sa.Column("revoked_at", UtcTime),
    )
    op.create_index("ix_api_key_app_id", "api_key", ["app_id"])
    op.create_table(
        "client_secret",
        sa.Column("id", Id, primary_key=True),
        _app_id(),
        sa.Column("mac", sa.LargeBinary, nullable=False),
        sa.Column("hint", sa.Text, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime),
        sa.Column("last_used_at", UtcTime),
    )
    op.create_index("ix_client_secret_app_id", "client_secret", ["app_id"])
    op.create_table(
        "redirect_uri",
        sa.Column("id", Id, primary_key=True),
        _app_id(),
        sa.Column("uri", sa.Text, nullable=False),
        sa.UniqueConstraint("app_id", "uri"),
    )
    op.create_table(
        "app_person",
        _app_id(primary_key=True),
        sa.Column("person_id", Id, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.UniqueConstraint("app_id", "user_id"),
    )
    op.create_table(
        "app_usage",
        _app_id(primary_key=True),
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.CheckConstraint("count >= 0", name="count"),
    )


def downgrade() -> None:
    for table in (
        "app_usage",
        "app_person",
        "redirect_uri",
        "client_secret",
        "api_key",
        "app_member",
        "app",
    ):
        op.drop_table(table)


def _app_id(*, primary_key: bool = False) -> "sa.Column[int]":
    return sa.Column(
        "app_id",
        Id,
        sa.ForeignKey("app.id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
    )
