"""Operators."""

from datetime import datetime
from typing import Literal, get_args

import msgspec
from sqlalchemy import CheckConstraint, Column, ForeignKey, Table, Text

from dalan.kernel.db import Id, UtcTime, metadata

OperatorRole = Literal["admin", "reviewer", "support"]
ROLES: tuple[OperatorRole, ...] = get_args(OperatorRole)

Duty = Literal[
    "apps",
    "posts",
    "links",
    "domains",
    "requests",
    "tickets",
    "people",
    "deposits",
    "prices",
    "lists",
    "audit",
    "settings",
    "operators",
]
"""What there is to do: read posts and reports and set the rules for them, look at reported short
links and say which hosts they may not lead to, say which short domains there are, review and bound
apps, answer what their teams ask for, answer tickets, help and bar people, say whether money has
arrived, set prices, say which categories and places there are, read the log, read how the place is
set up, and decide what other operators may not (such as barring one of them)."""

operator = Table(
    "operator",
    metadata,
    Column("person_id", Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("role", Text, nullable=False),
    Column("added_at", UtcTime, nullable=False),
    CheckConstraint("role IN ('admin', 'reviewer', 'support')", name="role"),
)


class Operator(msgspec.Struct, frozen=True):
    """A person who runs the place."""

    person_id: int
    role: OperatorRole
    added_at: datetime
