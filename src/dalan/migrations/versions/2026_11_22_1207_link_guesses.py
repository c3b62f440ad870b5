"""links: how often a link's password was guessed

Expand step: the running code neither reads nor misses any of it.
"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, UtcTime

revision = "202611221207"
down_revision = "202611221205"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "link_guess",
        sa.Column("link_id", Id, sa.ForeignKey("link.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("guesser", sa.LargeBinary, primary_key=True),
        sa.Column("until", UtcTime, nullable=False),
        sa.Column("guesses_count", sa.Integer, nullable=False),
        sa.CheckConstraint("guesses_count >= 0", name="guesses_count"),
    )
    op.create_index("ix_link_guess_until", "link_guess", ["until"])


def downgrade() -> None:
    op.drop_table("link_guess")
