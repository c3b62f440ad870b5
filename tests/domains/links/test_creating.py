"""Short links are made once, found by every spelling, changed by their owner alone."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from dalan.domains import links
from dalan.domains.links import hashes
from dalan.kernel import clock
from tests.factories.developers import make_app
from tests.factories.links import RULES, edit, make_link

DAY = timedelta(days=1)


@pytest.fixture
async def app_id(tx):
    return (await make_app(tx)).app.id


async def test_link_lives_two_years_and_is_found_until_then(tx, app_id, moment):
    made = await make_link(tx, app_id)

    assert made.expires_at == made.created_at + timedelta(days=730)
    assert (made.hash_method, made.kind, made.tags, made.active) == ("auto", "link", "", True)
    assert await links.find(tx, made.hash) == made
    moment.advance(730 * DAY - timedelta(seconds=1))
    assert made.is_live(clock.now())
    moment.advance(timedelta(seconds=1))
    assert not made.is_live(clock.now())
    forever = await make_link(tx, app_id, rules=msgspec.structs.replace(RULES, life=None))
    assert forever.expires_at is None
    assert forever.is_live(clock.now())


async def test_chosen_hash_is_found_by_what_looks_the_same_and_given_once(tx, app_id):
    made = await make_link(tx, app_id, hash="علی")

    assert (made.hash, made.hash_method) == ("علی", "custom")
    assert await links.find(tx, "علي") == made
    for taken in ("علی", "علي", "عـلی"):
        with pytest.raises(links.HashTaken):
            await make_link(tx, app_id, "https://other.example/", hash=taken)
    assert (await make_link(tx, app_id, "https://b.example/", hash="Ali")).hash
    assert (await make_link(tx, app_id, "https://c.example/", hash="ali")).hash
    for unknown in ("", "x" * 10_000, "a\x00", "\u0640", "علی" + "\u0640" * 2_000):
        assert await links.find(tx, unknown) is None


async def test_hash_of_an_expired_or_deactivated_link_stays_taken(tx, app_id, moment):
    made = await make_link(tx, app_id, hash="one")
    await links.set_active(tx, made.id, owner=links.Owner.app(app_id), active=False)
    with pytest.raises(links.HashTaken):
        await make_link(tx, app_id, hash="one")
    await links.set_active(tx, made.id, owner=links.Owner.app(app_id), active=True)
    moment.advance(800 * DAY)

    with pytest.raises(links.HashTaken):
        await make_link(tx, app_id, hash="one")


async def test_each_short_domain_has_hashes_of_its_own(tx, app_id):
    await links.add_domain(tx, "dln.example", own=links.OwnAddresses("http://127.0.0.1:8000"))
    here = await make_link(tx, app_id, "https://a.example/", hash="one")
    there = await make_link(tx, app_id, "https://b.example/", hash="one", domain="dln.example")

    assert await links.find(tx, "one") == here
    assert await links.find(tx, "one", domain="dln.example") == there
    assert await links.find(tx, "one", domain="x.example") is None


async def test_drawn_hash_that_is_taken_is_drawn_again_and_longer_after_five(
    tx, app_id, monkeypatch
):
    await make_link(tx, app_id, "https://a.example/", hash="aaaaaaa")
    drawn = []

    def same(*, crowded=False):
        drawn.append(crowded)
        return "aaaaaaaa" if crowded else "aaaaaaa"

    monkeypatch.setattr(hashes, "drawn", same)

    made = await make_link(tx, app_id, "https://b.example/")

    assert made.hash == "aaaaaaaa"
    assert drawn == [False] * 5 + [True]


async def test_same_again_is_refused_reused_or_allowed_as_the_operator_says(tx, app_id, moment):
    first = await make_link(tx, app_id)

    with pytest.raises(links.AlreadyShortened) as refusal:
        await make_link(tx, app_id, " https://example.com/ ", hash="mine")
    assert refusal.value.hash == first.hash
    reuse = msgspec.structs.replace(RULES, duplicates="reuse")
    assert await make_link(tx, app_id, rules=reuse) == first
    allow = msgspec.structs.replace(RULES, duplicates="allow")
    second = await make_link(tx, app_id, rules=allow)
    assert second.hash != first.hash
    assert (await make_link(tx, app_id, kind="content")).hash
    other = (await make_app(tx)).app.id
    assert (await make_link(tx, other)).hash
    for one in (first, second):
        await links.set_active(tx, one.id, owner=links.Owner.app(app_id), active=False)
    third = await make_link(tx, app_id)
    await edit(tx, third.id, app_id, expires_at=clock.now() + DAY)
    with pytest.raises(links.AlreadyShortened):
        await make_link(tx, app_id)
    moment.advance(DAY)
    assert (await make_link(tx, app_id)).hash


async def test_refusals_come_in_the_order_of_the_contract(tx, app_id):
    await make_link(tx, app_id, hash="taken")
    long = "x" * 65

    with pytest.raises(links.TargetMissing):
        await make_link(tx, app_id, " ", hash="a/b", tags="x" * 51)
    with pytest.raises(links.InvalidLink):
        await make_link(tx, app_id, "ftp://x/", hash=long)
    with pytest.raises(links.InvalidLink):
        await make_link(tx, app_id, tags="x" * 51, hash=long)
    with pytest.raises(links.HashTooLong):
        await make_link(tx, app_id, hash=long)
    with pytest.raises(links.HashTaken):
        await make_link(tx, app_id, hash="taken")


async def test_key_asked_with_again_answers_the_same_link(tx, app_id):
    wish = links.Wish("link", "https://example.com/")

    async def ask(wish, *, of=app_id, key="key"):
        return await links.create(
            tx, wish, owner=links.Owner.app(of), rules=RULES, idempotency_key=key
        )

    first = await ask(wish)
    assert await ask(wish) == first
    with pytest.raises(links.KeyReused):
        await ask(links.Wish("link", "https://example.com/other"))
    other = (await make_app(tx)).app.id
    assert (await ask(wish, of=other)).id != first.id
    with pytest.raises(links.InvalidLink):
        await ask(wish, key="k" * 256)


async def test_owner_alone_changes_a_link(tx, app_id, moment):
    made = await make_link(tx, app_id, hash="one", tags="a,b")
    stranger = (await make_app(tx)).app.id
    moment.advance(DAY)
    until = clock.now() + DAY

    changed = await edit(tx, made.id, app_id, target="https://new.example/")
    changed = await edit(tx, made.id, app_id, tags="ج، b")
    changed = await edit(tx, made.id, app_id, expires_at=until)
    changed = await links.set_active(tx, made.id, owner=links.Owner.app(app_id), active=False)

    assert await links.of_owner(tx, "one", owner=links.Owner.app(app_id)) == changed
    assert (changed.target, changed.tags, changed.active) == ("https://new.example/", "ج,b", False)
    assert (changed.expires_at, changed.changed_at) == (until, clock.now())
    for change in (
        edit(tx, made.id, stranger, target="https://x.example/"),
        edit(tx, made.id, stranger, tags=""),
        edit(tx, made.id, stranger, expires_at=None),
        links.set_active(tx, made.id, owner=links.Owner.app(stranger), active=True),
        links.of_owner(tx, "one", owner=links.Owner.app(stranger)),
        links.of_owner(tx, "two", owner=links.Owner.app(app_id)),
    ):
        with pytest.raises(links.UnknownLink):
            await change
    with pytest.raises(links.InvalidLink):
        await edit(tx, made.id, app_id, target="ftp://x/")
    assert await links.of_owner(tx, "one", owner=links.Owner.app(app_id)) == changed


async def test_edited_link_is_searched_and_compared_by_what_it_says_now(tx, app_id):
    made = await make_link(tx, app_id, "https://old.example/")
    await edit(tx, made.id, app_id, target="https://new.example/")

    assert (await make_link(tx, app_id, "https://old.example/")).hash
    with pytest.raises(links.AlreadyShortened):
        await make_link(tx, app_id, "https://new.example/")
    found = await links.page(tx, links.Question(owner=links.Owner.app(app_id), text="NEW.example"))
    assert [one.id for one in found] == [made.id]


async def test_of_many_who_want_one_hash_at_once_one_has_it(db):
    async with db.write() as tx:
        app_id = (await make_app(tx)).app.id

    async def one(number):
        async def work(tx):
            return await make_link(tx, app_id, f"https://example.com/{number}", hash="wanted")

        try:
            return await db.transact(work)
        except links.HashTaken:
            return None

    made = await asyncio.gather(*[one(number) for number in range(40)])

    assert len([link for link in made if link is not None]) == 1


async def test_of_many_with_one_key_at_once_one_link_comes(db):
    async with db.write() as tx:
        app_id = (await make_app(tx)).app.id
    wish = links.Wish("content", "x")

    async def one():
        async def work(tx):
            return await links.create(
                tx, wish, owner=links.Owner.app(app_id), rules=RULES, idempotency_key="key"
            )

        return (await db.transact(work)).id

    made = await asyncio.gather(*[one() for _ in range(20)])

    assert len(set(made)) == 1
    async with db.look() as look:
        assert await links.count(look, links.Question(owner=links.Owner.app(app_id))) == 1


async def test_of_many_who_change_one_link_at_once_each_sees_what_the_others_made(db):
    async with db.write() as tx:
        app_id = (await make_app(tx)).app.id
        link = await make_link(tx, app_id, "https://example.com/", tags="first")

    async def changed(number):
        async def work(tx):
            return await edit(tx, link.id, app_id, tags=f"tag {number}", note=str(number))

        await db.transact(work)

    await asyncio.gather(*[changed(number) for number in range(10)])

    async with db.look() as look:
        now = await links.by_id(look, link.id, owner=link.owner)
        assert await links.tags_of(look, link.owner) == [(now.tags, 1)]
        assert now.tags == f"tag {now.note}"


async def test_of_many_who_delete_or_restore_one_link_at_once_one_does(db):
    async with db.write() as tx:
        app_id = (await make_app(tx)).app.id
        link = await make_link(tx, app_id, "https://example.com/", tags="first")
        await make_link(tx, app_id, "https://other.example/", tags="first")

    async def deleted():
        async def work(tx):
            return await links.delete(tx, link.id, owner=link.owner)

        try:
            return await db.transact(work)
        except links.UnknownLink:
            return None

    async def restored():
        async def work(tx):
            return await links.restore(tx, link.id, owner=link.owner)

        return await db.transact(work)

    async def counted():
        async with db.look() as look:
            everything = links.Question(owner=link.owner)
            return await links.count(look, everything), await links.tags_of(look, link.owner)

    gone = [one for one in await asyncio.gather(*[deleted() for _ in range(10)]) if one is not None]
    assert len(gone) == 1
    assert await counted() == (1, [("first", 1)])

    await asyncio.gather(*[restored() for _ in range(10)])
    assert await counted() == (2, [("first", 2)])
    async with db.look() as look:
        entries = (await links.history(look, link.id)).entries
    assert [one.action for one in entries] == ["link.restored", "link.deleted"]
