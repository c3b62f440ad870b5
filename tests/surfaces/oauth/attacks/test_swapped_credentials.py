"""Codes and tokens in the hands of another app: worth nothing there, and unharmed by it."""

import base64
import hashlib
from typing import Any

import httpx
import pytest

from tests.factories.developers import MadeApp
from tests.factories.developers import make_app as make_an_app
from tests.surfaces.oauth.attacks.deciding import agreed, assert_refused, exchange, tokens
from tests.surfaces.oauth.conftest import Market

VERIFIER = "v" * 64
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


@pytest.fixture
async def thief(market: Market) -> MadeApp:
    """Another app, registered by somebody else at the very same address."""
    async with market.services.db.write() as tx:
        return await make_an_app(tx, owner_id=market.stranger.id)


def by(thief: MadeApp, **given: str) -> dict[str, str]:
    return {"client_id": thief.app.slug, "client_secret": thief.client_secret} | given


async def test_code_of_another_app_is_worth_nothing_and_stays_good(browser, market, thief):
    code = (await agreed(browser, market))["code"]

    stolen = await browser.post("/oauth2/token", data=exchange(market, code) | by(thief))
    own = await browser.post("/oauth2/token", data=exchange(market, code))

    assert_refused(stolen, "invalid_grant")
    assert own.status_code == 200


async def test_refresh_token_of_another_app_is_worth_nothing_and_stays_good(browser, market, thief):
    pair = await tokens(browser, market)
    form = {"grant_type": "refresh_token", "refresh_token": pair["refresh_token"]}

    stolen = await browser.post("/oauth2/token", data=form | by(thief))
    revoked = await browser.post("/oauth2/revoke", data=by(thief, token=pair["refresh_token"]))
    own = await browser.post(
        "/oauth2/token",
        data=form | {"client_id": market.made.app.slug, "client_secret": market.made.client_secret},
    )

    assert_refused(stolen, "invalid_grant")
    assert revoked.status_code == 200
    assert own.status_code == 200


async def test_access_token_of_another_app_tells_nothing_and_stays_alive(browser, market, thief):
    pair = await tokens(browser, market, scope="openid USER_PHONE")

    seen = await browser.post("/oauth2/introspect", data=by(thief, token=pair["access_token"]))
    revoked = await browser.post("/oauth2/revoke", data=by(thief, token=pair["access_token"]))
    alive = await browser.get(
        "/userinfo", headers={"authorization": f"Bearer {pair['access_token']}"}
    )

    assert seen.json() == {"active": False}
    assert revoked.status_code == 200
    assert alive.status_code == 200


@pytest.mark.parametrize("kind", ["access_token", "refresh_token", "code"])
async def test_one_kind_of_credential_is_not_taken_for_another(browser, market, kind):
    pair = await tokens(browser, market)
    pair["code"] = (await agreed(browser, market))["code"]
    client = {"client_id": market.made.app.slug, "client_secret": market.made.client_secret}
    text: str = pair[kind]

    as_code = await browser.post("/oauth2/token", data=exchange(market, text))
    as_refresh = await browser.post(
        "/oauth2/token", data=client | {"grant_type": "refresh_token", "refresh_token": text}
    )
    as_bearer = await browser.get("/userinfo", headers={"authorization": f"Bearer {text}"})
    as_secret = await browser.post(
        "/oauth2/introspect", data=client | {"client_secret": text, "token": "x"}
    )

    if kind != "code":
        assert_refused(as_code, "invalid_grant")
    if kind != "refresh_token":
        assert_refused(as_refresh, "invalid_grant")
    if kind != "access_token":
        assert as_bearer.status_code == 401
    assert_refused(as_secret, "invalid_client")


async def test_code_put_into_another_browsers_login_fails_with_pkce(browser, market):
    stolen = (await agreed(browser, market, **PKCE))["code"]

    victims_login = await browser.post(
        "/oauth2/token", data=exchange(market, stolen, code_verifier="w" * 64)
    )

    assert_refused(victims_login, "invalid_grant")
    own = await browser.post("/oauth2/token", data=exchange(market, stolen, code_verifier=VERIFIER))
    assert own.status_code == 200


