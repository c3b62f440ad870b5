"""What the authorization server says of itself, so that a client needs its address alone.

Source: RFC 8414; OpenID Connect Discovery, 3; RFC 9207, 3; RFC 9728, 3.
"""

from typing import Any, Final

from litestar import Response, get
from litestar.di import NamedDependency

from dalan.domains import oauth
from dalan.surfaces.oauth import authorize, introspection, openid, pushing, revocation, token
from dalan.surfaces.services import Services

SERVER_PATHS: Final = (
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
)
RESOURCE_PATH: Final = "/.well-known/oauth-protected-resource"
PATHS: Final = (*SERVER_PATHS, RESOURCE_PATH)

CACHE_CONTROL: Final = "public, max-age=300"
"""Five minutes: it changes with a release or a setting, and clients must notice."""

CLAIMS: Final = (
    "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash",
    "phone_number", "phone_number_verified",
)  # fmt: skip
CLIENT_AUTHENTICATION: Final = ("client_secret_basic", "client_secret_post", "private_key_jwt")


@get([*SERVER_PATHS])
async def authorization_server(services: NamedDependency[Services]) -> Response[dict[str, Any]]:
    """The endpoints and what they take (RFC 8414, 3.2; OpenID Connect Discovery, 4.2)."""
    return _published(_server(services))


@get(RESOURCE_PATH)
async def protected_resource(services: NamedDependency[Services]) -> Response[dict[str, Any]]:
    """Our own API as a resource: who issues its tokens, and how they are shown (RFC 9728, 3.2)."""
    base_url = services.settings.base_url
    return _published(
        {
            "resource": base_url,
            "authorization_servers": [base_url],
            "scopes_supported": _scopes(),
            "bearer_methods_supported": ["header"],
            "resource_documentation": f"{base_url}/docs",
        }
    )


def _published(document: dict[str, Any]) -> Response[dict[str, Any]]:
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
        "token_endpoint_auth_signing_alg_values_supported": oauth.ASSERTION_ALGORITHMS,
        "revocation_endpoint": base_url + revocation.PATH,
        "revocation_endpoint_auth_methods_supported": CLIENT_AUTHENTICATION,
        "revocation_endpoint_auth_signing_alg_values_supported": oauth.ASSERTION_ALGORITHMS,
        "introspection_endpoint": base_url + introspection.PATH,
        "introspection_endpoint_auth_methods_supported": CLIENT_AUTHENTICATION,
        "introspection_endpoint_auth_signing_alg_values_supported": oauth.ASSERTION_ALGORITHMS,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "scopes_supported": _scopes(),
        "pushed_authorization_request_endpoint": base_url + pushing.PATH,
        "require_pushed_authorization_requests": False,
        "authorization_details_types_supported": ["kenar"],
        "jwks_uri": base_url + openid.JWKS_PATH,
        "userinfo_endpoint": base_url + openid.USERINFO_PATH,
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": CLAIMS,
        "prompt_values_supported": oauth.PROMPTS,
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
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
