"""identity: accounts that were closed"""

revision = "202611212113"
down_revision = "202611212112"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
