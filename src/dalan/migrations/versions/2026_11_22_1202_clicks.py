"""clicks: single clicks, their sums by time, and how far journals were read

Expand step: the running code neither reads nor misses any of it. Links that are there have been
visited never.
"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, UtcTime

revision = "202611221202"
down_revision = "202611221201"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "click",
        sa.Column("id", Id, primary_key=True),
        sa.Column("link_id", Id, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("standing", sa.SmallInteger, nullable=False),
        *[
            sa.Column(name, sa.Text, nullable=False)
            for name in (
                "source", "country", "city", "referrer", "browser", "os", "device", "language",
            )
        ],
        sa.Column("visitor", sa.BigInteger, nullable=False),
    )  # fmt: skip
    op.create_index("ix_click_link_id", "click", ["link_id", "at"])
    _create_sums("click_minute")
    _create_sums("click_sum", sa.Column("level", sa.SmallInteger, primary_key=True,
                                        autoincrement=False))  # fmt: skip
    op.create_index("ix_click_minute_start", "click_minute", ["start"])
    scattered = sa.text("shard > 0")
    op.create_index(
        "ix_click_sum_scattered", "click_sum", ["level", "start", "link_id"],
        postgresql_where=scattered, sqlite_where=scattered,
    )  # fmt: skip
    op.create_table(
        "click_total",
        sa.Column("link_id", Id, sa.ForeignKey("link.id", ondelete="CASCADE"), primary_key=True,
                  autoincrement=False),
        sa.Column("group_id", Id, nullable=False),
        sa.Column("visits", sa.BigInteger, nullable=False),
        sa.Column("base", sa.BigInteger, nullable=False),
        sa.Column("bots", sa.BigInteger, nullable=False),
        sa.CheckConstraint("visits >= base AND base >= 0 AND bots >= 0", name="counts"),
    )  # fmt: skip
    op.create_index("ix_click_total_group_id", "click_total", ["group_id", "visits", "link_id"])
    op.create_table("click_watch", sa.Column("group_id", Id, primary_key=True, autoincrement=False))
    op.create_table(
        "click_writer",
        sa.Column("writer", sa.Text, primary_key=True),
        sa.Column("segment", sa.BigInteger, nullable=False),
        sa.Column("drained_bytes", sa.BigInteger, nullable=False),
        sa.Column("changed_at", UtcTime, nullable=False),
    )
    op.create_index("ix_click_writer_changed_at", "click_writer", ["changed_at"])
    op.create_table(
        "click_kept",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("clicks_from", UtcTime, nullable=False),
        sa.Column("minutes_from", UtcTime, nullable=False),
        sa.CheckConstraint("id = 1", name="one"),
    )
    op.execute(
        "INSERT INTO click_total (link_id, group_id, visits, base, bots)"
        " SELECT id, owner_no, 0, 0, 0 FROM link"
    )


def _create_sums(name: str, *columns: "sa.Column[int]") -> None:
    op.create_table(
        name,
        sa.Column("link_id", Id, primary_key=True, autoincrement=False),
        *columns,
        sa.Column("start", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("shard", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("clicks", sa.BigInteger, nullable=False),
        sa.Column("bots", sa.BigInteger, nullable=False),
        sa.Column("detail", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for name in (
        "click_kept", "click_writer", "click_watch", "click_total", "click_sum", "click_minute",
        "click",
    ):  # fmt: skip
        op.drop_table(name)
