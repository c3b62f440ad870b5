"""The consent page: what it shows, what it asks back, where it leads."""

from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest

from dalan.domains import developers, identity
from tests.factories.developers import KEYS
from tests.factories.developers import make_app as make_an_app
from tests.surfaces.oauth.conftest import BASE_URL, code_for, decide, fields_of, query_of


async def test_consent_page_shows_app_permissions_things_and_account(browser, market):
    answer = await browser.get(
        "/oauth2/auth", params=market.request(scope="USER_PHONE POST_EDIT.MINE offline_access")
    )

    text = answer.text
    assert answer.status_code == 200
    assert "شمارهٔ موبایل شما را ببیند" in text
    assert "این آگهی را ویرایش کند" in text
    assert "آگهی MINE" in text
    assert "وقتی در حال استفاده از آن نیستید" in text
    assert "حداکثر تا 30 روز" in text
    assert "این برنامه آزمایشی است" in text
    assert "app.example" in text
    assert market.made.app.slug in text
    assert market.person.phone not in text
    assert "<b>همراه</b>" not in text
    assert "کارشناس &lt;b&gt;همراه&lt;/b&gt;" in text


async def test_consent_page_speaks_english_when_asked(browser, market):
    answer = await browser.get("/oauth2/auth", params=market.request(lang="en"))

    assert "See your mobile number" in answer.text
    assert 'dir="ltr"' in answer.text


async def test_consent_page_is_never_framed_kept_or_named_to_others(browser, market):
    answer = await browser.get("/oauth2/auth", params=market.request())

    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "form-action" not in policy
    assert "script-src 'self'" in policy
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_consent_page_of_a_production_app_has_no_warning(browser, market):
    async with market.services.db.write() as tx:
        made = await make_an_app(
            tx, owner_id=market.person.id, production=True,
            redirect_uri="https://shop.example/cb",
        )  # fmt: skip

    answer = await browser.get(
        "/oauth2/auth",
        params=market.request(client_id=made.app.slug, redirect_uri=made.redirect_uri),
    )

    assert answer.status_code == 200
    assert "این برنامه آزمایشی است" not in answer.text


async def test_authorize_sends_the_anonymous_to_sign_in_and_back(anonymous, market):
    asked = market.request(state="a b\\c/é&=#")

    answer = await anonymous.get("/oauth", params=asked)

    location = urlsplit(answer.headers["location"])
    assert (answer.status_code, location.path) == (303, "/sign-in")
    back = urlsplit(parse_qs(location.query)["next"][0])
    assert back.path == "/oauth"
    assert {key: value for key, [value] in parse_qs(back.query).items()} == asked


@pytest.mark.parametrize("path", ["/oauth2/auth", "/oauth", "/auth"])
async def test_allowing_answers_with_code_state_scope_and_issuer(browser, market, path):
    page = await browser.get(path, params=market.request())

    answer = await browser.post(path, data=fields_of(page.text) | {"decision": "allow"})

    back = query_of(answer)
    assert answer.headers["location"].startswith(f"{market.made.redirect_uri}?")
    assert back.pop("code").startswith("ory_ac_")
    assert back == {
        "scope": "USER_PHONE ADDON_USER_APPROVED__MINE",
        "state": market.request()["state"],
        "iss": BASE_URL,
    }


async def test_denying_answers_with_an_error_and_no_code(browser, market):
    back = query_of(await decide(browser, market, "deny"))

    assert back["error"] == "access_denied"
    assert back["error_description"]
    assert back["state"] == market.request()["state"]
    assert "code" not in back


async def test_any_other_button_counts_as_no(browser, market):
    assert query_of(await decide(browser, market, "maybe"))["error"] == "access_denied"


