"""links: short links, their tags, and creations that may be asked for again

Expand step: the running code neither reads nor misses any of it.
"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, UtcTime

revision = "202611221104"
down_revision = "202611221103"
branch_labels = None
depends_on = None


def upgrade() -> None:
    by_code_point = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
    op.create_table(
        "link",
        sa.Column("id", Id, primary_key=True),
        sa.Column("domain", sa.Text, nullable=False),
        sa.Column("hash", by_code_point, nullable=False),
        sa.Column("folded_hash", by_code_point, nullable=False),
        sa.Column("hash_method", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("searchable", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("changed_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime),
        sa.UniqueConstraint("domain", "folded_hash"),
        sa.CheckConstraint("kind IN ('link', 'content', 'file')", name="kind"),
        sa.CheckConstraint("hash_method IN ('auto', 'custom')", name="hash_method"),
        sa.CheckConstraint("hash <> '' AND folded_hash <> '' AND target <> ''", name="filled"),
    )
    op.create_index("ix_link_app_id", "link", ["app_id", "created_at", "id"])
    op.create_index("ix_link_fingerprint", "link", ["fingerprint"])
    op.create_table(
        "link_tag",
        sa.Column("link_id", Id, sa.ForeignKey("link.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("folded_name", sa.Text, primary_key=True),
    )
    op.create_index("ix_link_tag_folded_name", "link_tag", ["folded_name", "link_id"])
    op.create_table(
        "link_creation",
        sa.Column("key_hash", sa.LargeBinary, primary_key=True),
        sa.Column("request_hash", sa.LargeBinary, nullable=False),
        sa.Column("link_id", Id, sa.ForeignKey("link.id", ondelete="CASCADE"), nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
    )
    op.create_index("ix_link_creation_link_id", "link_creation", ["link_id"])
    op.create_index("ix_link_creation_created_at", "link_creation", ["created_at"])


def downgrade() -> None:
    op.drop_table("link_creation")
    op.drop_table("link_tag")
    op.drop_table("link")
