"""posts: first tables"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, Json, UtcTime

revision = "202611212006"
down_revision = "202611212005"
branch_labels = None
depends_on = None

LISTED = sa.text("state = 'published' AND development IS FALSE")
PUBLISHED = sa.text("state = 'published'")
RETIRED = sa.text("state = 'retired'")


def upgrade() -> None:
    op.create_table(
        "post",
        sa.Column("id", Id, primary_key=True),
        sa.Column("token", sa.Text, nullable=False, unique=True),
        sa.Column("owner_id", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("city", sa.Text, nullable=False),
        sa.Column("district", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("fields", Json, nullable=False),
        sa.Column("image_names", Json, nullable=False),
        sa.Column("price_mode", sa.Text, nullable=False),
        sa.Column("price_tomans", sa.BigInteger),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reject_reason", sa.Text, nullable=False),
        sa.Column("chat_enabled", sa.Boolean, nullable=False),
        sa.Column("hide_phone", sa.Boolean, nullable=False),
        sa.Column("development", sa.Boolean, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("first_published_at", UtcTime),
        sa.Column("last_modified_at", UtcTime, nullable=False),
        sa.Column("listed_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
        sa.Column("state_changed_at", UtcTime, nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting_for_payment', 'waiting_for_review', 'waiting_for_edit',"
            " 'published', 'rejected', 'retired', 'deleted', 'archived')",
            name="state",
        ),
        sa.CheckConstraint("length(token) BETWEEN 8 AND 16", name="token"),
        sa.CheckConstraint("title <> ''", name="title"),
        sa.CheckConstraint("price_tomans IS NULL OR price_tomans >= 0", name="price"),
        sa.CheckConstraint(
            "state <> 'published' OR first_published_at IS NOT NULL", name="published_once"
        ),
    )
    op.create_index(
        "ix_post_listed",
        "post",
        ["listed_at", "id"],
        postgresql_where=LISTED,
        sqlite_where=LISTED,
    )
    op.create_index("ix_post_owner", "post", ["owner_id", "id"])
    op.create_index(
        "ix_post_expiring",
        "post",
        ["expires_at"],
        postgresql_where=PUBLISHED,
        sqlite_where=PUBLISHED,
    )
    op.create_index(
        "ix_post_retired",
        "post",
        ["state_changed_at"],
        postgresql_where=RETIRED,
        sqlite_where=RETIRED,
    )
    op.create_table(
        "post_image",
        sa.Column("post_id", Id, sa.ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("image_id", Id, sa.ForeignKey("image.id"), nullable=False),
        sa.CheckConstraint("position >= 0", name="position"),
    )
    op.create_index("ix_post_image_image", "post_image", ["image_id"])
    op.create_table(
        "development_allowance",
        sa.Column("person_id", Id, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("last_created_at", UtcTime, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("development_allowance")
    op.drop_table("post_image")
    op.drop_table("post")
