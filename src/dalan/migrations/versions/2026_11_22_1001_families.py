"""developers: apps that sign only, and whose keys are fetched from an address of theirs"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, Json, UtcTime

revision = "202611221001"
down_revision = "202611212213"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "client_proof",
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("signed_only", sa.Boolean, nullable=False),
        sa.Column("jwks_uri", sa.Text),
        sa.Column("found", Json, nullable=False),
        sa.Column("asked_at", UtcTime),
        sa.Column("answered_at", UtcTime),
        sa.Column("fetched_at", UtcTime),
        sa.Column("problem", sa.Text, nullable=False),
        sa.CheckConstraint("length(jwks_uri) <= 2000", name="jwks_uri_length"),
    )


def downgrade() -> None:
    op.drop_table("client_proof")
