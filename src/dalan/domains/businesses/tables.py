"""Businesses, who works in them, and the apps that may submit for them."""

from datetime import datetime
from typing import Literal, get_args

import msgspec
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text, text

from dalan.kernel.db import Id, UtcTime, metadata

BusinessType = Literal["CAR", "REAL_ESTATE", "JOBS", "MARKETPLACE", "SERVICES", "PERSONAL"]
BUSINESS_TYPES: tuple[BusinessType, ...] = get_args(BusinessType)
"""Source: Kenar digest 8.1."""

BusinessRole = Literal["owner", "manager", "member"]

NAME_LENGTH_MIN, NAME_LENGTH_MAX = 2, 60

_TYPES = ", ".join(f"'{one}'" for one in BUSINESS_TYPES)

business = Table(
    "business",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("address", Text, nullable=False, server_default=""),
    Column("hours", Text, nullable=False, server_default=""),
    Column("logo_image_id", Id, ForeignKey("image.id")),
    Column("created_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
    CheckConstraint(f"length(name) BETWEEN {NAME_LENGTH_MIN} AND {NAME_LENGTH_MAX}", name="name"),
    CheckConstraint(f"type IN ({_TYPES})", name="type"),
    Index("ix_business_logo_image_id", "logo_image_id",
          postgresql_where=text("logo_image_id IS NOT NULL"),
          sqlite_where=text("logo_image_id IS NOT NULL")),
)  # fmt: skip

business_member = Table(
    "business_member",
    metadata,
    Column("business_id", Id, ForeignKey("business.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), primary_key=True),
    Column("role", Text, nullable=False),
    Column("added_at", UtcTime, nullable=False),
    CheckConstraint("role IN ('owner', 'manager', 'member')", name="role"),
    Index("ix_business_member_person_id", "person_id"),
)
"""An owner does everything, a manager all but members and closing, a member submits and edits."""

business_app = Table(
    "business_app",
    metadata,
    Column("business_id", Id, ForeignKey("business.id", ondelete="CASCADE"), primary_key=True),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), primary_key=True),
    Column("linked_at", UtcTime, nullable=False),
    Column("linked_by_id", Id, ForeignKey("person.id"), nullable=False),
    Index("ix_business_app_app_id", "app_id"),
    Index("ix_business_app_linked_by_id", "linked_by_id"),
)
"""Apps that may submit for a business in their own name, without a person's token."""

pro_profile = Table(
    "pro_profile",
    metadata,
    Column("person_id", Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("image_id", Id, ForeignKey("image.id"), nullable=False),
    Column("set_at", UtcTime, nullable=False),
    Index("ix_pro_profile_image_id", "image_id"),
)
"""People's professional pictures."""


class Business(msgspec.Struct, frozen=True):
    """A business. ``city`` is a slug or ""; ``hours`` is when it is open, in its
    own words; ``closed_at`` is None while it stands."""

    id: int
    token: str
    name: str
    type: BusinessType
    about: str
    city: str
    address: str
    hours: str
    logo_image_id: int | None
    created_at: datetime
    closed_at: datetime | None


class BusinessMember(msgspec.Struct, frozen=True):
    """Somebody who works in a business."""

    business_id: int
    person_id: int
    role: BusinessRole
    added_at: datetime


class LinkedApp(msgspec.Struct, frozen=True):
    """An app that may submit for a business."""

    business_id: int
    app_id: int
    linked_at: datetime
    linked_by_id: int
