"""oauth: what the standard endpoints keep

Requests pushed ahead (RFC 9126), the keys id_tokens are signed with, what of a request comes
back in an id_token or a token answer, and since when a token exists. The columns are null for
rows made before, so the running code keeps working while this is applied.
"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, Json, UtcTime

revision = "202611212110"
down_revision = "202611212008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("token", sa.Column("issued_at", UtcTime))
    op.add_column("token_family", sa.Column("authorization_details", Json))
    op.add_column("authorization_code", sa.Column("nonce", sa.Text))
    op.add_column("authorization_code", sa.Column("signed_in_at", UtcTime))
    op.create_table(
        "pushed_request",
        sa.Column("id", Id, primary_key=True),
        sa.Column("mac", sa.LargeBinary, nullable=False),
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
        sa.Column("parameters", sa.Text, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
        sa.Column("used_at", UtcTime),
        sa.UniqueConstraint("mac"),
    )
    op.create_index("ix_pushed_request_app_id", "pushed_request", ["app_id"])
    op.create_index("ix_pushed_request_expires_at", "pushed_request", ["expires_at"])
    op.create_table(
        "signing_key",
        sa.Column("id", Id, primary_key=True),
        sa.Column("kid", sa.Text, nullable=False),
        sa.Column("private_key_box", sa.LargeBinary, nullable=False),
        sa.Column("public_jwk", Json, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.UniqueConstraint("kid"),
    )


def downgrade() -> None:
    op.drop_table("signing_key")
    op.drop_table("pushed_request")
    op.drop_column("authorization_code", "signed_in_at")
    op.drop_column("authorization_code", "nonce")
    op.drop_column("token_family", "authorization_details")
    op.drop_column("token", "issued_at")
