"""What people agreed to, and the codes and tokens issued on the strength of it."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
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

from dalan.domains.oauth.doors import Door
from dalan.kernel.db import Id, Json, UtcTime, metadata

authorization_grant = Table(
    "authorization_grant",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
    Column("last_used_at", UtcTime),
    UniqueConstraint("person_id", "app_id"),
    Index(None, "app_id"),
)
"""One row for a person and an app, however often they consent. Revoking it revokes its
families too, so that a later consent may raise the row again without raising old tokens.
``created_at`` is when it was last raised; ``last_used_at`` lags by a few seconds (``LastUses``)."""

grant_scope = Table(
    "grant_scope",
    metadata,
    Column("id", Id, primary_key=True),
    Column(
        "grant_id", Id, ForeignKey("authorization_grant.id", ondelete="CASCADE"), nullable=False
    ),
    Column("scope", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("granted_at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
    Column("consent_mark", LargeBinary),
    UniqueConstraint("grant_id", "scope", "resource"),
)
"""``resource`` is empty where the scope takes none. ``consent_mark`` is what the app looked like
when the person agreed (``remembering.consent_mark``); null: nobody was shown a page."""

token_family = Table(
    "token_family",
    metadata,
    Column("id", Id, primary_key=True),
    Column(
        "grant_id", Id, ForeignKey("authorization_grant.id", ondelete="CASCADE"), nullable=False
    ),
    Column("door", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("scopes", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
    Column("revoked_reason", Text),
    Column("refresh_ended_at", UtcTime),
    Column("authorization_details", Json),
    CheckConstraint("door IN ('kenar', 'basalam')", name="door"),
    CheckConstraint("(revoked_at IS NULL) = (revoked_reason IS NULL)", name="revoked"),
    Index(None, "grant_id"),
    Index(None, "expires_at"),
)
"""Everything that descends from one consent. ``scope`` is the text the app asked with and is
told back; ``scopes`` are the canonical ``[name, resource]`` pairs that still hold: revoking a
``grant_scope`` row takes its pair out of the families of the grant in the same unit of work, so
that a look at a token needs this row alone. ``expires_at`` bounds every token, however young;
after ``refresh_ended_at`` no refresh token is exchanged, for offline access was taken back.
``authorization_details``: the objects of RFC 9396 the app asked with; null when it sent none."""

authorization_code = Table(
    "authorization_code",
    metadata,
    Column("mac", LargeBinary, primary_key=True),
    Column("family_id", Id, ForeignKey("token_family.id", ondelete="CASCADE"), nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("code_challenge", Text),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
    Column("nonce", Text),
    Column("signed_in_at", UtcTime),
    Index(None, "family_id"),
    Index(None, "expires_at"),
)
"""``code_challenge``: the S256 challenge of RFC 7636, null when the app sent none. ``nonce`` and
``signed_in_at`` (when the person proved who they are) go into the id_token; null when unknown."""

BOXED = "successor_box IS NOT NULL"
"""Written out, not bound: both engines use a partial index only where the text is the same."""

token = Table(
    "token",
    metadata,
    Column("mac", LargeBinary, primary_key=True),
    Column("family_id", Id, ForeignKey("token_family.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("rotated_at", UtcTime),
    Column("uses_count", Integer, nullable=False),
    Column("successor_box", LargeBinary),
    Column("issued_at", UtcTime),
    CheckConstraint("kind IN ('access', 'refresh')", name="kind"),
    CheckConstraint("generation > 0", name="generation"),
    CheckConstraint("(rotated_at IS NULL) = (uses_count = 0)", name="rotated"),
    CheckConstraint("successor_box IS NULL OR rotated_at IS NOT NULL", name="successor"),
    Index(None, "family_id", "kind"),
    Index(None, "expires_at"),
    Index("ix_token_boxed", "rotated_at",
          postgresql_where=text(BOXED), sqlite_where=text(BOXED)),
)  # fmt: skip
"""A token is known by its MAC only. ``uses_count`` and ``rotated_at`` are of refresh tokens: how
often one was exchanged, and when first. ``successor_box`` holds the pair it was exchanged for,
sealed under the token itself, so that only who still holds it can open the box. ``issued_at`` is
null where it was not kept yet."""

pushed_request = Table(
    "pushed_request",
    metadata,
    Column("id", Id, primary_key=True),
    Column("mac", LargeBinary, nullable=False),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("parameters", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
    UniqueConstraint("mac"),
    Index(None, "app_id"),
    Index(None, "expires_at"),
)
"""An authorization request an app sent ahead (RFC 9126), as the query string it would have been.
``mac`` is of its ``request_uri``."""

client_assertion = Table(
    "client_assertion",
    metadata,
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), primary_key=True),
    Column("jti_hash", LargeBinary, primary_key=True),
    Column("expires_at", UtcTime, nullable=False),
    Index(None, "expires_at"),
)
"""An assertion an app proved itself with (RFC 7523): its id, hashed, so that it is good once."""

signing_key = Table(
    "signing_key",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kid", Text, nullable=False),
    Column("private_key_box", LargeBinary, nullable=False),
    Column("public_jwk", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("kid"),
)
"""An RSA key for id_tokens, sealed under the server's secret. The newest that opens signs; the
public halves of all are published."""


class BearerRow(msgspec.Struct, frozen=True):
    """What a live access token stands for."""

    person_id: int
    app_id: int
    family_id: int
    door: Door
    scopes: Any
    expires_at: datetime


class Family(msgspec.Struct, frozen=True):
    """One consent and what came of it, with whose it is."""

    id: int
    person_id: int
    app_id: int
    door: Door
    scope: str
    scopes: Any
    authorization_details: Any
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class CodeRow(msgspec.Struct, frozen=True):
    """An authorization code as far as it tells a repeat from a wrong proof."""

    family_id: int
    app_id: int
    door: Door
    redirect_uri: str
    code_challenge: str | None
    used_at: datetime | None


class RotatedRow(msgspec.Struct, frozen=True):
    """A refresh token just after it was presented in time."""

    family_id: int
    generation: int
    uses_count: int
    successor_box: bytes | None


class RefreshRow(msgspec.Struct, frozen=True):
    """A refresh token that was presented too late or too often."""

    family_id: int
    app_id: int
    door: Door
    rotated_at: datetime | None
    expires_at: datetime
    refresh_ended: bool


class LiveRow(msgspec.Struct, frozen=True):
    """A token its app could use now, and what it stands for."""

    kind: str
    person_id: int
    door: Door
    scope: str
    scopes: Any
    authorization_details: Any
    issued_at: datetime | None
    expires_at: datetime


class UsedCodeRow(msgspec.Struct, frozen=True):
    """A code just burnt, and what of its request goes into the id_token."""

    family_id: int
    nonce: str | None
    signed_in_at: datetime | None


class SigningKeyRow(msgspec.Struct, frozen=True):
    """A key for id_tokens."""

    kid: str
    private_key_box: bytes
    public_jwk: Any
