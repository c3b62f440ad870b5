"""The token endpoint, as real apps have called it and as they should not."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from dalan.domains import developers, identity, oauth
from dalan.kernel import clock
from tests.factories.developers import KEYS, make_key
from tests.factories.developers import make_app as make_an_app
from tests.surfaces.oauth.conftest import code_for

FIRST = "/v1/open-platform/oauth/access_token"


def fields(market, **given) -> dict[str, str]:
    values = {
        "grant_type": "authorization_code",
        "client_id": market.made.app.slug,
        "client_secret": market.made.client_secret,
        "redirect_uri": market.made.redirect_uri,
    }
    return {key: value for key, value in (values | given).items() if value is not None}


async def redeemed(browser, market, scope="USER_PHONE offline_access") -> dict[str, Any]:
    code = await code_for(browser, market, scope=scope)
    answer = await browser.post("/oauth2/token", data=fields(market, code=code))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def refreshing(market, pair: dict[str, Any], **given) -> dict[str, str]:
    return fields(
        market, grant_type="refresh_token", refresh_token=pair["refresh_token"],
        code=pair["access_token"], **given,
    )  # fmt: skip


def assert_refused(answer, status: int, error: str) -> None:
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert set(answer.json()) == {"error", "error_description"}
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"


async def test_code_is_exchanged_for_the_documented_answer(browser, market):
    code = await code_for(browser, market)

    answer = await browser.post("/oauth2/token", data=fields(market, code=code))

    body = answer.json()
    token = body.pop("access_token")
    assert answer.status_code == 200
    assert body == {
        "expires_in": 3_600,
        "scope": "USER_PHONE ADDON_USER_APPROVED__MINE",
        "token_type": "bearer",
    }
    assert len(token) == len("ory_at_") + 43 + 1 + 43
    assert answer.headers["cache-control"] == "no-store"
    mac = KEYS.token_mac(token)
    assert mac is not None
    async with market.services.db.look() as look:
        bearer = await oauth.bearer(look, mac)
    assert bearer is not None
    assert bearer.person_id == market.person.id


async def test_json_body_with_form_content_type_and_other_way_round(browser, market):
    import json

    first = json.dumps(fields(market, code=await code_for(browser, market)) | {"state": None})
    second = "&".join(
        f"{key}={value}"
        for key, value in fields(market, code=await code_for(browser, market)).items()
    )

    as_json = await browser.post("/oauth2/token", content=first, headers={
        "content-type": "application/x-www-form-urlencoded", "x-api-key": "whatever"})  # fmt: skip
    as_form = await browser.post("/oauth2/token", content=second, headers={
        "content-type": "application/json"})  # fmt: skip

    assert as_json.status_code == as_form.status_code == 200


async def test_basic_authentication_and_go_style_probing(browser, market):
    slug, secret = market.made.app.slug, market.made.client_secret
    without = {"client_id": None, "client_secret": None}
    code = await code_for(browser, market)

    wrong = await browser.post(
        "/oauth2/token", data=fields(market, code=code, **without), auth=(slug, "wrong")
    )
    right = await browser.post("/oauth2/token", data=fields(market, code=code))
    code = await code_for(browser, market)
    basic = await browser.post(
        "/oauth2/token", data=fields(market, code=code, **without), auth=(slug, secret)
    )

    assert_refused(wrong, 401, "invalid_client")
    assert wrong.headers["www-authenticate"].startswith("Basic")
    assert right.status_code == basic.status_code == 200


@pytest.mark.parametrize(
    ("given", "status", "error"),
    [
        ({"grant_type": None}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"code": ""}, 400, "invalid_request"),
        ({"redirect_uri": None}, 400, "invalid_request"),
        ({"client_secret": None}, 401, "invalid_client"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": "\x00é"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_id": "\x00"}, 401, "invalid_client"),
        ({"redirect_uri": "https://app.example/other"}, 400, "invalid_grant"),
        ({"redirect_uri": "\x00"}, 400, "invalid_grant"),
        ({"code": "nonsense"}, 400, "invalid_grant"),
        ({"code": "x" * 20_000}, 400, "invalid_grant"),
        ({"code_verifier": "v" * 43}, 400, "invalid_grant"),
        ({"grant_type": "refresh_token"}, 400, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "no"}, 400, "invalid_grant"),
    ],
)
async def test_token_refuses_in_the_shape_of_the_rfc(browser, market, given, status, error):
    code = await code_for(browser, market)

    answer = await browser.post("/oauth2/token", data=fields(market, **({"code": code} | given)))

    assert_refused(answer, status, error)
    still = await browser.post("/oauth2/token", data=fields(market, code=code))
    assert still.status_code == 200


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b'{"grant_type": ["authorization_code"]}',
        b'{"grant_type": {"a": 1}}',
        b"[1]",
        b"grant_type=authorization_code&grant_type=authorization_code",
        b"&".join(b"a%d=1" % number for number in range(200)),
        b"x" * 70_000,
        b'{"a":' * 5_000,
        b"null",
    ],
)
async def test_token_refuses_bodies_that_are_none(anonymous, market, content):
    answer = await anonymous.post("/oauth2/token", content=content)

    assert_refused(answer, 400, "invalid_request")


@pytest.mark.parametrize(
    "authorization", ["Basic", "Basic !!!", "Basic " + "QQ==" * 900, "Basic //8=", "Bearer x", "é"]
)
async def test_token_refuses_malformed_authorization(anonymous, market, authorization):
    body = fields(market, code="x", client_secret=None)

    answer = await anonymous.post(
        "/oauth2/token", data=body, headers=[(b"authorization", authorization.encode())]
    )

    assert_refused(answer, 401, "invalid_client")


async def test_secret_of_another_app_does_not_open_the_code(browser, market):
    async with market.services.db.write() as tx:
        other = await make_an_app(tx, owner_id=market.person.id)
    code = await code_for(browser, market)

    answer = await browser.post("/oauth2/token", data=fields(market, code=code) | {
        "client_id": other.app.slug, "client_secret": other.client_secret})  # fmt: skip

    assert_refused(answer, 400, "invalid_grant")


async def test_code_again_is_refused_and_ends_the_tokens(browser, market):
    code = await code_for(browser, market, scope="USER_PHONE offline_access")
    first = await browser.post("/oauth2/token", data=fields(market, code=code))

    again = await browser.post("/oauth2/token", data=fields(market, code=code))
    refresh = await browser.post("/oauth2/token", data=refreshing(market, first.json()))

    assert_refused(again, 400, "invalid_grant")
    assert "revoked" in again.headers["x-dalan-hint"]
    assert_refused(refresh, 400, "invalid_grant")


async def test_code_too_late_is_refused(browser, market, moment):
    code = await code_for(browser, market)

    moment.advance(timedelta(seconds=601))

    answer = await browser.post("/oauth2/token", data=fields(market, code=code))
    assert_refused(answer, 400, "invalid_grant")


async def test_refresh_rotates_and_answers_the_same_pair_within_the_grace(browser, market, moment):
    pair = await redeemed(browser, market)

    first = await browser.post("/oauth2/token", data=refreshing(market, pair, redirect_uri=None))
    moment.advance(timedelta(seconds=119))
    again = await browser.post("/oauth2/token", data=refreshing(market, pair))
    moment.advance(timedelta(seconds=2))
    late = await browser.post("/oauth2/token", data=refreshing(market, pair))

    assert first.status_code == again.status_code == 200
    for name in ("access_token", "refresh_token", "scope"):
        assert first.json()[name] == again.json()[name]
    assert first.json()["access_token"] != pair["access_token"]
    assert_refused(late, 400, "invalid_grant")


async def test_refresh_twenty_times_at_once_gives_one_pair(browser, market):
    pair = await redeemed(browser, market)

    answers = await asyncio.gather(
        *[browser.post("/oauth2/token", data=refreshing(market, pair)) for _ in range(20)]
    )

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1


async def test_code_twenty_times_at_once_gives_one_pair(browser, market):
    code = await code_for(browser, market)

    answers = await asyncio.gather(
        *[browser.post("/oauth2/token", data=fields(market, code=code)) for _ in range(20)]
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 19


async def test_first_contract_sequence(browser, market):
    """The diagnosis report app: JSON, the API key for a secret, no redirect_uri."""
    code = await code_for(browser, market)
    answer = await browser.post(
        FIRST,
        json={
            "code": code,
            "client_id": market.made.app.slug,
            "client_secret": market.api_key,
            "grant_type": "authorization_code",
        },
        headers={"api_key": market.api_key},
    )

    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == {
        "access_token", "refresh_token", "expires", "expires_in", "scope", "token_type"
    }  # fmt: skip
    assert int(body["expires"]) == int(clock.now().timestamp()) + 3_600
    assert isinstance(body["expires"], str)

    refreshed = await browser.post(
        FIRST,
        json={"refresh_token": body["refresh_token"], "grant_type": "refresh_token"},
        headers={"x-api-key": market.api_key},
    )
    assert refreshed.status_code == 200
    assert refreshed.json()["access_token"] != body["access_token"]


@pytest.mark.parametrize("header", ["x-api-key", "api_key"])
async def test_first_contract_with_key_in_header_alone(browser, market, header):
    code = await code_for(browser, market)

    answer = await browser.post(
        FIRST, json={"code": code, "grant_type": "authorization_code"},
        headers={header: market.api_key},
    )  # fmt: skip

    assert answer.status_code == 200


async def test_first_contract_failure_has_no_access_token(browser, market):
    async with market.services.db.write() as tx:
        plain = await make_key(tx, market.made.app.id)
    body = {"code": "wrong", "grant_type": "authorization_code"}

    wrong_code = await browser.post(FIRST, json=body, headers={"x-api-key": market.api_key})
    plain_key = await browser.post(FIRST, json=body, headers={"x-api-key": plain.text})
    nobody = await browser.post(FIRST, json=body)
    other_id = await browser.post(
        FIRST, json=body | {"client_id": "nobody"}, headers={"x-api-key": market.api_key}
    )

    assert_refused(wrong_code, 400, "invalid_grant")
    assert_refused(plain_key, 401, "invalid_client")
    assert_refused(nobody, 401, "invalid_client")
    assert_refused(other_id, 401, "invalid_client")


async def test_token_of_a_blocked_person_waits_until_they_are_let_in(browser, market):
    pair = await redeemed(browser, market)
    code = await code_for(browser, market)
    exchanges = [refreshing(market, pair), fields(market, code=code)]

    async with market.services.db.write() as tx:
        await identity.block(tx, person_id=market.person.id)
    blocked = [await browser.post("/oauth2/token", data=one) for one in exchanges]
    async with market.services.db.write() as tx:
        await identity.unblock(tx, person_id=market.person.id)
    after = [await browser.post("/oauth2/token", data=one) for one in exchanges]

    for answer in blocked:
        assert_refused(answer, 400, "invalid_grant")
    assert [answer.status_code for answer in after] == [200, 200]


async def test_token_for_a_suspended_app_is_refused(browser, market):
    async with market.services.db.write() as tx:
        made = await make_an_app(tx, owner_id=market.person.id, production=True)
        await developers.suspend(tx, made.app.slug)

    answer = await browser.post("/oauth2/token", data=fields(
        market, code="x", client_id=made.app.slug, client_secret=made.client_secret))  # fmt: skip

    assert_refused(answer, 400, "unauthorized_client")
