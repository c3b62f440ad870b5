"""The page of a post: what it shows, to whom, and what stands there when it is over."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from litestar import Litestar
from tests.factories.addons import attach
from tests.factories.browser import Browser, browsing, make_services, sign_in
from tests.factories.developers import make_app
from tests.factories.media import make_image
from tests.factories.posts import make_post

from dalan.domains import developers, identity, media, posts
from dalan.surfaces.services import Services
from dalan.surfaces.web import account, site


@pytest.fixture
def services(db: Any, tmp_path: Any) -> Services:
    return make_services(db, media=media.MediaStore(str(tmp_path / "media")))


@pytest.fixture
async def browser(services: Services) -> AsyncIterator[Browser]:
    app = Litestar(
        [account.router(services), site.router(services)], openapi_config=None, logging_config=None
    )
    async with browsing(app) as opened:
        yield opened


async def me(services: Services) -> identity.Person:
    async with services.db.read() as tx:
        person = await identity.person_by_phone(tx, "+989121234567")
    assert person is not None
    return person


async def test_everything_a_post_says_is_on_its_page(db, services, browser):
    name = (await make_image(db, services.media)).name
    async with db.write() as tx:
        post = await make_post(tx, district="sadeghiyeh", image_names=[name])

    page = (await browser.get(f"/v/{post.token}")).text

    for words in (
        post.title,
        "690٬000٬000 تومان",
        "تهران، صادقیه",
        "سال تولید",
        "1396",
        "سالم و کم‌کار، بازدید عصرها.",
        "عضو دالان از",
        f"/media/1200/{name}",
    ):
        assert words in page
    assert f'<link rel="canonical" href="http://dalan.test/v/{post.token}">' in page
    assert f'<meta property="og:image" content="http://dalan.test/media/1200/{name}">' in page
    assert page.count('id="facts"') == 1
    assert "این آگهی شماست" not in page


async def test_any_text_may_stand_before_the_token(db, browser):
    async with db.write() as tx:
        post = await make_post(tx)

    assert (await browser.get(f"/v/یک-متن/{post.token}")).status_code == 200


@pytest.mark.parametrize("token", ["nopenope", "x", "%00%00%00%00%00%00%00%00", "a" * 900, "..%2f"])
async def test_no_such_post_is_a_friendly_404(browser, token):
    page = await browser.get(f"/v/{token}")

    assert page.status_code == 404
    if page.headers["content-type"].startswith("text/html"):
        assert "آگهی" in page.text


@pytest.mark.parametrize("verb", [posts.retire, posts.delete])
async def test_a_post_that_is_over_is_410(db, browser, verb):
    async with db.write() as tx:
        post = await make_post(tx)
        await verb(tx, post)

    page = await browser.get(f"/v/{post.token}")

    assert page.status_code == 410
    assert "این آگهی دیگر نمایش داده نمی‌شود" in page.text
    assert post.title not in page.text


async def test_a_post_under_review_is_its_owners_only(db, services, browser):
    await sign_in(browser, services)
    person = await me(services)
    async with db.write() as tx:
        mine = await make_post(tx, owner_id=person.id, state="waiting_for_review")
        theirs = await make_post(tx, state="waiting_for_review")

    page = await browser.get(f"/v/{mine.token}")

    assert page.status_code == 200
    assert "در حال بررسی" in page.text
    assert f"/my-divar/my-posts/{mine.token}" in page.text
    assert '<meta name="robots" content="noindex">' in page.text
    assert (await browser.get(f"/v/{theirs.token}")).status_code == 404


async def test_a_development_post_is_seen_by_its_team_only(db, services, browser):
    async with db.write() as tx:
        post = await make_post(tx, development=True)
    anonymous = await browser.get(f"/v/{post.token}")
    await sign_in(browser, services)
    stranger = await browser.get(f"/v/{post.token}")
    person = await me(services)
    async with db.write() as tx:
        made = await make_app(tx, owner_id=post.owner_id)
        await developers.add_member(
            tx, made.app.id, by_person_id=post.owner_id, person_id=person.id, role="developer"
        )
    teammate = await browser.get(f"/v/{post.token}")

    assert (anonymous.status_code, stranger.status_code) == (404, 404)
    assert teammate.status_code == 200
    assert "آگهی آزمایشی" in teammate.text
    async with db.write() as tx:
        await posts.retire(tx, post)
    assert (await browser.get(f"/v/{post.token}")).status_code == 404


async def test_what_apps_attached_stands_before_the_description(db, browser):
    async with db.write() as tx:
        post = await make_post(tx)
        made = await make_app(tx, production=True, display="بازرس")
    await attach(
        db, made.app, post.token, {"widgets": [{"title_row": {"text": "سالم <b>است</b>"}}]}
    )

    page = (await browser.get(f"/v/{post.token}")).text

    assert "سالم &lt;b&gt;است&lt;/b&gt;" in page
    assert page.index("سالم &lt;b") < page.index('id="description"')
    assert f"/apps/{made.app.slug}" in page


async def test_hostile_text_is_shown_as_text(db, browser):
    async with db.write() as tx:
        post = await make_post(
            tx,
            title='"><script>alert(1)</script>',
            description='</p><img src=x onerror="alert(1)"> {{ 7*7 }}',
        )

    page = (await browser.get(f"/v/{post.token}")).text

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "{{ 7*7 }}" in page
    assert '"><script' not in page
