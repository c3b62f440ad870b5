"""Saved searches: what fits them, who is told of new posts, how often, and what ends it."""

from datetime import timedelta
from typing import Any

import pytest

from dalan.app import listeners
from dalan.domains import bookmarks, notices, posts, taxonomy
from dalan.domains.bookmarks import Criteria, searches
from dalan.kernel import outbox
from dalan.kernel.db import Database, WriteTransaction
from tests.factories.identity import make_person
from tests.factories.posts import FIELDS, make_post

CAR = FIELDS["light"]


async def save(tx: WriteTransaction, person_id: int, **said: Any) -> bookmarks.SavedSearch:
    asked: dict[str, Any] = {
        "name": "پژو", "address": "/s/tehran/light?q=x", "city": "tehran", "category": "light",
        "criteria": Criteria(),
    } | said  # fmt: skip
    return await bookmarks.save(tx, person_id, **asked)


async def told(db: Database, person_id: int) -> list[tuple[str, int, str]]:
    """What the person was told of searches: name, how many, and where it leads; newest first."""
    async with db.read() as tx:
        listed = (await notices.notices_of(tx, person_id)).notices
    return [
        (one.facts["name"], one.facts["count"], notices.path_of(one))
        for one in listed
        if one.kind == "saved_search"
    ]


async def hear(db: Database) -> None:
    await outbox.Worker(db, listeners()).drain()


async def test_new_post_is_told_once_an_hour_with_how_many_there_are(db, moment):
    async with db.write() as tx:
        person = await make_person(tx)
        search = await save(tx, person.id)
        for _ in range(2):
            await make_post(tx)
        await make_post(tx, city="shiraz")
    await hear(db)
    await hear(db)
    async with db.write() as tx:
        assert await bookmarks.tell_due(tx) == 1
        assert await bookmarks.tell_due(tx) == 0, "what was told is told"

    assert await told(db, person.id) == [("پژو", 2, "/my-divar/bookmarks/searches")]
    async with db.write() as tx:
        await make_post(tx)
    await hear(db)
    async with db.write() as tx:
        assert await bookmarks.tell_due(tx) == 0, "an hour is not over"
    moment.advance(timedelta(hours=1))
    async with db.write() as tx:
        assert await bookmarks.tell_due(tx) == 1
        assert (await bookmarks.search_of(tx, person.id, search.id)).unseen_count == 3
        await bookmarks.see(tx, person.id, search.id)
        assert (await bookmarks.search_of(tx, person.id, search.id)).unseen_count == 0
    assert [count for _name, count, _path in await told(db, person.id)] == [1, 2]


async def test_post_is_new_once_and_ones_own_and_hidden_ones_never(db, moment):
    async with db.write() as tx:
        person = await make_person(tx)
        await save(tx, person.id)
        await make_post(tx, owner_id=person.id)
        await make_post(tx, development=True)
        waiting = await make_post(tx, state="waiting_for_review")
    await hear(db)
    async with db.write() as tx:
        assert await bookmarks.tell_due(tx) == 0
        await posts.publish(tx, waiting)
    await hear(db)
    async with db.write() as tx:
        fresh = await posts.by_id(tx, waiting.id)
        assert fresh is not None
        assert await bookmarks.find_matches(tx, fresh) == 0, "found once, noted once"
        back = await posts.retire(tx, fresh)
        await posts.publish(tx, back)
    await hear(db)

    async with db.write() as tx:
        [search] = await bookmarks.searches_of(tx, person.id)
        assert (search.unseen_count, search.untold_count) == (1, 1)


async def test_switched_off_dropped_and_forgotten_searches_hear_nothing(db):
    async with db.write() as tx:
        off, dropped, gone, stays = [await make_person(tx) for _ in range(4)]
        found = {one.id: await save(tx, one.id) for one in (off, dropped, gone, stays)}
        await make_post(tx)
        await outbox_heard(tx)
    await hear(db)
    async with db.write() as tx:
        await bookmarks.switch(tx, off.id, found[off.id].id, active=False)
        await bookmarks.drop(tx, dropped.id, found[dropped.id].id)
        await bookmarks.forget(tx, gone.id)
        assert await bookmarks.tell_due(tx) == 1
        await make_post(tx)
    await hear(db)

    assert len(await told(db, stays.id)) == 1
    for person in (off, dropped, gone):
        assert await told(db, person.id) == []
    async with db.write() as tx:
        await bookmarks.switch(tx, off.id, found[off.id].id, active=True)
        assert (await bookmarks.search_of(tx, off.id, found[off.id].id)).untold_count == 0
        for person, search in ((dropped, found[dropped.id]), (stays, found[off.id])):
            with pytest.raises(bookmarks.UnknownSearch):
                await bookmarks.see(tx, person.id, search.id)


