"""events: which events of its own links an app wants

Expand step: the running code neither reads nor misses it.
"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, UtcTime

revision = "202611221210"
down_revision = "202611221209"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_own_subscription",
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("type", sa.Text, primary_key=True),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("told_until", UtcTime, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("event_own_subscription")
