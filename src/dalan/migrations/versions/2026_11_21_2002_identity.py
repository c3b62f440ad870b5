"""identity: people, their sign-in codes and browser sessions, and the dev inbox"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, Json, UtcTime

revision = "202611212002"
down_revision = "202611212001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", Id, primary_key=True),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("blocked_at", UtcTime),
        sa.UniqueConstraint("phone"),
        sa.CheckConstraint("phone LIKE '+%' AND length(phone) <= 16", name="phone_e164"),
        sa.CheckConstraint("length(name) <= 60", name="name_length"),
        sa.CheckConstraint("language IN ('fa', 'en')", name="language"),
    )
    op.create_table(
        "one_time_code",
        sa.Column("phone", sa.Text, primary_key=True),
        sa.Column("mac", sa.LargeBinary, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
        sa.Column("attempts_count", sa.Integer, nullable=False),
        sa.Column("used_at", UtcTime),
        sa.Column("sent_at_recent", Json, nullable=False),
        sa.CheckConstraint("attempts_count >= 0", name="attempts_count"),
    )
    op.create_index("ix_one_time_code_expires_at", "one_time_code", ["expires_at"])
    op.create_table(
        "web_session",
        sa.Column("id", Id, primary_key=True),
        sa.Column("mac", sa.LargeBinary, nullable=False),
        sa.Column("person_id", Id, sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("last_seen_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
        sa.Column("revoked_at", UtcTime),
        sa.Column("device", sa.Text, nullable=False),
        sa.UniqueConstraint("mac"),
        sa.CheckConstraint("length(device) <= 80", name="device_length"),
    )
    op.create_index("ix_web_session_person_id", "web_session", ["person_id"])
    op.create_index("ix_web_session_expires_at", "web_session", ["expires_at"])
    op.create_table(
        "dev_inbox",
        sa.Column("id", Id, primary_key=True),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("sent_at", UtcTime, nullable=False),
    )
    op.create_index("ix_dev_inbox_phone_id", "dev_inbox", ["phone", "id"])


def downgrade() -> None:
    op.drop_table("dev_inbox")
    op.drop_table("web_session")
    op.drop_table("one_time_code")
    op.drop_table("person")
