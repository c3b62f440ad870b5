"""A number is shown to who asks, counted, and not to harvesters."""

from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from tests.factories.browser import browsing, forms_of, make_services, sign_in
from tests.factories.identity import make_person
from tests.factories.posts import make_post

from dalan.domains import posts
from dalan.surfaces.web.app import make_pages

NUMBER = "+989351112233"


@pytest.fixture
async def post(db: Any) -> posts.Post:
    async with db.write() as tx:
        owner = await make_person(tx, phone=NUMBER)
        details = posts.Details(landline_numbers=("02188112233",))
        return await make_post(tx, owner_id=owner.id, details=details)


async def contacts_of(db: Any, post: posts.Post) -> int:
    async with db.read() as tx:
        return (await posts.statistics_of(tx, post.id)).total.contacts


async def test_a_press_shows_the_numbers_and_is_counted(db, post):
    async with browsing(make_pages(make_services(db))) as browser:
        page = await browser.get(f"/v/{post.token}")
        assert "09351112233" not in page.text

        shown = await browser.submit(page, f"/v/{post.token}/contact")
        back = await browser.get(f"/v/{post.token}/contact")

    assert 'href="tel:09351112233"' in shown.text
    assert 'href="tel:02188112233"' in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert back.headers["location"] == f"/v/{post.token}#contact"
    assert await contacts_of(db, post) == 1


async def test_the_owner_counts_nothing(db, post):
    services = make_services(db)
    async with browsing(make_pages(services)) as browser:
        await sign_in(browser, services, "09351112233")
        page = await browser.get(f"/v/{post.token}")
        assert (await browser.submit(page, f"/v/{post.token}/contact")).status_code == 200

    assert await contacts_of(db, post) == 0


async def test_a_hidden_number_is_shown_to_nobody(db):
    async with db.write() as tx:
        owner = await make_person(tx, phone=NUMBER)
        other = await make_post(tx)
        post = await make_post(tx, owner_id=owner.id, hide_phone=True)
    async with browsing(make_pages(make_services(db))) as browser:
        page = await browser.get(f"/v/{post.token}")
        assert "فقط از راه چت" in page.text
        token = forms_of(
            (await browser.get(f"/v/{other.token}")).text, f"/v/{other.token}/contact"
        )[0]
        forced = await browser.post(f"/v/{post.token}/contact", token)

    assert "09351112233" not in forced.text
    assert await contacts_of(db, post) == 0


async def test_harvesters_are_stopped_by_browser_and_by_network(db, post, moment):
    app = make_pages(make_services(db, contacts_per_day=2))

    async def looks(count: int) -> list[int]:
        async with browsing(app) as browser:
            page = await browser.get(f"/v/{post.token}")
            path = f"/v/{post.token}/contact"
            return [(await browser.submit(page, path)).status_code for _ in range(count)]

    assert await looks(3) == [200, 200, 429]
    for _ in range(4):
        assert await looks(2) == [200, 200]
    assert await looks(1) == [429]
    assert await contacts_of(db, post) == 10
    moment.advance(timedelta(days=1))
    assert await looks(1) == [200]


async def test_where_the_operator_wants_it_people_sign_in_first(db, post):
    services = make_services(db, contact_needs_sign_in=True)
    async with browsing(make_pages(services)) as browser:
        page = await browser.get(f"/v/{post.token}")
        asked = await browser.submit(page, f"/v/{post.token}/contact")
        assert asked.headers["location"].startswith("/sign-in?next=%2Fv%2F")
        assert await contacts_of(db, post) == 0

        await sign_in(browser, services)
        page = await browser.get(f"/v/{post.token}")
        assert "09351112233" in (await browser.submit(page, f"/v/{post.token}/contact")).text


@pytest.mark.parametrize("state", ["retired", "waiting_for_review", "deleted"])
async def test_posts_nobody_sees_have_no_number(db, post, state):
    async with db.write() as tx:
        hidden = await make_post(tx, owner_id=post.owner_id, state=state, title="پنهان")
    async with browsing(make_pages(make_services(db))) as browser:
        form = forms_of((await browser.get(f"/v/{post.token}")).text, f"/v/{post.token}/contact")[0]
        answer = await browser.post(f"/v/{hidden.token}/contact", form)
        bare = await browser.post(f"/v/{post.token}/contact", {})

    assert answer.status_code in (404, 410)
    assert "09351112233" not in answer.text
    assert bare.status_code == 403


class _Properties(HTMLParser):
    """What a page says of its thing, as a search engine reads it."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, str | None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("itemprop")
        if tag in {"meta", "link"} and name:
            self.said[name] = given.get("content") or given.get("href")


async def test_what_search_engines_read_cannot_leave_its_attribute(db):
    async with db.write() as tx:
        post = await make_post(tx, title='"><b>x', description='a & b"><script>alert(1)</script>')
    async with browsing(make_pages(make_services(db))) as browser:
        page = (await browser.get(f"/v/{post.token}")).text

    properties = _Properties()
    properties.feed(page)
    assert properties.said["name"] == '"><b>x'
    assert (properties.said["description"] or "").startswith('a & b"><script>')
    assert properties.said["price"] == str((post.price_tomans or 0) * 10)
    assert properties.said["priceCurrency"] == "IRR"
    assert properties.said["url"] == f"http://dalan.test/v/{post.token}"
    assert 'itemtype="https://schema.org/Product"' in page
    assert "<b>x" not in page
    assert "<script>alert" not in page
