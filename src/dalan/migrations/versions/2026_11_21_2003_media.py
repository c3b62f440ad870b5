"""media: first tables"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, UtcTime

revision = "202611212003"
down_revision = "202611212002"
branch_labels = None
depends_on = None

TEMPORARY = sa.text("attached_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "image",
        sa.Column("id", Id, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("app_id", Id),
        sa.Column("person_id", Id, sa.ForeignKey("person.id")),
        sa.Column("width_px", sa.Integer, nullable=False),
        sa.Column("height_px", sa.Integer, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("attached_at", UtcTime),
        sa.Column("removed_at", UtcTime),
        sa.CheckConstraint("purpose IN ('post', 'addon', 'avatar', 'person')", name="purpose"),
        sa.CheckConstraint("width_px > 0 AND height_px > 0 AND size_bytes > 0", name="measured"),
        sa.CheckConstraint("attached_at IS NULL OR removed_at IS NULL", name="attached_stays"),
    )
    op.create_index(
        "ix_image_temporary",
        "image",
        ["created_at"],
        postgresql_where=TEMPORARY,
        sqlite_where=TEMPORARY,
    )


def downgrade() -> None:
    op.drop_table("image")
