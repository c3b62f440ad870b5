"""Uploads in parts, as a tus client speaks them."""

from base64 import b64encode
from datetime import timedelta

import httpx
import pytest

from tests.factories.media import document, movie, picture
from tests.surfaces.kenar.conftest import Scene

PATH = "/v8/upload/resumable"
TUS = {"tus-resumable": "1.0.0"}
PART = {**TUS, "content-type": "application/offset+octet-stream"}


async def begin(scene: Scene, what: str, length: int | str, **headers: str) -> httpx.Response:
    said = {**TUS, "upload-length": str(length), **headers}
    return await scene.call("POST", f"{PATH}/{what}", headers=said)


async def patch(scene: Scene, location: str, data: bytes, offset: int, **said: str):
    headers = {**PART, "upload-offset": str(offset), **said}
    return await scene.call("PATCH", location, key=None, headers=headers, content=data)


def local(answer: httpx.Response) -> str:
    location: str = answer.headers["location"]
    assert location.startswith(f"http://127.0.0.1:8000{PATH}/")
    return location.removeprefix("http://127.0.0.1:8000")


@pytest.mark.parametrize(
    ("what", "data", "members"),
    [
        ("post/image", picture(), {"path", "photo_url", "thumbnail_url"}),
        ("post/video", movie(), {"video_name", "video_url", "thumbnail_name", "thumbnail_url"}),
        ("chat/file", document("pdf"), {"id", "status"}),
    ],
)
async def test_file_sent_in_parts_becomes_what_it_would_have_whole(
    scene: Scene, what, data, members
):
    name = b64encode("../\0سند.pdf\u202e".encode()).decode()
    begun = await begin(scene, what, len(data), **{"upload-metadata": f"filename {name},odd"})
    location = local(begun)
    assert (begun.status_code, begun.headers["upload-offset"]) == (201, "0")
    assert begun.headers["upload-expires"].endswith("GMT")

    half = len(data) // 2
    first = await patch(scene, location, data[:half], 0)
    repeated = await patch(scene, location, data[:half], 0)
    where = await scene.http.head(location, headers=TUS)
    progress = (await scene.http.get(location)).json()
    last = await patch(scene, location, data[half:], half)

    assert (first.status_code, first.content) == (204, b"")
    assert "content-length" not in first.headers
    assert repeated.status_code == 409
    assert (where.status_code, where.headers["upload-offset"]) == (200, str(half))
    assert where.headers["upload-length"] == str(len(data))
    assert where.headers["cache-control"] == "no-store"
    assert progress == {"received_bytes": half, "size_bytes": len(data)}
    assert (last.status_code, last.headers["upload-offset"]) == (204, str(len(data)))
    done = (await scene.http.get(location)).json()
    assert set(done) == members
    assert (await scene.http.get(location)).json() == done
    async with scene.platform.services.db.look() as look:
        assert (await look.rows("SELECT title FROM upload", ()))[0][0] == "سند.pdf"
    for one in (begun, first, repeated, where, last):
        assert one.headers["tus-resumable"] == "1.0.0"


async def test_options_say_what_is_spoken(scene: Scene):
    answer = await scene.http.options(PATH)

    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-extension"] == "creation,expiration,termination"
    assert answer.headers["tus-max-size"] == "50000000"


@pytest.mark.parametrize(
    ("what", "length", "headers", "status"),
    [
        ("post/image", "5000001", {}, 400),
        ("post/image", "0", {}, 400),
        ("post/image", "-1", {}, 400),
        ("post/image", "٣", {}, 400),
        ("post/image", "9" * 30, {}, 400),
        ("post/image", "", {}, 400),
        ("post/voice", "10", {}, 404),
        ("chat/music", "10", {}, 404),
        ("post/image", "10", {"tus-resumable": "0.2.2"}, 412),
    ],
)
async def test_upload_that_cannot_be_is_not_begun(scene: Scene, what, length, headers, status):
    said = {k: v.encode() for k, v in {**TUS, "upload-length": length, **headers}.items()}
    answer = await scene.call("POST", f"{PATH}/{what}", headers=said)

    assert answer.status_code == status
    async with scene.platform.services.db.look() as look:
        assert (await look.rows("SELECT count(*) FROM upload", ()))[0][0] == 0


async def test_upload_is_begun_with_a_key_only(scene: Scene):
    answer = await scene.call(
        "POST", f"{PATH}/post/image", key=None, headers={**TUS, "upload-length": "10"}
    )

    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("data", "offset", "said", "status"),
    [
        (b"12345678901", 0, {}, 413),
        (b"1", 3, {}, 409),
        (b"1", 10**9, {}, 409),
        (b"1", 0, {"upload-offset": "x"}, 400),
        (b"1", 0, {"content-type": "multipart/form-data; boundary=x"}, 400),
        (b"1", 0, {"tus-resumable": "2.0.0"}, 412),
    ],
)
async def test_part_that_does_not_fit_changes_nothing(scene: Scene, data, offset, said, status):
    location = local(await begin(scene, "post/image", 10))

    answer = await patch(scene, location, data, offset, **said)

    assert answer.status_code == status
    assert (await scene.http.head(location)).headers["upload-offset"] == "0"


async def test_what_came_before_a_cut_is_kept(scene: Scene):
    data = picture()
    location = local(await begin(scene, "post/image", len(data)))
    messages = [
        {"type": "http.request", "body": data[:300], "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive():
        return messages.pop(0)

    async def send(message):
        return None

    headers = {**PART, "upload-offset": "0", "host": "127.0.0.1:8000"}
    scope = {
        "type": "http", "method": "PATCH", "path": location, "raw_path": location.encode(),
        "query_string": b"", "scheme": "http", "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
        "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
    }  # fmt: skip
    await scene.platform(scope, receive, send)

    assert (await scene.http.head(location)).headers["upload-offset"] == "300"
    assert (await patch(scene, location, data[300:], 300)).status_code == 204


async def test_bytes_that_are_no_picture_are_refused_with_the_last_part(scene: Scene):
    location = local(await begin(scene, "post/image", 5))

    last = await patch(scene, location, b"hello", 0)
    later = await scene.http.get(location)

    assert last.status_code == 400
    assert "not a JPEG" in last.json()["message"]
    assert later.status_code == 412


@pytest.mark.parametrize("end", ["given up", "late", "made up"])
async def test_upload_that_is_over_is_not_found(scene: Scene, moment, end):
    location = local(await begin(scene, "post/image", 10))
    if end == "given up":
        assert (await scene.call("DELETE", location, key=None, headers=TUS)).status_code == 204
    elif end == "late":
        moment.advance(timedelta(hours=25))
    else:
        location = location[:-1] + ("A" if location[-1] != "A" else "B")

    assert (await scene.http.head(location)).status_code == 404
    assert (await patch(scene, location, b"1", 0)).status_code == 404
    assert (await scene.call("DELETE", location, key=None)).status_code == 404
