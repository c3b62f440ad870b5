"""Favourites: kept once, for one person, with a private note, whatever becomes of the post."""

import asyncio
from datetime import timedelta

import pytest

from dalan.domains import bookmarks, posts
from dalan.domains.bookmarks import favourites
from tests.factories.identity import make_person
from tests.factories.posts import make_post


async def test_kept_posts_come_newest_first_and_each_once(tx, moment):
    person, other = await make_person(tx), await make_person(tx)
    first, second = await make_post(tx), await make_post(tx)
    await bookmarks.keep(tx, person.id, first)
    moment.advance(timedelta(minutes=1))
    await bookmarks.keep(tx, person.id, second)
    await bookmarks.keep(tx, person.id, first)
    await bookmarks.keep(tx, other.id, first)

    kept = await bookmarks.bookmarks_of(tx, person.id)

    assert [one.post_id for one in kept] == [second.id, first.id]
    assert await bookmarks.kept_among(tx, person.id, [first.id, second.id, 0]) == {
        first.id,
        second.id,
    }
    assert await bookmarks.kept_among(tx, other.id, [first.id, second.id]) == {first.id}
    assert await bookmarks.kept_among(tx, person.id, []) == frozenset()


async def test_note_is_cleaned_kept_through_another_press_and_goes_with_the_post(tx):
    person, other = await make_person(tx), await make_person(tx)
    post = await make_post(tx)
    await bookmarks.keep(tx, person.id, post)
    await bookmarks.keep(tx, other.id, post)

    await bookmarks.write_note(tx, person.id, post.id, "  زنگ بزنم\nفردا ")
    await bookmarks.keep(tx, person.id, post)

    [mine] = await bookmarks.bookmarks_of(tx, person.id)
    [theirs] = await bookmarks.bookmarks_of(tx, other.id)
    assert (mine.note, theirs.note) == ("زنگ بزنم\nفردا", "")
    with pytest.raises(bookmarks.InvalidNote):
        await bookmarks.write_note(tx, person.id, post.id, "x" * (bookmarks.NOTE_LENGTH_MAX + 1))
    [mine] = await bookmarks.bookmarks_of(tx, person.id)
    assert mine.note == "زنگ بزنم\nفردا", "a refused note changes nothing"
    await bookmarks.let_go(tx, person.id, post.id)
    await bookmarks.let_go(tx, person.id, post.id)
    with pytest.raises(bookmarks.InvalidNote):
        await bookmarks.write_note(tx, person.id, post.id, "نیست")
    await bookmarks.keep(tx, person.id, post)
    [mine] = await bookmarks.bookmarks_of(tx, person.id)
    assert mine.note == ""
    assert [one.note for one in await bookmarks.bookmarks_of(tx, other.id)] == [""]


async def test_kept_post_stays_when_it_is_over_and_hoarding_is_bounded(db, monkeypatch):
    monkeypatch.setattr(favourites, "BOOKMARKS_MAX", 2)
    async with db.write() as tx:
        person = await make_person(tx)
        some = [await make_post(tx) for _ in range(3)]
        for post in some[:2]:
            await bookmarks.keep(tx, person.id, post)
        await posts.delete(tx, some[0])

    with pytest.raises(bookmarks.TooManyBookmarks) as refused:
        async with db.write() as tx:
            await bookmarks.keep(tx, person.id, some[2])

    assert refused.value.allowed == 2
    async with db.read() as tx:
        assert {one.post_id for one in await bookmarks.bookmarks_of(tx, person.id)} == {
            some[0].id,
            some[1].id,
        }


async def test_two_presses_at_once_keep_it_once_and_a_closed_account_keeps_nothing(db):
    async with db.write() as tx:
        person, other = await make_person(tx), await make_person(tx)
        post = await make_post(tx)
        await bookmarks.keep(tx, other.id, post)

    async def press() -> None:
        await db.transact(lambda tx: bookmarks.keep(tx, person.id, post))

    await asyncio.gather(*(press() for _ in range(4)))

    async with db.write() as tx:
        assert len(await bookmarks.bookmarks_of(tx, person.id)) == 1
        await bookmarks.forget(tx, person.id)
        assert not await bookmarks.bookmarks_of(tx, person.id)
        assert len(await bookmarks.bookmarks_of(tx, other.id)) == 1
