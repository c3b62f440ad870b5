"""site: what operators say of categories, places and options, over the published lists"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, UtcTime

revision = "202611221003"
down_revision = "202611221001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "taxonomy_entry",
        sa.Column("list", sa.Text, primary_key=True),
        sa.Column("slug", sa.Text, primary_key=True),
        sa.Column("parent", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("title_en", sa.Text, nullable=False),
        sa.Column("leaf", sa.Boolean, nullable=False),
        sa.Column("retired_at", UtcTime),
        sa.Column("edition", sa.BigInteger, nullable=False),
        sa.Column("changed_at", UtcTime, nullable=False),
        sa.Column("changed_by_id", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.CheckConstraint("length(slug) > 0 AND length(title) > 0", name="named"),
    )
    op.create_table(
        "taxonomy_edition",
        sa.Column("id", Id, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.CheckConstraint("id = 1", name="one_row"),
    )


def downgrade() -> None:
    op.drop_table("taxonomy_edition")
    op.drop_table("taxonomy_entry")
