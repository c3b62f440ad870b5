"""media: files on their way in

Pictures get a placeholder (empty for those of before). Videos, voices and documents have a table
of their own, and so have uploads that come in parts.
"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, UtcTime

revision = "202611212206"
down_revision = "202611212205"
branch_labels = None
depends_on = None

TEMPORARY = sa.text("attached_at IS NULL")


def upgrade() -> None:
    op.add_column(
        "image", sa.Column("placeholder", sa.Text, nullable=False, server_default=sa.text("''"))
    )
    op.create_table(
        "media_file",
        sa.Column("id", Id, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("app_id", Id),
        sa.Column("person_id", Id, sa.ForeignKey("person.id")),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("width_px", sa.Integer),
        sa.Column("height_px", sa.Integer),
        sa.Column("duration_ms", sa.BigInteger),
        sa.Column("placeholder", sa.Text, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("attached_at", UtcTime),
        sa.Column("removed_at", UtcTime),
        sa.CheckConstraint("kind IN ('image', 'video', 'voice', 'file')", name="kind"),
        sa.CheckConstraint("purpose IN ('post', 'chat')", name="purpose"),
        sa.CheckConstraint("size_bytes > 0", name="measured"),
        sa.CheckConstraint(
            "(kind IN ('image', 'video')) = (width_px IS NOT NULL AND height_px IS NOT NULL)",
            name="seen_has_sides",
        ),
        sa.CheckConstraint(
            "(kind IN ('voice', 'video')) = (duration_ms IS NOT NULL)", name="played_has_duration"
        ),
        sa.CheckConstraint("attached_at IS NULL OR removed_at IS NULL", name="attached_stays"),
    )
    op.create_index(
        "ix_media_file_temporary",
        "media_file",
        ["created_at"],
        postgresql_where=TEMPORARY,
        sqlite_where=TEMPORARY,
    )
    op.create_table(
        "upload",
        sa.Column("id", Id, primary_key=True),
        sa.Column("mac", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("app_id", Id, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("received_bytes", sa.BigInteger, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("result_name", sa.Text),
        sa.Column("refused_because", sa.Text),
        sa.CheckConstraint("kind IN ('image', 'video', 'voice', 'file')", name="kind"),
        sa.CheckConstraint("purpose IN ('post', 'chat')", name="purpose"),
        sa.CheckConstraint(
            "size_bytes > 0 AND received_bytes BETWEEN 0 AND size_bytes", name="within"
        ),
        sa.CheckConstraint("result_name IS NULL OR refused_because IS NULL", name="one_end"),
    )
    op.create_index("ix_upload_created_at", "upload", ["created_at"])
    op.create_index("ix_upload_app_id_created_at", "upload", ["app_id", "created_at"])
    op.create_table(
        "upload_part",
        sa.Column("id", Id, primary_key=True),
        sa.Column("upload_id", Id, sa.ForeignKey("upload.id", ondelete="CASCADE"), nullable=False),
        sa.Column("offset_bytes", sa.BigInteger, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.CheckConstraint("offset_bytes >= 0 AND size_bytes > 0", name="measured"),
        sa.UniqueConstraint("upload_id", "offset_bytes"),
    )


def downgrade() -> None:
    op.drop_table("upload_part")
    op.drop_table("upload")
    op.drop_table("media_file")
    op.drop_column("image", "placeholder")
