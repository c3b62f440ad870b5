"""Tokens an app gets for itself, without a person: the client credentials grant of Basalam's door.

They stand for the app's owner, today's one, and hold no consent, so nothing of a person's
connected apps changes with them; there is no refresh token, for the secret does the same.

Source: RFC 6749, 4.4; basalam.md 2.3 and 2.7.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from dalan.domains import developers, identity
from dalan.domains.oauth.errors import InvalidScope, Refusal
from dalan.domains.oauth.grammar import askable, parse_scopes, spelled
from dalan.domains.oauth.tokens import Issued
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import (
    Id,
    Json,
    ReadTransaction,
    UtcTime,
    WriteTransaction,
    metadata,
    statement,
)

client_token = Table(
    "client_token",
    metadata,
    Column("mac", LargeBinary, primary_key=True),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("scope", Text, nullable=False),
    Column("scopes", Json, nullable=False),
    Column("issued_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Index(None, "app_id"),
    Index(None, "expires_at"),
)
"""Known by its MAC only. ``scope`` and ``scopes`` as a family's."""


class ClientToken(msgspec.Struct, frozen=True):
    """A token of an app's own that has not expired."""

    app_id: int
    scope: str
    scopes: Any
    issued_at: datetime
    expires_at: datetime


_now = bindparam("now", type_=UtcTime())
_presented_mac = bindparam("presented_mac", type_=LargeBinary())

_add = statement(
    insert(client_token), sets=("mac", "app_id", "scope", "scopes", "issued_at", "expires_at")
)
"""A new token."""

_live = statement(
    select(
        client_token.c.app_id,
        client_token.c.scope,
        client_token.c.scopes,
        client_token.c.issued_at,
        client_token.c.expires_at,
    )
    .where(client_token.c.mac == _presented_mac)
    .where(client_token.c.expires_at > _now),
    into=ClientToken,
)
"""A token that has not expired."""

_end = statement(
    update(client_token)
    .where(client_token.c.mac == _presented_mac)
    .where(client_token.c.app_id == bindparam("by_app", type_=Id))
    .where(client_token.c.expires_at > _now)
    .values(expires_at=_now)
)
"""End one token of the app that asks."""

purge_client_tokens = statement(
    delete(client_token).where(client_token.c.expires_at <= bindparam("before", type_=UtcTime()))
)
"""Drop tokens long past."""


async def issue_client_token(
    tx: WriteTransaction, *, keys: Keyring, app: developers.App, scope: str, access_seconds: int
) -> Issued | Refusal:
    """A token for an app whose credentials the caller has checked.

    ``scope`` is read as at the consent page. Raises ``identity.PersonBlocked`` when its owner is
    shut out. The caller owns the transaction.
    """
    try:
        asked = askable(app, parse_scopes(scope, door="basalam"))
    except InvalidScope as error:
        return Refusal("invalid_scope", str(error))
    if (await identity.person(tx, app.owner_id)).blocked_at is not None:
        raise identity.PersonBlocked
    now = clock.now()
    token, text = keys.new_token("at"), spelled(asked)
    expires_at = now + timedelta(seconds=access_seconds)
    await _add.execute(
        tx,
        mac=keys.token_mac(token),
        app_id=app.id,
        scope=text,
        scopes=[one.pair for one in asked],
        issued_at=now,
        expires_at=expires_at,
    )
    return Issued(token, None, expires_at, text)


async def client_token_of(
    tx: ReadTransaction, mac: bytes
) -> tuple[ClientToken, developers.App] | None:
    """The live token with this MAC, if it is an app's own, and the app.

    None while the app's owner is shut out: nobody acts in their name, an app's token of before
    as little as a new one.
    """
    token = await _live.one_or_none(tx, presented_mac=mac, now=clock.now())
    if token is None:
        return None
    app = await developers.app(tx, token.app_id)
    owner = await identity.person(tx, app.owner_id)
    return None if owner.blocked_at is not None else (token, app)


async def end_client_token(tx: WriteTransaction, *, app_id: int, mac: bytes) -> None:
    """End it, if it is this app's. The caller owns the transaction."""
    await _end.execute(tx, presented_mac=mac, by_app=app_id, now=clock.now())
