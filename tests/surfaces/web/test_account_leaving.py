"""Taking one's data along, and closing the account, in a browser."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from tests.factories.browser import Browser, browsing, make_services, newest_code, sign_in
from tests.factories.posts import make_post

from dalan.domains import identity, operators, posts
from dalan.surfaces.services import Services
from dalan.surfaces.web.app import make_app

CLOSE = "/my-divar/profile/close"
NUMBER = "+989121234567"


@asynccontextmanager
async def signed_in(db: Any) -> AsyncIterator[tuple[Browser, Services, identity.Person]]:
    services = make_services(db)
    async with browsing(make_app(services)) as browser:
        await sign_in(browser, services)
        async with services.db.look() as tx:
            person = await identity.person_by_phone(tx, NUMBER)
        assert person is not None
        yield browser, services, person


async def ask_for_code(browser: Browser) -> httpx.Response:
    return await browser.submit(await browser.get(CLOSE), f"{CLOSE}/code")


async def test_profile_leads_to_the_file_and_to_the_end(db):
    async with signed_in(db) as (browser, services, person):
        async with services.db.write() as tx:
            post = await make_post(tx, owner_id=person.id)
        page = await browser.get("/my-divar/profile")
        assert 'href="/my-divar/profile/export"' in page.text
        assert f'href="{CLOSE}"' in page.text

        file = await browser.get("/my-divar/profile/export")

    assert file.headers["content-disposition"].startswith("attachment")
    assert file.headers["cache-control"] == "no-store"
    told = json.loads(file.content)
    assert told["person"]["phone"] == NUMBER
    assert [one["token"] for one in told["posts"]] == [post.token]


async def test_account_is_closed_with_a_fresh_code(db):
    async with signed_in(db) as (browser, services, person):
        async with services.db.write() as tx:
            post = await make_post(tx, owner_id=person.id)
        page = await browser.get(CLOSE)
        assert "برگشت ندارد" in page.text
        assert (await ask_for_code(browser)).headers["location"] == f"{CLOSE}?sent=1"
        page = await browser.get(f"{CLOSE}?sent=1")
        right = await newest_code(services)
        wrong = "000000" if right != "000000" else "000001"
        refused = await browser.submit(page, CLOSE, code=wrong)
        assert refused.status_code == 422
        assert (await browser.submit(page, CLOSE, code="12")).status_code == 422

        answer = await browser.submit(page, CLOSE, code=right)

        assert answer.headers["location"] == "/"
        assert "حساب شما بسته شد" in (await browser.get("/")).text
        assert "/sign-in" in (await browser.get("/my-divar")).headers["location"]
        async with services.db.look() as tx:
            assert await identity.person_by_phone(tx, NUMBER) is None
            kept = await posts.by_token(tx, post.token)
            assert kept is not None
            assert kept.state == "retired"
        await sign_in(browser, services)
        async with services.db.look() as tx:
            newcomer = await identity.person_by_phone(tx, NUMBER)
        assert newcomer is not None
        assert newcomer.id != person.id


async def test_code_of_the_sign_in_is_not_fresh(db):
    async with signed_in(db) as (browser, services, person):
        used = await newest_code(services)
        page = await browser.get(f"{CLOSE}?sent=1")

        assert (await browser.submit(page, CLOSE, code=used)).status_code == 422
        async with services.db.look() as tx:
            assert (await identity.person(tx, person.id)).phone == NUMBER


async def test_form_of_another_site_closes_nothing(db):
    async with signed_in(db) as (browser, services, _):
        await ask_for_code(browser)
        code = await newest_code(services)

        assert (await browser.post(CLOSE, {"code": code})).status_code == 403
        assert (await browser.post(f"{CLOSE}/code", {})).status_code == 403


async def test_operator_is_told_why_not(db):
    async with signed_in(db) as (browser, services, person):
        async with services.db.write() as tx:
            await operators.appoint(tx, person.id, role="admin")

        page = await browser.get(CLOSE)

    assert "گرداننده" in page.text
    assert f'action="{CLOSE}/code"' not in page.text


async def test_only_whoever_is_signed_in_gets_there(db):
    async with browsing(make_app(make_services(db))) as browser:
        for path in (CLOSE, "/my-divar/profile/export"):
            answer = await browser.get(path)
            assert answer.status_code == 303
            assert answer.headers["location"].startswith("/sign-in?")
