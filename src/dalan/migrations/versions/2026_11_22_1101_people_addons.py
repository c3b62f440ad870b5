"""addons: of people and of businesses, for posts to look up

Expand step: the running code neither reads nor misses any of it.
"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, Json, UtcTime

revision = "202611221101"
down_revision = "202611221010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "spread_addon",
        sa.Column("id", Id, primary_key=True),
        sa.Column("uuid", sa.Text, nullable=False, unique=True),
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
        sa.Column("person_id", Id, sa.ForeignKey("person.id", ondelete="CASCADE")),
        sa.Column("business_id", Id, sa.ForeignKey("business.id", ondelete="CASCADE")),
        sa.Column("by_person_id", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime),
        sa.UniqueConstraint("person_id", "app_id"),
        sa.UniqueConstraint("business_id", "app_id"),
        sa.CheckConstraint("(person_id IS NULL) <> (business_id IS NULL)", name="one_subject"),
    )
    op.create_index("ix_spread_addon_app_id", "spread_addon", ["app_id"])
    op.create_index("ix_spread_addon_by_person_id", "spread_addon", ["by_person_id", "app_id"])
    op.create_index("ix_spread_addon_expires_at", "spread_addon", ["expires_at"])
    op.create_table(
        "spread_content",
        sa.Column("id", Id, primary_key=True),
        sa.Column(
            "addon_id", Id, sa.ForeignKey("spread_addon.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("after_post_id", Id, nullable=False),
        sa.Column("until_post_id", Id),
        sa.Column("widgets", Json, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("semantic", Json, nullable=False),
        sa.Column("semantic_hashed", Json, nullable=False),
        sa.Column("categories", Json, nullable=False),
        sa.Column("since", UtcTime, nullable=False),
        sa.Column("last_modified_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime),
        sa.UniqueConstraint("addon_id", "after_post_id"),
        sa.CheckConstraint("generation IN (1, 3)", name="generation"),
        sa.CheckConstraint(
            "until_post_id IS NULL OR until_post_id >= after_post_id", name="stretch"
        ),
    )
    op.create_index("ix_spread_content_expires_at", "spread_content", ["expires_at"])


def downgrade() -> None:
    # Left where a post goes on without something spread; the code of before would take it for an
    # add-on, and what the app attaches there anew would stay away with it.
    op.execute("DELETE FROM post_addon WHERE status = 'DELETED'")
    op.drop_table("spread_content")
    op.drop_table("spread_addon")
