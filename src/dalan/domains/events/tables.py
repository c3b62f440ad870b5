"""Which app asked to be told of what, on whose word."""

from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Column, ForeignKey, Index, Table, Text, UniqueConstraint

from dalan.kernel.db import Id, Json, UtcTime, metadata

SubscribedType = Literal["NEW_MESSAGE_ON_POST", "POST_UPDATE", "CHAT_MESSAGE"]

event_subscription = Table(
    "event_subscription",
    metadata,
    Column("id", Id, primary_key=True),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("family_id", Id, ForeignKey("token_family.id", ondelete="CASCADE"), nullable=False),
    Column("type", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("metadata", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("app_id", "person_id", "type", "resource"),
    Index(None, "person_id", "type"),
    Index(None, "family_id"),
)
"""``resource`` is a post's token, or empty for all posts of the person. It lives as long as the
tokens of its family."""


class Subscription(msgspec.Struct, frozen=True):
    """An app's wish to be told; ``metadata`` comes back with every event."""

    id: int
    app_id: int
    person_id: int
    family_id: int
    type: SubscribedType
    resource: str
    metadata: Any
    created_at: datetime
