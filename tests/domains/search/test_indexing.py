"""The index follows the posts, and can be made anew from them."""

import random
from datetime import timedelta

import pytest

from dalan.app import listeners
from dalan.domains import posts, search
from dalan.domains.search import indexing, queries
from dalan.domains.search.indexing import FORM_MADE
from dalan.domains.search.tables import POST_BITS
from dalan.domains.search.windows import LEVELS, TERMS_MAX, covering, is_stretch, stretches_of
from dalan.kernel import clock, outbox
from dalan.kernel.db import Database, WriteTransaction
from tests.factories.developers import make_app
from tests.factories.posts import make_post


async def found(db: Database, words: str = "") -> list[str]:
    async with db.look() as tx:
        page = await search.find(tx, search.Query(words=words), limit=50)
    return [post.title for post in page.posts]


async def indexed_count(db: Database) -> int:
    async with db.look() as tx:
        return int(await queries.count_entries.scalar(tx))


async def test_follows_a_post_through_its_life(db: Database, moment: clock.AdjustableClock):
    worker = outbox.Worker(db, listeners())
    async with db.write() as tx:
        post = await make_post(tx, title="دوچرخهٔ کوهستان", state="waiting_for_review")
    await worker.drain()
    assert await indexed_count(db) == 0

    async with db.write() as tx:
        post = await posts.publish(tx, post)
    await worker.drain()
    assert await found(db, "دوچرخه") == ["دوچرخهٔ کوهستان"]

    changes = posts.Changes(title="دوچرخهٔ شهری")
    async with db.write() as tx:
        post = await posts.edit(tx, post, changes, by=posts.by_owner(1), reviewed=False)
    await worker.drain()
    assert (await found(db, "کوهستان"), await found(db, "شهری")) == ([], ["دوچرخهٔ شهری"])

    async with db.write() as tx:
        await make_post(tx, title="نفر بعدی")
    moment.advance(timedelta(hours=5))
    async with db.write() as tx:
        post = await posts.bump(tx, post, by=posts.by_owner(1))
    await worker.drain()
    assert (await found(db))[0] == "دوچرخهٔ شهری"

    async with db.write() as tx:
        post = await posts.retire(tx, post)
    await worker.drain()
    assert await indexed_count(db) == 1

    async with db.write() as tx:
        await posts.publish(tx, post)
    await worker.drain()
    assert await indexed_count(db) == 2


async def test_a_fact_heard_twice_changes_nothing(db: Database):
    async with db.write() as tx:
        post = await make_post(tx)
        await search.index(tx, [post.id])
        await search.index(tx, [post.id, post.id, post.id + 1_000])

    assert await indexed_count(db) == 1


async def test_reindexing_adds_what_is_missing_and_takes_out_what_is_stale(db: Database):
    async with db.write() as tx:
        missing = await make_post(tx, title="جا افتاده")
        stale = await make_post(tx, title="مانده")
        changed = await make_post(tx, title="پیش از این")
        await search.index(tx, [stale.id, changed.id])
        await posts.retire(tx, stale)
        changes = posts.Changes(title="پس از این")
        await posts.edit(tx, changed, changes, by=posts.by_owner(1), reviewed=False)
        await make_post(tx, title="آزمایشی", development=True)

    assert await search.reindex(db) == 2

    assert sorted(await found(db)) == sorted(["پس از این", missing.title])
    assert await search.reindex(db) == 2
    assert await indexed_count(db) == 2


async def test_reindexing_goes_over_many_pages(db: Database, moment: clock.AdjustableClock):
    async with db.write() as tx:
        first = await make_post(tx)
        for _ in range(204):
            moment.advance(timedelta(milliseconds=1))
            await make_post(tx, owner_id=first.owner_id)

    assert await search.reindex(db) == 205


