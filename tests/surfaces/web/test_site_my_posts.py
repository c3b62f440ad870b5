"""A person's own posts: the list, the page of one, and what can be done there."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from litestar import Litestar
from tests.factories.browser import Browser, browsing, forms_of, make_services, sign_in
from tests.factories.posts import make_post

from dalan.domains import identity, posts
from dalan.surfaces.services import Services
from dalan.surfaces.web import account, site

LIST = "/my-divar/my-posts"


@pytest.fixture
def services(db: Any) -> Services:
    return make_services(db)


@pytest.fixture
async def browser(services: Services) -> AsyncIterator[Browser]:
    """A browser somebody is signed in on."""
    app = Litestar(
        [account.router(services), site.router(services)], openapi_config=None, logging_config=None
    )
    async with browsing(app) as opened:
        await sign_in(opened, services)
        yield opened


@pytest.fixture
async def person(browser: Browser, services: Services) -> identity.Person:
    async with services.db.read() as tx:
        found = await identity.person_by_phone(tx, "+989121234567")
    assert found is not None
    return found


async def state_of(db: Any, post: posts.Post) -> str:
    async with db.read() as tx:
        found = await posts.by_id(tx, post.id)
    assert found is not None
    return found.state


async def test_strangers_are_asked_to_sign_in(services):
    app = Litestar([site.router(services)], openapi_config=None, logging_config=None)
    async with browsing(app) as browser:
        for path in (LIST, f"{LIST}/AAAAAAAA"):
            answer = await browser.get(path)
            assert answer.status_code == 303
            assert answer.headers["location"].startswith("/sign-in?next=%2Fmy-divar")


async def test_without_posts_the_list_says_so(browser):
    assert "هنوز آگهی ندارید" in (await browser.get(LIST)).text


async def test_the_list_shows_ones_own_posts_with_their_states(db, browser, person):
    async with db.write() as tx:
        mine = await make_post(tx, owner_id=person.id)
        waiting = await make_post(tx, owner_id=person.id, state="waiting_for_review")
        testing = await make_post(tx, owner_id=person.id, development=True)
        theirs = await make_post(tx)

    page = (await browser.get(LIST)).text

    for post in (mine, waiting, testing):
        assert f'href="{LIST}/{post.token}"' in page
    assert theirs.token not in page
    assert "منتشر شده" in page
    assert "در حال بررسی" in page
    assert "آگهی‌های آزمایشی" in page


async def test_the_management_page_is_its_owners_only(db, browser, person):
    async with db.write() as tx:
        mine = await make_post(tx, owner_id=person.id)
        theirs = await make_post(tx)
        deleted = await posts.delete(tx, await make_post(tx, owner_id=person.id))

    assert (await browser.get(f"{LIST}/{mine.token}")).status_code == 200
    assert (await browser.get(f"{LIST}/{deleted.token}")).status_code == 410
    assert (await browser.get(f"{LIST}/{theirs.token}")).status_code == 404


async def test_retire_and_publish_again_work_from_the_page(db, browser, person):
    async with db.write() as tx:
        post = await make_post(tx, owner_id=person.id)
    path = f"{LIST}/{post.token}"

    page = await browser.get(path)
    answer = await browser.submit(page, f"{path}/retire")
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert await state_of(db, post) == "retired"

    page = await browser.get(path)
    assert "آگهی از نمایش برداشته شد." in page.text
    await browser.submit(page, f"{path}/publish")
    assert await state_of(db, post) == "published"


async def test_delete_takes_it_away_for_good(db, browser, person):
    async with db.write() as tx:
        post = await make_post(tx, owner_id=person.id)
    path = f"{LIST}/{post.token}"

    answer = await browser.submit(await browser.get(path), f"{path}/delete")

    assert answer.headers["location"] == LIST
    assert await state_of(db, post) == "deleted"
    assert "آگهی حذف شد." in (await browser.get(LIST)).text


@pytest.mark.parametrize("action", ["retire", "publish", "delete"])
async def test_nothing_is_done_without_the_forms_token_or_to_others_posts(
    db, browser, person, action
):
    async with db.write() as tx:
        mine = await make_post(tx, owner_id=person.id)
        theirs = await make_post(tx)
    page = await browser.get(f"{LIST}/{mine.token}")

    forged = await browser.post(f"{LIST}/{mine.token}/{action}", {"csrf_token": "x"})
    fields = forms_of(page.text, f"{LIST}/{mine.token}/delete")[0]
    foreign = await browser.post(f"{LIST}/{theirs.token}/{action}", fields)

    assert forged.status_code == 403
    assert foreign.status_code == 404
    assert await state_of(db, mine) == "published"
    assert await state_of(db, theirs) == "published"


async def test_a_post_under_review_cannot_be_published_by_its_owner(db, browser, person):
    async with db.write() as tx:
        post = await make_post(tx, owner_id=person.id, state="waiting_for_review")
    path = f"{LIST}/{post.token}"
    page = await browser.get(path)
    assert f"{path}/publish" not in page.text

    answer = await browser.post(f"{path}/publish", forms_of(page.text, f"{path}/delete")[0])

    assert answer.status_code == 303
    assert await state_of(db, post) == "waiting_for_review"


async def test_what_a_reviewer_asked_for_is_shown_as_text(db, browser, person):
    async with db.write() as tx:
        post = await make_post(tx, owner_id=person.id, state="waiting_for_review")
        await posts.ask_for_edit(tx, post, reason="<b>عکس</b> بگذارید")

    page = (await browser.get(f"{LIST}/{post.token}")).text

    assert "&lt;b&gt;عکس&lt;/b&gt; بگذارید" in page
