"""identity: accounts that were closed"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, UtcTime

revision = "202611212113"
down_revision = "202611212112"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "closed_account",
        sa.Column(
            "person_id", Id, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("closed_at", UtcTime, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("closed_account")
