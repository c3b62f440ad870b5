"""``/media/files/…`` and the stretches, forms and tags of everything under ``/media``."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from tests.factories.browser import Browser, browsing, make_services
from tests.factories.media import document, make_file, make_image, movie, picture

from dalan.domains import media
from dalan.surfaces.web.site import ranges, router

DATA = movie(media_bytes=3_000)


@pytest.fixture
def store(tmp_path):
    return media.MediaStore(str(tmp_path / "media"))


@pytest.fixture
async def browser(db: Any, store: Any) -> AsyncIterator[Browser]:
    services = make_services(db, media=store)
    app = Litestar([router(services)], openapi_config=None, logging_config=None)
    async with browsing(app) as opened:
        yield opened


@pytest.fixture
async def path(db, store) -> str:
    return media.path_of_file((await make_file(db, store, DATA, kind="video")).name)


@pytest.mark.parametrize(
    ("asked", "status", "content", "said"),
    [
        ("bytes=0-3", 206, DATA[:4], f"bytes 0-3/{len(DATA)}"),
        ("bytes=4-", 206, DATA[4:], f"bytes 4-{len(DATA) - 1}/{len(DATA)}"),
        ("bytes=-5", 206, DATA[-5:], f"bytes {len(DATA) - 5}-{len(DATA) - 1}/{len(DATA)}"),
        ("bytes=0-999999", 206, DATA, f"bytes 0-{len(DATA) - 1}/{len(DATA)}"),
        ("bytes=-999999", 206, DATA, f"bytes 0-{len(DATA) - 1}/{len(DATA)}"),
        ("bytes=999999-", 416, None, f"bytes */{len(DATA)}"),
        ("bytes=-0", 416, None, f"bytes */{len(DATA)}"),
        ("bytes=5-2", 200, DATA, None),
        ("bytes=0-1,3-4", 200, DATA, None),
        ("lines=0-1", 200, DATA, None),
        ("bytes=-", 200, DATA, None),
        ("bytes=" + "9" * 400 + "-", 200, DATA, None),
    ],
)
async def test_stretch_of_a_file_is_sent_as_it_is_asked_for(
    browser, path, asked, status, content, said
):
    answer = await browser.get(path, headers={"range": asked})

    assert answer.status_code == status
    assert answer.headers.get("content-range") == said
    if content is not None:
        assert answer.content == content
        assert answer.headers["accept-ranges"] == "bytes"
        assert answer.headers["content-type"] == "video/mp4"
        assert int(answer.headers["content-length"]) == len(content)


async def test_stretch_of_another_file_than_the_one_begun_is_all_of_it(browser, path):
    etag = (await browser.client.head(path)).headers["etag"]

    same = await browser.get(path, headers={"range": "bytes=0-3", "if-range": etag})
    other = await browser.get(path, headers={"range": "bytes=0-3", "if-range": '"other"'})

    assert (same.status_code, same.content) == (206, DATA[:4])
    assert (other.status_code, other.content) == (200, DATA)


@pytest.mark.parametrize("said", ["{etag}", "W/{etag}", '"a", {etag} , "b"', "*"])
async def test_who_has_the_file_is_not_sent_it_again(browser, path, said):
    etag = (await browser.client.head(path)).headers["etag"]

    answer = await browser.get(path, headers={"if-none-match": said.replace("{etag}", etag)})

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == etag


async def test_head_says_length_and_stretch_without_sending_either(browser, path):
    whole = await browser.client.head(path)
    part = await browser.client.head(path, headers={"range": "bytes=0-3"})

    assert (whole.status_code, whole.content) == (200, b"")
    assert int(whole.headers["content-length"]) == len(DATA)
    assert (part.status_code, part.headers["content-length"]) == (206, "4")


async def test_document_is_a_download_nothing_runs_in(db, store, browser):
    sent = await make_file(db, store, document("pdf"), kind="file", purpose="chat")

    answer = await browser.get(media.path_of_file(sent.name))

    assert answer.headers["content-disposition"] == f'attachment; filename="{sent.name}"'
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_picture_is_webp_for_who_takes_it_and_jpeg_for_who_does_not(db, store, browser):
    path = media.path_of((await make_image(db, store, data=picture(800, 600))).name, 600)

    webp = await browser.get(path, headers={"accept": "image/avif,image/webp,*/*"})
    jpeg = await browser.get(path, headers={"accept": "image/png,*/*"})

    assert webp.headers["content-type"] == "image/webp"
    assert webp.content[8:12] == b"WEBP"
    assert jpeg.headers["content-type"] == "image/jpeg"
    assert jpeg.content.startswith(b"\xff\xd8\xff")
    assert {webp.headers["vary"], jpeg.headers["vary"]} == {"accept"}
    assert webp.headers["etag"] != jpeg.headers["etag"]


async def test_picture_of_before_has_no_webp_and_is_sent_as_jpeg(db, store, browser):
    name = (await make_image(db, store)).name
    await store.remove_files([media.picture_key(name, 600, "webp")])

    answer = await browser.get(media.path_of(name, 600), headers={"accept": "image/webp"})

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["etag"] == f'"600-{name[:-4]}"'


@pytest.mark.parametrize(
    "path",
    [
        "/media/files",
        "/media/files/",
        "/media/files/x.mp4",
        "/media/files/{stem}",
        "/media/files/{stem}.exe",
        "/media/files/{stem}.MP4",
        "/media/files/{stem}.mp4/more",
        "/media/files/{stem}.mp4%00",
        "/media/files/%2e%2e%2ffiles%2f{stem}.mp4",
        "/media/files/../incoming/{stem}.mp4",
        "/media/incoming/{stem}.mp4",
        "/media/600/{stem}.mp4",
        "/media/files/00000000-0000-4000-8000-000000000000.mp4",
    ],
)
async def test_what_is_no_stored_file_is_not_found(db, store, browser, path):
    stem = (await make_file(db, store, DATA, kind="video")).name.removesuffix(".mp4")

    answer = await browser.get(path.replace("{stem}", stem))

    assert answer.status_code == 404


@given(header=st.binary(max_size=60), size=st.integers(0, 10_000))
def test_any_range_at_all_lies_within_the_file(header, size):
    stretch = ranges.stretch_of(b"bytes=" + header, size)

    if stretch is not None and stretch != ranges.UNSATISFIABLE:
        start, end = stretch
        assert 0 <= start < end <= size