async def test_code_of_another_login_brings_another_nonce(browser, market):
    from joserfc import jwt
    from joserfc.jwk import KeySet

    code = (await agreed(browser, market, scope="openid USER_PHONE", nonce="of the thief"))["code"]
    answer = await browser.post("/oauth2/token", data=exchange(market, code))

    keys = KeySet.import_key_set((await browser.get("/jwks")).json())
    claims: dict[str, Any] = jwt.decode(answer.json()["id_token"], keys).claims
    assert claims["nonce"] == "of the thief"
    assert claims["aud"] == market.made.app.slug


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (PKCE, {}),
        (PKCE, {"code_verifier": "v" * 42}),
        (PKCE, {"code_verifier": "v" * 129}),
        (PKCE, {"code_verifier": CHALLENGE}),
        (PKCE, {"code_verifier": VERIFIER.upper()}),
        (PKCE, {"code_verifier": VERIFIER + "\u200b"}),
        (PKCE, {"code_verifier": " " + VERIFIER}),
        (PKCE, {"code_verifier": "v" * 63 + "!"}),
        ({}, {"code_verifier": VERIFIER}),
        ({"code_challenge": "", "code_challenge_method": ""}, {"code_verifier": VERIFIER}),
    ],
)
async def test_pkce_is_not_dropped_or_added_on_the_way(browser, market, sent, shown):
    code = (await agreed(browser, market, **sent))["code"]

    answer = await browser.post("/oauth2/token", data=exchange(market, code, **shown))

    assert_refused(answer, "invalid_grant")


@pytest.mark.parametrize(
    "sent",
    [
        {"code_challenge": CHALLENGE, "code_challenge_method": "plain"},
        {"code_challenge": VERIFIER, "code_challenge_method": "plain"},
        {"code_challenge": CHALLENGE},
        {"code_challenge": CHALLENGE, "code_challenge_method": "s256"},
        {"code_challenge": CHALLENGE, "code_challenge_method": "S512"},
        {"code_challenge": CHALLENGE[:-1], "code_challenge_method": "S256"},
        {"code_challenge": CHALLENGE + "A", "code_challenge_method": "S256"},
        {"code_challenge": CHALLENGE + "=", "code_challenge_method": "S256"},
        {"code_challenge": CHALLENGE[:-1] + "+", "code_challenge_method": "S256"},
        {"code_challenge_method": "S256"},
        {"code_challenge": "", "code_challenge_method": "S256"},
    ],
)
async def test_weak_or_broken_challenges_are_refused_before_anybody_is_asked(browser, market, sent):
    answer = await browser.get("/oauth2/auth", params=market.request(**sent))

    assert "error=invalid_request" in answer.headers["location"]
    assert "code=" not in answer.headers["location"]


async def test_every_answer_names_the_server_it_comes_from(browser, anonymous, market):
    published = (await anonymous.get("/.well-known/oauth-authorization-server")).json()

    answers = [await agreed(browser, market)]
    for given in ({"scope": "NO"}, {"prompt": "none"}, {"response_type": "token"}):
        location = (await browser.get("/oauth2/auth", params=market.request(**given))).headers[
            "location"
        ]
        answers.append(dict(httpx.URL(location).params))

    assert {one["iss"] for one in answers} == {published["issuer"]}
    assert published["authorization_response_iss_parameter_supported"] is True


@pytest.mark.parametrize(
    "scope",
    [
        "POST_EDIT.THEIRS",
        "USER_PHONE POST_EDIT.THEIRS",
        "POST_EDIT.MINE POST_EDIT.THEIRS",
        "POST_EDIT.NOBODYS",
    ],
)
async def test_things_of_others_are_nobodys_to_give(browser, market, scope):
    page = await browser.get("/oauth2/auth", params=market.request(scope=scope))

    assert page.status_code == 403
    assert 'name="request"' not in page.text


@pytest.mark.parametrize(
    "scope",
    [
        "POST_EDIT.*",
        "POST_EDIT.MINE,THEIRS",
        "post_edit.MINE",
        "POST_EDIT..MINE",
        "POST_EDIT.MINE.THEIRS",
        "USER_PHONE.MINE",
        "USER_PHONE__USER_ID",
        "\uff35SER_PHONE",
        "USER_PHONE\u0000",
        "ALL",
        "*",
    ],
)
async def test_no_spelling_of_a_scope_means_more_than_it_says(browser, market, scope):
    page = await browser.get("/oauth2/auth", params=market.request(scope=scope))

    if page.status_code == 303:
        assert "error=invalid_scope" in page.headers["location"]
    else:  # a resource of that spelling, which is nobody's
        assert page.status_code == 403


async def test_what_was_granted_is_not_widened_by_a_refresh(browser, market):
    pair = await tokens(browser, market)
    client = {"client_id": market.made.app.slug, "client_secret": market.made.client_secret}

    wider = await browser.post(
        "/oauth2/token",
        data=client
        | {
            "grant_type": "refresh_token",
            "refresh_token": pair["refresh_token"],
            "scope": "USER_PHONE POST_EDIT.MINE",
        },
    )

    assert_refused(wider, "invalid_scope")
