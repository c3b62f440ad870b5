"""What became of a token, whatever state it is in: for the developer of a dev world alone.

Surfaces answer all that is wrong with a token alike, so that nobody who tries texts learns which
of them once were good. Here nothing is held back.
"""

from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import LargeBinary, bindparam, select

from dalan.domains.oauth.client_tokens import client_token
from dalan.domains.oauth.doors import Door
from dalan.domains.oauth.personal_tokens import personal_token
from dalan.domains.oauth.tables import (
    authorization_code,
    authorization_grant,
    pushed_request,
    token,
    token_family,
)
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import ReadTransaction, statement

TokenKind = Literal["access", "refresh", "code", "client", "pushed"]
TokenEnd = Literal["", "expired", "revoked", "used", "replaced", "withdrawn"]


class TokenStory(msgspec.Struct, frozen=True, kw_only=True):
    """A token of ours. ``person_id`` is None where nobody consented. ``granted`` are the
    ``(name, resource)`` pairs that still stand. ``end``: why it opens nothing any more, "" while
    it does: ``withdrawn`` of a refresh token whose person took offline access back, ``replaced``
    of one that was exchanged before. ``reason``: the word the revocation was written down with.
    """

    kind: TokenKind
    app_id: int
    person_id: int | None
    door: Door
    scope: str
    granted: list[tuple[str, str]]
    issued_at: datetime | None
    expires_at: datetime
    end: TokenEnd = ""
    ended_at: datetime | None = None
    reason: str = ""
    redirect_uri: str = ""
    title: str = ""


class _FamilyRow(msgspec.Struct, frozen=True):
    app_id: int
    person_id: int
    door: Door
    scope: str
    scopes: Any
    family_revoked_at: datetime | None
    revoked_reason: str | None
    grant_revoked_at: datetime | None
    refresh_ended_at: datetime | None
    begun_at: datetime
    title: str | None


class _TokenRow(_FamilyRow, frozen=True):
    kind: Literal["access", "refresh"]
    issued_at: datetime | None
    expires_at: datetime
    rotated_at: datetime | None


class _CodeRow(_FamilyRow, frozen=True):
    redirect_uri: str
    expires_at: datetime
    used_at: datetime | None


class _ClientRow(msgspec.Struct, frozen=True):
    app_id: int
    scope: str
    scopes: Any
    issued_at: datetime
    expires_at: datetime


class _PushedRow(msgspec.Struct, frozen=True):
    app_id: int
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


_mac = bindparam("presented_mac", type_=LargeBinary())

_FAMILY = (
    authorization_grant.c.app_id,
    authorization_grant.c.person_id,
    token_family.c.door,
    token_family.c.scope,
    token_family.c.scopes,
    token_family.c.revoked_at.label("family_revoked_at"),
    token_family.c.revoked_reason,
    authorization_grant.c.revoked_at.label("grant_revoked_at"),
    token_family.c.refresh_ended_at,
    token_family.c.created_at.label("begun_at"),
    personal_token.c.title,
)

_token_by_mac = statement(
    select(*_FAMILY, token.c.kind, token.c.issued_at, token.c.expires_at, token.c.rotated_at)
    .select_from(token)
    .join(token_family, token_family.c.id == token.c.family_id)
    .join(authorization_grant, authorization_grant.c.id == token_family.c.grant_id)
    .outerjoin(personal_token, personal_token.c.family_id == token_family.c.id)
    .where(token.c.mac == _mac),
    into=_TokenRow,
)
"""A token of a person's consent, alive or not."""

_code_by_mac = statement(
    select(
        *_FAMILY,
        authorization_code.c.redirect_uri,
        authorization_code.c.expires_at,
        authorization_code.c.used_at,
    )
    .select_from(authorization_code)
    .join(token_family, token_family.c.id == authorization_code.c.family_id)
    .join(authorization_grant, authorization_grant.c.id == token_family.c.grant_id)
    .outerjoin(personal_token, personal_token.c.family_id == token_family.c.id)
    .where(authorization_code.c.mac == _mac),
    into=_CodeRow,
)
"""An authorization code, good or not."""

