"""Giving a part: who may be given less than they asked, and what comes of it."""

from typing import Any

import msgspec
import pytest

from dalan.domains import developers, oauth
from tests.factories.developers import KEYS
from tests.surfaces.oauth import basalam
from tests.surfaces.oauth.basalam import Shop, back_of, make_shop
from tests.surfaces.oauth.conftest import choices_of, fields_of, query_of, with_ticked

WRITE, CHAT = "vendor.product.write", "customer.chat.read"


@pytest.fixture
async def shop(market: Any) -> Shop:
    return await make_shop(market)


async def kenar(browser: Any, market: Any, ticked: list[str] | None, **given: str) -> Any:
    """Open the page of Kenar's door, tick these (None: leave them), and allow."""
    page = await browser.get("/oauth2/auth", params=market.request(**given))
    assert page.status_code == 200, page.text
    fields = fields_of(page.text) | {"decision": "allow"}
    if ticked is not None:
        fields = with_ticked(fields, ticked)
    return await browser.post("/oauth2/auth", data=fields)


async def allow_partial(market: Any) -> None:
    async with market.services.db.write() as tx:
        settings = msgspec.structs.replace(market.made.app.settings, partial_consent=True)
        await developers.set_settings(tx, market.made.app.id, settings)


async def held(market: Any, token: str, door: oauth.Door = "basalam") -> set[str]:
    async with market.services.db.look() as look:
        bearer = await oauth.bearer(look, KEYS.token_mac(token) or b"", door=door)
    assert bearer is not None
    return {name for name, _ in bearer.scopes}


async def test_answer_and_token_hold_what_was_ticked(browser, market, shop):
    issued = await basalam.tokens_for(browser, shop, ticked=[CHAT])

    assert issued["scope"] == CHAT
    assert await held(market, issued["access_token"]) == {CHAT}


async def test_nothing_ticked_is_asked_again_and_gives_nothing(browser, market, shop):
    answer = await basalam.decide(browser, shop, ticked=[])

    assert answer.status_code == 422
    assert "دست‌کم یک مورد را انتخاب کنید" in answer.text
    assert choices_of(answer.text) == {WRITE: False, CHAT: False}
    async with market.services.db.look() as look:
        assert await oauth.connections_of(look, market.person.id) == []
    again = with_ticked(fields_of(answer.text), [CHAT]) | {"decision": "allow"}
    assert "code" in back_of(await browser.post("/accounts/sso", data=again))


async def test_what_was_not_asked_cannot_be_ticked(browser, market, shop):
    answer = await basalam.decide(browser, shop, ticked=["customer.wallet.write", CHAT])

    issued = (await basalam.exchange(browser, shop, back_of(answer)["code"])).json()
    assert issued["scope"] == CHAT


async def test_part_is_remembered_and_only_the_rest_is_asked(browser, market, shop):
    await basalam.tokens_for(browser, shop, ticked=[CHAT])

    same = await browser.get("/accounts/sso", params=shop.request(scope=CHAT))
    more = await browser.get("/accounts/sso", params=shop.request())

    assert "code" in back_of(same)
    assert choices_of(more.text) == {WRITE: False}
    assert "قبلاً اجازه داده‌اید" in more.text
    code = back_of(await basalam.decide(browser, shop, ticked=[WRITE]))["code"]
    issued = (await basalam.exchange(browser, shop, code)).json()
    assert issued["scope"] == f"{CHAT} {WRITE}"


async def test_asked_again_and_nothing_added_keeps_the_part(browser, market, shop):
    await basalam.tokens_for(browser, shop, ticked=[CHAT])

    issued = await basalam.tokens_for(browser, shop, ticked=[])

    assert issued["scope"] == CHAT


async def test_prompt_consent_asks_for_everything_anew(browser, shop):
    await basalam.tokens_for(browser, shop)

    page = await browser.get("/accounts/sso", params=shop.request(prompt="consent"))

    assert choices_of(page.text) == {WRITE: True, CHAT: True}


async def test_apps_of_kenar_are_given_all_or_nothing(browser, market):
    page = await browser.get("/oauth2/auth", params=market.request())
    answer = await kenar(browser, market, ["USER_PHONE"])

    assert choices_of(page.text) == {}
    assert query_of(answer)["scope"] == market.request()["scope"]


async def test_app_that_says_so_is_given_a_part(browser, market):
    await allow_partial(market)
    scope = "USER_PHONE POST_EDIT.MINE offline_access"

    answer = await kenar(browser, market, ["POST_EDIT.MINE"], scope=scope)

    assert query_of(answer)["scope"] == "POST_EDIT.MINE"


async def test_time_alone_is_nothing_to_give(browser, market):
    await allow_partial(market)

    answer = await kenar(browser, market, ["OFFLINE_ACCESS"], scope="USER_PHONE offline_access")

    assert answer.status_code == 422
    assert choices_of(answer.text) == {"USER_PHONE": False, "OFFLINE_ACCESS": False}


async def test_openid_client_is_told_who_signed_in_whatever_is_left_out(browser, market):
    page = await browser.get("/oauth2/auth", params=market.request(scope="openid USER_PHONE"))
    answer = await kenar(browser, market, [], scope="openid USER_PHONE")

    assert choices_of(page.text) == {"USER_PHONE": True}
    assert query_of(answer)["scope"] == "openid"


async def test_details_tell_back_what_was_given(browser, market):
    details = '[{"type":"kenar","actions":["POST_EDIT","POST_ADDON_CREATE"],"identifier":"MINE"}]'
    answer = await kenar(
        browser, market, ["POST_EDIT.MINE"], scope="", authorization_details=details
    )

    issued = await browser.post(
        "/oauth2/token",
        data={
            "grant_type": "authorization_code",
            "code": query_of(answer)["code"],
            "redirect_uri": market.made.redirect_uri,
            "client_id": market.made.app.slug,
            "client_secret": market.made.client_secret,
        },
    )
    assert issued.json()["authorization_details"] == [
        {"type": "kenar", "actions": ["POST_EDIT"], "identifier": "MINE"}
    ]


async def test_pushed_request_may_be_given_in_part(browser, market):
    pushed = await browser.post(
        "/oauth2/par",
        data=market.request(scope="USER_PHONE USER_ID")
        | {"client_secret": market.made.client_secret},
    )
    ticket = {"client_id": market.made.app.slug, "request_uri": pushed.json()["request_uri"]}
    opened = await browser.get("/oauth2/auth", params=ticket)
    page = await browser.get(opened.headers["location"])

    answer = await browser.post(
        "/oauth2/auth",
        data=with_ticked(fields_of(page.text), ["USER_ID"]) | {"decision": "allow"},
    )

    assert choices_of(page.text) == {"USER_ID": True, "USER_PHONE": True}
    assert query_of(answer)["scope"] == "USER_ID"


async def test_calling_itself_pushed_in_the_query_changes_nothing(browser, market):
    page = await browser.get("/oauth2/auth", params=market.request(was_pushed="1"))

    assert choices_of(page.text) == {}
