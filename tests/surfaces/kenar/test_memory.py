"""What is remembered between calls never outlives a commit of anybody, in any process."""

from datetime import timedelta

from dalan.domains import developers, oauth, posts
from dalan.kernel import clock
from dalan.kernel.db import database_at
from tests.surfaces.kenar.conftest import Scene

POST = "/v1/open-platform/finder/post"
USER = "/v1/open-platform/users"


async def test_second_call_answers_the_same(scene: Scene):
    token = await scene.token("USER_ID")

    first = [await scene.call("GET", f"{POST}/{scene.post.token}", token=token) for _ in range(3)]

    assert len({answer.content for answer in first}) == 1
    assert first[0].status_code == 200


async def test_key_revoked_by_another_process_is_dead_at_the_next_call(
    scene: Scene, database_url: str
):
    assert (await scene.call("GET", f"{POST}/{scene.post.token}")).status_code == 200
    elsewhere = database_at(database_url, durable=False, connections_max=2)
    await elsewhere.open()
    async with elsewhere.write() as tx:
        for key in await developers.keys_of(tx, scene.app.id):
            await developers.revoke_key(tx, scene.app.id, key_id=key.id)
    await elsewhere.close()

    assert (await scene.call("GET", f"{POST}/{scene.post.token}")).status_code == 401


async def test_consent_taken_back_and_app_suspended_show_at_the_next_call(scene: Scene):
    services = scene.platform.services
    token = await scene.token("USER_ID")
    assert (await scene.call("GET", USER, token=token)).status_code == 200
    mac = services.keys.token_mac(token)
    assert mac is not None

    async with services.db.write() as tx:
        bearer = await oauth.bearer(tx, mac)
        assert bearer is not None
        assert bearer.family_id is not None
        await oauth.revoke_family(tx, bearer.family_id, reason="by_person")
    assert (await scene.call("GET", USER, token=token)).status_code == 401

    async with services.db.write() as tx:
        await developers.suspend(tx, scene.app.slug)
    assert (await scene.call("GET", f"{POST}/{scene.post.token}")).status_code == 403


async def test_post_taken_from_the_list_says_so_at_the_next_call(scene: Scene):
    path = f"{POST}/{scene.post.token}"
    assert (await scene.call("GET", path)).json()["state"] == "PUBLISHED"

    async with scene.platform.services.db.write() as tx:
        await posts.retire(tx, scene.post)

    assert (await scene.call("GET", path)).json()["state"] == "RETIRED"


async def test_token_that_runs_out_between_two_calls_is_not_remembered(
    scene: Scene, moment: clock.AdjustableClock
):
    token = await scene.token("USER_ID", access_seconds=60)
    assert (await scene.call("GET", USER, token=token)).status_code == 200

    moment.advance(timedelta(seconds=61))

    assert (await scene.call("GET", USER, token=token)).status_code == 401


async def test_one_callers_answer_is_not_anothers(scene: Scene):
    services = scene.platform.services
    async with services.db.write() as tx:
        hidden = await posts.create(
            tx,
            owner_id=scene.person.id,
            category="light",
            city="tehran",
            title="پنهان",
            description="هنوز منتشر نشده است.",
            fields=posts.PRESETS["LIGHT"].fields,
            development=True,
        )
        owner = (await developers.members(tx, scene.app.id))[0]
        await developers.add_member(
            tx,
            scene.app.id,
            by_person_id=owner.person_id,
            person_id=scene.person.id,
            role="developer",
        )
        other, _ = await developers.register_app(
            tx, keys=services.keys, owner_id=owner.person_id, display="دیگری"
        )
        stranger = await developers.create_key(tx, other.id, keys=services.keys, title="کلید")

    mine = await scene.call("GET", f"{POST}/{hidden.token}")
    theirs = await scene.call("GET", f"{POST}/{hidden.token}", key=stranger.text)

    assert mine.status_code == 200
    assert theirs.status_code == 404
