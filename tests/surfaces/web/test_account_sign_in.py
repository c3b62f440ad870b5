"""Signing in through the pages, as people do and as attackers would."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar
from tests.factories.browser import (
    BASE_URL,
    Browser,
    browsing,
    forms_of,
    make_services,
    newest_code,
    sign_in,
)

from dalan.domains import identity
from dalan.surfaces.html.session import local_path
from dalan.surfaces.web.account.routes import router

PHONE = "09121234567"
E164 = "+989121234567"


@asynccontextmanager
async def pages(db: Any, **given: Any) -> AsyncIterator[tuple[Browser, Any]]:
    base_url = given.get("public_base_url", BASE_URL)
    services = make_services(db, **given)
    app = Litestar([router(services)], openapi_config=None, logging_config=None)
    async with browsing(app, base_url=base_url) as browser:
        yield browser, services


async def ask_for_code(browser, phone=PHONE, query=""):
    page = await browser.get(f"/sign-in{query}")
    answer = await browser.submit(page, "/sign-in", phone=phone)
    assert answer.status_code == 303, answer.text
    return await browser.get(answer.headers["location"])


async def people_count(services):
    async with services.db.read() as tx:
        rows = await tx.rows("SELECT count(*) FROM person", ())
    return rows[0][0]


def another(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


async def test_sign_in_with_phone_and_code_leads_home(db):
    async with pages(db) as (browser, services):
        page = await ask_for_code(browser)
        assert PHONE in page.text

        answer = await browser.submit(page, "/sign-in/code", code=await newest_code(services))

        assert (answer.status_code, answer.headers["location"]) == (
            303,
            "/my-divar/profile?welcome=1",
        )
        home = await browser.get("/my-divar")
        assert home.status_code == 200
        assert PHONE in home.text


@pytest.mark.parametrize(
    "phone", ["۰۹۱۲۱۲۳۴۵۶۷", "+98 912 123 4567", "0098-912-123-4567", "٩١٢١٢٣٤٥٦٧"]
)
async def test_sign_in_takes_numbers_as_people_type_them(db, phone):
    async with pages(db) as (browser, services):
        page = await ask_for_code(browser, phone)
        code = (await newest_code(services)).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))

        answer = await browser.submit(page, "/sign-in/code", code=f" {code[:3]} {code[3:]} ")

        assert answer.status_code == 303
        async with services.db.read() as tx:
            assert await identity.person_by_phone(tx, E164) is not None


@pytest.mark.parametrize("phone", ["", "12", "02188776655", "abc", "9" * 5_000])
async def test_sign_in_with_no_mobile_number_keeps_what_was_typed(db, phone):
    async with pages(db) as (browser, services):
        page = await browser.get("/sign-in")

        answer = await browser.submit(page, "/sign-in", phone=phone)

        assert answer.status_code == 422
        assert 'id="phone-error"' in answer.text
        if phone.isprintable():
            assert forms_of(answer.text, "/sign-in")[0]["phone"] == phone
        async with services.db.read() as tx:
            assert await identity.inbox(tx) == []


async def test_wrong_code_is_told_and_counted(db):
    async with pages(db) as (browser, services):
        page = await ask_for_code(browser)
        code = await newest_code(services)

        for _ in range(4):
            page = await browser.submit(page, "/sign-in/code", code=another(code))
            assert page.status_code == 422
            assert forms_of(page.text, "/sign-in/code")[0]["code"] == another(code)
        last = await browser.submit(page, "/sign-in/code", code=another(code))
        assert last.status_code == 422

        refused = await browser.submit(last, "/sign-in/code", code=code)

        assert refused.headers["location"] == "/sign-in/code?dead=1"
        page = await browser.get(refused.headers["location"])
        assert 'id="code-error"' in page.text
        assert await people_count(services) == 0
        assert browser.cookie("dalan_session") is None


async def test_wrong_codes_at_once_are_all_counted(db):
    async with pages(db) as (browser, services):
        page = await ask_for_code(browser)
        code = await newest_code(services)

        answers = await asyncio.gather(
            *(browser.submit(page, "/sign-in/code", code=another(code)) for _ in range(12))
        )

        assert sorted(answer.status_code for answer in answers) == [303] * 7 + [422] * 5
        right = await browser.submit(page, "/sign-in/code", code=code)
        assert right.headers["location"] == "/sign-in/code?dead=1"


async def test_code_expires_by_the_clock(db, moment):
    async with pages(db, one_time_code_seconds=60) as (browser, services):
        page = await ask_for_code(browser)
        moment.advance(timedelta(seconds=60))

        answer = await browser.submit(page, "/sign-in/code", code=await newest_code(services))

        assert answer.headers["location"] == "/sign-in/code?dead=1"


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥", "²²²²²²"])
async def test_malformed_code_costs_no_attempt(db, code):
    async with pages(db) as (browser, services):
        page = await ask_for_code(browser)

        for _ in range(6):
            answer = await browser.submit(page, "/sign-in/code", code=code)
            assert answer.status_code == 422

        right = await browser.submit(page, "/sign-in/code", code=await newest_code(services))
        assert right.headers["location"] == "/my-divar/profile?welcome=1"


async def test_resend_kills_the_older_code(db):
    async with pages(db) as (browser, services):
        page = await ask_for_code(browser)
        older = await newest_code(services)

        answer = await browser.submit(page, "/sign-in/code/resend")

        assert answer.headers["location"] == "/sign-in/code"
        page = await browser.get("/sign-in/code")
        assert "notice-success" in page.text
        assert "notice-success" not in (await browser.get("/sign-in/code")).text
        newer = await newest_code(services)
        if older != newer:
            assert (await browser.submit(page, "/sign-in/code", code=older)).status_code == 422
        assert (await browser.submit(page, "/sign-in/code", code=newer)).status_code == 303


async def test_sends_over_the_limit_say_when_to_try_again(db, moment):
    async with pages(db, one_time_code_sends_per_hour=3) as (browser, services):
        page = await ask_for_code(browser)
        for _ in range(2):
            assert (await browser.submit(page, "/sign-in/code/resend")).status_code == 303
        moment.advance(timedelta(minutes=10))

        again = await browser.submit(page, "/sign-in/code/resend")
        first_page = await browser.submit(await browser.get("/sign-in"), "/sign-in", phone=PHONE)

        for answer in (again, first_page):
            assert (answer.status_code, answer.headers["retry-after"]) == (429, "3000")
            assert "50 دقیقهٔ دیگر" in answer.text
        async with services.db.read() as tx:
            assert len(await identity.inbox(tx)) == 3


async def test_answer_is_the_same_for_known_and_unknown_numbers(db):
    async with pages(db) as (browser, services):
        async with services.db.write() as tx:
            await identity.register(tx, phone="+989120000001")

        answers = [
            await browser.submit(await browser.get("/sign-in"), "/sign-in", phone=phone)
            for phone in ("09120000001", "09120000002")
        ]

        assert len({(one.status_code, one.headers["location"], one.text) for one in answers}) == 1
        assert await people_count(services) == 1


async def test_known_person_goes_where_they_wanted(db):
    async with pages(db) as (browser, services):
        page = await ask_for_code(browser, query="?next=/oauth2/auth%3Fstate%3Da%2526b")

        answer = await browser.submit(page, "/sign-in/code", code=await newest_code(services))

        assert answer.headers["location"] == "/oauth2/auth?state=a%26b"
        # A form action of this host alone would stop consent from leading back to an app.
        assert "form-action" not in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    "next_url",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/%0d%0aset-cookie:x=1\r\nx: y",
        "javascript:alert(1)",
        "evil.example",
        "///evil.example",
        "/sign-in",
        "/" + "a" * 5_000,
    ],
)
async def test_next_to_elsewhere_is_ignored(db, next_url):
    assert local_path(next_url) is None
    async with pages(db) as (browser, services):
        page = await browser.get("/sign-in", params={"next": next_url})
        assert "next" not in forms_of(page.text, "/sign-in")[0]
        answer = await browser.submit(page, "/sign-in", phone=PHONE, next=next_url)
        assert answer.headers["location"] == "/sign-in/code"
        page = await browser.get("/sign-in/code", params={"next": next_url})

        answer = await browser.submit(
            page, "/sign-in/code", code=await newest_code(services), next=next_url
        )

        assert answer.headers["location"] == "/my-divar/profile?welcome=1"
        again = await browser.get("/sign-in", params={"next": next_url})
        assert again.headers["location"] == "/my-divar"


def test_local_path_keeps_what_is_ours():
    assert local_path("/my-divar?a=1&b=/x#y") == "/my-divar?a=1&b=/x#y"
    assert local_path("/s/تهران") == "/s/%D8%AA%D9%87%D8%B1%D8%A7%D9%86"


@pytest.mark.parametrize("token", ["", "x" * 64, None])
async def test_forged_form_is_refused_and_changes_nothing(db, token):
    async with pages(db) as (browser, services):
        page = await ask_for_code(browser)
        code = await newest_code(services)
        fields = {"code": code} | ({} if token is None else {"csrf_token": token})

        answer = await browser.post("/sign-in/code", fields)
        sent = await browser.post("/sign-in", {"phone": PHONE} | fields)
        again = await browser.post("/sign-in/code/resend", fields)

        assert [one.status_code for one in (answer, sent, again)] == [403, 403, 403]
        assert "text/html" in answer.headers["content-type"]
        assert await people_count(services) == 0
        assert await newest_code(services) == code
        # No attempt was spent, either.
        assert (await browser.submit(page, "/sign-in/code", code=code)).status_code == 303


async def test_form_of_another_browser_is_refused(db):
    async with pages(db) as (browser, services), pages(db) as (other, _):
        foreign = await browser.get("/sign-in")
        await other.get("/sign-in")

        answer = await other.submit(foreign, "/sign-in", phone=PHONE)

        assert answer.status_code == 403
        async with services.db.read() as tx:
            assert await identity.inbox(tx) == []


async def test_sign_in_gives_a_new_cookie_and_planted_ones_stay_worthless(db):
    async with pages(db) as (browser, services):
        async with services.db.write() as tx:
            person = await identity.register(tx, phone="+989120000001")
            planted = await identity.open_session(
                tx, person_id=person.id, device="", session_seconds=60, keys=services.keys
            )
            await identity.sign_out(tx, person_id=person.id, session_id=planted.id)
        browser.client.cookies.set("dalan_session", planted.token, domain="dalan.test")
        visit_before = (await browser.get("/sign-in")).cookies.get("dalan_visit")

        await sign_in(browser, services)

        assert browser.client.cookies.get("dalan_session", domain="dalan.test") != planted.token
        assert visit_before is not None
        assert browser.cookie("dalan_visit") is None
        async with pages(db) as (other, _):
            for name, value in (("dalan_session", planted.token), ("dalan_session", visit_before)):
                other.client.cookies.set(name, value, domain="dalan.test")
                assert (await other.get("/my-divar")).status_code == 303


async def test_second_press_of_the_button_goes_on(db):
    async with pages(db) as (browser, services):
        page = await ask_for_code(browser, query="?next=/kenar")
        code = await newest_code(services)
        await browser.submit(page, "/sign-in/code", code=code)

        second = await browser.submit(page, "/sign-in/code", code=code)

        assert (second.status_code, second.headers["location"]) == (303, "/kenar")


async def test_presses_at_once_sign_in_once_and_none_ends_badly(db):
    async with pages(db) as (browser, services):
        page = await ask_for_code(browser)
        code = await newest_code(services)

        answers = await asyncio.gather(
            *(browser.submit(page, "/sign-in/code", code=code) for _ in range(3))
        )

        assert {answer.status_code for answer in answers} == {303}
        async with services.db.read() as tx:
            person = await identity.person_by_phone(tx, E164)
            assert person is not None
            assert len(await identity.sessions(tx, person.id)) == 1
        late = await browser.get("/sign-in/code?dead=1")
        assert late.headers["location"] == "/my-divar"


async def test_code_page_without_a_number_starts_again(db):
    async with pages(db) as (browser, _):
        answer = await browser.get("/sign-in/code?next=/kenar")

        assert answer.headers["location"] == "/sign-in?next=%2Fkenar"


async def test_anonymous_visitor_gets_a_cookie_only_with_a_form(db):
    async with pages(db) as (browser, _):
        assert (await browser.get("/my-divar")).headers["location"] == "/sign-in?next=%2Fmy-divar"
        assert not browser.client.cookies

        await browser.get("/sign-in")

        assert list(browser.client.cookies) == ["dalan_visit"]


async def test_cookies_are_locked_to_the_host_under_https(db):
    base_url = "https://dalan.example"
    async with pages(db, public_base_url=base_url) as (browser, services):
        page = await ask_for_code(browser)
        answer = await browser.submit(page, "/sign-in/code", code=await newest_code(services))

        (header,) = [
            one
            for one in answer.headers.get_list("set-cookie")
            if one.startswith("__Host-dalan_session=")
        ]
        attributes = {part.strip().lower() for part in header.split(";")[1:]}
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= attributes
        assert not any(one.startswith("domain") for one in attributes)
        assert (await browser.get("/my-divar")).status_code == 200


async def test_real_world_shows_no_code(db):
    class Sender:
        codes: list[str] = []  # noqa: RUF012 (one instance)

        async def send(self, phone, code, lang, purpose="sign_in"):
            self.codes.append(code)

    sender = Sender()
    given = {"world": "real", "code_sender": sender, "public_base_url": "https://dalan.example"}
    async with pages(db, **given) as (browser, _):
        page = await ask_for_code(browser)

        assert sender.codes[0] not in page.text
        assert "console" not in page.text


async def test_gateway_that_is_down_is_told(db):
    async with pages(db, code_sender=identity.NoSender()) as (browser, _):
        answer = await browser.submit(await browser.get("/sign-in"), "/sign-in", phone=PHONE)

        assert answer.status_code == 503
        assert forms_of(answer.text, "/sign-in")[0]["phone"] == PHONE


async def test_blocked_person_is_told_so(db):
    async with pages(db) as (browser, services):
        async with services.db.write() as tx:
            person = await identity.register(tx, phone=E164)
            await identity.block(tx, person_id=person.id)
        page = await ask_for_code(browser)

        answer = await browser.submit(page, "/sign-in/code", code=await newest_code(services))

        assert answer.status_code == 403
        assert browser.cookie("dalan_session") is None


async def test_unreadable_form_is_refused(db):
    async with pages(db) as (browser, _):
        page = await browser.get("/sign-in")
        token = forms_of(page.text, "/sign-in")[0]["csrf_token"]

        answer = await browser.post("/sign-in", {"csrf_token": token, "phone": "9" * 300_000})

        assert answer.status_code == 400
