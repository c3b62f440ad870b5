"""addons: semantic data of its own, about posts and about people

Expand step: the running code neither reads nor misses any of it.
"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, Json, UtcTime

revision = "202611221010"
down_revision = "202611221009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "semantic_record",
        sa.Column("id", Id, primary_key=True),
        sa.Column("uuid", sa.Text, nullable=False, unique=True),
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
        sa.Column("post_id", Id, sa.ForeignKey("post.id", ondelete="CASCADE")),
        sa.Column("person_id", Id, sa.ForeignKey("person.id", ondelete="CASCADE")),
        sa.Column("semantic", Json, nullable=False),
        sa.Column("semantic_hashed", Json, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("last_modified_at", UtcTime, nullable=False),
        sa.UniqueConstraint("post_id", "app_id"),
        sa.UniqueConstraint("person_id", "app_id"),
        sa.CheckConstraint("(post_id IS NULL) <> (person_id IS NULL)", name="one_subject"),
    )
    op.create_index("ix_semantic_record_app_id", "semantic_record", ["app_id"])


def downgrade() -> None:
    op.drop_table("semantic_record")
