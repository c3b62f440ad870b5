"""From a submission to the page: what is attached, in which order, and who sees it."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from dalan.domains import addons, developers, media, posts
from dalan.domains.addons import queries
from dalan.kernel.db import Database, statement
from dalan.kernel.outbox import Worker
from dalan.kernel.outbox.tables import fact
from tests.factories.addons import attach, every_widget, submit, worker
from tests.factories.developers import make_app
from tests.factories.identity import make_person
from tests.factories.media import make_image
from tests.factories.posts import make_post

submissions_count = statement(
    select(func.count()).select_from(fact).where(fact.c.kind == "addons.submitted")
)


def titled(text: str) -> dict[str, object]:
    return {"widgets": [{"title_row": {"text": text}}]}


class Scene:
    """A production app and a published post with its owner."""

    app: developers.App
    post: posts.Post


@pytest.fixture
async def scene(db: Database) -> Scene:
    scene = Scene()
    async with db.write() as tx:
        owner = await make_person(tx, phone="+989350000001")
        scene.app = (await make_app(tx, production=True)).app
        scene.post = await make_post(tx, owner_id=owner.id)
    return scene


async def shown(db: Database, post: posts.Post, viewer_id: int | None = None) -> list[addons.Block]:
    async with db.read() as tx:
        return await addons.of_post(tx, post, viewer_id=viewer_id)


async def test_attach_submission_shows_it_on_the_post(db: Database, scene: Scene):
    body = {
        "widgets": every_widget(),
        "semantic": {"inspection_result": "INSPECTION_APPROVED", "internal_ref": "A-17"},
        "notes": "report 1",
    }

    await attach(db, scene.app, scene.post.token, body, person_id=scene.post.owner_id)

    (block,) = await shown(db, scene.post)
    assert block.app.display == scene.app.display
    assert block.addon.widgets == every_widget()
    assert block.addon.notes == "report 1"
    assert block.tags == ["EXPERT_INSPECTED"]
    assert block.addon.semantic == {"inspection_result": "INSPECTION_APPROVED"}
    assert list(block.addon.semantic_hashed) == ["internal_ref"]
    assert "A-17" not in str(block.addon)


async def test_submit_answers_before_anything_is_attached(db: Database, scene: Scene):
    async with db.write() as tx:
        await submit(tx, scene.app, scene.post.token)

    assert await shown(db, scene.post) == []


async def test_submit_again_replaces_the_add_on_and_keeps_one(db: Database, scene: Scene, moment):
    await attach(db, scene.app, scene.post.token, titled("اول"))
    (first,) = await shown(db, scene.post)
    moment.advance(timedelta(minutes=5))

    await attach(db, scene.app, scene.post.token, titled("دوم"))

    (second,) = await shown(db, scene.post)
    assert second.addon.id == first.addon.id
    assert second.addon.widgets == [{"title_row": {"text": "دوم"}}]
    assert second.addon.created_at == first.addon.created_at
    assert second.addon.last_modified_at > first.addon.last_modified_at


async def test_submissions_waiting_together_are_attached_in_their_order(db: Database, scene: Scene):
    for text in ("اول", "دوم", "سوم"):
        async with db.write() as tx:
            await submit(tx, scene.app, scene.post.token, titled(text))

    await worker(db).drain()

    (block,) = await shown(db, scene.post)
    assert block.addon.widgets == [{"title_row": {"text": "سوم"}}]


async def test_older_submission_that_failed_first_does_not_overwrite_the_newer(
    db: Database, scene: Scene, moment
):
    """The first attempt fails and waits; the newer submission stands behind it."""
    failed: list[str] = []

    async def fails_once(tx, recorded):
        if not failed:
            failed.append(recorded.kind)
            raise OSError("for a moment")
        await addons.listeners()[recorded.kind][0][1](tx, recorded)

    flaky = Worker(db, {kind: [("addons.apply", fails_once)] for kind in addons.listeners()})
    for text in ("اول", "دوم"):
        async with db.write() as tx:
            await submit(tx, scene.app, scene.post.token, titled(text))

    await flaky.drain()
    assert await shown(db, scene.post) == []
    moment.advance(timedelta(minutes=1))
    await flaky.drain()

    (block,) = await shown(db, scene.post)
    assert block.addon.widgets == [{"title_row": {"text": "دوم"}}]


async def test_delete_takes_what_is_attached_and_what_is_still_waiting(db: Database, scene: Scene):
    await attach(db, scene.app, scene.post.token, titled("اول"))
    async with db.write() as tx:
        await submit(tx, scene.app, scene.post.token, titled("دوم"))
    async with db.write() as tx:
        await addons.delete(tx, app_id=scene.app.id, post_token=scene.post.token)

    assert await shown(db, scene.post) == []
    await worker(db).drain()
    assert await shown(db, scene.post) == []


async def test_submit_after_a_delete_stands(db: Database, scene: Scene):
    async with db.write() as tx:
        await addons.delete(tx, app_id=scene.app.id, post_token=scene.post.token)
        await addons.delete(tx, app_id=scene.app.id, post_token=scene.post.token)
        await submit(tx, scene.app, scene.post.token, titled("اول"))

    await worker(db).drain()

    assert len(await shown(db, scene.post)) == 1


async def test_delete_leaves_other_apps_add_ons(db: Database, scene: Scene):
    async with db.write() as tx:
        other = (await make_app(tx, production=True)).app
    await attach(db, scene.app, scene.post.token)
    await attach(db, other, scene.post.token)

    async with db.write() as tx:
        await addons.delete(tx, app_id=scene.app.id, post_token=scene.post.token)
    await worker(db).drain()

    assert [block.app.id for block in await shown(db, scene.post)] == [other.id]


@pytest.mark.parametrize("token", ["AAAAAAAA", "x", "a b", "", "\0", "../..", "x" * 200])
async def test_attach_wrong_token_attaches_nothing(db: Database, scene: Scene, token: str):
    await attach(db, scene.app, token)
    async with db.write() as tx:
        await addons.delete(tx, app_id=scene.app.id, post_token=token)

    assert await shown(db, scene.post) == []
    async with db.read() as tx:
        assert await addons.of_app_on_post(tx, app_id=scene.app.id, post_token=token) is None


async def test_submit_for_somebody_elses_post_is_refused(db: Database, scene: Scene):
    async with db.write() as tx:
        stranger = await make_person(tx, phone="+989350000002")
    with pytest.raises(addons.NotTheirPost):
        async with db.write() as tx:
            await submit(tx, scene.app, scene.post.token, person_id=stranger.id)

    async with db.read() as tx:
        assert await submissions_count.scalar(tx) == 0


async def test_development_app_reaches_its_own_development_posts_only(db: Database, scene: Scene):
    async with db.write() as tx:
        app = (await make_app(tx)).app
        own = await make_post(tx, owner_id=app.owner_id, development=True)
        foreign = await make_post(tx, owner_id=scene.post.owner_id, development=True)
    with pytest.raises(addons.RealPostRefused):
        async with db.write() as tx:
            await submit(tx, app, scene.post.token)

    await attach(db, app, own.token)
    await attach(db, app, foreign.token)

    assert len(await shown(db, own, app.owner_id)) == 1
    assert await shown(db, own, scene.post.owner_id) == []
    assert await shown(db, own) == []
    assert await shown(db, foreign, app.owner_id) == []


async def test_blocks_stand_by_score_and_consented_ones_first(db: Database, scene: Scene):
    async with db.write() as tx:
        other = (await make_app(tx, production=True)).app
    await attach(db, scene.app, scene.post.token)
    await attach(db, other, scene.post.token, person_id=scene.post.owner_id)

    blocks = await shown(db, scene.post)

    assert [block.app.id for block in blocks] == [other.id, scene.app.id]


async def test_suspended_or_paused_app_is_shown_to_nobody_or_its_team(db: Database, scene: Scene):
    await attach(db, scene.app, scene.post.token)
    async with db.write() as tx:
        await developers.pause(tx, scene.app.slug)
    assert await shown(db, scene.post) == []
    assert len(await shown(db, scene.post, scene.app.owner_id)) == 1

    async with db.write() as tx:
        await developers.suspend(tx, scene.app.slug)
    assert await shown(db, scene.post, scene.app.owner_id) == []


async def test_submit_widget_the_app_was_not_given_is_refused(db: Database, scene: Scene):
    async with db.write() as tx:
        await developers.set_ceiling(
            tx, scene.app.id, permissions=None, scopes=None, widgets=["title_row"]
        )
        app = await developers.app(tx, scene.app.id)
        await submit(tx, app, scene.post.token, titled("اول"))
        with pytest.raises(addons.WidgetNotAllowed, match="score_row"):
            await submit(
                tx, app, scene.post.token, {"widgets": [{"score_row": {"percentage_score": 1}}]}
            )


async def test_attach_makes_its_pictures_permanent(db: Database, scene: Scene, tmp_path: Path):
    store = media.MediaStore(str(tmp_path / "media"))
    image = await make_image(db, store, purpose="addon")
    body = {"widgets": [{"image_carousel_row": {"items": [{"image_id": image.name}]}}]}

    await attach(db, scene.app, scene.post.token, body)

    async with db.read() as tx:
        assert (await media.image(tx, image.name)).attached_at is not None


async def test_submit_picture_there_is_none_of_is_refused(
    db: Database, scene: Scene, tmp_path: Path
):
    store = media.MediaStore(str(tmp_path / "media"))
    other_app = await make_image(db, store, purpose="addon", app_id=scene.app.id + 1)
    of_post = await make_image(db, store, purpose="post")
    for name in ("57c76b48-d381-4b8a-b34f-355f6869b6ed.jpg", "../secret", other_app.name,
                 of_post.name):  # fmt: skip
        carousel = {"items": [{"image_id": "logo"}, {"image_id": name}]}
        with pytest.raises(addons.InvalidAddon) as refused:
            async with db.write() as tx:
                await submit(
                    tx, scene.app, scene.post.token, {"widgets": [{"image_carousel_row": carousel}]}
                )
        assert refused.value.field == "widgets[0].image_carousel_row.items[1].image_id"

    async with db.read() as tx:
        assert await submissions_count.scalar(tx) == 0
        assert (
            await queries.addon_of_app.one_or_none(tx, app_id=scene.app.id, post_id=scene.post.id)
            is None
        )


async def test_hidden_add_on_is_not_shown_and_stays_hidden(db: Database, scene: Scene):
    await attach(db, scene.app, scene.post.token)
    async with db.write() as tx:
        await tx.execute("UPDATE post_addon SET status = 'HIDDEN'", [])

    await attach(db, scene.app, scene.post.token)

    assert await shown(db, scene.post) == []
