"""events: which app asked to be told of what"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, Json, UtcTime

revision = "202611221006"
down_revision = "202611221004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_subscription",
        sa.Column("id", Id, primary_key=True),
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
        sa.Column("person_id", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column(
            "family_id", Id, sa.ForeignKey("token_family.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("resource", sa.Text, nullable=False),
        sa.Column("metadata", Json, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.UniqueConstraint("app_id", "person_id", "type", "resource"),
    )
    op.create_index(
        "ix_event_subscription_person_id_type", "event_subscription", ["person_id", "type"]
    )
    op.create_index("ix_event_subscription_family_id", "event_subscription", ["family_id"])


def downgrade() -> None:
    op.drop_table("event_subscription")
