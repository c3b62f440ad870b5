"""Which pictures and videos an app may show: its own, and those the post shows already."""

from datetime import timedelta
from typing import Any

import pytest

from dalan.domains import media, posts
from tests.factories.developers import make_app
from tests.factories.identity import make_person
from tests.factories.media import make_file, make_image, movie
from tests.factories.posts import make_post


@pytest.fixture
def store(tmp_path: Any) -> media.MediaStore:
    return media.MediaStore(str(tmp_path / "media"))


async def test_app_shows_its_own_pictures_and_none_that_somebody_else_sent(db, store):
    async with db.write() as tx:
        mine, other = (await make_app(tx)).app, (await make_app(tx)).app
        person = await make_person(tx)
    own = await make_image(db, store, app_id=mine.id)
    foreign = await make_image(db, store, app_id=other.id)
    persons = await make_image(db, store, person_id=person.id)
    widget = await make_image(db, store, app_id=mine.id, purpose="addon")
    by = posts.by_app(mine.id)

    async with db.write() as tx:
        post = await make_post(tx, image_names=[own.name], app_id=mine.id, by=by)
    for refused in (foreign, persons, widget):
        with pytest.raises(media.UnknownImage):
            async with db.write() as tx:
                await make_post(tx, image_names=[refused.name], app_id=mine.id, by=by)
        with pytest.raises(media.UnknownImage):
            async with db.write() as tx:
                changes = posts.Changes(image_names=[own.name, refused.name])
                await posts.edit(tx, post, changes, by=by, reviewed=False)

    async with db.read() as tx:
        kept = await posts.by_token(tx, post.token)
        assert kept is not None
        assert kept.image_names == [own.name]
        assert (await media.image(tx, foreign.name)).attached_at is None, "still nobody's to keep"


async def test_app_that_edits_may_leave_the_pictures_of_the_owner_in_place(db, store, moment):
    async with db.write() as tx:
        app, person = (await make_app(tx)).app, await make_person(tx)
    first = await make_image(db, store, person_id=person.id)
    second = await make_image(db, store, person_id=person.id)
    async with db.write() as tx:
        post = await make_post(tx, owner_id=person.id, image_names=[first.name, second.name])
    moment.advance(timedelta(minutes=1))

    async with db.write() as tx:
        changes = posts.Changes(image_names=[second.name, first.name])
        edited = await posts.edit(tx, post, changes, by=posts.by_app(app.id), reviewed=False)

    assert edited.image_names == [second.name, first.name]


async def test_app_shows_no_video_that_another_app_sent(db, store):
    async with db.write() as tx:
        mine, other = (await make_app(tx)).app, (await make_app(tx)).app
    own = await make_file(db, store, movie(), kind="video", app_id=mine.id)
    foreign = await make_file(db, store, movie(), kind="video", app_id=other.id)

    def with_video(name: str) -> dict[str, Any]:
        video = posts.Video(name=f"raw/{name}", duration_seconds=12)
        return {"details": posts.Details(video=video), "app_id": mine.id}

    async with db.write() as tx:
        post = await make_post(tx, by=posts.by_app(mine.id), **with_video(own.name))
    with pytest.raises(media.UnknownFile):
        async with db.write() as tx:
            await make_post(tx, by=posts.by_app(mine.id), **with_video(foreign.name))

    assert post.details.video is not None
