"""The first page: the newest posts, and the way on through all of them."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar
from tests.factories.browser import Browser, browsing, make_services
from tests.factories.posts import make_owner, make_post

from dalan.domains import posts
from dalan.surfaces.web.site import router


@pytest.fixture
async def browser(db: Any) -> AsyncIterator[Browser]:
    app = Litestar([router(make_services(db))], openapi_config=None, logging_config=None)
    async with browsing(app) as opened:
        yield opened


def tokens_of(html: str) -> list[str]:
    return re.findall(r'href="/v/([\w-]{8})"', html)


def next_of(html: str) -> str | None:
    found = re.search(r'rel="next" href="([^"]+)"', html)
    return found[1] if found else None


async def test_an_empty_world_says_so(browser):
    page = await browser.get("/")

    assert page.status_code == 200
    assert "هنوز آگهی‌ای نیست" in page.text
    assert next_of(page.text) is None


async def test_cards_show_title_price_place_and_age(db, browser, moment):
    async with db.write() as tx:
        await make_post(tx, district="sadeghiyeh")
        await make_post(
            tx,
            title="رهن و اجاره",
            category="apartment-rent",
            fields={"size": 80, "rooms": "دو", "credit": 500_000_000, "rent": 12_000_000},
        )
    moment.advance(timedelta(minutes=5))

    page = (await browser.get("/")).text

    for words in (
        "پژو ۲۰۶ سفید",
        "690٬000٬000 تومان",
        "5 دقیقه پیش در تهران، صادقیه",
        "ودیعه: 500٬000٬000 تومان",
        "اجاره: 12٬000٬000 تومان",
    ):
        assert words in page


async def test_turning_pages_shows_every_post_once_while_others_arrive(db, browser, moment):
    async with db.write() as tx:
        owner_id = await make_owner(tx)
        made = [await make_post(tx, owner_id=owner_id) for _ in range(60)]

    seen: list[str] = []
    path: str | None = "/"
    while path is not None:
        page = (await browser.get(path)).text
        seen += tokens_of(page)
        path = next_of(page)
        moment.advance(timedelta(seconds=1))
        async with db.write() as tx:
            await make_post(tx, owner_id=owner_id)

    assert seen == [post.token for post in reversed(made)]


async def test_a_script_that_asks_for_more_gets_the_cards_alone(db, browser):
    async with db.write() as tx:
        owner_id = await make_owner(tx)
        for _ in range(30):
            await make_post(tx, owner_id=owner_id)
    path = next_of((await browser.get("/")).text)

    part = (await browser.get(path, headers={"x-dalan-swap": "1"})).text

    assert part.strip().startswith('<div class="more-posts"')
    assert len(tokens_of(part)) == 6
    assert "<html" not in part


async def test_what_is_hidden_is_not_listed(db, browser):
    async with db.write() as tx:
        await make_post(tx, title="آزمایشی", development=True)
        await make_post(tx, title="در صف", state="waiting_for_review")
        await posts.delete(tx, await make_post(tx, title="پاک‌شده"))

    assert tokens_of((await browser.get("/")).text) == []


@pytest.mark.parametrize("cursor", ["x", "%00", "A" * 2_000, "kgEC", "../../"])
async def test_a_cursor_nobody_gave_out_leads_to_the_first_page(browser, cursor):
    answer = await browser.get(f"/?after={cursor}")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/"


async def test_a_hostile_title_is_shown_as_text(db, browser):
    async with db.write() as tx:
        await make_post(tx, title="<script>alert(1)</script>")

    page = (await browser.get("/")).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


async def test_the_page_speaks_english_when_asked(db, browser):
    async with db.write() as tx:
        await make_post(tx)

    page = (await browser.get("/?lang=en")).text

    assert "Newest posts" in page
    assert "690,000,000 Toman" in page
