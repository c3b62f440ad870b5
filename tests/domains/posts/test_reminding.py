"""Owners are asked before a post ends, each end once; numbers are not harvested."""

from datetime import timedelta

import pytest

from dalan.domains import posts
from dalan.kernel import clock
from tests.factories.posts import make_post

DAY = timedelta(days=1)


async def test_an_end_is_announced_once_within_its_last_day(tx, moment):
    post = await make_post(tx)
    await make_post(tx, development=True)
    waiting = await make_post(tx, state="waiting_for_review")
    assert await posts.remind_of_ends(tx) == 0

    moment.advance(posts.LIFETIME - DAY)
    assert (await posts.remind_of_ends(tx), await posts.remind_of_ends(tx)) == (1, 0)

    renewed = await posts.renew(tx, post, by=posts.by_owner(post.owner_id))
    assert await posts.remind_of_ends(tx) == 0
    moment.advance(renewed.expires_at - clock.now() - DAY / 2)
    assert await posts.remind_of_ends(tx) == 1
    assert waiting.state == "waiting_for_review"


async def test_numbers_are_shown_up_to_the_limit_of_a_day(tx, moment):
    looker = posts.Looker(b"somebody", 2)
    for _ in range(2):
        await posts.count_look(tx, [looker, posts.Looker(b"their network", 10)])

    with pytest.raises(posts.ContactLimit):
        await posts.count_look(tx, [looker])
    await posts.count_look(tx, [posts.Looker(b"another", 2)])

    moment.advance(DAY + timedelta(minutes=1))
    await posts.purge_looks(tx)
    await posts.count_look(tx, [looker])
