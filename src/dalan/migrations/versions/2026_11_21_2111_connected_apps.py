"""oauth: what people see of the apps they connected"""

revision = "202611212111"
down_revision = "202611212110"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
