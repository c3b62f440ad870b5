"""Finding posts, and turning pages while the world goes on."""

from datetime import timedelta

import pytest

from dalan.domains import posts
from tests.factories.posts import make_owner, make_post


async def test_by_token_finds_the_post_with_all_it_says(tx):
    post = await make_post(tx, city="tehran", district="sadeghiyeh")

    assert await posts.by_token(tx, post.token) == post
    assert post.price_tomans == 690_000_000
    assert post.price_mode == "مقطوع"
    assert "price" not in post.fields


@pytest.mark.parametrize("token", ["", "Nopenope", "a" * 500, "'; drop table post; --", "\0"])
async def test_by_token_of_none_is_none(tx, token):
    assert await posts.by_token(tx, token) is None


async def test_by_token_of_a_deleted_post_is_none_but_it_can_be_told_from_nothing(tx):
    post = await posts.delete(tx, await make_post(tx))

    assert await posts.by_token(tx, post.token) is None
    gone = await posts.by_token_though_gone(tx, post.token)
    assert gone is not None
    assert gone.state == "deleted"


async def test_newest_turns_pages_without_gaps_or_repeats_while_posts_arrive_and_leave(tx, moment):
    owner_id = await make_owner(tx)
    for number in range(23):
        await make_post(tx, owner_id=owner_id, title=f"آگهی {number}")
        if number % 3:  # several share a moment
            moment.advance(timedelta(microseconds=1))
    before = [post.id for post in await posts.newest(tx, limit=100)]

    seen, place = [], None
    while page := await posts.newest(tx, after=place, limit=5):
        seen += [post.id for post in page]
        place = posts.place_of(page[-1])
        moment.advance(timedelta(microseconds=1))
        await make_post(tx, owner_id=owner_id)  # arrives at the front
        await posts.retire(tx, page[-1])  # the very post our place hangs on

    assert seen == before


async def test_newest_leaves_out_what_is_not_published_and_development_posts(tx):
    shown = await make_post(tx)
    await make_post(tx, state="waiting_for_review")
    await make_post(tx, development=True)
    await posts.retire(tx, await make_post(tx))

    ids = [post.id for post in await posts.newest(tx, limit=100)]

    assert ids == [shown.id]


async def test_newest_reads_from_its_index(tx):
    from dalan.domains.posts import queries

    for query in (queries.newest, queries.newest_after):
        sql = query.compiled(tx.engine).sql
        if tx.engine == "sqlite":
            places = sql.count("?")
            rows = await tx.rows(f"EXPLAIN QUERY PLAN {sql}", (1,) * (places - 1) + (0,))
            plan = " ".join(row[-1] for row in rows)
            assert "TEMP B-TREE" not in plan
        else:
            await tx.execute("SET LOCAL enable_seqscan = off", ())
            from dalan.kernel import clock

            values = (clock.now(), 1, 10)[-sql.count("$") :] if "$3" in sql else (10,)
            rows = await tx.rows(f"EXPLAIN {sql}", values)
            plan = " ".join(row[0] for row in rows)
            assert "Sort" not in plan
        assert "ix_post_listed" in plan


async def test_of_person_gives_their_own_standing_posts_newest_first(tx):
    owner_id = await make_owner(tx)
    first = await make_post(tx, owner_id=owner_id)
    second = await make_post(tx, owner_id=owner_id, state="waiting_for_review")
    await make_post(tx)
    await make_post(tx, owner_id=owner_id, development=True)
    await posts.delete(tx, await make_post(tx, owner_id=owner_id))

    mine = await posts.of_person(tx, owner_id)

    assert [post.id for post in mine] == [second.id, first.id]


async def test_is_owner_holds_for_the_owner_of_a_standing_post_only(tx):
    post = await make_post(tx)

    assert await posts.is_owner(tx, person_id=post.owner_id, token=post.token)
    assert not await posts.is_owner(tx, person_id=post.owner_id + 1, token=post.token)
    await posts.delete(tx, post)
    assert not await posts.is_owner(tx, person_id=post.owner_id, token=post.token)


async def test_public_data_spells_price_and_fields_as_the_contract_does(tx):
    post = await make_post(tx)

    data = posts.public_data(post, base_url="https://dalan.test")

    assert data["price"] == {"mode": "مقطوع", "value": 690_000_000}
    assert data["new_price"] == 690_000_000
    assert data["production_year"] == data["production-year"] == 1396
    assert data["images"] == []
    assert data["title"] == post.title
