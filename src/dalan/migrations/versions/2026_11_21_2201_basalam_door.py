"""oauth: the second contract's door

The number an app is known by there, drawn for the apps there are, and the tokens apps get for
themselves. New tables alone, so the running code keeps working while this is applied.
"""

import secrets

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, Json, UtcTime

revision = "202611212201"
down_revision = "202611212113"
branch_labels = None
depends_on = None


def upgrade() -> None:
    basalam_client = op.create_table(
        "basalam_client",
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("client_id", Id, nullable=False),
        sa.UniqueConstraint("client_id"),
        sa.CheckConstraint("client_id > 0", name="client_id"),
    )
    op.create_table(
        "client_token",
        sa.Column("mac", sa.LargeBinary, primary_key=True),
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("scopes", Json, nullable=False),
        sa.Column("issued_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
    )
    op.create_index("ix_client_token_app_id", "client_token", ["app_id"])
    op.create_index("ix_client_token_expires_at", "client_token", ["expires_at"])
    bind = op.get_bind()
    app_ids = bind.execute(sa.text("SELECT id FROM app ORDER BY id")).scalars().all()
    numbers: set[int] = set()
    while len(numbers) < len(app_ids):
        numbers.add(100_000_000 + secrets.randbelow(900_000_000))
    drawn = [
        {"app_id": app_id, "client_id": number}
        for app_id, number in zip(app_ids, numbers, strict=True)
    ]
    if drawn:
        op.bulk_insert(basalam_client, drawn)


def downgrade() -> None:
    op.drop_table("client_token")
    op.drop_table("basalam_client")
