"""``prompt=login`` and ``max_age``: the person proves once more who they are, once."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from dalan.app import Platform
from dalan.domains import identity
from dalan.kernel import clock
from tests.factories.browser import Browser, browsing, forms_of, newest_code, sign_in
from tests.factories.developers import MadeApp, make_app
from tests.platform_fixtures import BASE_URL

PHONE = "09121234567"


@pytest.fixture
async def shop(platform: Platform) -> MadeApp:
    async with platform.services.db.write() as tx:
        return await make_app(tx, keys=platform.services.keys, production=True)


@pytest.fixture
async def browser(platform: Platform) -> AsyncIterator[Browser]:
    """A browser nobody is signed in on."""
    async with browsing(platform, base_url=BASE_URL) as somebody:
        yield somebody


def asking(shop: MadeApp, **given: str) -> dict[str, str]:
    return {
        "response_type": "code",
        "client_id": shop.app.slug,
        "redirect_uri": shop.redirect_uri,
        "scope": "openid USER_PHONE",
        "state": "s",
    } | given


async def authorize(browser: Browser, shop: MadeApp, **given: str) -> Any:
    return await browser.get("/oauth2/auth", params=asking(shop, **given))


async def prove(browser: Browser, platform: Platform, page: Any) -> Any:
    """From the page that asks for it, through the code, to wherever it leads."""
    sent = await browser.submit(page, "/sign-in/again/code")
    assert sent.status_code == 303, sent.text
    page = await browser.get(sent.headers["location"])
    code = await newest_code(platform.services)
    return await browser.submit(page, "/sign-in/again", code=code)


def path_of(answer: Any) -> str:
    assert answer.status_code == 303, answer.text
    return str(urlsplit(answer.headers["location"]).path)


async def allow(browser: Browser, page: Any) -> dict[str, str]:
    assert page.status_code == 200, page.text
    ticked = re.findall(r'name="permission" value="([^"]*)"', page.text)
    fields = forms_of(page.text, "/oauth2/auth")[0] | {"decision": "allow", "permission": ticked}
    answer = await browser.client.post("/oauth2/auth", data=fields)
    return {k: v for k, [v] in parse_qs(urlsplit(answer.headers["location"]).query).items()}


async def auth_time(platform: Platform, browser: Browser, shop: MadeApp, code: str) -> int:
    answer = await browser.post(
        "/oauth2/token",
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": shop.redirect_uri,
            "client_id": shop.app.slug,
            "client_secret": shop.client_secret,
        },
    )
    from joserfc import jwt
    from joserfc.jwk import KeySet

    keys = KeySet.import_key_set((await browser.get("/jwks")).json())
    return int(jwt.decode(answer.json()["id_token"], keys).claims["auth_time"])


async def test_prompt_login_asks_for_a_code_once_and_then_for_consent(
    platform, browser, shop, moment
):
    await sign_in(browser, platform.services, PHONE)
    moment.advance(timedelta(hours=3))

    away = await authorize(browser, shop, prompt="login")
    assert path_of(away) == "/sign-in/again"
    page = await browser.get(away.headers["location"])
    assert PHONE in page.text
    back = await prove(browser, platform, page)
    assert path_of(back) == "/oauth2/auth"
    consent = await browser.get(back.headers["location"])

    answer = await allow(browser, consent)
    assert answer["state"] == "s"
    told = await auth_time(platform, browser, shop, answer["code"])
    assert told == int(clock.now().timestamp())


async def test_signing_in_for_the_first_time_is_enough_for_prompt_login(platform, browser, shop):
    away = await authorize(browser, shop, prompt="login")
    assert path_of(away) == "/sign-in"
    page = await browser.get(away.headers["location"])
    sent = await browser.submit(page, "/sign-in", phone=PHONE)
    page = await browser.get(sent.headers["location"])

    done = await browser.submit(page, "/sign-in/code", code=await newest_code(platform.services))

    assert path_of(done) == "/oauth2/auth"
    assert forms_of((await browser.get(done.headers["location"])).text, "/oauth2/auth")


async def test_another_account_chosen_on_the_way_is_not_asked_twice(platform, browser, shop):
    await sign_in(browser, platform.services, PHONE)
    away = await authorize(browser, shop, prompt="login")
    page = await browser.get(away.headers["location"])

    out = await browser.submit(page, "/sign-out")
    assert path_of(out) == "/oauth2/auth"
    to_sign_in = await browser.get(out.headers["location"])
    page = await browser.get(to_sign_in.headers["location"])
    sent = await browser.submit(page, "/sign-in", phone="09127654321")
    page = await browser.get(sent.headers["location"])
    done = await browser.submit(page, "/sign-in/code", code=await newest_code(platform.services))

    consent = await browser.get(done.headers["location"])
    assert consent.status_code == 200
    assert forms_of(consent.text, "/oauth2/auth")


@pytest.mark.parametrize(
    ("max_age", "age_seconds", "again"),
    [
        ("0", 1, True),
        ("60", 59, False),
        ("60", 60, False),
        ("60", 61, True),
        ("999999999", 9, False),
    ],
)
async def test_max_age_asks_again_only_when_the_sign_in_is_older(
    platform, browser, shop, moment, max_age, age_seconds, again
):
    await sign_in(browser, platform.services, PHONE)
    moment.advance(timedelta(seconds=age_seconds))

    answer = await authorize(browser, shop, max_age=max_age)

    if not again:
        assert answer.status_code == 200
        return
    assert path_of(answer) == "/sign-in/again"
    back = await prove(browser, platform, await browser.get(answer.headers["location"]))
    moment.advance(timedelta(seconds=5))
    assert (await browser.get(back.headers["location"])).status_code == 200


async def test_mark_of_one_request_does_not_serve_another(platform, browser, shop, moment):
    await sign_in(browser, platform.services, PHONE)
    away = await authorize(browser, shop, prompt="login")
    back = await prove(browser, platform, await browser.get(away.headers["location"]))
    marked = back.headers["location"]
    moment.advance(timedelta(minutes=1))

    for other in (
        marked.replace("state=s", "state=t"),
        marked[:-4] + "AAAA",
        marked + "&x=1",
        marked.partition("&began=")[0],
    ):
        assert path_of(await browser.get(other)) == "/sign-in/again", other
    assert (await browser.get(marked)).status_code == 200
    moment.advance(timedelta(minutes=30))
    assert path_of(await browser.get(marked)) == "/sign-in/again"


@pytest.mark.parametrize("given", [{"max_age": "30"}, {}])
async def test_prompt_none_never_shows_the_way_to_a_code(platform, browser, shop, moment, given):
    if given:
        await sign_in(browser, platform.services, PHONE)
        moment.advance(timedelta(minutes=1))

    answer = await authorize(browser, shop, prompt="none", **given)

    assert "error=login_required" in answer.headers["location"]
    assert answer.headers["location"].startswith(shop.redirect_uri)


@pytest.mark.parametrize(
    "given",
    [{"max_age": "-1"}, {"max_age": "1.5"}, {"max_age": "x"}, {"max_age": "9" * 10},
     {"max_age": "۱۲"}, {"prompt": "create"}, {"prompt": "login nothing"}],
)  # fmt: skip
async def test_what_is_no_prompt_or_no_age_is_told_to_the_app(browser, shop, given):
    answer = await authorize(browser, shop, **given)

    assert "error=invalid_request" in answer.headers["location"]


async def test_wrong_code_proves_nothing_and_a_sign_in_code_is_none(platform, browser, shop):
    await sign_in(browser, platform.services, PHONE)
    away = await authorize(browser, shop, prompt="login")
    page = await browser.get(away.headers["location"])
    sent = await browser.submit(page, "/sign-in/again/code")
    page = await browser.get(sent.headers["location"])
    code = await newest_code(platform.services)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"

    refused = await browser.submit(page, "/sign-in/again", code=wrong)
    assert refused.status_code == 422
    assert 'id="code-error"' in refused.text
    assert path_of(await authorize(browser, shop, prompt="login")) == "/sign-in/again"

    async with browsing(platform, base_url=BASE_URL) as other:
        page = await other.get("/sign-in")
        await other.submit(page, "/sign-in", phone=PHONE)
        elsewhere = await newest_code(platform.services)
    if elsewhere != code:
        refused = await browser.submit(refused, "/sign-in/again", code=elsewhere)
        assert refused.status_code == 422
    assert path_of(await browser.submit(refused, "/sign-in/again", code=code)) == "/oauth2/auth"


async def test_code_is_sent_to_whoever_is_signed_in_and_to_no_other(platform, browser, shop):
    await sign_in(browser, platform.services, PHONE)
    away = await authorize(browser, shop, prompt="login", login_hint="09127654321")
    page = await browser.get(away.headers["location"])

    await browser.submit(page, "/sign-in/again/code", phone="09127654321")

    async with platform.services.db.look() as tx:
        assert {one.phone for one in await identity.inbox(tx)} == {"+989121234567"}


@pytest.mark.parametrize(
    ("hint", "shown"),
    [
        ("09121112233", "09121112233"),
        ("+98 912 111 2233", "09121112233"),
        ("۰۹۱۲۱۱۱۲۲۳۳", "09121112233"),
        ("02188776655", ""),
        ('"><script>alert(1)</script>', ""),
        ("somebody@example.ir", ""),
        ("9" * 300, ""),
    ],
)
async def test_login_hint_fills_in_a_number_and_nothing_else(browser, shop, hint, shown):
    away = await authorize(browser, shop, login_hint=hint)

    page = await browser.get(away.headers["location"])

    assert forms_of(page.text, "/sign-in")[0]["phone"] == shown
    assert "<script>alert" not in page.text


async def test_login_hint_never_changes_what_an_app_is_answered(platform, browser, shop):
    await sign_in(browser, platform.services, PHONE)
    await allow(browser, await authorize(browser, shop))

    answers = [
        parse_qs(urlsplit(one.headers["location"]).query).keys()
        for hint in (PHONE, "09127654321", "")
        for one in [await authorize(browser, shop, prompt="none", login_hint=hint)]
    ]

    assert answers == [{"code", "scope", "state", "iss"}] * 3


@pytest.mark.parametrize(
    ("locales", "lang"),
    [
        ("en", "en"),
        ("de en-GB fa", "en"),
        ("fa-IR en", "fa"),
        ("de", "fa"),
        ("", "fa"),
        ("EN", "en"),
    ],
)
async def test_ui_locales_chooses_the_language_of_this_page_alone(
    platform, browser, shop, locales, lang
):
    await sign_in(browser, platform.services, PHONE)

    page = await authorize(browser, shop, ui_locales=locales)

    assert f'lang="{lang}"' in page.text
    assert 'lang="fa"' in (await browser.get("/my-divar")).text


async def test_ui_locales_yields_to_what_the_person_chose_here(platform, browser, shop):
    await sign_in(browser, platform.services, PHONE)
    await browser.get("/my-divar?lang=fa")

    assert 'lang="fa"' in (await authorize(browser, shop, ui_locales="en")).text


async def test_deciding_after_the_account_was_closed_leads_to_sign_in(platform, browser, shop):
    from dalan.domains import accounts

    await sign_in(browser, platform.services, PHONE)
    page = await authorize(browser, shop)
    async with platform.services.db.write() as tx:
        person = await identity.person_by_phone(tx, "+989121234567")
        assert person is not None
        await accounts.close(tx, person_id=person.id)

    answer = await browser.submit(page, "/oauth2/auth", decision="allow")

    assert answer.status_code in (303, 400, 403)
    assert not answer.headers.get("location", "").startswith(shop.redirect_uri)
    async with platform.services.db.look() as tx:
        assert await tx.rows("SELECT mac FROM authorization_code", ()) == []
