"""A post's video: kept as long as the post needs it, and one that was really uploaded."""

from datetime import timedelta

import pytest

from dalan.domains import media, posts
from tests.factories.media import make_file, movie, voice
from tests.factories.posts import make_post


@pytest.fixture
def store(tmp_path):
    return media.MediaStore(str(tmp_path / "media"))


def showing(video: media.MediaFile) -> posts.Video:
    return posts.Video(
        name=f"raw/{video.name}", thumbnail_name=f"thumbnail/{media.poster_of(video.name)}"
    )


async def test_video_of_a_submitted_post_is_not_purged(db, store, moment):
    video = await make_file(db, store, movie(), kind="video")
    async with db.write() as tx:
        await make_post(tx, details=posts.Details(video=showing(video)))
    moment.advance(timedelta(days=3))

    assert await media.purge(db, store) == 0
    assert await store.size_of_file(media.file_key(video.name)) == video.size_bytes


async def test_video_put_in_by_an_edit_is_not_purged(db, store, moment):
    video = await make_file(db, store, movie(), kind="video")
    async with db.write() as tx:
        post = await make_post(tx)
        changes = posts.Changes(video=showing(video))
        await posts.edit(tx, post, changes, by=posts.by_owner(post.owner_id), reviewed=True)
    moment.advance(timedelta(days=3))

    assert await media.purge(db, store) == 0


@pytest.mark.parametrize(
    "name", ["raw/a.mp4", "raw/../x", "00000000-0000-4000-8000-000000000000.mp4"]
)
async def test_video_nobody_uploaded_is_refused(tx, name):
    with pytest.raises(media.UnknownFile):
        await make_post(tx, details=posts.Details(video=posts.Video(name=name)))


async def test_voice_of_a_chat_is_no_video_of_a_post(db, store):
    sent = await make_file(db, store, voice(), kind="voice", purpose="chat")

    async with db.write() as tx:
        with pytest.raises(media.UnknownFile):
            await make_post(tx, details=posts.Details(video=posts.Video(name=f"raw/{sent.name}")))
