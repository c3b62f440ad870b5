"""operators: who runs the place, and what was changed by whom"""

revision = "202611212112"
down_revision = "202611212111"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
