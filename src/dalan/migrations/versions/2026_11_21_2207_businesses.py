"""businesses: accounts several people share"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, UtcTime

revision = "202611212207"
down_revision = "202611212206"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "business",
        sa.Column("id", Id, primary_key=True),
        sa.Column("token", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("city", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False, server_default=""),
        sa.Column("hours", sa.Text, nullable=False, server_default=""),
        sa.Column("logo_image_id", Id, sa.ForeignKey("image.id")),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("closed_at", UtcTime),
        sa.CheckConstraint("length(name) BETWEEN 2 AND 60", name="name"),
        sa.CheckConstraint(
            "type IN ('CAR', 'REAL_ESTATE', 'JOBS', 'MARKETPLACE', 'SERVICES', 'PERSONAL')",
            name="type",
        ),
    )
    op.create_table(
        "business_member",
        sa.Column(
            "business_id", Id, sa.ForeignKey("business.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("person_id", Id, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("added_at", UtcTime, nullable=False),
        sa.CheckConstraint("role IN ('owner', 'manager', 'member')", name="role"),
    )
    op.create_index("ix_business_member_person_id", "business_member", ["person_id"])
    op.create_table(
        "business_app",
        sa.Column(
            "business_id", Id, sa.ForeignKey("business.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("linked_at", UtcTime, nullable=False),
        sa.Column("linked_by_id", Id, sa.ForeignKey("person.id"), nullable=False),
    )
    op.create_index("ix_business_app_app_id", "business_app", ["app_id"])
    op.create_table(
        "pro_profile",
        sa.Column(
            "person_id", Id, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("image_id", Id, sa.ForeignKey("image.id"), nullable=False),
        sa.Column("set_at", UtcTime, nullable=False),
    )


def downgrade() -> None:
    for table in ("pro_profile", "business_app", "business_member", "business"):
        op.drop_table(table)
