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
from requests_oauthlib import OAuth2Session

from tests.surfaces.oauth.conftest import Market, fields_of

SCOPES = ["USER_PHONE", "POST_ADDON_CREATE.MINE", "offline_access"]


@pytest.fixture
async def person(market: Market, served: str):
    """The person's browser, on the same socket."""
    cookies = {"dalan_session": market.session}
    async with httpx.AsyncClient(base_url=served, cookies=cookies) as client:
        yield client


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

    assert token["scope"].split() == SCOPES
    assert renewed["access_token"] != token["access_token"]


async def test_authlib_requests_client(market, served, person):
    client = AuthlibSession(
        market.made.app.slug, market.made.client_secret,
        scope=SCOPES, redirect_uri=market.made.redirect_uri,
    )  # fmt: skip
    address, state = client.create_authorization_url(f"{served}/oauth2/auth")
    back = await agree(person, address)

    token = await asyncio.to_thread(
        client.fetch_token, f"{served}/oauth2/token", authorization_response=back, state=state
    )

    assert token["token_type"] == "bearer"
    assert token["expires_in"] == 3_600
    client.close()


async def test_requests_oauthlib(market, served, person, monkeypatch):
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    client = OAuth2Session(
        market.made.app.slug, scope=SCOPES, redirect_uri=market.made.redirect_uri
    )
    address, _ = client.authorization_url(f"{served}/oauth2/auth")
    back = await agree(person, address)

    token = await asyncio.to_thread(
        client.fetch_token, f"{served}/oauth2/token", authorization_response=back,
        client_secret=market.made.client_secret, include_client_id=True,
    )  # fmt: skip
    renewed = await asyncio.to_thread(
        client.refresh_token, f"{served}/oauth2/token",
        client_id=market.made.app.slug, client_secret=market.made.client_secret,
    )  # fmt: skip

    assert token["scope"] == SCOPES
    assert renewed["refresh_token"] != token["refresh_token"]
    client.close()


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
