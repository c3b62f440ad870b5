"""oauth: what people see of the apps they connected"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import UtcTime

revision = "202611212111"
down_revision = "202611212110"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("authorization_grant", sa.Column("last_used_at", UtcTime))
    op.add_column("grant_scope", sa.Column("consent_mark", sa.LargeBinary))
    op.add_column("token_family", sa.Column("refresh_ended_at", UtcTime))


def downgrade() -> None:
    op.drop_column("token_family", "refresh_ended_at")
    op.drop_column("grant_scope", "consent_mark")
    op.drop_column("authorization_grant", "last_used_at")
