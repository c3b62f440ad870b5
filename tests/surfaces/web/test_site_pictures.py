"""``/media/{size}/{name}``: what is sent, how long it is kept, what is no picture."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from litestar import Litestar
from tests.factories.browser import Browser, browsing, make_services
from tests.factories.media import make_image, picture

from dalan.domains import media
from dalan.surfaces.web.site import router


@pytest.fixture
def store(tmp_path):
    return media.MediaStore(str(tmp_path / "media"))


@pytest.fixture
async def browser(db: Any, store: Any) -> AsyncIterator[Browser]:
    services = make_services(db, media=store)
    app = Litestar([router(services)], openapi_config=None, logging_config=None)
    async with browsing(app) as opened:
        yield opened


async def test_a_picture_is_sent_once_and_kept_for_good(db, store, browser):
    image = await make_image(db, store, data=picture(800, 600))
    path = media.path_of(image.name, 600)

    first = await browser.get(path)
    again = await browser.get(path, headers={"if-none-match": first.headers["etag"]})

    assert first.status_code == 200
    assert first.headers["content-type"] == "image/jpeg"
    assert first.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert first.headers["x-content-type-options"] == "nosniff"
    assert first.content == await media.read(store, image.name, 600)
    assert (again.status_code, again.content) == (304, b"")
    assert "content-type" not in again.headers


async def test_head_is_answered_without_the_picture(db, store, browser):
    image = await make_image(db, store)

    answer = await browser.client.head(media.path_of(image.name, 200))

    assert answer.status_code == 200
    assert answer.content == b""
    assert int(answer.headers["content-length"]) > 100


@pytest.mark.parametrize(
    "path",
    [
        "/media",
        "/media/",
        "/media/600",
        "/media/600/",
        "/media/601/{name}",
        "/media/0600/{name}",
        "/media/600/{name}/more",
        "/media/600/x{name}",
        "/media/600/%2e%2e%2f600%2f{name}",
        "/media/600/..%2f..%2fetc%2fpasswd",
        "/media/600/%2e%2e/{name}",
        "/media/600/{name}%00",
        "/media/600/00000000-0000-4000-8000-000000000000.jpg",
    ],
)
async def test_what_is_no_stored_picture_is_not_found(db, store, browser, path):
    image = await make_image(db, store)

    answer = await browser.get(path.replace("{name}", image.name))

    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/")


async def test_only_get_and_head_are_taken(browser):
    answer = await browser.post("/media/600/x.jpg", {})

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
