"""Basalam's door as its apps and a person's browser meet it."""

import json
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import httpx

from dalan.domains import developers
from tests.factories.developers import MadeApp
from tests.factories.developers import make_app as make_an_app
from tests.surfaces.oauth.conftest import Market, fields_of, with_ticked

YEAR_SECONDS = 31_622_400


class Shop(NamedTuple):
    """A published app with its number."""

    made: MadeApp
    client_id: str

    def request(self, **given: str) -> dict[str, str]:
        """A good request, as the SDKs send it."""
        return {
            "client_id": self.client_id,
            "redirect_uri": self.made.redirect_uri,
            "scope": "vendor.product.write customer.chat.read",
            "state": "https://shop.example/?a=b",
        } | given

    @property
    def credentials(self) -> dict[str, Any]:
        """What it proves itself with."""
        return {"client_id": int(self.client_id), "client_secret": self.made.client_secret}


async def make_shop(market: Market, **given: Any) -> Shop:
    """A published app of the person's."""
    values: dict[str, Any] = {"production": True, "redirect_uri": "https://shop.example/cb"}
    async with market.services.db.write() as tx:
        made = await make_an_app(tx, owner_id=market.person.id, **(values | given))
        return Shop(made, str(await developers.basalam_client_id(tx, made.app.id)))


def back_of(answer: httpx.Response) -> dict[str, str]:
    """What a redirect back to the app says; nothing may come twice."""
    assert answer.status_code == 302, answer.text
    pairs = parse_qsl(urlsplit(answer.headers["location"]).query, keep_blank_values=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


async def decide(
    browser: httpx.AsyncClient,
    shop: Shop,
    decision: str = "allow",
    ticked: list[str] | None = None,
    **given: str,
) -> httpx.Response:
    """Open the page, leave the boxes as they are or tick these, and press a button."""
    page = await browser.get("/accounts/sso", params=shop.request(**given))
    assert page.status_code == 200, page.text
    fields = fields_of(page.text) | {"decision": decision}
    if ticked is not None:
        fields = with_ticked(fields, ticked)
    return await browser.post("/accounts/sso", data=fields)


async def code_for(browser: httpx.AsyncClient, shop: Shop, **given: Any) -> str:
    """A code, after the person agreed."""
    return back_of(await decide(browser, shop, **given))["code"]


async def exchange(
    client: httpx.AsyncClient, shop: Shop, code: str, /, **given: Any
) -> httpx.Response:
    """The code at the token endpoint, as JSON."""
    body = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": shop.made.redirect_uri,
        **shop.credentials,
    } | given
    return await client.post("/oauth/token", json=body)


async def tokens_for(client: httpx.AsyncClient, shop: Shop, **given: Any) -> dict[str, Any]:
    """A pair of tokens, after the person agreed."""
    answer = await exchange(client, shop, await code_for(client, shop, **given))
    assert answer.status_code == 200, answer.text
    return dict(json.loads(answer.text))


def refused(answer: httpx.Response, status: int, error: str) -> None:
    """A refusal in the shape Basalam's SDKs read."""
    body = answer.json()
    assert (answer.status_code, body["error"]) == (status, error), answer.text
    assert body["message"]
    assert body["error_description"]
