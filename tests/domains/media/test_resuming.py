"""Uploads in parts: whatever comes, in whatever order, the file is the one that was sent."""

import asyncio
from datetime import timedelta
from io import BytesIO
from itertools import pairwise
from random import Random

import pytest

from dalan.domains import media
from dalan.kernel.crypto import Keyring
from tests.factories.media import movie, picture

KEYS = Keyring(["a secret of the tests, long enough to be one"])
RULES = media.FileRules()
DAY = timedelta(hours=24)


@pytest.fixture
def store(tmp_path):
    return media.MediaStore(str(tmp_path / "media"))


async def begin(db, size_bytes, *, kind="video", purpose="post", app_id=7, rules=RULES):
    async with db.write() as tx:
        return await media.begin_upload(
            tx, keys=KEYS, kind=kind, purpose=purpose, app_id=app_id, size_bytes=size_bytes,
            rules=rules, life=DAY,
        )  # fmt: skip


async def send(db, store, begun, data, *, offset):
    return await media.receive_part(
        db, store, begun, BytesIO(data), offset=offset, size_bytes=len(data)
    )


async def again(db, token):
    async with db.look() as look:
        return await media.upload(look, token, keys=KEYS, life=DAY)


def incoming(tmp_path):
    return [path for path in (tmp_path / "media" / "incoming").rglob("*") if path.is_file()]


@pytest.mark.parametrize("seed", range(6))
async def test_parts_in_any_order_repeated_and_raced_make_the_file_that_was_sent(
    db, store, tmp_path, seed
):
    chance = Random(seed)
    data = movie(media_bytes=chance.randint(500, 20_000))
    begun, token = await begin(db, len(data))
    cuts = sorted({0, len(data), *(chance.randrange(len(data)) for _ in range(8))})
    parts = [(start, data[start:end]) for start, end in pairwise(cuts)]

    while not begun.is_whole:
        some = chance.choices(parts, k=3)  # most of them not the one that is due
        tried = await asyncio.gather(
            *[send(db, store, begun, part, offset=start) for start, part in some],
            return_exceptions=True,
        )
        assert all(isinstance(one, (media.Upload, media.WrongOffset)) for one in tried)
        begun = await again(db, token)
    made = await media.finish_upload(db, store, begun, rules=RULES)

    assert isinstance(made, media.MediaFile)
    assert made.app_id == 7
    assert await store.read_file(media.file_key(made.name)) == data
    assert incoming(tmp_path) == []


async def test_finishing_again_or_twice_at_once_is_the_same_file(db, store):
    data = picture()
    begun, token = await begin(db, len(data), kind="image")
    begun = await send(db, store, begun, data, offset=0)

    one, other = await asyncio.gather(
        *[media.finish_upload(db, store, begun, rules=RULES) for _ in range(2)]
    )
    later = await media.finish_upload(db, store, await again(db, token), rules=RULES)

    assert one.name == other.name == later.name


async def test_bytes_that_are_no_picture_refuse_the_upload_for_good(db, store, tmp_path):
    begun, token = await begin(db, 5, kind="image")
    begun = await send(db, store, begun, b"hello", offset=0)

    with pytest.raises(media.UnreadableImage):
        await media.finish_upload(db, store, begun, rules=RULES)

    begun = await again(db, token)
    with pytest.raises(media.UploadRefused, match="not a JPEG"):
        await media.finish_upload(db, store, begun, rules=RULES)
    with pytest.raises(media.UploadRefused):
        await send(db, store, begun, b"x", offset=5)
    assert incoming(tmp_path) == []


async def test_more_than_was_announced_is_refused_and_changes_nothing(db, store):
    begun, token = await begin(db, 10)
    begun = await send(db, store, begun, b"12345", offset=0)

    with pytest.raises(media.UploadOverfull):
        await send(db, store, begun, b"678901", offset=5)

    assert (await again(db, token)).received_bytes == 5


async def test_upload_is_bounded_in_size_and_an_app_in_uploads(db, store):
    with pytest.raises(media.FileTooLarge):
        await begin(db, RULES.video_bytes_max + 1)
    with pytest.raises(media.UnreadableFile):
        await begin(db, 0)
    for _ in range(32):
        await begin(db, 10)
    with pytest.raises(media.TooManyUploads):
        await begin(db, 10)
    await begin(db, 10, app_id=8)


@pytest.mark.parametrize("token", ["", "x", "dalan_up_", "ory_at_" + "A" * 80])
async def test_address_we_never_gave_is_unknown(db, token):
    with pytest.raises(media.UnknownUpload):
        await again(db, token)


async def test_upload_nobody_goes_on_with_is_forgotten_with_its_parts_after_a_day(
    db, store, tmp_path, moment
):
    begun, token = await begin(db, 10)
    begun = await send(db, store, begun, b"12345", offset=0)
    folder = incoming(tmp_path)[0].parent.name
    await store.put_file(f"incoming/{folder}/left-by-a-crash", b"a part no row knows")
    moment.advance(timedelta(hours=23))
    assert await media.purge(db, store) == 0
    assert len(incoming(tmp_path)) == 2

    moment.advance(timedelta(hours=2))
    with pytest.raises(media.UnknownUpload):
        await again(db, token)
    assert await media.purge(db, store) == 1

    assert incoming(tmp_path) == []
    with pytest.raises(media.UnknownUpload):
        await send(db, store, begun, b"67890", offset=5)
    assert incoming(tmp_path) == []


async def test_upload_given_up_leaves_nothing(db, store, tmp_path):
    begun, token = await begin(db, 10)
    begun = await send(db, store, begun, b"12345", offset=0)

    await media.drop_upload(db, store, begun)

    assert incoming(tmp_path) == []
    with pytest.raises(media.UnknownUpload):
        await again(db, token)


class _LosesParts(media.MediaStore):
    async def open_file(self, key, **how):
        raise media.UnknownFile(key)


async def test_upload_whose_part_is_lost_is_refused_and_not_a_fault(db, store, tmp_path):
    data = picture()
    begun, token = await begin(db, len(data), kind="image")
    begun = await send(db, store, begun, data, offset=0)

    with pytest.raises(media.UploadRefused):
        await media.finish_upload(db, _LosesParts(str(tmp_path / "media")), begun, rules=RULES)
    with pytest.raises(media.UploadRefused, match="lost"):
        await media.finish_upload(db, store, await again(db, token), rules=RULES)
