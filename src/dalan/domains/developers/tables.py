"""Apps, their members, keys, secrets and addresses, and how much they called."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

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
    text,
)
from sqlalchemy.engine import Dialect

from dalan.kernel.db import Id, Json, UtcTime, metadata

AppKind = Literal["development", "production"]
AppState = Literal[
    "development",
    "in_review",
    "changes_requested",
    "approved",
    "active",
    "inactive",
    "suspended",
]
Role = Literal["owner", "admin", "developer"]


class AppSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What an app may have spelled otherwise, because it was written for an older contract."""

    session_body: Literal["1", "2", "merged"] = "merged"
    """Which body a server-link call carries; merged has the fields of both."""

    user_side_case: Literal["upper", "capitalized"] = "upper"
    """``SUPPLY`` or ``Supply``."""

    integer_timestamps: bool = False
    """``sent_at`` of events in microseconds since the epoch instead of RFC 3339."""

    reply_without_token: bool = False
    """The bot may answer people who wrote to it first without their token, on v1 too."""

    attach_without_consent: bool = False
    """Add-ons may be attached to posts without their owner's token, as the first contract let."""

    partial_consent: bool = False
    """People may leave out permissions it asks for at Kenar's door; it reads what it was given."""

    team_only: bool = False
    """Offer the app to its members only, though it is active."""


class _Names(Json):
    """A JSON list of names as a tuple; NULL, where a column allows it, means every one."""

    cache_ok = True

    def result_processor(self, _: Dialect, __: object) -> Callable[[str | None], Any]:
        return _read_names


class _Settings(Json):
    """The compatibility settings; members added later take their defaults."""

    cache_ok = True

    def result_processor(self, _: Dialect, __: object) -> Callable[[str | None], Any]:
        return _read_settings


_names_decoder = msgspec.json.Decoder(tuple[str, ...])
_settings_decoder = msgspec.json.Decoder(AppSettings)


