"""chat: conversations, messages, and how far each side has read

Expand step: the running code neither reads nor misses any of it.
"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, Json, UtcTime

revision = "202611221008"
down_revision = "202611221007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _conversations()
    _messages()
    # The older scopes name a person by an app's id for them alone.
    op.create_index("ix_app_person_user_id", "app_person", ["user_id"])


def _conversations() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", Id, primary_key=True),
        sa.Column("uuid", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("post_id", Id, sa.ForeignKey("post.id", ondelete="CASCADE")),
        sa.Column("app_id", Id, sa.ForeignKey("app.id")),
        sa.Column("seller_id", Id, sa.ForeignKey("person.id")),
        sa.Column("buyer_id", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("last_number", sa.BigInteger, nullable=False),
        sa.Column("last_at", UtcTime),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("post_id", "buyer_id"),
        sa.UniqueConstraint("app_id", "buyer_id"),
        sa.CheckConstraint(
            "(kind = 'post' AND post_id IS NOT NULL AND seller_id IS NOT NULL"
            " AND app_id IS NULL AND seller_id <> buyer_id)"
            " OR (kind = 'bot' AND app_id IS NOT NULL AND post_id IS NULL"
            " AND seller_id IS NULL)",
            name="kind",
        ),
        sa.CheckConstraint("(last_number = 0) = (last_at IS NULL)", name="said"),
    )
    op.create_index("ix_conversation_buyer_id_created_at", "conversation",
                    ["buyer_id", "created_at"])  # fmt: skip
    op.create_index("ix_conversation_seller_id", "conversation", ["seller_id"])
    op.create_index("ix_conversation_last_at", "conversation", ["last_at"])
    op.create_table(
        "participation",
        sa.Column(
            "conversation_id",
            Id,
            sa.ForeignKey("conversation.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("person_id", Id, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("last_at", UtcTime),
        sa.Column("seen_number", sa.BigInteger, nullable=False),
        sa.Column("received_number", sa.BigInteger, nullable=False),
        sa.Column("unread_count", sa.BigInteger, nullable=False),
        sa.Column("told_number", sa.BigInteger, nullable=False),
        sa.Column("cleared_number", sa.BigInteger, nullable=False),
        sa.Column("received_at", UtcTime),
        sa.Column("wrote_at", UtcTime),
        sa.Column("blocked_at", UtcTime),
        sa.CheckConstraint(
            "unread_count >= 0 AND seen_number >= 0 AND cleared_number >= 0", name="counts"
        ),
    )
    op.create_index("ix_participation_person_id_last_at", "participation",
                    ["person_id", "last_at", "conversation_id"])  # fmt: skip
    untold = sa.text("unread_count > 0 AND told_number <= seen_number")
    op.create_index(
        "ix_participation_untold",
        "participation",
        ["received_at"],
        postgresql_where=untold,
        sqlite_where=untold,
    )
    op.create_table(
        "inbox",
        sa.Column("person_id", Id, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("unread_count", sa.BigInteger, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.CheckConstraint("unread_count >= 0", name="counts"),
    )


def _messages() -> None:
    op.create_table(
        "message",
        sa.Column("id", Id, primary_key=True),
        sa.Column("uuid", sa.Text, nullable=False, unique=True),
        sa.Column(
            "conversation_id",
            Id,
            sa.ForeignKey("conversation.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("sender_id", Id, sa.ForeignKey("person.id")),
        sa.Column("app_id", Id, sa.ForeignKey("app.id")),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("file_id", Id, sa.ForeignKey("media_file.id")),
        sa.Column("facts", Json),
        sa.Column("buttons", Json),
        sa.Column("client_id", sa.Text),
        sa.Column("sent_at", UtcTime, nullable=False),
        sa.Column("removed_at", UtcTime),
        sa.UniqueConstraint("conversation_id", "number"),
        sa.UniqueConstraint("conversation_id", "client_id"),
        sa.CheckConstraint("side IN ('seller', 'buyer', 'bot')", name="side"),
        sa.CheckConstraint("(side = 'bot') = (sender_id IS NULL)", name="sender"),
        sa.CheckConstraint(
            "kind IN ('text', 'image', 'video', 'voice', 'file', 'location', 'contact')",
            name="kind",
        ),
        sa.CheckConstraint("number > 0", name="number"),
    )
    op.create_index("ix_message_sender_id_sent_at", "message", ["sender_id", "sent_at"])
    op.create_index("ix_message_file_id", "message", ["file_id"])


def downgrade() -> None:
    op.drop_index("ix_app_person_user_id", "app_person")
    for table in ("message", "inbox", "participation", "conversation"):
        op.drop_table(table)
