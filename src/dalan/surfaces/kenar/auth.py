"""Who is calling: the API key's app, and the person whose access token came along.

Source: Kenar reference 3.6 and 10.2. Both are looked up by keyed hash, one statement each.
"""

from dalan.domains import developers, oauth
from dalan.kernel.db import ReadTransaction
from dalan.surfaces.asgi import Scope
from dalan.surfaces.kenar.errors import (
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


async def caller_of(
    services: Services, tx: ReadTransaction, operation: Operation, key: str
) -> developers.Caller:
    """The app behind the key.

    Raises what ``developers.caller`` raises of missing, unknown and dead keys and closed apps,
    and ``developers.PermissionMissing`` naming the first permission that would do.
    """
    caller = await developers.caller(tx, key, keys=services.keys)
    needed = operation.permission
    if isinstance(needed, str):
        if needed:
            caller.need(needed)
    elif caller.permissions.isdisjoint(needed):
        caller.need(needed[0])
    return caller


async def bearer_of(
    services: Services, tx: ReadTransaction, operation: Operation, app_id: int, token: str
) -> oauth.Bearer | None:
    """The person's grant behind the access token, or None when the operation acts for nobody.

    Where no scope is needed a bad token is ignored, not refused. Raises MissingToken,
    UnknownToken and OtherAppsToken where one is.
    """
    if not token:
        if operation.scopes:
            raise MissingToken(
                "access token is missing: send it as Authorization: Bearer or x-access-token"
            )
        return None
    mac = services.keys.token_mac(token)
    bearer = await oauth.bearer(tx, mac) if mac is not None else None
    if bearer is not None and bearer.app_id == app_id:
        return bearer
    if not operation.scopes:
        return None
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
