"""The same thing said twice, in two places, in the wrong place, or far too much of it."""

from urllib.parse import urlencode

import pytest

from tests.surfaces.oauth.attacks.deciding import agreed, assert_refused, exchange, tokens

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    "name",
    ["response_type", "scope", "state", "code_challenge", "code_challenge_method", "prompt",
     "nonce", "max_age", "login_hint", "ui_locales", "authorization_details", "request"],
)  # fmt: skip
async def test_parameter_that_comes_twice_is_refused_at_the_app(browser, market, name):
    asked = market.request(
        code_challenge="c" * 43, code_challenge_method="S256", prompt="consent", nonce="n",
        max_age="9", login_hint="x", ui_locales="fa", authorization_details="[]", request="r",
    )  # fmt: skip
    query = urlencode([*asked.items(), (name, asked[name])])

    answer = await browser.get(f"/oauth2/auth?{query}")

    assert "error=invalid_request" in answer.headers["location"]
    assert name in answer.headers["location"]


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
async def test_client_or_address_that_comes_twice_leads_nowhere(browser, market, name):
    asked = market.request()

    for value in (asked[name], "https://evil.example/", ""):
        for pairs in ([*asked.items(), (name, value)], [(name, value), *asked.items()]):
            answer = await browser.get(f"/oauth2/auth?{urlencode(pairs)}")

            assert answer.status_code == 400
            assert "location" not in answer.headers


@pytest.mark.parametrize(
    "name", ["grant_type", "code", "redirect_uri", "client_id", "client_secret"]
)
async def test_field_that_comes_twice_is_refused_and_burns_nothing(browser, market, name):
    code = (await agreed(browser, market))["code"]
    form = exchange(market, code)

    for value in (form[name], "other"):
        twice = urlencode([*form.items(), (name, value)])
        answer = await browser.post("/oauth2/token", content=twice, headers=FORM)
        assert_refused(answer, "invalid_request")

    assert (await browser.post("/oauth2/token", data=form)).status_code == 200


async def test_fields_in_the_address_count_for_nothing(browser, market):
    code = (await agreed(browser, market))["code"]
    form = exchange(market, code)

    all_there = await browser.post("/oauth2/token", params=form)
    secret_there = await browser.post(
        "/oauth2/token",
        params={"client_secret": market.made.client_secret},
        data=exchange(market, code, client_secret=""),
    )
    other_there = await browser.post("/oauth2/token", params={"code": "x"}, data=form)

    assert_refused(all_there, "invalid_request")
    assert_refused(secret_there, "invalid_client")
    assert other_there.status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/oauth2/token", "/oauth2/revoke", "/oauth2/introspect", "/oauth2/par",
     "/v1/open-platform/oauth/access_token"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_endpoints_for_apps_answer_post_alone(browser, market, path, method):
    code = (await agreed(browser, market))["code"]

    answer = await browser.request(method, path, params=exchange(market, code))

    assert answer.status_code == 405
    assert answer.headers["allow"]
    assert (await browser.post("/oauth2/token", data=exchange(market, code))).status_code == 200


async def test_two_apps_in_one_request_are_believed_neither(browser, market):
    from tests.factories.developers import make_app as make_an_app

    async with market.services.db.write() as tx:
        other = await make_an_app(tx)
    code = (await agreed(browser, market))["code"]

    answer = await browser.post(
        "/oauth2/token",
        data=exchange(market, code),
        auth=(other.app.slug, other.client_secret),
    )

    assert_refused(answer, "invalid_client")
    assert (await browser.post("/oauth2/token", data=exchange(market, code))).status_code == 200


async def test_headers_said_twice_prove_nothing_more(browser, market):
    import base64

    good = base64.b64encode(f"{market.made.app.slug}:{market.made.client_secret}".encode()).decode()
    headers = [("authorization", "Basic eDp5"), ("authorization", f"Basic {good}")]

    answer = await browser.post("/oauth2/introspect", data={"token": "x"}, headers=headers)

    assert answer.status_code in (200, 401)
    assert answer.json() == {"active": False} or answer.json()["error"] == "invalid_client"


async def test_access_token_in_two_places_is_refused(browser, market):
    token = (await tokens(browser, market, scope="openid USER_PHONE"))["access_token"]

    twice = await browser.post(
        "/userinfo", data={"access_token": token}, headers={"authorization": f"Bearer {token}"}
    )
    in_address = await browser.get("/userinfo", params={"access_token": token})

    assert twice.status_code == 400
    assert in_address.status_code == 401


HUGE = {
    "one field": b"grant_type=" + b"a" * 70_000,
    "many fields": b"&".join(b"a%d=b" % number for number in range(5_000)),
    "many empty fields": b"&" * 60_000,
    "deep json": b"{" + b'"a":{' * 20_000,
    "wide json": b"{" + b",".join(b'"a%d":"b"' % n for n in range(8_000)) + b"}",
    "long number": b'{"code": ' + b"9" * 60_000 + b"}",
    "megabytes": b"a=" + b"b" * 3_000_000,
}


@pytest.mark.parametrize("path", ["/oauth2/token", "/oauth2/par", "/userinfo", "/oauth2/auth"])
@pytest.mark.parametrize("content", HUGE.values(), ids=HUGE)
async def test_far_too_much_is_refused_like_anything_else(browser, path, content):
    answer = await browser.post(path, content=content, headers=FORM)

    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize("name", ["code", "refresh_token", "client_secret", "code_verifier"])
@pytest.mark.parametrize(
    "value", ["x" * 60_000, "\x00", "\u202e", "' OR 1=1 --", "%00", "é" * 88, "a.b.c"]
)
async def test_odd_credentials_are_refused_like_wrong_ones(browser, market, name, value):
    form = exchange(market, "x") | {name: value}
    if name == "refresh_token":
        form["grant_type"] = "refresh_token"

    answer = await browser.post("/oauth2/token", data=form)

    assert_refused(answer, "invalid_grant", "invalid_client")


async def test_far_too_long_requests_are_told_to_the_app(browser, market):
    answer = await browser.get("/oauth2/auth", params=market.request(x="y" * 5_000))

    assert "error=invalid_request" in answer.headers["location"]
    assert len(answer.headers["location"]) < 1_000
