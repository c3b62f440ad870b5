"""Owners are told a day before a post ends and when it did, each once; of nothing they did."""

from datetime import timedelta

from tests.factories.identity import make_person
from tests.factories.posts import make_post

from dalan.domains import notices, posts

DAY = timedelta(days=1)


async def told(platform, person_id: int) -> list[str]:
    await platform.worker.drain()
    async with platform.services.db.read() as tx:
        page = await notices.notices_of(tx, person_id)
    return [notices.words_of(one, "fa").title for one in page.notices if one.kind == "post_end"]


async def test_a_day_before_and_at_the_end_the_owner_is_asked(platform, moment):
    db = platform.services.db
    async with db.write() as tx:
        owner = await make_person(tx)
        post = await make_post(tx, owner_id=owner.id)

    async def round_of_housekeeping() -> list[str]:
        async with db.write() as tx:
            await posts.remind_of_ends(tx)
            await posts.age(tx)
        return await told(platform, owner.id)

    assert await round_of_housekeeping() == []
    moment.advance(posts.LIFETIME - DAY)
    soon = f"نمایش آگهی «{post.title}» تا یک روز دیگر تمام می‌شود"
    assert await round_of_housekeeping() == [soon]
    assert await round_of_housekeeping() == [soon]
    moment.advance(DAY + timedelta(minutes=1))
    assert await round_of_housekeeping() == [f"زمان نمایش آگهی «{post.title}» تمام شد", soon]
    assert len(await round_of_housekeeping()) == 2


async def test_who_takes_a_post_off_display_is_told_nothing(platform):
    async with platform.services.db.write() as tx:
        owner = await make_person(tx)
        post = await make_post(tx, owner_id=owner.id)
        await posts.retire(tx, post, by=posts.by_owner(owner.id))

    assert await told(platform, owner.id) == []
