"""Basalam's consent page: what it takes, what it shows, and where it leads."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from dalan.domains import developers
from tests.surfaces.oauth.basalam import Shop, back_of, code_for, decide, make_shop
from tests.surfaces.oauth.conftest import choices_of, fields_of


@pytest.fixture
async def shop(market: Any) -> Shop:
    return await make_shop(market)


async def test_page_names_the_app_by_its_number_and_lists_what_it_asks(browser, shop):
    answer = await browser.get("/accounts/sso", params=shop.request())

    assert answer.status_code == 200
    assert shop.client_id in answer.text
    assert "محصولات، تخفیف‌ها و قفسه‌های غرفهٔ شما" in answer.text
    assert "حداکثر تا 732 روز" in answer.text
    assert choices_of(answer.text) == {"vendor.product.write": True, "customer.chat.read": True}


async def test_numbers_of_apps_are_not_counted_up(market):
    first, second = await make_shop(market), await make_shop(market)

    assert abs(int(first.client_id) - int(second.client_id)) > 1
    assert len(first.client_id) == 9


async def test_anonymous_is_sent_to_sign_in_and_back(anonymous, shop):
    answer = await anonymous.get("/accounts/sso", params=shop.request())

    location = urlsplit(answer.headers["location"])
    back = urlsplit(parse_qs(location.query)["next"][0])
    assert (location.path, back.path) == ("/sign-in", "/accounts/sso")
    assert parse_qs(back.query)["client_id"] == [shop.client_id]


async def test_allowing_leads_back_with_code_and_state(browser, shop):
    answer = await decide(browser, shop)

    assert answer.headers["location"].startswith("https://shop.example/cb?code=")
    back = back_of(answer)
    assert len(back.pop("code")) >= 40
    assert back == {"state": "https://shop.example/?a=b"}


async def test_state_that_was_not_sent_is_not_answered(browser, shop):
    asked = shop.request()
    del asked["state"]
    page = await browser.get("/accounts/sso", params=asked)

    answer = await browser.post("/accounts/sso", data=fields_of(page.text) | {"decision": "allow"})

    assert "state" not in back_of(answer)


async def test_denying_leads_back_without_a_code(browser, shop):
    back = back_of(await decide(browser, shop, "deny"))

    assert back["error"] == "access_denied"
    assert back["state"] == "https://shop.example/?a=b"
    assert "code" not in back


@pytest.mark.parametrize(
    "given",
    [
        {"client_id": "999999999999999999999"},
        {"client_id": "0"},
        {"client_id": "abc"},
        {"client_id": "۱۲۳"},
        {"client_id": ""},
        {"redirect_uri": "https://shop.example/cb/"},
        {"redirect_uri": "https://shop.example/CB"},
        {"redirect_uri": ""},
    ],
)
async def test_wrong_client_or_address_is_a_page_and_no_redirect(browser, shop, given):
    answer = await browser.get("/accounts/sso", params=shop.request(**given))

    assert answer.status_code == 400
    assert "location" not in answer.headers


async def test_slug_is_no_client_id_here_nor_the_number_at_the_other_door(browser, market, shop):
    slug = await browser.get("/accounts/sso", params=shop.request(client_id=shop.made.app.slug))
    number = await browser.get("/oauth2/auth", params=market.request(client_id=shop.client_id))

    assert (slug.status_code, number.status_code) == (400, 400)


async def test_port_of_a_loopback_address_is_compared_too(browser, market):
    shop = await make_shop(market, production=False, redirect_uri="http://127.0.0.1/cb")

    answer = await browser.get(
        "/accounts/sso", params=shop.request(redirect_uri="http://127.0.0.1:4711/cb")
    )

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "nobody.knows"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"scope": "USER_PHONE"}, "invalid_scope"),
        ({"state": "x" * 5_000}, "invalid_request"),
    ],
)
async def test_other_faults_lead_back_to_the_app(browser, shop, given, error):
    back = back_of(await browser.get("/accounts/sso", params=shop.request(**given)))

    assert back["error"] == error


@pytest.mark.parametrize("given", [{}, {"response_type": "code"}])
async def test_response_type_may_be_left_out(browser, shop, given):
    assert (await browser.get("/accounts/sso", params=shop.request(**given))).status_code == 200


@pytest.mark.parametrize(
    "scope",
    [
        "vendor.product.write+customer.chat.read",
        "vendor.product.write,customer.chat.read",
        "vendor.product.write no.such.thing customer.chat.read",
    ],
)
async def test_scopes_are_parted_by_each_separator_and_unknown_ones_dropped(browser, shop, scope):
    page = await browser.get("/accounts/sso", params=shop.request(scope=scope))

    assert set(choices_of(page.text)) == {"vendor.product.write", "customer.chat.read"}


async def test_star_asks_for_all_the_app_may_ask(browser, market, shop):
    allowed = ("vendor.product.read", "customer.chat.read")
    async with market.services.db.write() as tx:
        await developers.set_ceiling(
            tx, shop.made.app.id, permissions=None, scopes=allowed, widgets=None
        )

    page = await browser.get("/accounts/sso", params=shop.request(scope="*"))

    assert set(choices_of(page.text)) == set(allowed)


async def test_same_request_is_not_asked_twice_unless_the_app_wants_it(browser, shop):
    await code_for(browser, shop)

    again = await browser.get("/accounts/sso", params=shop.request())
    wanted = await browser.get("/accounts/sso", params=shop.request(prompt="consent"))

    assert "code" in back_of(again)
    assert wanted.status_code == 200


async def test_write_given_before_answers_for_read(browser, shop):
    await code_for(browser, shop, scope="vendor.product.write")

    again = await browser.get("/accounts/sso", params=shop.request(scope="vendor.product.read"))

    assert "code" in back_of(again)


async def test_page_of_one_door_does_not_decide_at_another(browser, market, shop):
    page = await browser.get("/accounts/sso", params=shop.request())

    answer = await browser.post("/oauth2/auth", data=fields_of(page.text) | {"decision": "allow"})

    assert answer.status_code == 400


async def test_closed_app_is_told_so(browser, market, shop):
    async with market.services.db.write() as tx:
        await developers.suspend(tx, shop.made.app.slug)

    back = back_of(await browser.get("/accounts/sso", params=shop.request()))

    assert back["error"] == "unauthorized_client"
