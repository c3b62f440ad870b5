"""The same room on a real S3-compatible server, over the network."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from dalan.domains import media
from dalan.kernel.crypto import Keyring
from tests.factories.media import make_file, make_image, movie, picture

KEYS = Keyring(["a secret of the tests, long enough to be one"])

NOBODY = "http://127.0.0.1:1"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """moto, in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            urlopen(Request(f"{url}/pictures", method="PUT")).close()
            break
        except (URLError, ConnectionError):
            time.sleep(0.1)
    yield url
    server.terminate()
    server.wait()


@pytest.fixture
def store(endpoint: str) -> media.MediaStore:
    return media.MediaStore("s3://pictures/of/ours", options(endpoint))


def options(endpoint: str) -> dict[str, str]:
    return {
        "endpoint": endpoint,
        "region": "us-east-1",
        "access_key_id": "somebody",
        "secret_access_key": "something",
    }


async def test_pictures_and_videos_are_kept_and_read_in_stretches(db, store):
    image = await make_image(db, store, data=picture(800, 600))
    video = await make_file(db, store, movie(media_bytes=400_000), kind="video")

    key = media.file_key(video.name)
    part = await store.open_file(key, start=4, end=8)
    whole = await store.open_file(key)

    assert (await media.read(store, image.name, 600)).startswith(b"\xff\xd8\xff")
    assert b"".join([piece async for piece in part.pieces]) == b"ftyp"
    assert (part.size_bytes, part.start, part.end) == (video.size_bytes, 4, 8)
    assert len(b"".join([piece async for piece in whole.pieces])) == video.size_bytes
    assert await store.size_of_file(key) == video.size_bytes


async def test_what_is_not_there_is_unknown_and_what_is_purged_is_gone(db, store, moment):
    image = await make_image(db, store)
    with pytest.raises(media.UnknownImage):
        await media.read(store, "00000000-0000-4000-8000-000000000000.jpg", 600)
    moment.advance(timedelta(hours=25))

    assert await media.purge(db, store) == 1

    with pytest.raises(media.UnknownImage):
        await media.read(store, image.name, 600)


async def test_upload_in_parts_goes_through_the_store(db, store):
    data, rules = movie(media_bytes=300_000), media.FileRules()
    async with db.write() as tx:
        begun, _ = await media.begin_upload(
            tx, keys=KEYS, kind="video", purpose="post", app_id=7, size_bytes=len(data),
            rules=rules, life=timedelta(hours=1),
        )  # fmt: skip
    for start in range(0, len(data), 100_000):
        part = data[start : start + 100_000]
        begun = await media.receive_part(
            db, store, begun, BytesIO(part), offset=start, size_bytes=len(part)
        )

    made = await media.finish_upload(db, store, begun, rules=rules)

    assert await store.read_file(media.file_key(made.name)) == data
    assert await store.keys_under(f"incoming/{begun.mac.hex()[:32]}") == []


async def test_store_that_does_not_answer_or_has_no_bucket_is_unavailable(db, endpoint):
    for address, there in (("s3://no-such-bucket", endpoint), ("s3://pictures", NOBODY)):
        store = media.MediaStore(address, options(there))
        with pytest.raises(media.StoreUnavailable):
            await make_image(db, store)
