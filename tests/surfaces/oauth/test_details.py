"""RFC 9396: authorization_details as another spelling of scopes."""

import json

import pytest

from dalan.domains import oauth
from tests.surfaces.oauth.conftest import decide, query_of
from tests.surfaces.oauth.test_introspection import introspected
from tests.surfaces.oauth.test_token import fields, refreshing

ADDON = {"type": "kenar", "actions": ["POST_ADDON_CREATE"], "identifier": "MINE"}


async def granted(browser, market, details, **given):
    answer = await decide(
        browser, market, **({"scope": ""} | given), authorization_details=json.dumps(details)
    )
    code = query_of(answer)["code"]
    return (await browser.post("/oauth2/token", data=fields(market, code=code))).json()


async def test_details_alone_come_back_in_both_spellings(browser, market):
    body = await granted(browser, market, [ADDON])

    assert body["scope"] == "POST_ADDON_CREATE.MINE"
    assert body["authorization_details"] == [ADDON]


async def test_details_and_scope_add_up_and_survive_a_refresh(browser, market):
    details = [ADDON, {"type": "kenar", "actions": ["USER_PHONE", "USER_ID"]}]
    body = await granted(browser, market, details, scope="offline_access USER_PHONE")

    renewed = (await browser.post("/oauth2/token", data=refreshing(market, body))).json()
    again = (await browser.post("/oauth2/token", data=refreshing(market, body))).json()
    told = (await introspected(browser, market, renewed["access_token"])).json()

    scope = "offline_access USER_PHONE POST_ADDON_CREATE.MINE USER_ID"
    for answer in (body, renewed, again, told):
        assert answer["scope"] == scope
        assert answer["authorization_details"] == details


async def test_without_details_there_are_none_in_the_answer(browser, market):
    code = query_of(await decide(browser, market))["code"]

    body = (await browser.post("/oauth2/token", data=fields(market, code=code))).json()

    assert "authorization_details" not in body


@pytest.mark.parametrize(
    "details",
    [
        "{",
        "{}",
        "[]",
        "[1]",
        '[{"type": "other", "actions": ["USER_PHONE"]}]',
        '[{"actions": ["USER_PHONE"]}]',
        '[{"type": "kenar"}]',
        '[{"type": "kenar", "actions": []}]',
        '[{"type": "kenar", "actions": "USER_PHONE"}]',
        '[{"type": "kenar", "actions": ["USER_PHONE"], "locations": ["x"]}]',
        '[{"type": "kenar", "actions": ["NONSENSE"]}]',
        '[{"type": "kenar", "actions": ["USER_PHONE USER_ID"]}]',
        '[{"type": "kenar", "actions": ["POST_EDIT.MINE"]}]',
        '[{"type": "kenar", "actions": ["POST_EDIT"]}]',
        '[{"type": "kenar", "actions": ["POST_EDIT"], "identifier": ""}]',
        '[{"type": "kenar", "actions": ["POST_EDIT"], "identifier": "A USER_PHONE"}]',
        '[{"type": "kenar", "actions": ["POST_EDIT"], "identifier": "A+USER_PHONE"}]',
        '[{"type": "kenar", "actions": ["POST_EDIT"], "identifier": "' + "x" * 129 + '"}]',
        '[{"type": "kenar", "actions": ["USER_PHONE"], "identifier": "MINE"}]',
        '[{"type": "kenar", "actions": ["POST_EDIT"], "identifier": 5}]',
    ],
)
async def test_details_that_make_no_sense_are_refused_at_the_apps_address(browser, market, details):
    answer = await browser.get("/oauth2/auth", params=market.request(authorization_details=details))

    assert query_of(answer)["error"] == "invalid_authorization_details"


async def test_details_about_a_thing_of_others_are_shown_to_be_so(browser, market):
    details = json.dumps([ADDON | {"identifier": "THEIRS"}])

    answer = await browser.get(
        "/oauth2/auth", params=market.request(scope="", authorization_details=details)
    )

    assert answer.status_code == 403


async def test_what_was_taken_back_leaves_both_spellings(browser, market):
    details = [
        {"type": "kenar", "actions": ["POST_ADDON_CREATE", "POST_EDIT"], "identifier": "MINE"}
    ]
    body = await granted(browser, market, details, scope="offline_access")
    async with market.services.db.write() as tx:
        await oauth.withdraw(
            tx,
            person_id=market.person.id,
            app_id=market.made.app.id,
            scope="POST_EDIT",
            resource="MINE",
        )

    told = (await introspected(browser, market, body["access_token"])).json()
    renewed = (await browser.post("/oauth2/token", data=refreshing(market, body))).json()

    for answer in (told, renewed):
        assert answer["scope"] == "offline_access POST_ADDON_CREATE.MINE"
        assert answer["authorization_details"] == [ADDON]
