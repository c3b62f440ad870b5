"""Basalam's published Python SDK, against the server on a socket: its own classes, unmodified.

It takes the two addresses of the authorization server from its configuration.
"""

import asyncio
from typing import Any

import httpx
import pytest
from basalam_sdk.auth import AuthorizationCode, BaseAuth, ClientCredentials, PersonalToken, Scope
from basalam_sdk.config import BasalamConfig
from basalam_sdk.errors import BasalamAuthError

from dalan.domains import oauth
from tests.factories.developers import KEYS
from tests.surfaces.oauth.basalam import YEAR_SECONDS, Shop, back_of, make_shop
from tests.surfaces.oauth.conftest import Market, fields_of, with_ticked


@pytest.fixture
async def shop(market: Market) -> Shop:
    return await make_shop(market)


@pytest.fixture
def config(served: str) -> BasalamConfig:
    return BasalamConfig(
        custom_auth_urls={
            "authorize": f"{served}/accounts/sso",
            "token": f"{served}/oauth/token",
        }
    )


def sdk_app(shop: Shop, config: BasalamConfig, scopes: list[Any]) -> AuthorizationCode:
    return AuthorizationCode(
        shop.client_id, shop.made.client_secret, shop.made.redirect_uri, scopes, config
    )


async def agree(
    market: Market, served: str, address: str, ticked: list[str] | None = None
) -> dict[str, str]:
    """Follow the link the SDK made and allow it; what the app is called back with."""
    cookies = {"dalan_session": market.session}
    async with httpx.AsyncClient(base_url=served, cookies=cookies) as person:
        page = await person.get(address)
        assert page.status_code == 200, page.text
        fields = fields_of(page.text)
        if ticked is not None:
            fields = with_ticked(fields, ticked)
        return back_of(await person.post("/accounts/sso", data=fields | {"decision": "allow"}))


async def scopes_of(market: Market, auth: BaseAuth) -> set[str]:
    """What the token the SDK would send allows."""
    kind, token = (await auth.get_auth_headers())["Authorization"].split()
    assert kind == "Bearer"
    async with market.services.db.look() as look:
        bearer = await oauth.bearer(look, KEYS.token_mac(token) or b"", door="basalam")
    assert bearer is not None
    return {name for name, _ in bearer.scopes}


async def test_sdk_signs_somebody_in_and_exchanges_the_code(market, served, shop, config):
    asked = [Scope.VENDOR_PRODUCT_WRITE, Scope.CUSTOMER_CHAT_READ]
    auth = sdk_app(shop, config, asked)

    back = await agree(market, served, auth.get_authorization_url(state="https://shop.example/"))
    token = await auth.get_token(back["code"])

    assert back["state"] == "https://shop.example/"
    assert (token.token_type, token.expires_in) == ("Bearer", YEAR_SECONDS)
    assert not token.should_refresh
    assert auth.has_scope(Scope.CUSTOMER_CHAT_READ)
    assert await scopes_of(market, auth) == {scope.value for scope in asked}


async def test_sdk_without_scopes_of_its_own_asks_for_everything(market, served, shop, config):
    auth = AuthorizationCode(
        shop.client_id, shop.made.client_secret, shop.made.redirect_uri, config=config
    )

    back = await agree(market, served, auth.get_authorization_url())
    await asyncio.to_thread(auth.get_token_sync, back["code"])

    assert auth.get_granted_scopes() == set(oauth.BASALAM_SCOPES)


async def test_sdk_sees_what_was_left_out(market, served, shop, config):
    auth = sdk_app(shop, config, [Scope.VENDOR_PRODUCT_WRITE, Scope.CUSTOMER_CHAT_READ])
    address = auth.get_authorization_url()

    back = await agree(market, served, address, ticked=["customer.chat.read"])
    await auth.get_token(back["code"])

    assert auth.has_scope(Scope.CUSTOMER_CHAT_READ)
    assert not auth.has_scope(Scope.VENDOR_PRODUCT_WRITE)


async def test_refresh_token_the_sdk_was_given_renews(market, served, shop, config):
    auth = sdk_app(shop, config, [Scope.CUSTOMER_CHAT_READ])
    back = await agree(market, served, auth.get_authorization_url())
    token = await auth.get_token(back["code"])

    async with httpx.AsyncClient() as client:  # its own refresh_token() sends nothing
        answer = await client.post(
            config.token_url,
            data={
                "grant_type": "refresh_token",
                "refresh_token": token.refresh_token,
                **shop.credentials,
            },
        )
    renewed = answer.json()
    personal = PersonalToken(renewed["access_token"], renewed["refresh_token"], config=config)

    assert renewed["access_token"] != token.access_token
    assert await scopes_of(market, personal) == {"customer.chat.read"}


async def test_sdk_gets_a_token_for_the_client_itself(market, served, shop, config):
    auth = ClientCredentials(shop.client_id, shop.made.client_secret, config=config)

    assert await scopes_of(market, auth) == set(oauth.BASALAM_SCOPES)


@pytest.mark.parametrize("secret", ["wrong", ""])
async def test_sdk_hears_that_the_secret_is_wrong(served, shop, config, secret):
    auth = ClientCredentials(shop.client_id, secret, config=config)

    with pytest.raises(BasalamAuthError):
        await auth.get_token()


async def test_sdk_hears_that_the_code_was_used(market, served, shop, config):
    first, second = (sdk_app(shop, config, [Scope.CUSTOMER_CHAT_READ]) for _ in range(2))
    back = await agree(market, served, first.get_authorization_url())
    await first.get_token(back["code"])

    with pytest.raises(BasalamAuthError):
        await second.get_token(back["code"])
