"""Hearts: on cards and on a post's page, with a script and without, signed in or not yet."""

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from litestar import Litestar
from tests.factories.browser import Browser, browsing, forms_of, make_services, sign_in
from tests.factories.media import make_file, make_image, movie
from tests.factories.posts import make_post

from dalan.domains import bookmarks, media, posts
from dalan.surfaces.services import Services
from dalan.surfaces.web import account, site

SCRIPT = {"x-dalan-swap": "1"}


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


async def test_heart_of_a_card_toggles_without_a_script(db, services, browser):
    async with db.write() as tx:
        post = await make_post(tx)
    await sign_in(browser, services)
    action = f"/v/{post.token}/bookmark"

    kept = await browser.submit(await browser.get("/?lang=fa"), action)
    after = await browser.get("/")
    gone = await browser.submit(after, action)
    last = await browser.get("/")

    assert kept.status_code == gone.status_code == 303
    assert kept.headers["location"] == f"/?lang=fa#post-{post.token}"
    assert f'id="post-{post.token}"' in after.text
    assert 'aria-pressed="true"' in after.text
    assert 'aria-pressed="false"' in last.text
    assert 'aria-pressed="true"' not in last.text


async def test_script_gets_the_heart_alone_as_it_is_now(db, services, browser):
    async with db.write() as tx:
        post = await make_post(tx)
    await sign_in(browser, services)
    action = f"/v/{post.token}/bookmark"
    [fields] = forms_of((await browser.get(f"/v/{post.token}")).text, action)

    kept = await browser.post(action, fields, headers=SCRIPT)
    again = await browser.post(action, fields, headers=SCRIPT)
    [turned] = forms_of(kept.text, action)
    gone = await browser.post(action, turned, headers=SCRIPT)

    assert kept.status_code == again.status_code == 200
    assert "<html" not in kept.text
    assert kept.text.strip().startswith('<form class="heart heart-wide"')
    assert kept.text.strip().endswith("</form>")
    assert 'aria-pressed="true"' in kept.text
    assert "data-focus" in kept.text
    assert "data-focus" not in (await browser.get(f"/v/{post.token}")).text
    assert 'aria-pressed="true"' in again.text
    assert 'aria-pressed="false"' in gone.text


async def test_stranger_signs_in_and_comes_back_to_keep_the_post(db, services, browser):
    async with db.write() as tx:
        post = await make_post(tx)
    cards = await browser.get("/?lang=fa")
    heart = re.search(r'class="heart-button" rel="nofollow" href="([^"]+)"', cards.text)
    assert heart is not None

    asked = await browser.get(heart[1].replace("&amp;", "&"))
    wanted = parse_qs(urlsplit(asked.headers["location"]).query)["next"][0]
    await sign_in(browser, services)
    page = await browser.get(wanted)
    kept = await browser.submit(page, f"/v/{post.token}/bookmark")

    assert asked.status_code == 303
    assert asked.headers["location"].startswith("/sign-in?next=")
    assert post.title in page.text
    assert kept.headers["location"] == f"/?lang=fa#post-{post.token}"
    assert 'aria-pressed="true"' in (await browser.get("/")).text
    # Once it is kept there is nothing to ask.
    assert (await browser.get(wanted)).headers["location"].startswith("/?lang=fa")


async def test_address_alone_and_a_forged_form_change_nothing(db, services, browser):
    async with db.write() as tx:
        post = await make_post(tx)
    action = f"/v/{post.token}/bookmark"
    await sign_in(browser, services)

    looked = await browser.get(f"{action}?back=https://evil.example/")
    forged = await browser.post(action, {"keep": "1"})

    assert looked.status_code == 200
    assert forms_of(looked.text, action)[0]["back"] == f"/v/{post.token}"
    assert forged.status_code == 403
    assert 'aria-pressed="true"' not in (await browser.get("/")).text
    assert (await browser.get("/v/nopenope/bookmark")).status_code == 404


async def test_too_many_are_said_beside_the_heart(db, services, browser, monkeypatch):
    monkeypatch.setattr("dalan.domains.bookmarks.favourites.BOOKMARKS_MAX", 0)
    async with db.write() as tx:
        post = await make_post(tx)
    await sign_in(browser, services)
    action = f"/v/{post.token}/bookmark"
    [fields] = forms_of((await browser.get("/")).text, action)

    answer = await browser.post(action, fields, headers=SCRIPT)

    assert 'role="status"' in answer.text
    assert 'aria-pressed="false"' in answer.text


async def test_card_and_page_show_a_placeholder_and_keep_their_shape(db, services, browser):
    image = await make_image(db, services.media)
    film = await make_file(db, services.media, movie(), kind="video")
    video = posts.Video(name=f"raw/{film.name}", duration_seconds=12)
    async with db.write() as tx:
        pictured = await make_post(tx, image_names=[image.name])
        filmed = await make_post(tx, details=posts.Details(video=video))

    cards = (await browser.get("/")).text
    page = (await browser.get(f"/v/{pictured.token}")).text
    film_page = (await browser.get(f"/v/{filmed.token}")).text

    assert f'<img class="blurred" src="{image.placeholder}" alt="" aria-hidden="true">' in cards
    poster = media.path_of(media.poster_of(film.name), 600)
    assert f'<img src="{poster}" alt="" width="600" height="600"' in cards
    assert "دارای ویدیو" in cards
    assert f'class="blurred" src="{image.placeholder}"' in page
    assert f'width="{image.width_px}" height="{image.height_px}"' in page
    assert f'poster="{media.path_of(media.poster_of(film.name), 1200)}" width="640"' in film_page


async def test_kept_posts_show_hearts_of_their_person_alone(db, services, browser):
    async with db.write() as tx:
        post = await make_post(tx)
        other = await make_post(tx)
        await bookmarks.keep(tx, other.owner_id, post)
    await sign_in(browser, services)

    assert 'aria-pressed="true"' not in (await browser.get("/")).text
