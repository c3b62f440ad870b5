"""A post's statistics through the contract."""

from dalan.domains import businesses, posts
from tests.factories.identity import make_person
from tests.factories.posts import make_post
from tests.surfaces.kenar.conftest import Scene

STATS = "/experimental/open-platform/posts/{}/stats"
SCOPE = "USER_POSTS_STATS_READ"


async def test_seven_days_are_told_each_and_a_day_of_nothing_has_no_count(scene: Scene, moment):
    async with scene.platform.services.db.write() as tx:
        await posts.count(tx, "view", scene.post.id, times=3)
        await posts.count(tx, "chat", scene.post.id)
        await posts.count(tx, "contact", scene.post.id)

    answer = await scene.call("GET", STATS.format(scene.post.token), token=await scene.token(SCOPE))

    assert answer.status_code == 200
    told = answer.json()
    assert set(told) == {"views", "impressions", "chats"}
    assert told["views"]["total"] == 3
    assert told["views"]["daily"][0] == {"date": "2026-11-15"}
    assert told["views"]["daily"][-1] == {"date": "2026-11-21", "count": 3}
    assert [len(told[kind]["daily"]) for kind in told] == [7, 7, 7]
    assert "total" not in told["impressions"]


async def test_counts_never_leave_32_bits(scene: Scene, moment):
    async with scene.platform.services.db.write() as tx:
        await posts.count(tx, "impression", scene.post.id, times=2**40)

    answer = await scene.call("GET", STATS.format(scene.post.token), token=await scene.token(SCOPE))

    assert answer.json()["impressions"]["total"] == 2**31 - 1


async def test_statistics_of_somebody_elses_post_are_refused(scene: Scene):
    async with scene.platform.services.db.write() as tx:
        other = await make_post(tx)
    token = await scene.token(SCOPE)

    assert (await scene.call("GET", STATS.format(other.token), token=token)).status_code == 403
    assert (await scene.call("GET", STATS.format("nothere0"), token=token)).status_code == 404


async def test_the_scope_is_needed(scene: Scene):
    path = STATS.format(scene.post.token)

    assert (await scene.call("GET", path)).status_code == 401
    other = await scene.token("USER_POSTS_GET")
    assert (await scene.call("GET", path, token=other)).status_code == 403


async def test_whoever_works_for_a_business_reads_the_statistics_of_its_posts(scene: Scene):
    async with scene.platform.services.db.write() as tx:
        owner = await make_person(tx)
        business = await businesses.open_business(
            tx, owner_id=owner.id, name="نمایشگاه دالان", kind="CAR"
        )
        of_business = await make_post(tx, owner_id=owner.id, business_id=business.id)
    path, token = STATS.format(of_business.token), await scene.token(SCOPE)
    assert (await scene.call("GET", path, token=token)).status_code == 403

    async with scene.platform.services.db.write() as tx:
        await businesses.add_member(
            tx,
            business.id,
            by_person_id=owner.id,
            person_id=scene.person.id,
            role="member",
        )

    assert (await scene.call("GET", path, token=token)).status_code == 200
