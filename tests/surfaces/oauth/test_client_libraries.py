"""Libraries that apps use, against the server on a socket, unmodified."""

import asyncio
import base64
import urllib.parse
import urllib.request
from typing import Any

import httpx
import pytest
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from httpx_oauth.oauth2 import BaseOAuth2, RefreshTokenError
from joserfc import jwt
from joserfc.jwk import KeySet
from requests_oauthlib import OAuth2Session

from dalan.kernel import clock
from tests.surfaces.oauth.conftest import BASE_URL, Market, fields_of

SCOPES = ["USER_PHONE", "POST_ADDON_CREATE.MINE", "offline_access"]


@pytest.fixture
async def person(market: Market, served: str):
    """The person's browser, on the same socket."""
    cookies = {"dalan_session": market.session}
    async with httpx.AsyncClient(base_url=served, cookies=cookies) as client:
        yield client


def challenge_of(verifier: str) -> str:
    """S256 of RFC 7636, as the library's users reckon it themselves."""
    return str(create_s256_code_challenge(verifier))


async def agree(person: httpx.AsyncClient, address: str) -> str:
    """Follow an authorization link and allow it; the address the app is called back at."""
    page = await person.get(address)
    assert page.status_code == 200, page.text
    answer = await person.post("/oauth2/auth", data=fields_of(page.text) | {"decision": "allow"})
    return str(answer.headers["location"])


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
async def test_authlib_httpx_client_with_pkce(market, served, person, method):
    async with AsyncOAuth2Client(
        market.made.app.slug, market.made.client_secret,
        scope=SCOPES, redirect_uri=market.made.redirect_uri,
        code_challenge_method="S256", token_endpoint_auth_method=method,
    ) as client:  # fmt: skip
        verifier = "v" * 50
        address, state = client.create_authorization_url(
            f"{served}/oauth2/auth", code_verifier=verifier
        )
        back = await agree(person, address)

        token = await client.fetch_token(
            f"{served}/oauth2/token", authorization_response=back, state=state,
            code_verifier=verifier,
        )  # fmt: skip
        renewed = await client.refresh_token(
            f"{served}/oauth2/token", refresh_token=token["refresh_token"]
        )
        told = await client.introspect_token(
            f"{served}/oauth2/introspect", token=renewed["access_token"]
        )
        gone = await client.revoke_token(
            f"{served}/oauth2/revoke", token=renewed["refresh_token"],
            token_type_hint="refresh_token",
        )  # fmt: skip
        dead = await client.introspect_token(
            f"{served}/oauth2/introspect", token=renewed["access_token"]
        )

    assert told.json()["active"] is True
    assert told.json()["client_id"] == market.made.app.slug
    assert gone.status_code == 200
    assert dead.json() == {"active": False}
    assert token["scope"].split() == SCOPES
    assert renewed["access_token"] != token["access_token"]


async def test_authlib_requests_client(market, served, person):
    client = AuthlibSession(
        market.made.app.slug, market.made.client_secret,
        scope=SCOPES, redirect_uri=market.made.redirect_uri, code_challenge_method="S256",
    )  # fmt: skip
    verifier = "v" * 50
    address, state = client.create_authorization_url(
        f"{served}/oauth2/auth", code_verifier=verifier
    )
    assert "code_challenge_method=S256" in address
    back = await agree(person, address)

    token = await asyncio.to_thread(
        client.fetch_token, f"{served}/oauth2/token", authorization_response=back, state=state,
        code_verifier=verifier,
    )  # fmt: skip
    renewed = await asyncio.to_thread(
        client.refresh_token, f"{served}/oauth2/token", refresh_token=token["refresh_token"]
    )
    asked = {"token": renewed["access_token"]}
    told = await asyncio.to_thread(client.introspect_token, f"{served}/oauth2/introspect", **asked)
    await asyncio.to_thread(
        client.revoke_token, f"{served}/oauth2/revoke", token=renewed["refresh_token"]
    )
    dead = await asyncio.to_thread(client.introspect_token, f"{served}/oauth2/introspect", **asked)

    assert token["token_type"] == "bearer"
    assert token["expires_in"] == 3_600
    assert renewed["access_token"] != token["access_token"]
    assert (told.json()["active"], dead.json()) == (True, {"active": False})
    client.close()


