"""Pushed authorization requests: the endpoint for apps, and what the browser does with them.

A ``request_uri`` is used up when a browser first brings it; the browser goes on with a signed
handle of its own, so that signing in takes the time it takes and a reload harms nobody.

Source: RFC 9126; RFC 9101, 5 (``client_id`` comes along).
"""

from datetime import timedelta
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, quote, urlencode

from litestar import Request, Response, post
from litestar.di import NamedDependency

from dalan.domains import oauth
from dalan.kernel import clock
from dalan.kernel.db import WriteTransaction
from dalan.surfaces.oauth.clients import client_request
from dalan.surfaces.oauth.errors import refused
from dalan.surfaces.oauth.parameters import QUERY_LENGTH_MAX, authorization_request
from dalan.surfaces.services import Services

PATH: Final = "/oauth2/par"

OPENED_SECONDS: Final = 1_800
"""How long a person may take to sign in before the request they came with is too old."""

_PURPOSE: Final = "pushed request"
_OF_CLIENT: Final = frozenset(
    {"client_id", "client_secret", "client_assertion", "client_assertion_type"}
)


class Resolved(NamedTuple):
    """What a browser asks for: a query, another address to go to, or, with neither, nothing that
    is still there."""

    query: str | None = None
    location: str = ""
    was_pushed: bool = False


@post(PATH, status_code=201)
async def push(
    request: Request[Any, Any, Any], services: NamedDependency[Services]
) -> Response[Any]:
    """Check a request as the authorization endpoint would, and keep it for a minute."""
    client = await client_request(request, services)
    if isinstance(client, oauth.Refusal):
        return refused(services, client)
    slug = client.app.slug
    if client.fields.get("client_id", slug) != slug:
        return refused(services, _invalid("client_id is not the app that authenticated"))
    if "request_uri" in client.fields:
        return refused(services, _invalid("request_uri cannot be pushed"))
    fields = {key: value for key, value in client.fields.items() if key not in _OF_CLIENT}
    query = urlencode({"client_id": slug} | fields, quote_via=quote, safe="")
    if len(query) > QUERY_LENGTH_MAX:
        return refused(services, _invalid(f"it is longer than {QUERY_LENGTH_MAX} characters"))
    async with services.db.read() as tx:
        try:
            checked = await oauth.check_request(tx, authorization_request(query))
        except oauth.UnregisteredRedirectUri as error:
            return refused(services, _invalid(str(error)))
    if isinstance(checked, oauth.Refused):
        return refused(services, checked.refusal)

    async def keep(tx: WriteTransaction) -> str:
        return await oauth.push_request(
            tx, keys=services.keys, app_id=checked.app.id, parameters=query
        )

    request_uri = await services.db.transact(keep)
    return Response(
        {"request_uri": request_uri, "expires_in": oauth.PUSHED_SECONDS},
        status_code=201,
        media_type="application/json",
    )


async def resolve(services: Services, path: str, query: str) -> Resolved:
    """What the query of an authorization request stands for; most stand for themselves.

    Raises ``oauth.UnknownClient``.
    """
    given = parse_qs(query, errors="surrogateescape")
    (handle, *_), (request_uri, *_) = given.get("pushed", [""]), given.get("request_uri", [""])
    if request_uri.startswith(oauth.REQUEST_URI_PREFIX):
        return await _opened(services, path, given.get("client_id", []), request_uri)
    if not handle:
        return Resolved(query)
    number = services.keys.verify_signed(handle, purpose=_PURPOSE) if handle.isascii() else None
    if number is None:
        return Resolved()
    async with services.db.look() as look:
        query_pushed = await oauth.pushed_parameters(look, int(number))
        return Resolved(query_pushed, was_pushed=True)


async def _opened(
    services: Services, path: str, client_ids: list[str], request_uri: str
) -> Resolved:
    async def use(tx: WriteTransaction) -> int | None:
        if len(client_ids) != 1:
            raise oauth.UnknownClient("client_id is missing or comes twice")
        app = await oauth.client_by_id(tx, client_ids[0])
        return await oauth.open_pushed(
            tx, keys=services.keys, app_id=app.id, request_uri=request_uri
        )

    number = await services.db.transact(use)
    if number is None:
        return Resolved()
    handle = services.keys.signed_value(
        str(number),
        purpose=_PURPOSE,
        expires_at=clock.now() + timedelta(seconds=OPENED_SECONDS),
    )
    return Resolved(location=f"{path}?pushed={handle}")


def _invalid(description: str) -> oauth.Refusal:
    return oauth.Refusal("invalid_request", description)
