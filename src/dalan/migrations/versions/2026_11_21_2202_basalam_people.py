"""identity: what people prove about themselves

Outside numbers of people, proofs, the codes for them, bank accounts; personal access tokens of
the Basalam door. Everybody registered before gets an outside number here.
"""

import secrets
from typing import Any

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, UtcTime

revision = "202611212202"
down_revision = "202611212201"
branch_labels = None
depends_on = None

_HASH_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"


def upgrade() -> None:
    numbers = op.create_table(
        "person_number",
        _person(primary_key=True),
        sa.Column("number", Id, nullable=False),
        sa.Column("hash_id", sa.Text, nullable=False),
        sa.UniqueConstraint("number"),
        sa.UniqueConstraint("hash_id"),
    )
    _number_everybody(numbers)
    op.create_table(
        "person_proof",
        _person(primary_key=True),
        sa.Column("mobile_verified_at", UtcTime),
        sa.Column("identity_box", sa.LargeBinary),
        sa.Column("identity_verified_at", UtcTime),
        sa.CheckConstraint(
            "(identity_box IS NULL) = (identity_verified_at IS NULL)", name="identity"
        ),
    )
    op.create_table(
        "proof_code",
        _person(primary_key=True),
        sa.Column("purpose", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("mac", sa.LargeBinary, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
        sa.Column("attempts_count", sa.Integer, nullable=False),
        sa.Column("used_at", UtcTime),
        sa.CheckConstraint(
            "purpose IN ('verify_phone', 'change_phone', 'bank_account')", name="purpose"
        ),
        sa.CheckConstraint("attempts_count >= 0", name="attempts_count"),
    )
    op.create_index(None, "proof_code", ["expires_at"])
    op.create_table(
        "bank_account",
        sa.Column("id", Id, primary_key=True, autoincrement=False),
        _person(nullable=False),
        sa.Column("box", sa.LargeBinary, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("verified_by", sa.Text),
        sa.Column("is_default", sa.Boolean, nullable=False),
        sa.Column("confirmed_at", UtcTime),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("updated_at", UtcTime, nullable=False),
        sa.CheckConstraint("status IN ('verified', 'unverified', 'temporary')", name="status"),
        sa.CheckConstraint("verified_by IN ('system', 'operator')", name="verified_by"),
        sa.CheckConstraint("(status = 'verified') = (verified_by IS NOT NULL)", name="verified"),
    )
    op.create_index(None, "bank_account", ["person_id"])
    op.create_index(None, "bank_account", ["status", "updated_at"])
    op.create_table(
        "personal_token",
        sa.Column(
            "family_id",
            Id,
            sa.ForeignKey("token_family.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("last_used_at", UtcTime),
        sa.CheckConstraint("length(title) BETWEEN 1 AND 60", name="title"),
    )


def downgrade() -> None:
    for table in ("personal_token", "bank_account", "proof_code", "person_proof", "person_number"):
        op.drop_table(table)


def _person(**given: Any) -> "sa.Column[int]":
    return sa.Column("person_id", Id, sa.ForeignKey("person.id", ondelete="CASCADE"), **given)


def _number_everybody(numbers: sa.Table) -> None:
    connection = op.get_bind()
    people = connection.scalars(sa.text("SELECT id FROM person ORDER BY id")).all()
    drawn: set[int] = set()
    while len(drawn) < len(people):
        drawn.add(10_000_000 + secrets.randbelow(2**31 - 10_000_000))
    rows = [
        {
            "person_id": person_id,
            "number": number,
            "hash_id": "".join(secrets.choice(_HASH_ALPHABET) for _ in range(10)),
        }
        for person_id, number in zip(people, drawn, strict=True)
    ]
    for start in range(0, len(rows), 1_000):
        connection.execute(numbers.insert(), rows[start : start + 1_000])