async def outbox_heard(tx: WriteTransaction) -> None:
    """Nothing yet: facts are heard when the unit that recorded them is committed."""
    assert await bookmarks.tell_due(tx) == 0


@pytest.mark.parametrize(
    ("criteria", "fits"),
    [
        (Criteria(), True),
        (Criteria(words=("پژو",)), True),
        (Criteria(words=("پژ", "سفی")), True),
        (Criteria(words=("پژو", "مشکی")), False),
        (Criteria(words=("٢٠٦",)), True),
        (Criteria(districts=("sadeghiyeh", "ekbatan")), True),
        (Criteria(districts=("ekbatan",)), False),
        (Criteria(cities=("shiraz",)), False),
        (Criteria(ranges={"price": (690_000_000, 690_000_000)}), True),
        (Criteria(ranges={"price": (None, 689_999_999)}), False),
        (Criteria(ranges={"price": (690_000_001, None)}), False),
        (Criteria(ranges={"production_year": (1390, None), "usage": (None, 10**9)}), True),
        (Criteria(ranges={"rent": (None, 10)}), False),
        (Criteria(choices={"brand_model": ("Peugeot",)}), True),
        (Criteria(choices={"brand_model": ("Peu",)}), False),
        (Criteria(choices={"rooms": ("2",)}), False),
        (Criteria(with_image=True), False),
    ],
)
async def test_what_a_search_asks_is_what_a_post_must_be(tx, criteria, fits):
    model = next(
        one.slug for one in taxonomy.brand_models("light") if one.slug.startswith("Peugeot ")
    )
    post = await make_post(
        tx, district="sadeghiyeh", title="پژو ۲۰۶ سفید",
        fields=CAR | {"brand_model": model, "price": 690_000_000},
    )  # fmt: skip
    words = tuple(token for word in criteria.words for token in bookmarks.tokens(word))

    assert bookmarks.fits(post, Criteria(**_parts(criteria) | {"words": words})) is fits


def _parts(criteria: Criteria) -> dict[str, Any]:
    return {name: getattr(criteria, name) for name in Criteria.__struct_fields__}


async def test_place_and_category_reach_down_the_tree_and_no_further(db):
    async with db.write() as tx:
        everywhere, group, leaf, other, elsewhere = [await make_person(tx) for _ in range(5)]
        await save(tx, everywhere.id, city="", category="")
        await save(tx, group.id, category="vehicles")
        await save(tx, leaf.id)
        await save(tx, other.id, category="mobile-phones")
        await save(tx, elsewhere.id, city="shiraz")
        post = await make_post(tx)

        assert await bookmarks.find_matches(tx, post) == 3

        for person, count in ((everywhere, 1), (group, 1), (leaf, 1), (other, 0), (elsewhere, 0)):
            [search] = await bookmarks.searches_of(tx, person.id)
            assert search.unseen_count == count


async def test_more_searches_than_are_compared_at_once_are_all_asked(tx, monkeypatch):
    monkeypatch.setattr(searches, "COMPARED_AT_ONCE", 2)
    for _ in range(5):
        await save(tx, (await make_person(tx)).id)

    assert await bookmarks.find_matches(tx, await make_post(tx)) == 5


async def test_same_address_is_the_same_search_and_bounds_hold(db, monkeypatch):
    monkeypatch.setattr(searches, "SEARCHES_MAX", 2)
    async with db.write() as tx:
        person, other = await make_person(tx), await make_person(tx)
        first = await save(tx, person.id)
        await bookmarks.switch(tx, person.id, first.id, active=False)
        again = await save(tx, person.id, name="نام دیگر")
        await save(tx, person.id, address="/s/shiraz", city="shiraz", category="")
        await save(tx, other.id)
        assert (again.id, again.name, again.active) == (first.id, "پژو", True)
        assert len(await bookmarks.searches_of(tx, person.id)) == 2

    for refused, said in (
        (bookmarks.TooManySearches, {"address": "/s/qom", "city": "qom"}),
        (bookmarks.InvalidSearch, {"name": " "}),
        (bookmarks.InvalidSearch, {"name": "x" * 61}),
        (bookmarks.InvalidSearch, {"address": "https://evil.example/"}),
        (bookmarks.InvalidSearch, {"criteria": Criteria(words=tuple("abcdefghijklm"))}),
        (taxonomy.UnknownCity, {"city": "nowhere", "address": "/s/nowhere"}),
        (taxonomy.UnknownCategory, {"category": "nothing", "address": "/s/iran/nothing"}),
    ):
        with pytest.raises(refused):
            async with db.write() as tx:
                await save(tx, person.id, **said)
    async with db.read() as tx:
        assert len(await bookmarks.searches_of(tx, person.id)) == 2
