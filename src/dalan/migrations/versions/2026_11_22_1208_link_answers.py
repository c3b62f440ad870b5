"""links: answers kept by idempotency key

Expand step: the running code neither reads nor misses it.
"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, UtcTime

revision = "202611221208"
down_revision = "202611221207"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "link_answer",
        sa.Column("key_hash", sa.LargeBinary, primary_key=True),
        sa.Column("request_hash", sa.LargeBinary, nullable=False),
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
    )
    op.create_index("ix_link_answer_app_id", "link_answer", ["app_id"])
    op.create_index("ix_link_answer_created_at", "link_answer", ["created_at"])


def downgrade() -> None:
    op.drop_table("link_answer")
