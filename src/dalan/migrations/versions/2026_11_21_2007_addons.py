"""addons: what apps attach to posts"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, Json, UtcTime

revision = "202611212007"
down_revision = "202611212006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "post_addon",
        sa.Column("id", Id, primary_key=True),
        sa.Column("app_id", Id, sa.ForeignKey("app.id"), nullable=False),
        sa.Column("post_id", Id, sa.ForeignKey("post.id"), nullable=False),
        sa.Column("widgets", Json, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("semantic", Json, nullable=False),
        sa.Column("semantic_hashed", Json, nullable=False),
        sa.Column("linkage", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("score", sa.BigInteger, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("last_modified_at", UtcTime, nullable=False),
        sa.UniqueConstraint("app_id", "post_id"),
        sa.CheckConstraint("generation IN (1, 3)", name="generation"),
        sa.CheckConstraint("linkage IN ('POST_DETAILS', 'POST_MANAGEMENT')", name="linkage"),
        sa.CheckConstraint("status IN ('ACTIVE', 'HIDDEN', 'DELETED')", name="status"),
    )
    op.create_index("ix_post_addon_post_id", "post_addon", ["post_id"])


def downgrade() -> None:
    op.drop_table("post_addon")