def _read_names(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else _names_decoder.decode(text)


def _read_settings(text: str | None) -> AppSettings | None:
    return None if text is None else _settings_decoder.decode(text)


app = Table(
    "app",
    metadata,
    Column("id", Id, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("display", Text, nullable=False),
    Column("subtitle", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("avatar_image_id", Id, ForeignKey("image.id")),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("owner_id", Id, ForeignKey("person.id"), nullable=False),
    Column("service_type", Text),
    Column("identification_key_box", LargeBinary),
    Column("fallback_url", Text, nullable=False),
    Column("session_init_url", Text, nullable=False),
    Column("dynamic_action_url", Text, nullable=False),
    Column("events_url", Text, nullable=False),
    Column("permissions", _Names),
    Column("scopes", _Names),
    Column("widgets", _Names),
    Column("categories", _Names),
    Column("cities", _Names),
    Column("settings", _Settings, nullable=False),
    Column("review_note", Text, nullable=False),
    Column("requests_per_minute", Integer),
    Column("requests_per_day", Integer),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    CheckConstraint(
        "(kind = 'development'"
        " AND state IN ('development', 'in_review', 'changes_requested', 'suspended'))"
        " OR (kind = 'production'"
        " AND state IN ('approved', 'active', 'inactive', 'suspended'))",
        name="state",
    ),
    CheckConstraint("requests_per_minute > 0 AND requests_per_day > 0", name="limits"),
    Index("ix_app_owner_id", "owner_id"),
    Index("ix_app_avatar_image_id", "avatar_image_id",
          postgresql_where=text("avatar_image_id IS NOT NULL"),
          sqlite_where=text("avatar_image_id IS NOT NULL")),
)  # fmt: skip


class EventAddress(msgspec.Struct, frozen=True):
    """Where an app wants to be told of events (``""``: nowhere), and the sealed key we prove
    ourselves with there."""

    app_id: int
    url: str
    identification_key_box: bytes | None
    state: AppState


class App(msgspec.Struct, frozen=True):
    """One app. An address that is not set is ``""``; a list that is None means every one.

    ``requests_per_minute`` and ``requests_per_day`` are its own limits, None: those of its kind.
    ``review_note`` is what a reviewer asked to be changed.
    """

    id: int
    slug: str
    display: str
    subtitle: str
    description: str
    avatar_image_id: int | None
    kind: AppKind
    state: AppState
    owner_id: int
    service_type: str | None
    identification_key_box: bytes | None
    fallback_url: str
    session_init_url: str
    dynamic_action_url: str
    events_url: str
    permissions: tuple[str, ...] | None
    scopes: tuple[str, ...] | None
    widgets: tuple[str, ...] | None
    categories: tuple[str, ...] | None
    cities: tuple[str, ...] | None
    settings: AppSettings
    review_note: str
    requests_per_minute: int | None
    requests_per_day: int | None
    created_at: datetime
    updated_at: datetime

    @property
    def is_development(self) -> bool:
        """It works on development posts only and is seen by its members only."""
        return self.kind == "development"

    def may_ask_scope(self, name: str) -> bool:
        """People may be asked for the scope of that name."""
        return self.scopes is None or name in self.scopes

    def may_use_widget(self, name: str) -> bool:
        """Its add-ons may hold widgets of that kind."""
        return self.widgets is None or name in self.widgets

    def is_for(self, *, category: str | None = None, city: str | None = None) -> bool:
        """It was activated for posts of that category and city."""
        return (category is None or self.categories is None or category in self.categories) and (
            city is None or self.cities is None or city in self.cities
        )


app_member = Table(
    "app_member",
    metadata,
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), primary_key=True),
    Column("role", Text, nullable=False),
    Column("added_at", UtcTime, nullable=False),
    CheckConstraint("role IN ('owner', 'admin', 'developer')", name="role"),
    Index("ix_app_member_person_id", "person_id"),
)


class Member(msgspec.Struct, frozen=True):
    """A person who may see and, as far as the role goes, change an app."""

    app_id: int
    person_id: int
    role: Role
    added_at: datetime


_EXPIRY_UNWARNED = "revoked_at IS NULL AND expiry_warned_at IS NULL AND expires_at IS NOT NULL"

api_key = Table(
    "api_key",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("title", Text, nullable=False),
    Column("mac", LargeBinary, nullable=False, unique=True),
    Column("hint", Text, nullable=False),
    Column("permissions", _Names, nullable=False),
    Column("oauth_enabled", Boolean, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime),
    Column("last_used_at", UtcTime),
    Column("revoked_at", UtcTime),
    Column("replaces_id", Id),
    Column("age_warned_at", UtcTime),
    Column("expiry_warned_at", UtcTime),
    Index("ix_api_key_app_id", "app_id"),
    Index("ix_api_key_age_unwarned", "created_at",
          postgresql_where=text("revoked_at IS NULL AND age_warned_at IS NULL"),
          sqlite_where=text("revoked_at IS NULL AND age_warned_at IS NULL")),
    Index("ix_api_key_expiry_unwarned", "expires_at",
          postgresql_where=text(_EXPIRY_UNWARNED), sqlite_where=text(_EXPIRY_UNWARNED)),
)  # fmt: skip
"""``id`` is drawn by chance, for it can be read from the key and a counter would tell everybody
how many keys there are. ``mac`` is of the key's secret part. ``replaces_id`` is the key it took
over from (``rotate_key``); the two ``…_warned_at`` say when its team was told."""


class ApiKey(msgspec.Struct, frozen=True):
    """A key of an app, without its secret. ``hint`` is how it begins."""

    id: int
    app_id: int
    title: str
    hint: str
    permissions: tuple[str, ...]
    oauth_enabled: bool
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    replaces_id: int | None = None

    def is_live(self, at: datetime) -> bool:
        """It opens doors at that moment."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > at)


client_secret = Table(
    "client_secret",
    metadata,
    Column("id", Id, primary_key=True),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("mac", LargeBinary, nullable=False),
    Column("hint", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime),
    Column("last_used_at", UtcTime),
    Index("ix_client_secret_app_id", "app_id"),
)


class ClientSecret(msgspec.Struct, frozen=True):
    """A client secret, without the secret. The current one of an app has no ``expires_at``."""

    id: int
    app_id: int
    hint: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


PodKind = Literal["token", "service_key"]

pod_credential = Table(
    "pod_credential",
    metadata,
    Column("id", Id, primary_key=True),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("mac", LargeBinary, nullable=False, unique=True),
    Column("hint", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime),
    Column("last_used_at", UtcTime),
    CheckConstraint("kind IN ('token', 'service_key')", name="kind"),
    Index("ix_pod_credential_app_id", "app_id"),
)
"""What an app sends at the door for short links; a revoked one leaves no row."""


class PodCredential(msgspec.Struct, frozen=True):
    """An API token or a service key, without the secret. The current one has no ``expires_at``."""

    id: int
    app_id: int
    kind: PodKind
    hint: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


KeyAlgorithm = Literal["RS256", "ES256", "EdDSA"]

client_key = Table(
    "client_key",
    metadata,
    Column("id", Id, primary_key=True),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("kid", Text, nullable=False),
    Column("algorithm", Text, nullable=False),
    Column("public_jwk", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("app_id", "kid"),
    CheckConstraint("algorithm IN ('RS256', 'ES256', 'EdDSA')", name="algorithm"),
)


class ClientKey(msgspec.Struct, frozen=True):
    """The public half of a key an app signs its assertions with (RFC 7523); ``algorithm`` is the
    only one it is good for."""

    id: int
    app_id: int
    kid: str
    algorithm: KeyAlgorithm
    public_jwk: Any
    created_at: datetime


redirect_uri = Table(
    "redirect_uri",
    metadata,
    Column("id", Id, primary_key=True),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("uri", Text, nullable=False),
    UniqueConstraint("app_id", "uri"),
)


class RedirectUri(msgspec.Struct, frozen=True):
    """An address people may be sent back to, compared letter by letter."""

    id: int
    app_id: int
    uri: str


app_person = Table(
    "app_person",
    metadata,
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), primary_key=True),
    Column("user_id", Text, nullable=False),
    UniqueConstraint("app_id", "user_id"),
    Index("ix_app_person_user_id", "user_id"),
    Index("ix_app_person_person_id", "person_id"),
)
"""Who an app has met, and under which name of its own."""

app_usage = Table(
    "app_usage",
    metadata,
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    CheckConstraint("count >= 0", name="count"),
    Index("ix_app_usage_day", "day"),
)
"""Calls an app made on a day (UTC, ``2026-11-21``); every process adds to it."""


class Usage(msgspec.Struct, frozen=True):
    app_id: int
    day: str
    count: int
