"""What people proved about themselves, what they are known by outside, and their bank accounts.

What would hurt in a stranger's hands (national code, card, sheba) lies in sealed boxes only.
"""

from datetime import date, datetime
from typing import Literal

import msgspec
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from dalan.kernel.db import Id, UtcTime, metadata

ProofPurpose = Literal["verify_phone", "change_phone", "bank_account"]
BankAccountStatus = Literal["verified", "unverified", "temporary"]

person_number = Table(
    "person_number",
    metadata,
    Column("person_id", Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Id, nullable=False),
    Column("hash_id", Text, nullable=False),
    UniqueConstraint("number"),
    UniqueConstraint("hash_id"),
)
"""What contracts with numbers for people call somebody: drawn by chance (decision 0013)."""


class PersonNumber(msgspec.Struct, frozen=True):
    """A person's names outside: a number, and an opaque text."""

    person_id: int
    number: int
    hash_id: str


person_proof = Table(
    "person_proof",
    metadata,
    Column("person_id", Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("mobile_verified_at", UtcTime),
    Column("identity_box", LargeBinary),
    Column("identity_verified_at", UtcTime),
    CheckConstraint("(identity_box IS NULL) = (identity_verified_at IS NULL)", name="identity"),
)
"""``identity_box`` holds national code and birthday, sealed for this person."""


class ProofRow(msgspec.Struct, frozen=True):
    person_id: int
    mobile_verified_at: datetime | None
    identity_box: bytes | None
    identity_verified_at: datetime | None


class Proof(msgspec.Struct, frozen=True):
    """What a person proved; None and "" for what they have not."""

    mobile_verified_at: datetime | None = None
    national_code: str = ""
    birthday: date | None = None
    identity_verified_at: datetime | None = None


proof_code = Table(
    "proof_code",
    metadata,
    Column("person_id", Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("purpose", Text, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("mac", LargeBinary, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("attempts_count", Integer, nullable=False),
    Column("used_at", UtcTime),
    CheckConstraint("purpose IN ('verify_phone', 'change_phone', 'bank_account')", name="purpose"),
    CheckConstraint("attempts_count >= 0", name="attempts_count"),
    Index(None, "expires_at"),
)
"""One code a person and purpose. ``subject`` is what it proves something of: a number in E.164
or a bank account's id. Never a sign-in code: an app may see this one, and none of those."""


class ProofCodeRow(msgspec.Struct, frozen=True):
    """The code of a purpose as it was last sent."""

    subject: str
    created_at: datetime
    expires_at: datetime
    attempts_count: int
    used_at: datetime | None


bank_account = Table(
    "bank_account",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("person_id", Id, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("box", LargeBinary, nullable=False),
    Column("status", Text, nullable=False),
    Column("verified_by", Text),
    Column("is_default", Boolean, nullable=False),
    Column("confirmed_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    CheckConstraint("status IN ('verified', 'unverified', 'temporary')", name="status"),
    CheckConstraint("verified_by IN ('system', 'operator')", name="verified_by"),
    CheckConstraint("(status = 'verified') = (verified_by IS NOT NULL)", name="verified"),
    Index(None, "person_id"),
    Index(None, "status", "updated_at"),
)
"""``id`` is drawn by chance. ``box`` holds the numbers, sealed for the account. ``confirmed_at``:
when the owner typed the code that was sent for it."""


class BankAccountRow(msgspec.Struct, frozen=True):
    id: int
    person_id: int
    box: bytes
    status: BankAccountStatus
    verified_by: Literal["system", "operator"] | None
    is_default: bool
    confirmed_at: datetime | None
    created_at: datetime
    updated_at: datetime
