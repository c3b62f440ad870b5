"""RFC 9126: requests sent ahead, and what a browser does with the reference."""

import asyncio
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from dalan.domains import oauth
from tests.factories.developers import make_app as make_an_app
from tests.surfaces.oauth.conftest import BASE_URL, fields_of, query_of
from tests.surfaces.oauth.test_revocation import credentials
from tests.surfaces.oauth.test_token import assert_refused, fields


async def push(client, market, **given):
    values = market.request() | credentials(market) | given
    return await client.post("/oauth2/par", data={k: v for k, v in values.items() if v is not None})


async def pushed(client, market, **given) -> dict[str, str]:
    """What the browser is sent with."""
    answer = await push(client, market, **given)
    assert answer.status_code == 201, answer.text
    return {"client_id": market.made.app.slug, "request_uri": answer.json()["request_uri"]}


async def test_pushed_request_leads_to_the_page_and_to_a_code(browser, market):
    answer = await push(browser, market)
    body = answer.json()
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    assert body["expires_in"] == 60
    assert body["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")

    carried = {"client_id": market.made.app.slug, "request_uri": body["request_uri"]}
    moved = await browser.get("/oauth2/auth", params=carried)
    page = await browser.get(moved.headers["location"])
    decided = await browser.post("/oauth2/auth", data=fields_of(page.text) | {"decision": "allow"})

    back = query_of(decided)
    assert moved.status_code == 303
    assert set(parse_qs(urlsplit(moved.headers["location"]).query)) == {"pushed"}
    assert back["state"] == market.request()["state"]
    assert back["iss"] == BASE_URL
    tokens = await browser.post("/oauth2/token", data=fields(market, code=back["code"]))
    assert tokens.status_code == 200


async def test_reference_is_good_for_one_browser_visit(browser, market):
    carried = await pushed(browser, market)

    answers = await asyncio.gather(*[browser.get("/oauth2/auth", params=carried) for _ in range(8)])

    assert sorted(answer.status_code for answer in answers) == [303] + [400] * 7
    assert all("location" not in answer.headers for answer in answers if answer.status_code == 400)


async def test_page_of_a_pushed_request_may_be_loaded_again(browser, market):
    carried = await pushed(browser, market)
    moved = await browser.get("/oauth2/auth", params=carried)

    for _ in range(2):
        assert (await browser.get(moved.headers["location"])).status_code == 200


async def test_signing_in_may_take_longer_than_the_reference_lives(
    anonymous, browser, market, moment
):
    carried = await pushed(anonymous, market)
    moved = await anonymous.get("/oauth2/auth", params=carried)
    asked_in = await anonymous.get(moved.headers["location"])
    assert asked_in.headers["location"].startswith("/sign-in?next=")
    (back,) = parse_qs(urlsplit(asked_in.headers["location"]).query)["next"]

    moment.advance(timedelta(minutes=10))

    assert back == moved.headers["location"]
    assert (await browser.get(back)).status_code == 200
    moment.advance(timedelta(minutes=21))
    assert (await browser.get(back)).status_code == 400


async def test_old_reference_is_dead(browser, market, moment):
    carried = await pushed(browser, market)

    moment.advance(timedelta(seconds=60))

    assert (await browser.get("/oauth2/auth", params=carried)).status_code == 400


async def test_reference_of_another_app_or_of_nobody_leads_nowhere(browser, market):
    async with market.services.db.write() as tx:
        other = await make_an_app(tx, owner_id=market.stranger.id)
    carried = await pushed(browser, market)

    for wrong in (
        carried | {"client_id": other.app.slug},
        carried | {"client_id": "nobody"},
        {"request_uri": carried["request_uri"]},
        carried | {"request_uri": oauth.REQUEST_URI_PREFIX + "x"},
        {"pushed": "x"},
        {"pushed": "\x00é"},
    ):
        answer = await browser.get("/oauth2/auth", params=wrong)
        assert answer.status_code == 400
        assert "location" not in answer.headers
    assert (await browser.get("/oauth2/auth", params=carried)).status_code == 303


async def test_what_the_browser_adds_to_a_reference_counts_for_nothing(browser, market):
    carried = await pushed(browser, market)

    moved = await browser.get(
        "/oauth2/auth",
        params=carried | {"scope": "USER_ID", "state": "evil", "redirect_uri": "x:y"},
    )
    page = await browser.get(moved.headers["location"] + "&state=evil&scope=USER_ID")
    denied = await browser.post("/oauth2/auth", data=fields_of(page.text) | {"decision": "deny"})

    assert query_of(denied)["state"] == market.request()["state"]


@pytest.mark.parametrize(
    ("given", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": None}, 401, "invalid_client"),
        ({"redirect_uri": "https://evil.example/"}, 400, "invalid_request"),
        ({"redirect_uri": None}, 400, "invalid_request"),
        ({"scope": "NONSENSE"}, 400, "invalid_scope"),
        ({"response_type": "token"}, 400, "unsupported_response_type"),
        ({"request_uri": "urn:x"}, 400, "invalid_request"),
        ({"request": "e30.e30."}, 400, "request_not_supported"),
        ({"code_challenge": "x", "code_challenge_method": "plain"}, 400, "invalid_request"),
        ({"state": "s" * 5_000}, 400, "invalid_request"),
        ({"authorization_details": "{"}, 400, "invalid_authorization_details"),
    ],
)
async def test_push_refuses_what_the_page_would_refuse(browser, market, given, status, error):
    assert_refused(await push(browser, market, **given), status, error)


async def test_push_by_basic_authentication_of_another_app_is_refused(browser, market):
    async with market.services.db.write() as tx:
        other = await make_an_app(tx, owner_id=market.stranger.id)

    answer = await browser.post(
        "/oauth2/par", data=market.request(), auth=(other.app.slug, other.client_secret)
    )

    assert_refused(answer, 400, "invalid_request")


async def test_foreign_request_uri_and_request_object_are_told_to_the_app(browser, market):
    for given, error in (
        ({"request_uri": "https://app.example/request.jwt"}, "request_uri_not_supported"),
        ({"request": "e30.e30."}, "request_not_supported"),
    ):
        answer = await browser.get("/oauth2/auth", params=market.request(**given))
        assert query_of(answer)["error"] == error
