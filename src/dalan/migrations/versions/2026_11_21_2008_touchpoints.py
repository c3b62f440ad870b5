"""touchpoints: where apps are offered, and starts to return from"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, UtcTime

revision = "202611212008"
down_revision = "202611212007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "touchpoint",
        sa.Column("app_id", Id, sa.ForeignKey("app.id"), nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("operation", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("app_id", "place"),
        sa.CheckConstraint(
            "place IN ('MY_POST', 'MY_DIVAR', 'DIVAR_PRO', 'CHAT', 'DEMAND_POST')", name="place"
        ),
        sa.CheckConstraint(
            "operation IN"
            " ('LOAD_WEBVIEW_DIRECT_LINK', 'LOAD_WEBVIEW_SERVER_LINK', 'START_CHAT_BOT')",
            name="operation",
        ),
    )
    op.create_index("ix_touchpoint_place", "touchpoint", ["place"])
    op.create_table(
        "start",
        sa.Column("id", Id, primary_key=True),
        sa.Column("mac", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("app_id", Id, sa.ForeignKey("app.id"), nullable=False),
        sa.Column("person_id", Id, sa.ForeignKey("person.id")),
        sa.Column("origin_path", sa.Text, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
        sa.CheckConstraint("origin_path LIKE '/%'", name="origin_path"),
    )
    op.create_index("ix_start_person_id_id", "start", ["person_id", "id"])
    op.create_index("ix_start_expires_at", "start", ["expires_at"])


def downgrade() -> None:
    op.drop_table("start")
    op.drop_table("touchpoint")
