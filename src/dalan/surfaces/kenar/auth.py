"""Who is calling: the API key's app, and the person whose access token came along.

Source: Kenar reference 3.6 and 10.2. Both are looked up by keyed hash, one statement each.
"""

from typing import Any

from dalan.domains import developers, oauth
from dalan.errors import DalanError
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction
from dalan.surfaces.asgi import Scope
from dalan.surfaces.kenar.errors import (
    AppNotResolved,
    MissingScope,
    MissingToken,
    OtherAppsToken,
    UnknownToken,
)
from dalan.surfaces.operations import Operation
from dalan.surfaces.services import Services


def credentials_of(scope: Scope) -> tuple[str, str]:
    """The API key and the access token as they were sent; empty where absent.

    ``Authorization: Bearer`` is the current spelling of the token, ``x-access-token`` the
    older one; of both, the current one counts.
    """
    key = bearer = older = ""
    for name, value in scope["headers"]:
        if name == b"x-api-key":
            key = value.decode("latin-1")
        elif name == b"authorization":
            kind, _, token = value.decode("latin-1").partition(" ")
            bearer = token.strip() if kind.lower() == "bearer" else ""
        elif name == b"x-access-token":
            older = value.decode("latin-1")
    return key, bearer or older


async def identified(
    services: Services, tx: ReadTransaction, memory: dict[Any, Any] | None, key: str, token: str
) -> tuple[developers.Caller, oauth.Bearer | None]:
    """The app behind the key, and the person whose live token it came with, if it is one.

    What ``memory`` (``tx.memory()``) holds was read since the last commit of anybody, so it still
    holds and is not read again; a revocation is a commit.
    Raises what ``developers.caller`` raises of missing, unknown and dead keys and closed apps.
    """
    if memory is not None:
        known: _Known | None = memory.get((key, token))
        if known is not None and (known.until is None or clock.now() < known.until):
            return known.caller, known.bearer
    caller = await developers.caller(tx, key, keys=services.keys)
    mac = services.keys.token_mac(token) if token else None
    bearer = await oauth.bearer(tx, mac) if mac is not None else None
    if memory is not None and (bearer is not None or not token):
        memory[key, token] = _Known(caller, bearer)
    return caller, bearer


class _Known:
    """Who was behind a key and a token when nothing had been committed since."""

    __slots__ = ("bearer", "caller", "until")

    def __init__(self, caller: developers.Caller, bearer: oauth.Bearer | None) -> None:
        self.caller, self.bearer = caller, bearer
        ends = [caller.expires_at, bearer.expires_at if bearer else None]
        self.until = min((end for end in ends if end is not None), default=None)


def require_permission(operation: Operation, caller: developers.Caller) -> None:
    """The key carries a permission of the operation's.

    Raises ``developers.PermissionMissing`` naming the first that would do.
    """
    needed = operation.permission
    if isinstance(needed, str):
        if needed:
            caller.need(needed)
    elif caller.permissions.isdisjoint(needed):
        caller.need(needed[0])


def bearer_for(
    operation: Operation, caller: developers.Caller, bearer: oauth.Bearer | None, token: str
) -> oauth.Bearer | None:
    """The person's grant, or None when the operation acts for nobody.

    Where no scope is needed a bad token is ignored, not refused. Raises MissingToken,
    UnknownToken and OtherAppsToken where one is.
    """
    if bearer is not None and bearer.app_id == caller.app_id:
        return bearer
    if not operation.scopes:
        return None
    if not token:
        raise MissingToken(
            "access token is missing: send it as Authorization: Bearer or x-access-token"
        )
    if bearer is None:
        raise UnknownToken("access token is unknown, expired or revoked")
    raise OtherAppsToken("access token was issued to another app")


def require_scope(operation: Operation, bearer: oauth.Bearer, resource: str) -> None:
    """One of the operation's scopes was granted, for this resource where scopes name one.

    Raises MissingScope.
    """
    for scope in operation.scopes:
        needs_resource = bool(oauth.SCOPES[scope].resource)
        if (scope, resource if needs_resource else "") in bearer.scopes:
            return
    raise MissingScope(operation.scopes, resource)


def refused_key(operation: Operation, refusal: developers.InvalidKey) -> DalanError:
    """What a key that nobody issued is answered with. One operation has its own published way
    (reference 5.9), which apps compare."""
    return AppNotResolved() if operation.name == "validate_ticket" else refusal
