"""charges: given back by an operator

``refunded_at``: null while the app keeps what it took. Expand step: the running code neither
reads nor misses it.
"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import UtcTime

revision = "202611221103"
down_revision = "202611221102"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("charge", sa.Column("refunded_at", UtcTime))


def downgrade() -> None:
    op.drop_column("charge", "refunded_at")
