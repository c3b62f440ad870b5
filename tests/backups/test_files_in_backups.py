"""Files that are no pictures are in a backup too, and archives of before still come back."""

import asyncio
from pathlib import Path

import pytest

from dalan import backups
from dalan.backups import archive
from dalan.domains import media
from dalan.kernel.db import database_at
from dalan.settings import Settings
from tests.factories.media import make_file, make_image, movie
from tests.factories.posts import make_post

SECRET = "a secret of the tests, long enough to be one"
NAME = "0b0e0f00-0000-4000-8000-000000000000"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(world="real", home=tmp_path / "here", secret=SECRET, database_url=database_url)


async def test_videos_their_posters_and_webp_come_back_and_are_removed_again(settings, tmp_path):
    store = media.MediaStore(settings.media_address)
    database = database_at(settings.database_address, durable=False, connections_max=4)
    await database.open()
    async with database.write() as tx:
        await make_post(tx)
    video = await make_file(database, store, movie(), kind="video")
    image = await make_image(database, store)
    await asyncio.to_thread(backups.take, settings, tmp_path / "world")
    later = await make_file(database, store, movie(), kind="video")
    await database.close()
    await store.remove_files([*media.keys_of_file(video.name), *media.keys_of_file(image.name)])

    manifest = await asyncio.to_thread(backups.restore, settings, tmp_path / "world", replace=True)

    assert (manifest.counts["files"], manifest.pictures_missing) == (1, [])
    for name in (video.name, image.name):
        for key in media.keys_of_file(name):
            assert await store.size_of_file(key)
    assert await store.read_file(media.file_key(video.name)) == movie()
    for key in media.keys_of_file(later.name):
        with pytest.raises(media.UnknownFile):
            await store.size_of_file(key)


@pytest.mark.parametrize(
    ("member", "key"),
    [
        (f"pictures/600/{NAME}.jpg", f"600/0b/{NAME}.jpg"),
        (f"media/600/0b/{NAME}.webp", f"600/0b/{NAME}.webp"),
        (f"media/files/0b/{NAME}.mp4", f"files/0b/{NAME}.mp4"),
        (f"media/files/0c/{NAME}.mp4", None),
        (f"media/600/0b/{NAME}.exe", None),
        ("manifest.json", None),
    ],
)
def test_member_says_where_it_belongs(member, key):
    assert archive.file_of(member) == key