async def test_state_that_was_not_sent_is_not_answered(browser, market):
    asked = market.request()
    del asked["state"]
    page = await browser.get("/oauth2/auth", params=asked)

    answer = await browser.post("/oauth2/auth", data=fields_of(page.text) | {"decision": "allow"})

    assert "state" not in query_of(answer)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "%00%0d%0aset-cookie:%20x=1",
        "%ff%fe",
        "a+b%2Bc%20d",
        "token:https://x.ir/?a=1%26b=2",
        "a||b",
        "%22%3E%3Cscript%3E",
        "%F0%9F%98%80",
        "%ed%a0%80",
        "x" * 2_000,
    ],
)
async def test_state_goes_back_byte_for_byte(browser, market, raw):
    asked = market.request()
    del asked["state"]
    query = f"{httpx.QueryParams(asked)}&state={raw}"
    page = await browser.get(f"/oauth2/auth?{query}")
    assert page.status_code == 200

    answer = await browser.post("/oauth2/auth", data=fields_of(page.text) | {"decision": "allow"})

    assert answer.status_code == 303
    location = answer.headers["location"]
    assert "\r" not in location
    assert "\n" not in location
    sent = location.split("state=")[1].split("&")[0]
    assert (
        httpx.URL(f"http://x/?{sent}").query
        == httpx.URL("http://x/?" + quote(_bytes(raw), safe="")).query
    )


def _bytes(raw: str) -> bytes:
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(raw.replace("+", " "))


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "NO_SUCH"}, "invalid_scope"),
        ({"scope": "POST_EDIT"}, "invalid_scope"),
        ({"scope": "\x00"}, "invalid_scope"),
        ({"scope": "x" * 3_000}, "invalid_scope"),
        ({"scope": "<script>\r\nx: y"}, "invalid_scope"),
        ({"code_challenge": "x", "code_challenge_method": "plain"}, "invalid_request"),
        ({"state": "s" * 5_000}, "invalid_request"),
        ({"nonce": "s" * 5_000}, "invalid_request"),
    ],
)
async def test_authorize_tells_the_app_what_is_wrong_without_asking(
    anonymous, browser, market, given, error
):
    for client in (anonymous, browser):
        back = query_of(await client.get("/oauth2/auth", params=market.request(**given)))

        assert back["error"] == error
        assert back["iss"] == BASE_URL
        assert back.get("state", "") in (market.request()["state"], "")


@pytest.mark.parametrize(
    "given",
    [
        {"client_id": "nobody"},
        {"client_id": ""},
        {"client_id": "a\x00"},
        {"redirect_uri": "https://evil.example/cb"},
        {"redirect_uri": "https://app.example@evil.example/oauth/callback"},
        {"redirect_uri": "https://app.example/oauth/callback\r\nlocation: https://evil.example"},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": ""},
    ],
)
async def test_authorize_never_redirects_where_nobody_registered(anonymous, browser, market, given):
    for client in (anonymous, browser):
        answer = await client.get("/oauth2/auth", params=market.request(**given))

        assert answer.status_code == 400
        assert answer.headers["content-type"].startswith("text/html")
        assert "location" not in answer.headers
        assert '"https://evil.example' not in answer.text
        assert '"https://app.example' not in answer.text
        assert answer.headers["x-frame-options"] == "DENY"


async def test_authorize_with_a_parameter_twice_is_refused(browser, market):
    asked = list(market.request().items())

    twice_client = await browser.get(
        "/oauth2/auth", params=[*asked, ("client_id", market.made.app.slug)]
    )
    twice_scope = await browser.get("/oauth2/auth", params=[*asked, ("scope", "USER_ID")])

    assert twice_client.status_code == 400
    assert query_of(twice_scope)["error"] == "invalid_request"


@pytest.mark.parametrize("token", ["THEIRS", "NOBODYS"])
async def test_authorize_for_a_thing_of_others_shows_a_way_back(browser, market, token):
    answer = await browser.get("/oauth2/auth", params=market.request(scope=f"POST_EDIT.{token}"))

    assert answer.status_code == 403
    assert 'action="/oauth2/auth"' not in answer.text
    assert "error=access_denied" in answer.text
    assert f'href="{market.made.redirect_uri}?error=access_denied' in answer.text


