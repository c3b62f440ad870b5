"""OpenID Connect beside the token endpoint: who the person is, and the keys that vouch for it.

Source: OpenID Connect Core, 5.3; RFC 6750, 2 and 3; RFC 7517.
"""

from typing import Any, Final

from litestar import Request, Response, get, route
from litestar.di import NamedDependency

from dalan.domains import developers, identity, oauth
from dalan.surfaces.oauth.parameters import Unreadable, token_fields
from dalan.surfaces.services import Services

USERINFO_PATH: Final = "/userinfo"
JWKS_PATH: Final = "/jwks"

KEYS_CACHE_CONTROL: Final = "public, max-age=300"


@get(JWKS_PATH)
async def jwks(services: NamedDependency[Services]) -> Response[dict[str, Any]]:
    """The public keys id_tokens can be checked with (RFC 7517, 5)."""
    return Response(
        {"keys": await oauth.public_keys(services.db, keys=services.keys)},
        media_type="application/json",
        headers={"cache-control": KEYS_CACHE_CONTROL, "access-control-allow-origin": "*"},
    )


@route(USERINFO_PATH, http_method=["GET", "POST"], status_code=200)
async def userinfo(
    request: Request[Any, Any, Any], services: NamedDependency[Services]
) -> Response[Any]:
    """What the person let the app know of them: ``sub``, and the number with ``USER_PHONE``."""
    try:
        token = await _token(request)
    except Unreadable as error:
        return _refused(400, "invalid_request", str(error))
    if not token:
        return _refused(401, "", "")
    mac = services.keys.token_mac(token)
    async with services.db.read() as tx:
        bearer = None if mac is None else await oauth.bearer(tx, mac)
        if bearer is None:
            return _refused(401, "invalid_token", "it is unknown, expired or revoked")
        person = await identity.person(tx, bearer.person_id)
        app = await developers.app(tx, bearer.app_id)
        if person.blocked_at is not None or app.state in ("suspended", "inactive"):
            return _refused(401, "invalid_token", "the person or the app is not active")
        if not oauth.allows(bearer, oauth.OPENID):
            return _refused(403, "insufficient_scope", "it was granted without openid")
        claims: dict[str, Any] = {
            "sub": await developers.user_id_of(tx, app_id=app.id, person_id=person.id)
            or developers.user_id_for(services.keys, app.id, person.id)
        }
    if oauth.allows(bearer, "USER_PHONE"):
        claims |= {"phone_number": person.phone, "phone_number_verified": True}
    return Response(claims, media_type="application/json")


async def _token(request: Request[Any, Any, Any]) -> str:
    """The access token, from the header or a posted form; one of them (RFC 6750, 2)."""
    scheme, _, header = request.headers.get("authorization", "").partition(" ")
    header = header.strip() if scheme.lower() == "bearer" else ""
    if request.method != "POST":
        return header
    posted = (await token_fields(request)).get("access_token", "")
    if header and posted:
        raise Unreadable("the access token comes in more than one place")
    return header or posted


def _refused(status: int, error: str, description: str) -> Response[Any]:
    """RFC 6750, 3: why, in the header; to a request without a token nothing but the scheme."""
    challenge = 'Bearer realm="oauth"'
    if error:
        challenge += f', error="{error}", error_description="{description}"'
    if error == "insufficient_scope":
        challenge += ', scope="openid"'
    return Response(
        {"error": error or "invalid_token", "error_description": description or "no access token"},
        status_code=status,
        media_type="application/json",
        headers={"www-authenticate": challenge},
    )
