"""Who is calling: the person whose access token came along, and the app it was issued to.

Source: basalam.md 2.6 and 2.7. Token and app are looked up once per commit of anybody, as on
Kenar's surface (decision 0011).
"""

from datetime import datetime
from typing import Any

import msgspec

from dalan.domains import developers, oauth
from dalan.domains.developers import AppKind
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction
from dalan.surfaces.asgi import Scope
from dalan.surfaces.basalam.errors import MissingScope, MissingToken, UnknownToken
from dalan.surfaces.services import Services


class Caller(msgspec.Struct, frozen=True):
    """An app and the person it calls for, as counting and answering need them."""

    bearer: oauth.Bearer
    app: developers.App
    key_id: int | None = None

    @property
    def app_id(self) -> int:
        return self.app.id

    @property
    def slug(self) -> str:
        return self.app.slug

    @property
    def kind(self) -> AppKind:
        return self.app.kind

    @property
    def requests_per_minute(self) -> int | None:
        return self.app.requests_per_minute

    @property
    def requests_per_day(self) -> int | None:
        return self.app.requests_per_day


def token_of(scope: Scope) -> str:
    """The bearer token as it was sent, "" where there is none; ``Bearer`` in any case."""
    for name, value in scope["headers"]:
        if name == b"authorization":
            kind, _, token = value.decode("latin-1").strip().partition(" ")
            return token.strip() if kind.lower() == "bearer" else ""
    return ""


async def identified(
    services: Services, tx: ReadTransaction, memory: dict[Any, Any] | None, token: str
) -> Caller:
    """The person and app of a live token of this door.

    Raises MissingToken, UnknownToken, and ``developers.AppNotActive`` for an app that is
    suspended or paused.
    """
    if not token:
        raise MissingToken("send an access token as Authorization: Bearer")
    place = ("basalam caller", token)
    known: _Known | None = None if memory is None else memory.get(place)
    if known is not None and clock.now() < known.until:
        return known.caller
    mac = services.keys.token_mac(token)
    bearer = None if mac is None else await oauth.bearer(tx, mac, door="basalam")
    if bearer is None:
        raise UnknownToken("access token is unknown, expired or revoked")
    app = await developers.app(tx, bearer.app_id)
    if app.state in ("suspended", "inactive"):
        raise developers.AppNotActive(slug=app.slug, state=app.state)
    caller = Caller(bearer, app)
    if memory is not None:
        memory[place] = _Known(caller, bearer.expires_at)
    return caller


class _Known(msgspec.Struct, frozen=True):
    """Who was behind a token when nothing had been committed since."""

    caller: Caller
    until: datetime


def require_scope(caller: Caller, scopes: tuple[str, ...]) -> None:
    """The token allows one of these; none named: any token will do. Raises MissingScope."""
    if scopes and not any(oauth.allows(caller.bearer, scope) for scope in scopes):
        raise MissingScope(scopes)
