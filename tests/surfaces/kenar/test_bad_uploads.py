"""Every way a file can be bad, through every door an app has: the right error, and nothing kept.

Nothing kept means: before and after, the folder of media holds the same files and the tables the
same rows.
"""

import struct
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.factories.bad_uploads import (
    DOCUMENTS,
    HIDDEN,
    PATHS,
    PICTURES,
    TO_BE_CLEANED,
    VIDEOS,
    VOICES,
)
from tests.factories.media import document, picture
from tests.surfaces.kenar.conftest import Scene
from tests.surfaces.kenar.test_resumable import begin, local, patch
from tests.surfaces.kenar.test_uploads import IMAGE, VIDEO, chat, shown, upload_token

TABLES = ("image", "media_file")


def test_there_are_sixty_of_them() -> None:
    assert len(PICTURES) + len(VIDEOS) + len(VOICES) + len(DOCUMENTS) >= 60


def files_in(folder: Path) -> list[Path]:
    """Every file in it."""
    return sorted(one for one in folder.rglob("*") if one.is_file())


async def kept(scene: Scene, folder: Path) -> tuple[list[Path], list[int]]:
    """The files in the folder and how many rows there are."""
    files = files_in(folder)
    async with scene.platform.services.db.look() as look:
        rows = [(await look.rows(f"SELECT count(*) FROM {table}", ()))[0][0] for table in TABLES]
    return files, rows


def fault(name: str, answer: httpx.Response, *statuses: int) -> str:
    """ "" when the answer is a refusal in Kenar's form with one of these statuses."""
    if answer.status_code not in statuses:
        return f"{name}: {answer.status_code} {answer.text[:200]}"
    body = answer.json()
    is_status = isinstance(body.get("code"), int) and body.get("message")
    return "" if is_status else f"{name}: {body}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "media").mkdir(exist_ok=True)
    return tmp_path / "media"


async def test_what_is_no_picture_is_refused_at_addresses_of_both_generations(
    scene: Scene, folder: Path
) -> None:
    before = await kept(scene, folder)
    answer = await scene.call("GET", "/v1/open-platform/post/image-upload-url")
    signed = answer.json()["upload_url"].partition("8000")[2]
    faults = []
    for name, data in PICTURES.items():
        whole = await scene.call("POST", IMAGE, content=data)
        older = await scene.call("POST", signed, key=None, content=data)
        named = {"content-type": "image/jpeg", "x-file-name": "photo.jpg"}
        disguised = await scene.call("POST", IMAGE, content=data, headers=named)
        faults += [fault(name, one, 400) for one in (whole, older, disguised)]

    assert not [one for one in faults if one]
    assert await kept(scene, folder) == before


async def test_what_is_no_video_is_refused(scene: Scene, folder: Path) -> None:
    before = await kept(scene, folder)
    faults = [
        fault(name, await scene.call("PUT", VIDEO, content=data), 400)
        for name, data in VIDEOS.items()
    ]

    assert not [one for one in faults if one]
    assert await kept(scene, folder) == before


@pytest.mark.parametrize(
    ("kind", "bad"),
    [("image", PICTURES), ("video", VIDEOS), ("voice", VOICES), ("file", DOCUMENTS)],
)
async def test_chats_refuse_each_in_a_form(
    scene: Scene, folder: Path, kind: str, bad: dict[str, bytes]
) -> None:
    token = await upload_token(scene)
    before = await kept(scene, folder)
    faults = []
    for number, (name, data) in enumerate(bad.items()):
        path = PATHS[number % len(PATHS)]
        answer = await scene.http.post(f"/upload/{kind}", **chat(token, data, name=path))
        if answer.status_code not in (400, 413):
            faults.append(f"{name}: {answer.status_code} {answer.text[:200]}")

    assert not faults
    assert await kept(scene, folder) == before


@pytest.mark.parametrize(
    ("what", "bad"),
    [("post/image", PICTURES), ("post/video", VIDEOS), ("chat/file", DOCUMENTS)],
)
async def test_uploads_in_parts_refuse_each_with_the_last_part(
    scene: Scene, folder: Path, what: str, bad: dict[str, bytes]
) -> None:
    before = await kept(scene, folder)
    faults = []
    for name, data in bad.items():
        if not data:
            continue  # Nothing to send in parts; that one is refused where uploads begin.
        location = local(await begin(scene, what, len(data)))
        half = len(data) // 2
        if half:
            assert (await patch(scene, location, data[:half], 0)).status_code == 204
        faults.append(fault(name, await patch(scene, location, data[half:], half), 400, 413))
        faults.append(fault(f"{name}, asked for", await scene.http.get(location), 412))

    assert not [one for one in faults if one]
    assert await kept(scene, folder) == before


