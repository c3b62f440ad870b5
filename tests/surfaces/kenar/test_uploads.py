"""Upload addresses of every generation: what they answer, and that they can be used."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from dalan.domains import developers, media
from dalan.surfaces.kenar import uploading
from dalan.surfaces.kenar.wire import uploads as wire
from tests.factories.developers import make_key
from tests.factories.media import document, movie, picture, voice
from tests.surfaces.kenar.conftest import Scene

IMAGE = "/v8/upload/post/live-post-image"
VIDEO = "/v1/upload-video/"
BASE = "http://127.0.0.1:8000"


async def shown(scene: Scene, url: str, **headers: str) -> httpx.Response:
    return await scene.http.get(url.removeprefix(BASE), headers=headers)


async def upload_token(scene: Scene) -> str:
    answer = await scene.call("POST", "/experimental/open-platform/chat/upload", json={})
    assert answer.status_code == 200
    token: str = answer.json()["token"]
    return token


def chat(token: str, data: bytes, *, field: str = "file", name: str = "a.bin"):
    return {"headers": {"authorization": f"Bearer {token}"}, "files": {field: (name, data)}}


async def test_addresses_of_today_lead_to_a_picture_that_is_shown(scene: Scene):
    urls = (await scene.call("GET", "/v2/open-platform/post/upload-urls")).json()
    assets = (await scene.call("GET", "/v1/open-platform/assets/media-upload-urls")).json()

    assert urls == {
        "image": {"url": BASE + IMAGE, "http_method": "POST"},
        "video": {"url": BASE + VIDEO, "http_method": "PUT"},
    }
    assert [assets["submit_post_images"], assets["submit_post_videos"]] == list(urls.values())
    sent = await scene.call("POST", IMAGE, content=picture(2_000, 1_000))
    body = sent.json()

    assert sent.status_code == 200
    assert set(body) == {"path", "photo_url", "thumbnail_url"}
    assert body["path"].startswith("/neda/live-post-image/")
    assert len(body["path"].rpartition("/")[2]) == 36
    for url in (body["photo_url"], body["thumbnail_url"]):
        assert (await shown(scene, url)).headers["content-type"] == "image/jpeg"
    name = wire.image_name_of(body["path"])
    async with scene.platform.services.db.look() as look:
        (stored,) = await media.images(look, [name], app_id=scene.app.id)
        assert (stored.purpose, stored.attached_at) == ("post", None)
        with pytest.raises(media.UnknownImage):
            await media.images(look, [name], app_id=scene.app.id + 1)


async def test_address_of_before_is_signed_and_asks_for_no_key(scene: Scene):
    answer = await scene.call("GET", "/v1/open-platform/post/image-upload-url")
    url = answer.json()["upload_url"]
    assert url.startswith(f"{BASE}/v8/upload/open-platform/live-post-image/")

    for _ in range(2):  # as many pictures as fit into its life
        sent = await scene.call("POST", url.removeprefix(BASE), key=None, content=picture())
        assert sent.status_code == 200
        assert list(sent.json()) == ["path"]


@pytest.mark.parametrize("spoil", ["late", "changed", "revoked", "cut", "swapped"])
async def test_signed_address_dies_with_its_time_its_signature_and_its_key(
    scene: Scene, moment, spoil
):
    services = scene.platform.services
    answer = await scene.call("GET", "/v1/open-platform/post/image-upload-url")
    path = answer.json()["upload_url"].removeprefix(BASE)
    if spoil == "late":
        moment.advance(timedelta(seconds=601))
    elif spoil == "changed":
        path = path[:-1] + ("A" if path[-1] != "A" else "B")
    elif spoil == "cut":
        path = path[:-9]
    elif spoil == "swapped":  # a chat's token is no address
        path = path.rpartition("/")[0] + "/" + await upload_token(scene)
    else:
        async with services.db.write() as tx:
            (key, *_) = await developers.keys_of(tx, scene.app.id)
            await developers.revoke_key(tx, scene.app.id, key_id=key.id)

    sent = await scene.call("POST", path, key=None, content=picture())

    assert sent.status_code == 401
    assert sent.json()["code"] == 16
    async with services.db.look() as look:
        assert (await look.rows("SELECT count(*) FROM image", ()))[0][0] == 0


async def test_video_is_taken_named_and_played_in_stretches(scene: Scene):
    data = movie(seconds=30)

    sent = await scene.call("PUT", VIDEO, content=data)
    body = sent.json()

    assert sent.status_code == 200
    assert set(body) == {"video_name", "video_url", "thumbnail_name", "thumbnail_url"}
    assert body["video_name"].startswith("raw/")
    assert body["video_name"].endswith(".mp4")
    assert body["thumbnail_name"] == body["video_name"].replace("raw", "thumbnail").replace(
        "mp4", "jpg"
    )
    assert (await shown(scene, body["thumbnail_url"])).headers["content-type"] == "image/jpeg"
    part = await shown(scene, body["video_url"], range="bytes=4-7")
    assert (part.status_code, part.content) == (206, b"ftyp")
    assert part.headers["content-type"] == "video/mp4"
    async with scene.platform.services.db.look() as look:
        name = wire.file_name_of_video(body["video_name"])
        stored = await media.file(look, name, purpose="post", app_id=scene.app.id)
        assert stored.duration_ms == 30_000


@pytest.mark.parametrize(("method", "path"), [("POST", IMAGE), ("PUT", VIDEO)])
async def test_upload_needs_the_key_its_permission_and_nobodys_token(scene: Scene, method, path):
    services = scene.platform.services
    async with services.db.write() as tx:
        weak = await make_key(tx, scene.app.id, keys=services.keys, permissions=["GET_POST"])
    content = picture() if method == "POST" else movie()

    without = await scene.call(method, path, key=None, content=content)
    forbidden = await scene.call(method, path, key=weak.text, content=content)
    with_token = await scene.call(method, path, token="whatever", content=content)

    statuses = [one.status_code for one in (without, forbidden, with_token)]
    assert statuses == [401, 403, 400]
    assert "UPLOAD_POST_IMAGE" in forbidden.json()["message"]


@pytest.mark.parametrize(
    ("kind", "data", "end", "content_type"),
    [
        ("image", picture(kind="PNG"), "jpg", "image/jpeg"),
        ("video", movie(), "mp4", "video/mp4"),
        ("voice", voice(), "m4a", "audio/mp4"),
        ("voice", voice(brand=b"3gp4"), "3gp", "audio/3gpp"),
        ("file", document("pdf"), "pdf", "application/pdf"),
        ("file", document("docx"), "docx", media.FILE_TYPES["docx"]),
    ],
)
async def test_chat_takes_its_kinds_with_a_token(scene: Scene, kind, data, end, content_type):
    token = await upload_token(scene)

    sent = await scene.http.post(f"/upload/{kind}", **chat(token, data, name="سند.x"))
    body = sent.json()

    assert sent.status_code == 200
    assert body["status"] == "ok"
    assert body["id"].endswith(f".{end}")
    async with scene.platform.services.db.look() as look:
        stored = await media.file(look, body["id"], purpose="chat", app_id=scene.app.id)
    assert (stored.kind, stored.title) == (kind, "سند.x")
    shelf = "600" if kind == "image" else "files"
    got = await shown(scene, f"/media/{shelf}/{body['id']}")
    assert got.headers["content-type"] == content_type
    assert ("content-disposition" in got.headers) == (kind == "file")


async def test_chat_refuses_other_kinds_wrong_tokens_and_forms_without_a_file(scene: Scene):
    token = await upload_token(scene)

    async def status(path: str, **how) -> int:
        return (await scene.http.post(path, **how)).status_code

    assert await status("/upload/music", **chat(token, voice())) == 404
    assert await status("/upload/image", **chat("nonsense", picture())) == 401
    assert await status("/upload/image", files={"file": ("a", picture())}) == 401
    assert await status("/upload/image", **chat(token, picture(), field="picture")) == 400
    assert await status("/upload/image", **chat(token, b"")) == 400
    assert await status("/upload/voice", **chat(token, picture())) == 400
    assert await status("/upload/voice", **chat(token, voice(media_bytes=1_500_000))) == 413
    bearer = {"authorization": f"Bearer {token}"}
    assert await status("/upload/image", content=picture(), headers=bearer) == 400
    cut = {**bearer, "content-type": "multipart/form-data; boundary=x"}
    half = b'--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n\xff\xd8'
    assert await status("/upload/image", content=half, headers=cut) == 400
    async with scene.platform.services.db.look() as look:
        assert (await look.rows("SELECT count(*) FROM media_file", ()))[0][0] == 0


class Pieces(httpx.AsyncByteStream):
    """A body of so many zeros without an announced length; counts what was asked of it."""

    def __init__(self, pieces: int, size: int = 65_536) -> None:
        self.pieces, self.size, self.taken = pieces, size, 0

    async def __aiter__(self):
        for _ in range(self.pieces):
            self.taken += 1
            yield bytes(self.size)


async def test_body_larger_than_it_may_be_is_refused_while_it_comes(scene: Scene):
    announced = await scene.call("POST", IMAGE, content=bytes(5_000_001))
    for path, method, most in ((IMAGE, "POST", 5_000_000), (VIDEO, "PUT", 50_000_000)):
        body = Pieces(10_000)
        answer = await scene.call(method, path, content=body)
        assert answer.status_code == 413
        assert f"at most {most} bytes" in answer.json()["message"]

    assert announced.status_code == 413


async def test_upload_that_takes_too_long_is_refused(scene: Scene, monkeypatch):
    class Slow(httpx.AsyncByteStream):
        async def __aiter__(self):
            yield picture()[:100]
            await asyncio.sleep(5)
            yield b"never"

    settings = scene.platform.services.settings
    monkeypatch.setattr(type(settings), "upload_seconds_max", 0.05)

    answer = await scene.call("POST", IMAGE, content=Slow())

    assert answer.status_code == 400
    assert "took longer" in answer.json()["message"]


async def test_only_so_many_are_received_at_once(scene: Scene, monkeypatch):
    monkeypatch.setattr(uploading, "AT_ONCE_MAX", 0)

    answer = await scene.call("POST", IMAGE, content=picture())

    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "2"


async def test_store_that_is_gone_is_503_and_leaves_what_purge_removes(scene: Scene, tmp_path):
    (tmp_path / "media").write_text("a file where the folder should be")

    answer = await scene.call("POST", IMAGE, content=picture())

    assert answer.status_code == 503
    assert answer.json()["code"] == 14


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/neda/live-post-image/0b0e0f00-0000-4000-8000-000000000000",
         "0b0e0f00-0000-4000-8000-000000000000.jpg"),
        ("0b0e0f00-0000-4000-8000-000000000000.jpg", "0b0e0f00-0000-4000-8000-000000000000.jpg"),
        ("https://evil.example/x.jpg", "https://evil.example/x.jpg"),
        ("../x", "../x"),
    ],
)  # fmt: skip
def test_paths_of_pictures_are_read_back(path, name):
    assert wire.image_name_of(path) == name