_client_token_by_mac = statement(
    select(
        client_token.c.app_id,
        client_token.c.scope,
        client_token.c.scopes,
        client_token.c.issued_at,
        client_token.c.expires_at,
    ).where(client_token.c.mac == _mac),
    into=_ClientRow,
)
"""A token an app got for itself."""

_pushed_by_mac = statement(
    select(
        pushed_request.c.app_id,
        pushed_request.c.created_at,
        pushed_request.c.expires_at,
        pushed_request.c.used_at,
    ).where(pushed_request.c.mac == _mac),
    into=_PushedRow,
)
"""A request sent ahead."""


async def explain(tx: ReadTransaction, *, keys: Keyring, text: str) -> TokenStory | None:
    """The story of a token, code or ``request_uri``; None when we never issued it, or have
    forgotten it (``purge``). Nothing is counted as used by it."""
    mac = keys.token_mac(text)
    if mac is None:
        return None
    if row := await _token_by_mac.one_or_none(tx, presented_mac=mac):
        return _of_token(row)
    if code := await _code_by_mac.one_or_none(tx, presented_mac=mac):
        return _of_code(code)
    if own := await _client_token_by_mac.one_or_none(tx, presented_mac=mac):
        return TokenStory(
            kind="client",
            app_id=own.app_id,
            person_id=None,
            door="basalam",
            scope=own.scope,
            granted=_pairs(own.scopes),
            issued_at=own.issued_at,
            expires_at=own.expires_at,
            **_ended(("expired", _past(own.expires_at))),
        )
    pushed = await _pushed_by_mac.one_or_none(tx, presented_mac=mac)
    if pushed is None:
        return None
    return TokenStory(
        kind="pushed",
        app_id=pushed.app_id,
        person_id=None,
        door="kenar",
        scope="",
        granted=[],
        issued_at=pushed.created_at,
        expires_at=pushed.expires_at,
        **_ended(("used", pushed.used_at), ("expired", _past(pushed.expires_at))),
    )


def _of_token(row: _TokenRow) -> TokenStory:
    is_refresh = row.kind == "refresh"
    return TokenStory(
        kind=row.kind,
        issued_at=row.issued_at or row.begun_at,
        expires_at=row.expires_at,
        **_of_family(row),
        **_ended(
            ("revoked", row.family_revoked_at or row.grant_revoked_at),
            ("withdrawn", row.refresh_ended_at if is_refresh else None),
            ("replaced", row.rotated_at if is_refresh else None),
            ("expired", _past(row.expires_at)),
        ),
    )


def _of_code(row: _CodeRow) -> TokenStory:
    return TokenStory(
        kind="code",
        issued_at=row.begun_at,
        expires_at=row.expires_at,
        redirect_uri=row.redirect_uri,
        **_of_family(row),
        **_ended(
            ("used", row.used_at),
            ("revoked", row.family_revoked_at or row.grant_revoked_at),
            ("expired", _past(row.expires_at)),
        ),
    )


def _of_family(row: _FamilyRow) -> dict[str, Any]:
    return {
        "app_id": row.app_id,
        "person_id": row.person_id,
        "door": row.door,
        "scope": row.scope,
        "granted": _pairs(row.scopes),
        "reason": row.revoked_reason or "",
        "title": row.title or "",
    }


def _ended(*ends: tuple[TokenEnd, datetime | None]) -> dict[str, Any]:
    """The first of these that has come."""
    for end, at in ends:
        if at is not None:
            return {"end": end, "ended_at": at}
    return {}


def _past(expires_at: datetime) -> datetime | None:
    return expires_at if expires_at <= clock.now() else None


def _pairs(scopes: Any) -> list[tuple[str, str]]:
    return [(name, resource) for name, resource in scopes]
