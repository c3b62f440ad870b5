"""links: blocked hosts, reports, quarantine and how much an owner makes

Expand step: the running code neither reads nor misses any of it.
"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, UtcTime

revision = "202611221204"
down_revision = "202611221202"
branch_labels = None
depends_on = None


def upgrade() -> None:
    by_code_point = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
    op.create_table(
        "blocked_host",
        sa.Column("id", Id, primary_key=True),
        sa.Column("host", by_code_point, nullable=False, unique=True),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("added_at", UtcTime, nullable=False),
        sa.CheckConstraint("host <> ''", name="host"),
    )
    op.create_table(
        "link_report",
        sa.Column("id", Id, primary_key=True),
        sa.Column("link_id", Id, sa.ForeignKey("link.id", ondelete="CASCADE"), nullable=False),
        sa.Column("reporter", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("decided_at", UtcTime),
        sa.UniqueConstraint("link_id", "reporter"),
        sa.CheckConstraint("state IN ('open', 'upheld', 'dismissed')", name="state"),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
    )
    op.create_index(
        "ix_link_report_open",
        "link_report",
        ["link_id", "id"],
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_link_report_decided_at", "link_report", ["decided_at"])
    op.create_table(
        "link_meter",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("since", UtcTime, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.CheckConstraint("count >= 0", name="count"),
    )
    op.create_index("ix_link_meter_since", "link_meter", ["since"])
    op.add_column("link", sa.Column("quarantined_at", UtcTime))
    op.create_index(
        "ix_link_quarantined_at",
        "link",
        ["quarantined_at"],
        postgresql_where=sa.text("quarantined_at IS NOT NULL"),
        sqlite_where=sa.text("quarantined_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_link_quarantined_at", "link")
    op.drop_column("link", "quarantined_at")
    op.drop_table("link_meter")
    op.drop_table("link_report")
    op.drop_table("blocked_host")
