"""A post's way from state to state."""

from datetime import timedelta

import pytest

from dalan.domains import posts
from dalan.kernel import clock
from tests.factories.posts import make_post


async def test_retire_takes_a_post_from_the_lists_and_publish_brings_it_back_in_its_place(
    tx, moment
):
    post = await make_post(tx)
    moment.advance(timedelta(hours=1))
    newer = await make_post(tx)

    retired = await posts.retire(tx, post)
    assert [p.id for p in await posts.newest(tx, limit=9)] == [newer.id]
    back = await posts.publish(tx, retired)

    assert [p.id for p in await posts.newest(tx, limit=9)] == [newer.id, post.id]
    assert back.listed_at == post.listed_at
    assert back.first_published_at == post.first_published_at


async def test_publish_first_time_lists_it_as_new(tx, moment):
    post = await make_post(tx, state="waiting_for_review")
    moment.advance(timedelta(hours=5))

    published = await posts.publish(tx, post)

    assert published.first_published_at == published.listed_at == clock.now()


async def test_publish_after_its_time_gives_another_month(tx, moment):
    post = await posts.retire(tx, await make_post(tx))
    moment.advance(timedelta(days=31))

    published = await posts.publish(tx, post)

    assert published.expires_at == clock.now() + timedelta(days=30)


@pytest.mark.parametrize("verb", [posts.publish, posts.retire, posts.delete])
async def test_deleted_posts_go_nowhere(tx, verb):
    post = await posts.delete(tx, await make_post(tx))

    with pytest.raises(posts.WrongState):
        await verb(tx, post)


async def test_a_post_moved_by_somebody_else_meanwhile_is_not_moved_again(tx):
    seen = await make_post(tx)
    await posts.delete(tx, seen)

    with pytest.raises(posts.WrongState):
        await posts.retire(tx, seen)


async def test_review_says_what_is_wrong_and_publishing_forgets_it(tx):
    post = await make_post(tx, state="waiting_for_review")

    asked = await posts.ask_for_edit(tx, post, reason="عکس واضح‌تری بگذارید")

    assert asked.reject_reason == "عکس واضح‌تری بگذارید"
    with pytest.raises(posts.WrongState):
        await posts.publish(tx, asked)


async def test_age_retires_what_expired_and_archives_it_a_month_later(tx, moment):
    post = await make_post(tx)
    assert await posts.age(tx) == 0

    moment.advance(timedelta(days=30, seconds=1))
    assert await posts.age(tx) == 1
    retired = await posts.by_id(tx, post.id)
    assert retired is not None
    assert retired.state == "retired"
    moment.advance(timedelta(days=30, seconds=1))
    assert await posts.age(tx) == 1

    archived = await posts.by_id(tx, post.id)
    assert archived is not None
    assert archived.state == "archived"
    assert await posts.by_token(tx, post.token) is None