async def test_deciding_again_or_from_another_tab_gives_a_code_each(browser, market):
    page = await browser.get("/oauth2/auth", params=market.request(state="one"))
    other = await browser.get("/oauth2/auth", params=market.request(state="two"))
    allow = {"decision": "allow"}

    first = query_of(await browser.post("/oauth2/auth", data=fields_of(page.text) | allow))
    double = query_of(await browser.post("/oauth2/auth", data=fields_of(page.text) | allow))
    second = query_of(await browser.post("/oauth2/auth", data=fields_of(other.text) | allow))

    assert len({first["code"], double["code"], second["code"]}) == 3
    assert [first["state"], double["state"], second["state"]] == ["one", "one", "two"]


async def test_deciding_what_another_browser_was_shown_is_refused(browser, market, anonymous):
    page = await browser.get("/oauth2/auth", params=market.request())
    async with market.services.db.write() as tx:
        opened = await identity.open_session(
            tx, person_id=market.stranger.id, device="", session_seconds=60, keys=KEYS
        )
    anonymous.cookies["dalan_session"] = opened.token
    theirs = await anonymous.get("/oauth2/auth", params=market.request(scope="USER_PHONE"))
    mixed = fields_of(theirs.text) | {"request": fields_of(page.text)["request"]}

    stolen = await anonymous.post("/oauth2/auth", data=fields_of(page.text) | {"decision": "allow"})
    swapped = await anonymous.post("/oauth2/auth", data=mixed | {"decision": "allow"})

    assert stolen.status_code == 403
    assert swapped.status_code == 400
    assert "location" not in swapped.headers


@pytest.mark.parametrize("without", ["csrf_token", "request"])
async def test_deciding_without_proof_changes_nothing(browser, market, without):
    page = await browser.get("/oauth2/auth", params=market.request())
    fields = fields_of(page.text) | {"decision": "allow"}
    del fields[without]

    answer = await browser.post("/oauth2/auth", data=fields)

    assert answer.status_code in (400, 403)
    assert "location" not in answer.headers
    async with market.services.db.look() as look:
        codes = await look.rows("SELECT count(*) FROM authorization_code", ())
    assert codes[0][0] == 0


async def test_deciding_after_half_an_hour_is_too_late(browser, market, moment):
    page = await browser.get("/oauth2/auth", params=market.request())

    moment.advance(timedelta(seconds=1_801))
    answer = await browser.post("/oauth2/auth", data=fields_of(page.text) | {"decision": "allow"})

    assert answer.status_code == 400
    assert "مهلت این صفحه تمام شده است" in answer.text


async def test_deciding_checks_once_more_what_has_changed(browser, market):
    page = await browser.get("/oauth2/auth", params=market.request())
    async with market.services.db.write() as tx:
        [uri] = await developers.redirect_uris(tx, market.made.app.id)
        await developers.remove_redirect_uri(tx, market.made.app.id, uri_id=uri.id)

    answer = await browser.post("/oauth2/auth", data=fields_of(page.text) | {"decision": "allow"})

    assert answer.status_code == 400
    assert "location" not in answer.headers


async def test_a_code_is_not_kept_as_it_is(browser, market):
    code = await code_for(browser, market)

    async with market.services.db.look() as look:
        rows = await look.rows("SELECT mac FROM authorization_code", ())
    assert rows[0][0] != code.encode()
    assert KEYS.token_mac(code) == bytes(rows[0][0])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("PUT", "/oauth2/auth", 405), ("GET", "/oauth2/token", 405), ("GET", "/oauth2/x", 404)],
)
async def test_wrong_method_or_path_is_answered_in_json(anonymous, method, path, status):
    answer = await anonymous.request(method, path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json()) == {"error", "error_description"}
    assert answer.headers["cache-control"] == "no-store"