async def test_requests_oauthlib(market, served, person, monkeypatch):
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    client = OAuth2Session(
        market.made.app.slug, scope=SCOPES, redirect_uri=market.made.redirect_uri, pkce="S256"
    )
    address, _ = client.authorization_url(f"{served}/oauth2/auth")
    assert "code_challenge_method=S256" in address
    back = await agree(person, address)

    token = await asyncio.to_thread(
        client.fetch_token, f"{served}/oauth2/token", authorization_response=back,
        client_secret=market.made.client_secret, include_client_id=True,
    )  # fmt: skip
    renewed = await asyncio.to_thread(
        client.refresh_token, f"{served}/oauth2/token",
        client_id=market.made.app.slug, client_secret=market.made.client_secret,
    )  # fmt: skip
    # It has no words for these two, so it posts what they take, as its users do.
    credentials = (market.made.app.slug, market.made.client_secret)
    asked = {"auth": credentials, "data": {"token": renewed["access_token"]}}
    told = await asyncio.to_thread(client.post, f"{served}/oauth2/introspect", **asked)
    await asyncio.to_thread(client.post, f"{served}/oauth2/revoke", **asked)
    dead = await asyncio.to_thread(client.post, f"{served}/oauth2/introspect", **asked)

    assert told.json()["active"] is True
    assert dead.json() == {"active": False}
    assert token["scope"] == SCOPES
    assert renewed["refresh_token"] != token["refresh_token"]
    client.close()


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
async def test_httpx_oauth(market, served, person, method):
    client: BaseOAuth2[Any] = BaseOAuth2(
        market.made.app.slug, market.made.client_secret,
        f"{served}/oauth2/auth", f"{served}/oauth2/token", f"{served}/oauth2/token",
        f"{served}/oauth2/revoke",
        token_endpoint_auth_method=method, revocation_endpoint_auth_method=method,
    )  # fmt: skip
    verifier = "v" * 64
    address = await client.get_authorization_url(
        market.made.redirect_uri, "a:b", [*SCOPES, "openid"],
        challenge_of(verifier), "S256",
    )  # fmt: skip
    back = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(await agree(person, address)).query))

    token = await client.get_access_token(back["code"], market.made.redirect_uri, verifier)
    renewed = await client.refresh_token(token["refresh_token"])
    await client.revoke_token(renewed["refresh_token"], "refresh_token")

    assert back["state"] == "a:b"
    assert token["id_token"]
    assert not token.is_expired()
    with pytest.raises(RefreshTokenError):
        await client.refresh_token(renewed["refresh_token"])


async def test_authlib_with_discovery_nonce_and_userinfo(market, served, person):
    """All a client knows is our address; authlib checks the id_token itself."""
    async with AsyncOAuth2Client(
        market.made.app.slug, market.made.client_secret,
        scope=["openid", "USER_PHONE"], redirect_uri=market.made.redirect_uri,
    ) as client:  # fmt: skip
        found = await person.get("/.well-known/openid-configuration")
        # The server on the socket believes it is reached at its public address.
        metadata = {
            name: value.replace(BASE_URL, served) if isinstance(value, str) else value
            for name, value in found.json().items()
        }
        address, _ = client.create_authorization_url(
            metadata["authorization_endpoint"], nonce="once"
        )
        back = await agree(person, address)
        token = await client.fetch_token(metadata["token_endpoint"], authorization_response=back)
        keys = await person.get(metadata["jwks_uri"])
        told = await client.get(metadata["userinfo_endpoint"])

    decoded = jwt.decode(
        token["id_token"], KeySet.import_key_set(keys.json()), algorithms=["RS256"]
    )
    claims = CodeIDToken(
        decoded.claims, decoded.header,
        {"iss": {"value": BASE_URL}, "aud": {"value": market.made.app.slug}},
        {"nonce": "once", "client_id": market.made.app.slug,
         "access_token": token["access_token"]},
    )  # fmt: skip
    claims.validate(now=int(clock.now().timestamp()))
    assert told.json() == {
        "sub": decoded.claims["sub"],
        "phone_number": market.person.phone,
        "phone_number_verified": True,
    }


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # pydantic's, about the SDK
async def test_kenar_sdk(market, served, person):
    from kenar.app import OAuthService
    from kenar.oauth import OauthResourceType, Scope

    with httpx.Client(
        base_url=served, timeout=5,
        headers={"x-api-key": market.api_key, "Content-Type": "application/json"},
    ) as transport:  # fmt: skip
        sdk = OAuthService(
            transport, market.made.app.slug, market.made.redirect_uri, market.made.client_secret
        )
        link = sdk.get_oauth_redirect(
            [
                Scope(resource_type=OauthResourceType.USER_PHONE),
                Scope(resource_type=OauthResourceType.POST_ADDON_CREATE, resource_id="MINE"),
                Scope(resource_type=OauthResourceType.OFFLINE_ACCESS),
            ],
            state="a:b",
        )
        back = await agree(person, link.replace("https://api.divar.ir", ""))
        code = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))["code"]

        token = await asyncio.to_thread(sdk.get_access_token, code)

    assert token.refresh_token
    assert token.expires_in == 3_600
    assert token.scope == "USER_PHONE POST_ADDON_CREATE.MINE offline_access"


async def test_go_oauth2_probes_basic_first_then_body(market, served, person):
    """What golang.org/x/oauth2 sends when it does not know the style: a bare url-encoded Basic."""
    query = urllib.parse.urlencode(market.request(scope=" ".join(SCOPES)))
    back = await agree(person, f"/oauth2/auth?{query}")
    code = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))["code"]

    def exchange() -> bytes:
        user, secret = (
            urllib.parse.quote_plus(text)
            for text in (market.made.app.slug, market.made.client_secret)
        )
        request = urllib.request.Request(
            f"{served}/oauth2/token",
            data=urllib.parse.urlencode({
                "grant_type": "authorization_code", "code": code,
                "redirect_uri": market.made.redirect_uri,
            }).encode(),
            headers={
                "Authorization": "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode(),
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )  # fmt: skip
        with urllib.request.urlopen(request) as answer:
            body: Any = answer.read()
        return bytes(body)

    assert b'"refresh_token"' in await asyncio.to_thread(exchange)