async def test_a_name_that_climbs_names_nothing(scene: Scene, folder: Path) -> None:
    token = await upload_token(scene)
    before = files_in(folder.parent)
    stored = []
    for path in PATHS:
        sent = await scene.http.post("/upload/file", **chat(token, document("pdf"), name=path))
        assert sent.status_code == 200, (path, sent.text)
        stored.append(sent.json()["id"])
        got = await shown(scene, f"/media/files/{sent.json()['id']}")
        said = got.headers["content-disposition"]
        assert got.status_code == 200
        assert not {"/", "\\", "\0", "\u202e"} & set(said.partition("filename")[2]), said
        assert len(said) < 1_500
    made = [one for one in files_in(folder.parent) if one not in before]

    assert {one.name for one in made if folder in one.parents} == set(stored)
    assert all(folder in one.parents for one in made if one.name in stored)
    for path in ("../secret", "..%2fsecret", "%2e%2e/secret", "a%00.jpg", "x" * 3_000):
        for shelf in ("600", "files"):
            assert (await shown(scene, f"/media/{shelf}/{path}")).status_code in (400, 404), path


async def test_what_hides_in_a_picture_is_not_kept(scene: Scene, folder: Path) -> None:
    faults = []
    for name, data in TO_BE_CLEANED.items():
        before = files_in(folder)
        sent = await scene.call("POST", IMAGE, content=data)
        made = [one for one in files_in(folder) if one not in before]
        if sent.status_code != 200 or not made:
            faults.append(f"{name}: {sent.status_code} {sent.text[:200]}, {len(made)} files")
        for one in made:
            drawn = one.read_bytes()
            if HIDDEN in drawn or b"Exif" in drawn or b"<script" in drawn:
                faults.append(f"{name}: {one.name} still has it")

    assert not faults


async def test_lengths_that_lie_are_refused(scene: Scene, folder: Path) -> None:
    before = await kept(scene, folder)
    data = picture()
    too_long = {"content-length": "5000001"}
    answers = {
        "announced too large": (await scene.call("POST", IMAGE, content=data, headers=too_long)),
        "video announced too large": await scene.call(
            "PUT", VIDEO, content=data, headers={"content-length": "50000001"}
        ),
        "a sound picture in too much": await scene.call(
            "POST", IMAGE, content=data + bytes(5_000_001 - len(data))
        ),
    }
    faults = [fault(name, answer, 413) for name, answer in answers.items()]
    for length in ("-1", "x", "٣", "9" * 40):
        headers = {"content-length": length.encode()}
        answer = await scene.call("POST", IMAGE, content=b"", headers=headers)
        faults.append(fault(f"length {length}", answer, 400, 413))

    assert not [one for one in faults if one]
    assert await kept(scene, folder) == before


async def test_a_sender_who_leaves_in_the_middle_leaves_nothing(scene: Scene, folder: Path) -> None:
    before = await kept(scene, folder)
    for path, method in ((IMAGE, "POST"), (VIDEO, "PUT")):
        messages = [
            {"type": "http.request", "body": picture()[:300], "more_body": True},
            {"type": "http.disconnect"},
        ]
        said: list[dict[str, Any]] = []

        async def receive(messages=messages):
            return messages.pop(0) if messages else {"type": "http.disconnect"}

        async def send(message, said=said):
            said.append(message)

        headers = {"host": "127.0.0.1:8000", "x-api-key": scene.key, "content-length": "9000"}
        scope = {
            "type": "http", "method": method, "path": path, "raw_path": path.encode(),
            "query_string": b"", "scheme": "http", "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8000),
            "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
        }  # fmt: skip
        await scene.platform(scope, receive, send)
        assert not said or said[0]["status"] >= 400

    assert await kept(scene, folder) == before


def spoiled(seed: int) -> bytes:
    """A sound picture with sixteen of its bytes changed, by a rule of thumb that never varies."""
    data = bytearray(picture(kind=("JPEG", "PNG", "WEBP", "GIF")[seed % 4]))
    state = seed * 2_654_435_761 + 1
    for _ in range(16):
        state = (state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
        at, value = struct.unpack(">IB", struct.pack(">Q", state)[:5])
        data[at % len(data)] = value
    return bytes(data)


async def test_spoiled_bytes_are_taken_or_refused_but_never_a_fault(
    scene: Scene, folder: Path
) -> None:
    for seed in range(60):
        before = await kept(scene, folder)

        answer = await scene.call("POST", IMAGE, content=spoiled(seed))

        assert answer.status_code in (200, 400), (seed, answer.text)
        assert (await kept(scene, folder) == before) == (answer.status_code == 400), seed
