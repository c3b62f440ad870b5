"""What the attacks share: a consent with everything ticked, and the token endpoint."""

import re
from typing import Any

import httpx

from tests.surfaces.oauth.conftest import Market, fields_of, query_of


def form_of(page: httpx.Response) -> dict[str, Any]:
    """Everything the consent page would send, with all of it ticked."""
    assert page.status_code == 200, page.text
    ticked = re.findall(r'name="permission" value="([^"]*)"', page.text)
    return {**fields_of(page.text), "permission": ticked}


async def consent_page(browser: httpx.AsyncClient, market: Market, **given: str) -> httpx.Response:
    return await browser.get("/oauth2/auth", params=market.request(**given))


async def decide(
    browser: httpx.AsyncClient, form: dict[str, Any], decision: str = "allow"
) -> httpx.Response:
    return await browser.post("/oauth2/auth", data=form | {"decision": decision})


async def agreed(browser: httpx.AsyncClient, market: Market, **given: str) -> dict[str, str]:
    """What the app is told after a person agreed to all of it."""
    return query_of(await decide(browser, form_of(await consent_page(browser, market, **given))))


def exchange(market: Market, code: str, **given: str) -> dict[str, str]:
    """A good token request, but for what is given; an empty value takes a field away."""
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": market.made.redirect_uri,
        "client_id": market.made.app.slug,
        "client_secret": market.made.client_secret,
    }
    return {name: value for name, value in (fields | given).items() if value}


async def tokens(browser: httpx.AsyncClient, market: Market, **given: str) -> dict[str, Any]:
    """A pair of tokens of the market's app."""
    scope = "USER_PHONE offline_access"
    code = (await agreed(browser, market, **({"scope": scope} | given)))["code"]
    answer = await browser.post("/oauth2/token", data=exchange(market, code))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def assert_refused(answer: httpx.Response, *errors: str) -> None:
    assert answer.status_code in (400, 401), answer.text
    assert answer.json()["error"] in errors, answer.text
    assert "access_token" not in answer.json()
