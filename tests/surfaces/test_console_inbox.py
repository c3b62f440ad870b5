"""The dev inbox: newest codes for people and scripts, in a dev world only."""

from datetime import timedelta

import pytest

from dalan.surfaces.console.app import make_app
from tests.factories.browser import browsing, make_services


async def test_inbox_shows_codes_newest_first(db, moment):
    services = make_services(db)
    await services.code_sender.send("+989121234567", "111111", "fa")
    moment.advance(timedelta(minutes=5))
    await services.code_sender.send("+4915112345678", "222222", "fa")

    async with browsing(make_app(services)) as browser:
        page = await browser.get("/console/inbox")

    assert page.status_code == 200
    assert page.text.index("222222") < page.text.index("111111")
    assert "09121234567" in page.text
    assert "+4915112345678" in page.text
    assert 'data-copy="222222"' in page.text
    assert 'http-equiv="refresh"' in page.text


async def test_empty_inbox_says_so(db):
    async with browsing(make_app(make_services(db))) as browser:
        page = await browser.get("/console/inbox")

        assert page.status_code == 200
        assert "هنوز کدی نیامده است" in page.text
        assert (await browser.get("/console")).headers["location"] == "/console/requests"


@pytest.mark.parametrize(
    "typed", ["09121234567", "+989121234567", "%2B989121234567", "۰۹۱۲۱۲۳۴۵۶۷", "0912 123 4567"]
)
async def test_api_gives_the_newest_code(db, moment, typed):
    services = make_services(db)
    for code in ("111111", "222222"):
        moment.advance(timedelta(seconds=1))
        await services.code_sender.send("+989121234567", code, "fa")
    await services.code_sender.send("+989120000000", "333333", "fa")

    async with browsing(make_app(services)) as browser:
        answer = await browser.get(f"/console/api/inbox?phone={typed}")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.json() == {
        "phone": "+989121234567",
        "code": "222222",
        "sent_at": "2026-11-21T08:30:02Z",
    }


async def test_api_without_a_code_is_not_found(db):
    async with browsing(make_app(make_services(db))) as browser:
        answer = await browser.get("/console/api/inbox?phone=09121234567")

    assert answer.status_code == 404
    assert answer.json()["code"] == "console.no_code"


@pytest.mark.parametrize("query", ["", "?phone=", "?phone=abc", "?phone=02188776655"])
async def test_api_refuses_what_is_no_number(db, query):
    async with browsing(make_app(make_services(db))) as browser:
        answer = await browser.get(f"/console/api/inbox{query}")

    assert answer.status_code == 400
    assert answer.json()["code"] == "phone.invalid"


async def test_unknown_page_of_the_console_is_a_page(db):
    async with browsing(make_app(make_services(db))) as browser:
        answer = await browser.get("/console/nothing")

    assert answer.status_code == 404
    assert "text/html" in answer.headers["content-type"]


async def test_real_world_has_no_console(db):
    services = make_services(db, world="real", public_base_url="https://dalan.example")

    with pytest.raises(ValueError, match="dev worlds"):
        make_app(services)
