"""bots: who is shut out of chats, and reports of conversations

Expand step: the running code neither reads nor misses any of it.
"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, UtcTime

revision = "202611221009"
down_revision = "202611221008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chat_ban",
        sa.Column(
            "person_id", Id, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("banned_at", UtcTime, nullable=False),
        sa.Column("ends_at", UtcTime),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > banned_at", name="ends"),
    )
    op.create_index("ix_chat_ban_ends_at", "chat_ban", ["ends_at"])
    op.create_table(
        "conversation_report",
        sa.Column("id", Id, primary_key=True),
        sa.Column(
            "conversation_id",
            Id,
            sa.ForeignKey("conversation.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("reporter_id", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("from_number", sa.BigInteger, nullable=False),
        sa.Column("to_number", sa.BigInteger, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("decided_at", UtcTime),
        sa.CheckConstraint("state IN ('open', 'upheld', 'dismissed')", name="state"),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
        sa.CheckConstraint("to_number >= from_number", name="span"),
    )
    is_open = sa.text("state = 'open'")
    op.create_index(
        "ix_conversation_report_open",
        "conversation_report",
        ["conversation_id", "reporter_id"],
        unique=True,
        postgresql_where=is_open,
        sqlite_where=is_open,
    )
    op.create_index("ix_conversation_report_state_id", "conversation_report", ["state", "id"])
    for column in ("conversation_id", "reporter_id", "decided_at"):
        op.create_index(f"ix_conversation_report_{column}", "conversation_report", [column])


def downgrade() -> None:
    op.drop_table("conversation_report")
    op.drop_table("chat_ban")
