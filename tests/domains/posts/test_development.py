"""Development posts: what may be copied, how many, who sees them."""

import asyncio
from datetime import timedelta

import pytest

from dalan.domains import media, posts
from tests.factories.media import make_image
from tests.factories.posts import make_owner, make_post


async def nobody(tx, owner_id, person_id):
    return False


async def everybody(tx, owner_id, person_id):
    return True


@pytest.mark.parametrize(
    "wrap",
    ["{}", "https://dalan.test/v/{}", "/v/یک-آگهی/{}", " https://x.test/v/a/{}?ref=1#top ", "{}/"],
)
async def test_clone_takes_a_token_or_any_address_of_the_post(tx, wrap):
    source = await make_post(tx, district="sadeghiyeh", hide_phone=True)
    developer_id = await make_owner(tx)

    clone = await posts.clone_for_development(tx, developer_id, wrap.format(source.token))

    assert clone.token != source.token
    assert clone.owner_id == developer_id
    assert clone.development
    assert clone.state == "published"
    same = ("category", "city", "district", "title", "description", "fields", "price_mode",
            "price_tomans", "chat_enabled", "hide_phone")  # fmt: skip
    assert [getattr(clone, name) for name in same] == [getattr(source, name) for name in same]


async def test_clone_shows_the_same_pictures(db, tmp_path):
    store = media.MediaStore(str(tmp_path))
    names = [(await make_image(db, store)).name for _ in range(2)]
    async with db.write() as tx:
        source = await make_post(tx, image_names=names)
        clone = await posts.clone_for_development(tx, await make_owner(tx), source.token)

    assert clone.image_names == names


@pytest.mark.parametrize("text", ["", "nope", "https://dalan.test/", "x" * 9_000, "AAAAAAAA"])
async def test_clone_of_nothing_is_refused(tx, text):
    with pytest.raises(posts.UnknownPost):
        await posts.clone_for_development(tx, await make_owner(tx), text)


async def test_clone_of_what_the_developer_may_not_see_is_refused(tx):
    developer_id = await make_owner(tx)
    waiting = await make_post(tx, state="waiting_for_review")
    secret = await make_post(tx, development=True)

    for post in (waiting, secret):
        with pytest.raises(posts.UnknownPost):
            await posts.clone_for_development(tx, developer_id, post.token, is_teammate=nobody)
    shared = await posts.clone_for_development(
        tx, developer_id, secret.token, is_teammate=everybody
    )

    assert shared.owner_id == developer_id


@pytest.mark.parametrize("name", posts.PRESET_NAMES)
async def test_presets_are_acceptable_posts(tx, name):
    post = await posts.create_preset(tx, await make_owner(tx), name)

    assert post.development
    assert post.category == posts.PRESETS[name].category


async def test_at_most_ten_are_active_and_retiring_frees_the_slot(tx, moment):
    developer_id = await make_owner(tx)
    for _ in range(10):
        moment.advance(timedelta(hours=3))
        last = await posts.create_preset(tx, developer_id, "LIGHT")
    moment.advance(timedelta(hours=25))

    with pytest.raises(posts.DevelopmentLimit) as refused:
        await posts.create_preset(tx, developer_id, "LIGHT")
    retired = await posts.retire(tx, last)
    again = await posts.create_preset(tx, developer_id, "LIGHT")
    with pytest.raises(posts.DevelopmentLimit):
        await posts.publish(tx, retired)

    assert refused.value.limit == "active"
    assert len(await posts.development_posts(tx, developer_id)) == 11
    assert posts.takes_slot(again)


async def test_hourly_and_daily_limits_count_what_was_made_whatever_became_of_it(tx, moment):
    developer_id = await make_owner(tx)
    limits = posts.DevelopmentLimits(active_max=100, per_hour=2, per_day=3)

    async def make():
        post = await posts.create_preset(tx, developer_id, "LIGHT", limits=limits)
        await posts.delete(tx, post)

    await make()
    moment.advance(timedelta(minutes=20))
    await make()
    with pytest.raises(posts.DevelopmentLimit) as hourly:
        await make()
    moment.advance(timedelta(minutes=41))
    await make()
    moment.advance(timedelta(hours=2))
    with pytest.raises(posts.DevelopmentLimit) as daily:
        await make()

    assert (hourly.value.limit, hourly.value.retry_after_seconds) == ("hour", 40 * 60)
    assert daily.value.limit == "day"


async def test_two_requests_at_once_do_not_get_an_eleventh(db):
    async with db.write() as tx:
        developer_id = await make_owner(tx)
    limits = posts.DevelopmentLimits(active_max=3)

    async def make():
        async def work(tx):
            return await posts.create_preset(tx, developer_id, "LIGHT", limits=limits)

        try:
            return await db.transact(work)
        except posts.DevelopmentLimit:
            return None

    made = await asyncio.gather(*[make() for _ in range(8)])

    assert sum(post is not None for post in made) == 3


async def test_may_see_follows_state_owner_and_team(tx):
    stranger = await make_owner(tx)
    published = await make_post(tx)
    waiting = await make_post(tx, state="waiting_for_review")
    secret = await make_post(tx, development=True)
    deleted = await posts.delete(tx, await make_post(tx))

    assert await posts.may_see(tx, published, None)
    assert await posts.may_see(tx, await posts.retire(tx, await make_post(tx)), stranger)
    assert not await posts.may_see(tx, waiting, stranger)
    assert await posts.may_see(tx, waiting, waiting.owner_id)
    assert not await posts.may_see(tx, secret, None, is_teammate=everybody)
    assert not await posts.may_see(tx, secret, stranger, is_teammate=nobody)
    assert await posts.may_see(tx, secret, stranger, is_teammate=everybody)
    assert await posts.may_see(tx, secret, secret.owner_id)
    assert not await posts.may_see(tx, deleted, deleted.owner_id)