async def test_an_index_cut_short_or_of_another_form_is_made_by_the_next_round(db: Database):
    async with db.write() as tx:
        first = await make_post(tx, title="یکم")
        await make_post(tx, title="دوم")
        await search.index(tx, [first.id])

    await search.keep(db)
    assert sorted(await found(db)) == sorted(["یکم", "دوم"])

    async with db.write() as tx:
        await queries.drop_entries.execute(tx, post_ids=[first.id])
    await search.keep(db)
    assert await found(db) == ["دوم"], "an index that is made is only learnt from"
    async with db.write() as tx:
        await queries.add_share.execute(tx, token=FORM_MADE, per_million=1)
    await search.keep(db)
    assert sorted(await found(db)) == sorted(["یکم", "دوم"])


async def test_who_moves_on_to_a_free_number_stands_in_the_stretch_of_that_number(
    db: Database, monkeypatch: pytest.MonkeyPatch
):
    last = (3_353 << max(LEVELS) << POST_BITS) - 1
    monkeypatch.setattr(indexing, "place", lambda *_: last)
    async with db.write() as tx:
        made = [await make_post(tx) for _ in range(3)]
        await search.index(tx, [post.id for post in made])

    async with db.look() as look:
        rows = await queries.newest_words.all(look, count=10)
    assert [row_id for row_id, _ in rows] == [last + 2, last + 1, last]
    if db.engine == "postgresql":
        for row_id, words in rows:
            assert {one for one in words if is_stretch(one)} == stretches_of(row_id)


def test_stretches_cover_a_span_without_a_gap_and_without_much_beside():
    chance = random.Random(5)
    for _ in range(2_000):
        now, span = chance.randrange(2**40, 2**42), int(2 ** chance.uniform(0, 31.8))
        first = max(now - span, 0)
        asked = set(covering(now << POST_BITS, span))

        assert 0 < len(asked) <= TERMS_MAX
        for moment in (now, first, *(chance.randint(first, now) for _ in range(9))):
            assert asked & stretches_of(moment << POST_BITS)
        beside = first - 2 * max(span, 2 ** min(LEVELS))
        assert not asked & stretches_of(beside << POST_BITS)
    assert covering(2**62, 2**40) == ()


async def test_reindexing_an_empty_place_does_nothing(db: Database):
    assert await search.reindex(db) == 0


async def test_a_deleted_row_leaves_the_words_too(db: Database):
    """A row may go by a cascade; on SQLite a trigger takes its words out of the full text."""
    async with db.write() as tx:
        post = await make_post(tx)
        await search.index(tx, [post.id])
        for table in ("outbox_job", "post_change", "post_image", "post"):
            await tx.execute(f"DELETE FROM {table}", ())

    assert await indexed_count(db) == 0
    assert await found(db, post.title) == []
    async with db.write() as tx:
        again = await make_post(tx, title="پس از آن")
        await search.index(tx, [again.id])
    assert await found(db, "پس") == ["پس از آن"]


async def test_searches_of_an_app_are_counted_by_the_day(
    db: Database, moment: clock.AdjustableClock
):
    async with db.write() as tx:
        app_id = (await make_app(tx)).app.id

    async def call(*, enforced: bool = True) -> None:
        async def work(tx: WriteTransaction) -> None:
            await search.count_call(tx, app_id=app_id, slug="x", per_day=2, enforced=enforced)

        await db.transact(work)

    await call()
    await call()
    with pytest.raises(search.SearchQuota) as refused:
        await call()
    assert refused.value.retry_after_seconds == 15 * 3_600 + 1_800  # until midnight, UTC
    await call(enforced=False)
    async with db.write() as tx:
        assert await search.used_today(tx, app_id) == 3
        await search.allow(tx, app_id=app_id, per_day=4)
    await call()
    with pytest.raises(search.SearchQuota):
        await call()
    moment.advance(timedelta(days=1))
    async with db.look() as look:
        assert await search.used_today(look, app_id) == 0
    await call()
