"""oauth: what the standard endpoints keep"""

revision = "202611212110"
down_revision = "202611212008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
