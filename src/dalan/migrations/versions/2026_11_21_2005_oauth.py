"""oauth: grants, token families, codes and tokens

Tokens and codes are stored as 32-byte MACs; nothing here can be presented to anybody.
"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, Json, UtcTime

revision = "202611212005"
down_revision = "202611212004"
branch_labels = None
depends_on = None


def _belongs_to(name: str, table: str) -> "sa.Column[int]":
    return sa.Column(name, Id, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "authorization_grant",
        sa.Column("id", Id, primary_key=True),
        _belongs_to("person_id", "person"),
        _belongs_to("app_id", "app"),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("revoked_at", UtcTime),
        sa.UniqueConstraint("person_id", "app_id"),
    )
    op.create_index("ix_authorization_grant_app_id", "authorization_grant", ["app_id"])
    op.create_table(
        "grant_scope",
        sa.Column("id", Id, primary_key=True),
        _belongs_to("grant_id", "authorization_grant"),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("resource", sa.Text, nullable=False),
        sa.Column("granted_at", UtcTime, nullable=False),
        sa.Column("revoked_at", UtcTime),
        sa.UniqueConstraint("grant_id", "scope", "resource"),
    )
    op.create_table(
        "token_family",
        sa.Column("id", Id, primary_key=True),
        _belongs_to("grant_id", "authorization_grant"),
        sa.Column("door", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("scopes", Json, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
        sa.Column("revoked_at", UtcTime),
        sa.Column("revoked_reason", sa.Text),
        sa.CheckConstraint("door IN ('kenar', 'basalam')", name="door"),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_reason IS NULL)", name="revoked"),
    )
    op.create_index("ix_token_family_grant_id", "token_family", ["grant_id"])
    op.create_table(
        "authorization_code",
        sa.Column("mac", sa.LargeBinary, primary_key=True),
        _belongs_to("family_id", "token_family"),
        sa.Column("redirect_uri", sa.Text, nullable=False),
        sa.Column("code_challenge", sa.Text),
        sa.Column("expires_at", UtcTime, nullable=False),
        sa.Column("used_at", UtcTime),
    )
    op.create_index("ix_authorization_code_family_id", "authorization_code", ["family_id"])
    op.create_index("ix_authorization_code_expires_at", "authorization_code", ["expires_at"])
    op.create_table(
        "token",
        sa.Column("mac", sa.LargeBinary, primary_key=True),
        _belongs_to("family_id", "token_family"),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
        sa.Column("rotated_at", UtcTime),
        sa.Column("uses_count", sa.Integer, nullable=False),
        sa.Column("successor_box", sa.LargeBinary),
        sa.CheckConstraint("kind IN ('access', 'refresh')", name="kind"),
        sa.CheckConstraint("generation > 0", name="generation"),
        sa.CheckConstraint("(rotated_at IS NULL) = (uses_count = 0)", name="rotated"),
        sa.CheckConstraint("successor_box IS NULL OR rotated_at IS NOT NULL", name="successor"),
    )
    op.create_index("ix_token_family_id_kind", "token", ["family_id", "kind"])
    op.create_index("ix_token_expires_at", "token", ["expires_at"])


def downgrade() -> None:
    op.drop_table("token")
    op.drop_table("authorization_code")
    op.drop_table("token_family")
    op.drop_table("grant_scope")
    op.drop_table("authorization_grant")
