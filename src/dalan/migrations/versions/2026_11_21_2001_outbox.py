"""outbox: facts, and the jobs listeners owe to them"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, Json, UtcTime

revision = "202611212001"
down_revision = None
branch_labels = None
depends_on = None

UNRELAYED = sa.text("relayed_at IS NULL")
OPEN = sa.text("finished_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "outbox_fact",
        sa.Column("id", Id, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("resource", sa.Text, nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("recorded_at", UtcTime, nullable=False),
        sa.Column("relayed_at", UtcTime),
    )
    op.create_index(
        "ix_outbox_fact_unrelayed",
        "outbox_fact",
        ["id"],
        postgresql_where=UNRELAYED,
        sqlite_where=UNRELAYED,
    )
    op.create_table(
        "outbox_job",
        sa.Column("id", Id, primary_key=True),
        sa.Column(
            "fact_id", Id, sa.ForeignKey("outbox_fact.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("listener", sa.Text, nullable=False),
        sa.Column("resource", sa.Text, nullable=False),
        sa.Column("run_at", UtcTime, nullable=False),
        sa.Column("attempts_count", sa.Integer, nullable=False),
        sa.Column("lease_no", sa.Integer, nullable=False),
        sa.Column("finished_at", UtcTime),
        sa.Column("given_up_at", UtcTime),
        sa.Column("last_error", sa.Text),
        sa.UniqueConstraint("fact_id", "listener"),
    )
    op.create_index(
        "ix_outbox_job_open", "outbox_job", ["run_at"], postgresql_where=OPEN, sqlite_where=OPEN
    )
    op.create_index(
        "ix_outbox_job_order",
        "outbox_job",
        ["listener", "resource", "id"],
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )


def downgrade() -> None:
    op.drop_table("outbox_job")
    op.drop_table("outbox_fact")
