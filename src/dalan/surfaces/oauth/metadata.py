"""What the authorization server says of itself, so that a client needs its address alone.

Source: RFC 8414; RFC 9207, 3; RFC 9728; the registries' names for later members.
"""

from typing import Any, Final

from litestar import Response, get
from litestar.di import NamedDependency

from dalan.domains import oauth
from dalan.surfaces.oauth import authorize, introspection, revocation, token
from dalan.surfaces.services import Services

SERVER_PATH: Final = "/.well-known/oauth-authorization-server"
PATHS: Final = (SERVER_PATH,)

CACHE_CONTROL: Final = "public, max-age=300"
"""Five minutes: it changes with a release or a setting, and clients must notice."""

CLIENT_AUTHENTICATION: Final = ("client_secret_basic", "client_secret_post")


@get(SERVER_PATH)
async def authorization_server(services: NamedDependency[Services]) -> Response[dict[str, Any]]:
    """The endpoints and what they take (RFC 8414, 3.2)."""
    return published(_server(services))


def published(document: dict[str, Any]) -> Response[dict[str, Any]]:
    """A document anybody may read, from any page, and keep for a while."""
    return Response(
        document,
        media_type="application/json",
        headers={"cache-control": CACHE_CONTROL, "access-control-allow-origin": "*"},
    )


def _server(services: Services) -> dict[str, Any]:
    base_url = services.settings.base_url
    return {
        "issuer": base_url,
        "authorization_endpoint": base_url + authorize.PATHS[0],
        "token_endpoint": base_url + token.PATH,
        "token_endpoint_auth_methods_supported": CLIENT_AUTHENTICATION,
        "revocation_endpoint": base_url + revocation.PATH,
        "revocation_endpoint_auth_methods_supported": CLIENT_AUTHENTICATION,
        "introspection_endpoint": base_url + introspection.PATH,
        "introspection_endpoint_auth_methods_supported": CLIENT_AUTHENTICATION,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "scopes_supported": _scopes(),
        "ui_locales_supported": ["fa", "en"],
        "service_documentation": f"{base_url}/docs",
    }


def _scopes() -> list[str]:
    """Every scope that is whole as it stands: one about a single thing needs it named too."""
    standard = {oauth.OFFLINE_ACCESS: "offline_access", oauth.OPENID: "openid"}
    return [
        standard.get(scope.name, scope.name)
        for scope in oauth.SCOPES.values()
        if scope.listed and not scope.resource
    ]
