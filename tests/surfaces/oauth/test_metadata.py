"""RFC 8414: what the server says of itself is so."""

from urllib.parse import urlsplit

from dalan.app import surface_of
from dalan.domains import oauth
from tests.surfaces.oauth.conftest import BASE_URL

SERVER = "/.well-known/oauth-authorization-server"
RESOURCE = "/.well-known/oauth-protected-resource"


async def test_metadata_names_the_issuer_and_may_be_kept(anonymous):
    answer = await anonymous.get(SERVER)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert "pragma" not in answer.headers
    assert answer.headers["access-control-allow-origin"] == "*"
    body = answer.json()
    assert body["issuer"] == BASE_URL
    assert body["response_types_supported"] == ["code"]
    assert body["code_challenge_methods_supported"] == ["S256"]
    assert body["authorization_response_iss_parameter_supported"] is True
    assert all(body.values()) or body  # no empty lists: RFC 8414, 3.2
    assert not [name for name, value in body.items() if value == []]


async def test_every_endpoint_it_names_is_served_here(anonymous):
    body = (await anonymous.get(SERVER)).json()

    for name, url in body.items():
        if name.endswith(("_endpoint", "_uri")):
            path = urlsplit(url).path
            assert url == BASE_URL + path
            assert surface_of(path) == "oauth", path
            assert (await anonymous.get(path)).status_code != 404, path


async def test_every_scope_it_names_may_be_asked_for(anonymous):
    body = (await anonymous.get(SERVER)).json()

    assert len(oauth.parse_scopes(" ".join(body["scopes_supported"]))) == len(
        body["scopes_supported"]
    )
    assert {"openid", "offline_access", "USER_PHONE"} <= set(body["scopes_supported"])


async def test_openid_discovery_is_the_same_document(anonymous):
    openid = await anonymous.get("/.well-known/openid-configuration")

    assert openid.json() == (await anonymous.get(SERVER)).json()
    assert {
        "issuer", "authorization_endpoint", "token_endpoint", "jwks_uri",
        "response_types_supported", "subject_types_supported",
        "id_token_signing_alg_values_supported",
    } <= set(openid.json())  # fmt: skip
    assert "RS256" in openid.json()["id_token_signing_alg_values_supported"]


async def test_authlib_finds_no_fault_with_the_metadata(anonymous):
    from authlib.oauth2.rfc8414 import AuthorizationServerMetadata

    body = (await anonymous.get(SERVER)).json()
    # It insists on https, which a server on loopback does without.
    secure = {
        name: value.replace(BASE_URL, "https://dalan.example") if isinstance(value, str) else value
        for name, value in body.items()
    }

    AuthorizationServerMetadata(secure).validate()


async def test_protected_resource_names_its_authorization_server(anonymous):
    body = (await anonymous.get(RESOURCE)).json()

    assert body["resource"] == BASE_URL
    assert body["authorization_servers"] == [BASE_URL]
    assert body["bearer_methods_supported"] == ["header"]
