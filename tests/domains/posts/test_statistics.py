"""How often a post was seen and asked about."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from dalan.domains import posts
from dalan.domains.posts import statistics
from dalan.kernel.clock import AdjustableClock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import Database
from tests.factories.posts import make_post

TODAY = date(2026, 11, 21)
KEYS = Keyring(["a secret of the tests, long enough to be one"])


async def told(db: Database, post: posts.Post) -> posts.PostStatistics:
    async with db.look() as look:
        return await posts.statistics_of(look, post.id)


@pytest.fixture
async def post(db: Database) -> posts.Post:
    async with db.write() as tx:
        return await make_post(tx)


async def test_a_post_nobody_saw_has_seven_days_of_nothing(db, moment, post):
    seen = await told(db, post)

    assert list(seen.days) == [TODAY - timedelta(days=number) for number in range(6, -1, -1)]
    assert set(seen.days.values()) == {posts.Counts()}
    assert seen.total == posts.Counts()


@pytest.mark.parametrize("kind", posts.COUNTED)
async def test_what_is_counted_is_told_of_its_day_and_in_all(db, moment, post, kind):
    async with db.write() as tx:
        await posts.count(tx, kind, post.id)
        await posts.count(tx, kind, post.id, times=2)

    seen = await told(db, post)

    assert seen.days[TODAY] == seen.total == posts.Counts(**{f"{kind}s": 3})


async def test_a_day_begins_at_midnight_in_tehran(db, moment: AdjustableClock, post):
    moment.freeze(datetime(2026, 11, 21, 20, 29, tzinfo=UTC))  # 23:59 there
    async with db.write() as tx:
        await posts.count(tx, "view", post.id)
    moment.advance(timedelta(minutes=1))
    async with db.write() as tx:
        await posts.count(tx, "view", post.id)

    seen = await told(db, post)

    assert [day.views for day in seen.days.values()] == [0, 0, 0, 0, 0, 1, 1]
    assert max(seen.days) == date(2026, 11, 22)


async def test_what_is_older_than_a_week_is_in_the_sum_alone(db, moment: AdjustableClock, post):
    async with db.write() as tx:
        await posts.count(tx, "view", post.id)
    moment.advance(timedelta(days=7))

    seen = await told(db, post)

    assert set(seen.days.values()) == {posts.Counts()}
    assert seen.total.views == 1


async def test_a_sum_outlives_its_days(db, moment: AdjustableClock, post):
    async with db.write() as tx:
        await posts.count(tx, "view", post.id)
    moment.advance(timedelta(days=3))
    async with db.write() as tx:
        await posts.purge_statistics(tx, keep=timedelta(days=2))

    seen = await told(db, post)

    assert (set(seen.days.values()), seen.total.views) == ({posts.Counts()}, 1)


async def test_a_visitor_counts_once_within_the_window(db, moment: AdjustableClock, post):
    counters = posts.Statistics(db, KEYS)
    for _ in range(3):
        counters.count("view", [post.id], visitor="one")
    counters.count("view", [post.id], visitor="another")
    moment.advance(statistics.WINDOW)
    counters.count("view", [post.id], visitor="one")

    await counters.flush()

    assert (await told(db, post)).total.views == 3


async def test_kinds_and_posts_are_counted_apart(db, moment, post):
    async with db.write() as tx:
        other = await make_post(tx)
    counters = posts.Statistics(db, KEYS)
    counters.count("impression", [post.id, other.id, post.id], visitor="one")
    counters.count("view", [post.id], visitor="one")

    await counters.flush()

    assert (await told(db, post)).total == posts.Counts(views=1, impressions=1)
    assert (await told(db, other)).total == posts.Counts(impressions=1)


async def test_counts_of_several_processes_meet(db, moment, post):
    processes = [posts.Statistics(db, KEYS) for _ in range(4)]
    for number, counters in enumerate(processes):
        for visitor in range(25):
            counters.count("view", [post.id], visitor=f"{number}-{visitor}")

    await asyncio.gather(*(counters.flush() for counters in processes))

    assert (await told(db, post)).total.views == 100


async def test_visitors_remembered_are_bounded(db, moment, post, monkeypatch):
    monkeypatch.setattr(statistics, "REMEMBERED_MAX", 10)
    counters = posts.Statistics(db, KEYS)
    for visitor in range(50):
        counters.count("view", [post.id], visitor=str(visitor))

    assert len(counters._visits) == 10


async def test_what_could_not_be_written_is_written_the_next_time(moment, db, post):
    counters = posts.Statistics(db, KEYS)
    counters.count("view", [post.id], visitor="one")
    await db.close()
    with pytest.raises(Exception):  # noqa: B017, PT011 (each engine has its own for a closed one)
        await counters.flush()
    counters.count("view", [post.id], visitor="two")
    await db.open()

    await counters.flush()

    assert (await told(db, post)).total.views == 2


async def test_stopping_writes_what_is_left(db, moment, post):
    counters = posts.Statistics(db, KEYS)
    await counters.start()
    counters.count("view", [post.id], visitor="one")

    await counters.stop()

    assert (await told(db, post)).total.views == 1


async def test_nothing_of_a_visitor_is_kept_in_clear(db, moment, post):
    counters = posts.Statistics(db, KEYS)
    counters.count("view", [post.id], visitor="+989121234567")

    assert "989121234567" not in repr(counters.__dict__)
