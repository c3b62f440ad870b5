"""Bumping and renewing a post, apart from what they cost."""

from datetime import timedelta

import pytest

from dalan.domains import posts
from dalan.kernel import clock
from tests.factories.posts import make_post


def owner(post: posts.Post) -> posts.Author:
    return posts.by_owner(post.owner_id)


async def test_bump_lists_a_post_first_again(tx, moment):
    post = await make_post(tx)
    moment.advance(timedelta(hours=5))
    newer = await make_post(tx)

    moment.advance(timedelta(minutes=1))
    bumped = await posts.bump(tx, post, by=owner(post))

    assert [one.id for one in await posts.newest(tx, limit=9)] == [post.id, newer.id]
    assert (bumped.listed_at, bumped.expires_at) == (clock.now(), post.expires_at)


async def test_bump_soon_after_listing_is_refused_and_says_from_when(tx, moment):
    post = await make_post(tx)
    moment.advance(timedelta(hours=3, minutes=59))

    with pytest.raises(posts.TooSoon) as refused:
        await posts.bump(tx, post, by=owner(post))

    assert refused.value.possible_at == post.listed_at + timedelta(hours=4)


async def test_bump_twice_from_the_same_look_happens_once(tx, moment):
    post = await make_post(tx)
    moment.advance(timedelta(hours=5))
    await posts.bump(tx, post, by=owner(post))

    with pytest.raises(posts.WrongState):
        await posts.bump(tx, post, by=owner(post))


async def test_renew_near_the_end_gives_a_whole_time(tx, moment):
    post = await make_post(tx)
    moment.advance(timedelta(days=24))
    with pytest.raises(posts.TooSoon):
        await posts.renew(tx, post, by=owner(post))

    moment.advance(timedelta(days=1))
    renewed = await posts.renew(tx, post, by=owner(post))

    assert renewed.expires_at == clock.now() + posts.LIFETIME
    assert renewed.listed_at == post.listed_at


@pytest.mark.parametrize("verb", [posts.bump, posts.renew])
@pytest.mark.parametrize("state", ["waiting_for_payment", "waiting_for_review", "retired"])
async def test_only_published_posts_are_relisted(tx, moment, verb, state):
    post = await make_post(tx, state=state)
    moment.advance(timedelta(days=25))

    with pytest.raises(posts.WrongState):
        await verb(tx, post, by=owner(post))


async def test_paid_goes_to_the_reviewers_or_straight_out(tx):
    first = await make_post(tx, state="waiting_for_payment")
    second = await make_post(tx, state="waiting_for_payment")

    assert (await posts.paid(tx, first, reviewed=True)).state == "waiting_for_review"
    assert (await posts.paid(tx, second, reviewed=False)).state == "published"
