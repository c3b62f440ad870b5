"""Which app is asking at an endpoint for apps, and whether it can prove it.

Source: RFC 6749, 2.3.1; kenar.md 3.2 and 3.4.
"""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, Final, NamedTuple
from urllib.parse import unquote_plus

from litestar import Request

from dalan.domains import developers, oauth
from dalan.errors import DalanError
from dalan.kernel.db import ReadTransaction
from dalan.surfaces.oauth.assertions import asserted_app
from dalan.surfaces.oauth.parameters import Unreadable, token_fields
from dalan.surfaces.services import Services

UNKNOWN_CLIENT: Final = oauth.Refusal(
    "invalid_client",
    "client authentication failed",
    "send the app's slug as client_id and its client secret (or OAuth-enabled API key) as"
    " client_secret, in the body or by HTTP Basic; an app that chose to sign only is believed no"
    " secret (private_key_jwt)",
)
NOT_ACTIVE: Final = oauth.Refusal("unauthorized_client", "the app is not active")


class ClientRequest(NamedTuple):
    """A request of an app that proved who it is."""

    app: developers.App
    fields: dict[str, str]


async def client_request(
    request: Request[Any, Any, Any], services: Services, *, needs: str = ""
) -> ClientRequest | oauth.Refusal:
    """The app and what it sent, or why it is refused; ``needs`` names a field it must send.

    Closed apps come through: what they may still do is the endpoint's to say.
    """
    try:
        fields = await token_fields(request)
    except Unreadable as error:
        return oauth.Refusal("invalid_request", str(error))
    app = await asserted_app(request, fields, services, doors=("kenar", "basalam"))
    if app is None:
        async with services.db.look() as look:
            app = await authenticated_app(
                look, request, fields, services, by_api_key=False, doors=("kenar", "basalam")
            )
    if app is None:
        return UNKNOWN_CLIENT
    if isinstance(app, oauth.Refusal):
        return app
    if needs and needs not in fields:
        return oauth.Refusal("invalid_request", f"{needs} is missing")
    return ClientRequest(app, fields)


_AUTHORIZATION_LENGTH_MAX = 1_024


async def authenticated_app(
    tx: ReadTransaction,
    request: Request[Any, Any, Any],
    fields: Mapping[str, str],
    services: Services,
    *,
    by_api_key: bool,
    doors: tuple[oauth.Door, ...] = ("kenar",),
) -> developers.App | None:
    """The app whose credentials came: by HTTP Basic, else in the body. None: none that hold.

    ``doors``: whose kind of ``client_id`` is read, the slug, the number, or either.
    ``by_api_key``: the first contract's apps prove themselves with their OAuth-enabled API key,
    in the body or in a header of either spelling, and may leave ``client_id`` out.
    """
    keys, uses = services.keys, services.credential_uses
    for (client_id, secret), door in product(_credentials(request, fields), doors):
        app = await _app(tx, client_id, door)
        # No app is checked like any other, so that the time an answer takes tells nothing.
        holds = await developers.check_client_secret(
            tx, 0 if app is None else app.id, secret, keys=keys, uses=uses
        )
        if app is not None and holds:
            return named(request, app)
    if not by_api_key:
        return None
    key = request.headers.get("x-api-key") or request.headers.get("api_key") or ""
    try:
        caller = await developers.caller(tx, key, keys)
    except DalanError:
        return None
    if fields.get("client_id", caller.slug) != caller.slug:
        return None
    if not await developers.check_client_secret(tx, caller.app_id, key, keys=keys, uses=uses):
        return None
    return named(request, await developers.app(tx, caller.app_id))


def named(request: Request[Any, Any, Any], app: developers.App) -> developers.App:
    """The app, named as the caller for the logs."""
    request.scope["calling_app"] = app.slug  # type: ignore[typeddict-unknown-key]
    return app


async def _app(tx: ReadTransaction, client_id: str, door: oauth.Door) -> developers.App | None:
    try:
        return await oauth.client_by_id(tx, client_id, door=door)
    except oauth.UnknownClient:
        return None


def _credentials(
    request: Request[Any, Any, Any], fields: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    basic = _basic(request.headers.get("authorization", ""))
    if basic is not None:
        if "client_secret" in fields and fields.get("client_id", basic[0]) != basic[0]:
            return  # two apps in one request: it cannot be said which of them asks
        yield basic
    if "client_id" in fields and "client_secret" in fields:
        yield fields["client_id"], fields["client_secret"]


def _basic(header: str) -> tuple[str, str] | None:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic" or len(header) > _AUTHORIZATION_LENGTH_MAX:
        return None
    try:
        client_id, colon, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (Base64Error, ValueError):
        return None
    # The RFC has both form-encoded inside; ours hold nothing that encoding would change.
    return (unquote_plus(client_id), unquote_plus(secret)) if colon else None
