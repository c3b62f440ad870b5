"""oauth: how sure the sign-in was, and apps that prove themselves with a key of their own

A sign-in code belongs to the browser that asked for it, so a number may have several at once; when
it was sent some stands in a row of its own. The old table is made anew: it held codes of three
minutes, and whoever was signing in at that moment asks once more. The hour's count of
sends is kept.
"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, Json, UtcTime

revision = "202611212203"
down_revision = "202611212202"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "code_sends",
        sa.Column("phone", sa.Text, primary_key=True),
        sa.Column("sent_at_recent", Json, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
    )
    op.create_index("ix_code_sends_expires_at", "code_sends", ["expires_at"])
    op.execute(
        "INSERT INTO code_sends (phone, sent_at_recent, expires_at)"
        " SELECT phone, sent_at_recent, expires_at FROM one_time_code"
    )
    op.drop_table("one_time_code")
    op.create_table(
        "one_time_code",
        sa.Column("phone", sa.Text, primary_key=True),
        sa.Column("asker", sa.LargeBinary, primary_key=True),
        sa.Column("mac", sa.LargeBinary, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
        sa.Column("attempts_count", sa.Integer, nullable=False),
        sa.Column("used_at", UtcTime),
        sa.CheckConstraint("attempts_count >= 0", name="attempts_count"),
    )
    op.create_index("ix_one_time_code_expires_at", "one_time_code", ["expires_at"])
    op.add_column("web_session", sa.Column("proven_at", UtcTime))
    op.create_table(
        "client_key",
        sa.Column("id", Id, primary_key=True),
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kid", sa.Text, nullable=False),
        sa.Column("algorithm", sa.Text, nullable=False),
        sa.Column("public_jwk", Json, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.UniqueConstraint("app_id", "kid"),
        sa.CheckConstraint("algorithm IN ('RS256', 'ES256', 'EdDSA')", name="algorithm"),
    )
    op.create_table(
        "client_assertion",
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("jti_hash", sa.LargeBinary, primary_key=True),
        sa.Column("expires_at", UtcTime, nullable=False),
    )
    op.create_index("ix_client_assertion_expires_at", "client_assertion", ["expires_at"])


def downgrade() -> None:
    op.drop_table("client_assertion")
    op.drop_table("client_key")
    op.drop_column("web_session", "proven_at")
    op.drop_table("one_time_code")
    op.drop_table("code_sends")
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
