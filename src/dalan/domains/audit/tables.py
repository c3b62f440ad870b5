"""The log of changes."""

from datetime import datetime
from typing import Any, Literal, get_args

import msgspec
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text

from dalan.kernel.db import Id, Json, UtcTime, metadata

ActorKind = Literal["person", "operator", "system", "cli"]
ACTOR_KINDS: tuple[ActorKind, ...] = get_args(ActorKind)

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("actor_person_id", Id, ForeignKey("person.id", ondelete="SET NULL")),
    Column("actor_kind", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("facts", Json, nullable=False),
    CheckConstraint("actor_kind IN ('person', 'operator', 'system', 'cli')", name="actor_kind"),
    CheckConstraint("action <> '' AND subject_kind <> '' AND subject_id <> ''", name="named"),
    Index("ix_audit_entry_subject_kind_subject_id_id", "subject_kind", "subject_id", "id"),
    Index("ix_audit_entry_actor_person_id", "actor_person_id"),
    Index("ix_audit_entry_action_id", "action", "id"),
)
"""Entries are added and read, never changed; the order of ids is the order of changes."""


class Entry(msgspec.Struct, frozen=True):
    """One change. ``facts`` says what of the subject was changed, without personal data."""

    id: int
    at: datetime
    actor_person_id: int | None
    actor_kind: ActorKind
    action: str
    subject_kind: str
    subject_id: str
    facts: dict[str, Any]
