"""The account home, the profile and the list of sessions; signing out."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar
from tests.factories.browser import Browser, browsing, forms_of, make_services, sign_in

from dalan.domains import identity
from dalan.surfaces.web.account.devices import device_of
from dalan.surfaces.web.account.routes import router

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Mobile Safari/537.36"
)


@asynccontextmanager
async def browsers(db: Any, *agents: str) -> AsyncIterator[tuple[list[Browser], Any]]:
    """Browsers that one person is signed in on."""
    services = make_services(db)
    app = Litestar([router(services)], openapi_config=None, logging_config=None)
    async with AsyncExitStack() as stack:
        opened = []
        for agent in agents:
            browser = await stack.enter_async_context(browsing(app, headers={"user-agent": agent}))
            await sign_in(browser, services)
            opened.append(browser)
        yield opened, services


async def person_of(services):
    async with services.db.read() as tx:
        return await identity.person_by_phone(tx, "+989121234567")


@pytest.mark.parametrize("path", ["/my-divar", "/my-divar/profile", "/my-divar/sessions?a=b"])
async def test_account_pages_ask_to_sign_in_first(db, path):
    services = make_services(db)
    app = Litestar([router(services)], openapi_config=None, logging_config=None)
    async with browsing(app) as browser:
        answer = await browser.get(path)

        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in?next=%2Fmy-divar")


async def test_account_home_leads_everywhere(db):
    async with browsers(db, FIREFOX) as ((browser,), _):
        page = await browser.get("/my-divar")

        for path in ("/my-divar/my-posts", "/my-divar/profile", "/my-divar/sessions", "/kenar"):
            assert f'href="{path}"' in page.text


async def test_profile_keeps_name_and_language(db):
    async with browsers(db, FIREFOX) as ((browser,), services):
        page = await browser.get("/my-divar/profile?welcome=1")
        await browser.submit(page, "/my-divar/profile", name="ن", language="fa")
        assert "نمایهٔ شما ذخیره شد." in (await browser.get("/my-divar")).text

        answer = await browser.submit(
            page, "/my-divar/profile", name="  نگار صالحی ", language="en"
        )

        assert answer.headers["location"] == "/my-divar"
        person = await person_of(services)
        assert (person.name, person.language) == ("نگار صالحی", "en")
        home = await browser.get("/my-divar")
        assert 'lang="en"' in home.text
        assert "Your profile is saved." in home.text
        assert "Your profile is saved." not in (await browser.get("/my-divar")).text


@pytest.mark.parametrize(
    ("field", "value"), [("name", "ا" * 61), ("language", "de"), ("language", "")]
)
async def test_profile_that_will_not_do_changes_nothing(db, field, value):
    async with browsers(db, FIREFOX) as ((browser,), services):
        before = await person_of(services)
        page = await browser.get("/my-divar/profile")

        typed = {"name": "نگار", "language": "en", field: value}
        answer = await browser.submit(page, "/my-divar/profile", **typed)

        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
        assert forms_of(answer.text, "/my-divar/profile")[0]["name"] == typed["name"]
        assert await person_of(services) == before


async def test_name_is_shown_as_text_not_markup(db):
    async with browsers(db, FIREFOX) as ((browser,), _):
        page = await browser.get("/my-divar/profile")

        await browser.submit(page, "/my-divar/profile", name="<script>x</script>", language="fa")

        home = await browser.get("/my-divar")
        assert "<script>x" not in home.text
        assert "&lt;script&gt;x" in home.text


async def test_sessions_are_listed_with_this_one_marked(db):
    async with browsers(db, FIREFOX, CHROME) as ((first, second), _):
        page = await second.get("/my-divar/sessions")

        assert "Firefox · Linux" in page.text
        assert "Chrome · Android" in page.text
        assert page.text.index("Chrome · Android") < page.text.index("همین دستگاه")
        assert page.text.index("همین دستگاه") < page.text.index("Firefox · Linux")
        assert (await first.get("/my-divar/sessions")).status_code == 200


async def test_revoked_session_is_out_at_its_next_request(db):
    async with browsers(db, FIREFOX, CHROME) as ((first, second), services):
        person = await person_of(services)
        async with services.db.read() as tx:
            listed = await identity.sessions(tx, person.id)
        (old,) = [one for one in listed if one.device.startswith("Firefox")]
        page = await second.get("/my-divar/sessions")
        action = f"/my-divar/sessions/{old.id}/revoke"

        answer = await second.submit(page, action)
        again = await second.submit(page, action)

        assert answer.headers["location"] == again.headers["location"] == "/my-divar/sessions"
        assert (await first.get("/my-divar")).headers["location"].startswith("/sign-in")
        assert (await second.get("/my-divar")).status_code == 200


async def test_sessions_of_others_cannot_be_revoked(db):
    async with browsers(db, FIREFOX) as ((browser,), services):
        async with services.db.write() as tx:
            other = await identity.register(tx, phone="+989120000009")
            opened = await identity.open_session(
                tx, person_id=other.id, device="", session_seconds=60, keys=services.keys
            )
        page = await browser.get("/my-divar/sessions")
        token = forms_of(page.text, "/sign-out")[0]

        for session_id in (opened.id, 2**63 - 1, 2**70, 0, -1):
            answer = await browser.post(f"/my-divar/sessions/{session_id}/revoke", token)
            assert answer.status_code in (303, 404)

        async with services.db.read() as tx:
            assert len(await identity.sessions(tx, other.id)) == 1


async def test_all_other_sessions_end_at_once(db):
    async with browsers(db, FIREFOX, CHROME, "curl/8.1") as ((first, second, third), _):
        page = await third.get("/my-divar/sessions")

        await third.submit(page, "/my-divar/sessions/revoke-others")

        page = await third.get("/my-divar/sessions")
        assert "2 دستگاه دیگر" in page.text
        for other in (first, second):
            assert (await other.get("/my-divar")).status_code == 303
        assert "revoke-others" not in page.text


async def test_sign_out_ends_the_session_also_for_a_kept_cookie(db):
    async with browsers(db, FIREFOX) as ((browser,), _):
        kept = browser.cookie("dalan_session") or ""
        page = await browser.get("/my-divar")

        answer = await browser.submit(page, "/sign-out")
        again = await browser.submit(page, "/sign-out")

        assert answer.headers["location"] == again.headers["location"] == "/"
        assert browser.cookie("dalan_session") is None
        browser.client.cookies.set("dalan_session", kept, domain="dalan.test")
        assert (await browser.get("/my-divar")).status_code == 303


@pytest.mark.parametrize(
    "path",
    [
        "/sign-out",
        "/my-divar/profile",
        "/my-divar/sessions/revoke-others",
        "/my-divar/sessions/1/revoke",
    ],
)
@pytest.mark.parametrize("token", [None, "", "A" * 64, "ا" * 64])
async def test_forged_form_is_refused_and_changes_nothing(db, path, token):
    async with browsers(db, FIREFOX, CHROME) as ((first, second), services):
        before = await person_of(services)
        fields = {"name": "evil", "language": "en"}

        answer = await first.post(path, fields | ({} if token is None else {"csrf_token": token}))

        assert answer.status_code == 403
        assert "text/html" in answer.headers["content-type"]
        assert await person_of(services) == before
        for browser in (first, second):
            assert (await browser.get("/my-divar")).status_code == 200


async def test_token_of_another_session_is_refused(db):
    async with browsers(db, FIREFOX, CHROME) as ((first, second), _):
        foreign = await first.get("/my-divar")

        answer = await second.submit(foreign, "/sign-out")

        assert answer.status_code == 403
        assert (await second.get("/my-divar")).status_code == 200


async def test_token_may_come_in_a_header(db):
    async with browsers(db, FIREFOX) as ((browser,), _):
        token = forms_of((await browser.get("/my-divar")).text, "/sign-out")[0]["csrf_token"]

        answer = await browser.post(
            "/my-divar/sessions/revoke-others", {}, headers={"x-csrf-token": token}
        )

        assert answer.status_code == 303


async def test_form_of_somebody_signed_out_meanwhile_leads_to_sign_in(db):
    async with browsers(db, FIREFOX) as ((browser,), services):
        page = await browser.get("/my-divar/profile")
        browser.client.cookies.clear()

        answer = await browser.submit(page, "/my-divar/profile", name="x", language="fa")

        assert answer.headers["location"] == "/sign-in?next=%2Fmy-divar%2Fprofile"
        assert (await person_of(services)).name == ""


async def test_session_slides_and_is_written_rarely(db, moment):
    async with browsers(db, FIREFOX) as ((browser,), services):
        seconds = services.settings.session_seconds
        moment.advance(timedelta(seconds=seconds - 1))

        answer = await browser.get("/my-divar")
        assert answer.status_code == 200
        assert "dalan_session=" in answer.headers["set-cookie"]
        assert f"Max-Age={seconds}" in answer.headers["set-cookie"]
        assert "dalan_session=" not in (await browser.get("/my-divar")).headers.get(
            "set-cookie", ""
        )

        moment.advance(timedelta(seconds=seconds - 1))
        assert (await browser.get("/my-divar")).status_code == 200
        moment.advance(timedelta(seconds=seconds))
        assert (await browser.get("/my-divar")).status_code == 303


async def test_blocked_person_is_out_at_once(db):
    async with browsers(db, FIREFOX) as ((browser,), services):
        async with services.db.write() as tx:
            await identity.block(tx, person_id=(await person_of(services)).id)

        assert (await browser.get("/my-divar")).status_code == 303


@pytest.mark.parametrize("token", ["x", "ا", "a" * 5_000, "dalan_ws_" + "A" * 43 + "." + "A" * 43])
async def test_foreign_cookie_is_nobody(db, token):
    services = make_services(db)
    app = Litestar([router(services)], openapi_config=None, logging_config=None)
    async with browsing(app) as browser:
        cookie = f"dalan_session={token}; dalan_flash={token}; dalan_visit={token}".encode()
        answer = await browser.get("/my-divar", headers={"cookie": cookie})

        assert answer.status_code == 303


async def test_pages_are_kept_nowhere(db):
    async with browsers(db, FIREFOX) as ((browser,), _):
        answer = await browser.get("/my-divar/sessions")

        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_language_of_the_address_is_remembered(db):
    services = make_services(db)
    app = Litestar([router(services)], openapi_config=None, logging_config=None)
    async with browsing(app) as browser:
        assert 'dir="rtl"' in (await browser.get("/sign-in")).text
        assert 'dir="ltr"' in (await browser.get("/sign-in?lang=en")).text

        assert "Send the code" in (await browser.get("/sign-in")).text


async def test_theme_is_remembered_without_a_token(db):
    services = make_services(db)
    app = Litestar([router(services)], openapi_config=None, logging_config=None)
    async with browsing(app) as browser:
        answer = await browser.post(
            "/preferences/theme", {"theme": "dark", "back": "//evil.example"}
        )

        assert answer.headers["location"] == "/"
        assert 'data-theme="dark"' in (await browser.get("/sign-in")).text


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (FIREFOX, "Firefox · Linux"),
        (CHROME, "Chrome · Android"),
        ("curl/8.1", "curl"),
        ("", ""),
        ("<b>\u202e", ""),
        ("x" * 100_000, "x" * 31),
    ],
)
def test_device_is_told_in_few_words(agent, device):
    assert device_of(agent) == device
