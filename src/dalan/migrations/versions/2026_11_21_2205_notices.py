"""notices: what developers are told

And what they are told about: keys that replace one another and grow old, and the credentials of
the door for short links.
"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, Json, UtcTime

revision = "202611212205"
down_revision = "202611212204"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _keys()
    _notices()
    _mail()


def _keys() -> None:
    op.add_column("api_key", sa.Column("replaces_id", Id))
    op.add_column("api_key", sa.Column("age_warned_at", UtcTime))
    op.add_column("api_key", sa.Column("expiry_warned_at", UtcTime))
    unwarned = "revoked_at IS NULL AND age_warned_at IS NULL"
    op.create_index(
        "ix_api_key_age_unwarned",
        "api_key",
        ["created_at"],
        postgresql_where=sa.text(unwarned),
        sqlite_where=sa.text(unwarned),
    )
    expiring = "revoked_at IS NULL AND expiry_warned_at IS NULL AND expires_at IS NOT NULL"
    op.create_index(
        "ix_api_key_expiry_unwarned",
        "api_key",
        ["expires_at"],
        postgresql_where=sa.text(expiring),
        sqlite_where=sa.text(expiring),
    )
    op.create_table(
        "pod_credential",
        sa.Column("id", Id, primary_key=True),
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("mac", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("hint", sa.Text, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime),
        sa.Column("last_used_at", UtcTime),
        sa.CheckConstraint("kind IN ('token', 'service_key')", name="kind"),
    )
    op.create_index("ix_pod_credential_app_id", "pod_credential", ["app_id"])


def _notices() -> None:
    op.create_table(
        "notice",
        sa.Column("id", Id, primary_key=True),
        sa.Column("person_id", Id, sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("occasion", sa.Text, nullable=False),
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE")),
        sa.Column("facts", Json, nullable=False),
        sa.Column("in_panel", sa.Boolean, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("read_at", UtcTime),
        sa.Column("mail_due_at", UtcTime),
        sa.Column("mail_attempts_count", sa.Integer, nullable=False),
        sa.Column("mailed_at", UtcTime),
        sa.UniqueConstraint("person_id", "occasion"),
    )
    op.create_index("ix_notice_created_at", "notice", ["created_at"])
    op.create_index(
        "ix_notice_unread",
        "notice",
        ["person_id"],
        postgresql_where=sa.text("in_panel AND read_at IS NULL"),
        sqlite_where=sa.text("in_panel AND read_at IS NULL"),
    )
    op.create_index(
        "ix_notice_mail_due",
        "notice",
        ["mail_due_at"],
        postgresql_where=sa.text("mail_due_at IS NOT NULL"),
        sqlite_where=sa.text("mail_due_at IS NOT NULL"),
    )
    op.create_table(
        "notice_preference",
        sa.Column(
            "person_id", Id, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("in_panel", sa.Boolean, nullable=False),
        sa.Column("by_mail", sa.Boolean, nullable=False),
    )


def _mail() -> None:
    op.create_table(
        "mail_address",
        sa.Column(
            "person_id", Id, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("verified_at", UtcTime, nullable=False),
        sa.CheckConstraint("length(address) <= 254", name="address_length"),
    )
    op.create_table(
        "mail_claim",
        sa.Column(
            "person_id", Id, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("mac", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
        sa.Column("attempts_count", sa.Integer, nullable=False),
        sa.Column("used_at", UtcTime),
        sa.Column("sent_at_recent", Json, nullable=False),
        sa.CheckConstraint("attempts_count >= 0", name="attempts_count"),
        sa.CheckConstraint("length(address) <= 254", name="address_length"),
    )
    op.create_index("ix_mail_claim_expires_at", "mail_claim", ["expires_at"])
    op.create_table(
        "dev_mail",
        sa.Column("id", Id, primary_key=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("sent_at", UtcTime, nullable=False),
    )


def downgrade() -> None:
    for table in (
        "dev_mail", "mail_claim", "mail_address", "notice_preference", "notice", "pod_credential",
    ):  # fmt: skip
        op.drop_table(table)
    op.drop_index("ix_api_key_expiry_unwarned", "api_key")
    op.drop_index("ix_api_key_age_unwarned", "api_key")
    op.drop_column("api_key", "expiry_warned_at")
    op.drop_column("api_key", "age_warned_at")
    op.drop_column("api_key", "replaces_id")
