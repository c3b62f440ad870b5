"""operators: who runs the place, and what was changed by whom"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, Json, UtcTime

revision = "202611212112"
down_revision = "202611212111"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "operator",
        sa.Column(
            "person_id", Id, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("added_at", UtcTime, nullable=False),
        sa.CheckConstraint("role IN ('admin', 'reviewer', 'support')", name="role"),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", Id, primary_key=True),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("actor_person_id", Id, sa.ForeignKey("person.id", ondelete="SET NULL")),
        sa.Column("actor_kind", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject_kind", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Text, nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.CheckConstraint(
            "actor_kind IN ('person', 'operator', 'system', 'cli')", name="actor_kind"
        ),
        sa.CheckConstraint(
            "action <> '' AND subject_kind <> '' AND subject_id <> ''", name="named"
        ),
    )
    op.create_index(
        "ix_audit_entry_subject_kind_subject_id_id",
        "audit_entry",
        ["subject_kind", "subject_id", "id"],
    )
    op.create_index("ix_audit_entry_actor_person_id", "audit_entry", ["actor_person_id"])
    op.create_index("ix_audit_entry_action_id", "audit_entry", ["action", "id"])


def downgrade() -> None:
    op.drop_table("audit_entry")
    op.drop_table("operator")
