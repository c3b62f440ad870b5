"""The introspection endpoint: whether a token an app holds is alive, and what it allows.

Source: RFC 7662; RFC 9396, 9.2.
"""

from typing import Any, Final

from litestar import Request, Response, post
from litestar.di import NamedDependency

from dalan.domains import developers, oauth
from dalan.surfaces.oauth.clients import NOT_ACTIVE, client_request
from dalan.surfaces.oauth.errors import refused
from dalan.surfaces.services import Services

PATH: Final = "/oauth2/introspect"


@post(PATH, status_code=200)
async def introspect(
    request: Request[Any, Any, Any], services: NamedDependency[Services]
) -> Response[Any]:
    """What stands behind the token; one and the same answer for every dead or foreign one."""
    asked = await client_request(request, services, needs="token")
    if isinstance(asked, oauth.Refusal):
        return refused(services, asked)
    if asked.app.state in ("suspended", "inactive"):
        return refused(services, NOT_ACTIVE)
    async with services.db.look() as look:
        found = await oauth.introspect(
            look,
            keys=services.keys,
            app_id=asked.app.id,
            token=asked.fields["token"],
            grace_seconds=services.settings.refresh_grace_seconds,
        )
        client_id = asked.app.slug
        if found is not None and found.door == "basalam":
            client_id = str(await developers.basalam_client_id(look, asked.app.id))
    answer = {"active": False} if found is None else _wire(found, client_id, services)
    return Response(answer, media_type="application/json")


def _wire(found: oauth.Introspected, client_id: str, services: Services) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "active": True,
        "scope": found.scope,
        "client_id": client_id,
        "token_use": f"{found.kind}_token",
        "exp": int(found.expires_at.timestamp()),
        "iss": services.settings.base_url,
        "aud": [client_id],
    }
    if found.kind == "access":
        answer["token_type"] = "bearer"  # noqa: S105 (a kind of token, not one)
    if found.authorization_details is not None:
        answer["authorization_details"] = found.authorization_details
    if found.issued_at is not None:
        answer["iat"] = int(found.issued_at.timestamp())
    if found.user_id:
        answer["sub"] = found.user_id
    return answer
