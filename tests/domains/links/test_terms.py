"""What the database decides of a link's terms, and who may change them."""

import asyncio
from datetime import timedelta

import pytest

from dalan.domains import audit, clicks, links, media
from dalan.kernel import clock
from tests.factories.clicks import make_links, make_recorder, told
from tests.factories.developers import make_app
from tests.factories.identity import make_person
from tests.factories.links import KEYS, RULES, edit, make_link
from tests.factories.media import make_file, movie

DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path):
    return media.MediaStore(str(tmp_path / "media"))


@pytest.fixture
async def app_id(tx):
    return (await make_app(tx)).app.id


async def test_links_of_people_and_of_apps_are_apart(tx, app_id):
    person = links.Owner.person((await make_person(tx)).id)

    theirs = await make_link(tx, person)
    ours = await make_link(tx, app_id)

    assert (theirs.owner, ours.owner) == (person, links.Owner.app(app_id))
    assert [one.id for one in await links.page(tx, links.Question(owner=person))] == [theirs.id]
    with pytest.raises(links.UnknownLink):
        await links.of_owner(tx, theirs.hash, owner=links.Owner.app(app_id))
    with pytest.raises(links.AlreadyShortened):
        await make_link(tx, person)


async def test_link_is_there_from_its_first_moment_to_its_last(tx, app_id, moment):
    made = await make_link(
        tx, app_id, valid_from=clock.now() + DAY, expires_at=clock.now() + 2 * DAY
    )

    assert not made.is_plain
    with pytest.raises(links.NotYetValid) as refusal:
        await links.live(tx, made.hash)
    assert refusal.value.link == made
    moment.advance(DAY)
    assert await links.live(tx, made.hash) == made
    moment.advance(DAY)
    with pytest.raises(links.ExpiredLink):
        await links.live(tx, made.hash)


async def test_as_many_visitors_come_as_may_and_an_edit_lets_in_more(tx, app_id):
    made = await make_link(tx, app_id, visits_max=2)

    assert [await links.use_visit(tx, made) for _ in range(2)] == [1, 0]
    for again in (links.use_visit(tx, made), links.check_visits_left(tx, made)):
        with pytest.raises(links.VisitLimitReached):
            await again
    more = await edit(tx, made.id, app_id, visits_max=3)
    assert await links.visits_left(tx, [more]) == {made.id: 1}
    assert await links.use_visit(tx, more) == 0
    free = await edit(tx, made.id, app_id, visits_max=None)
    assert await links.use_visit(tx, free) is None
    assert free.is_plain


async def test_of_many_visitors_at_once_as_many_come_as_may(db):
    async with db.write() as tx:
        made = await make_link(tx, (await make_app(tx)).app.id, visits_max=7)

    async def visit():
        async def work(tx):
            return await links.use_visit(tx, made)

        try:
            return await db.transact(work)
        except links.VisitLimitReached:
            return None

    came = await asyncio.gather(*[visit() for _ in range(25)])

    assert sorted(left for left in came if left is not None) == list(range(7))


async def test_of_many_equal_wishes_at_once_one_is_granted(db):
    async with db.write() as tx:
        app_id = (await make_app(tx)).app.id

    async def one():
        async def work(tx):
            return await make_link(tx, app_id)

        try:
            return await db.transact(work)
        except links.AlreadyShortened:
            return None

    made = await asyncio.gather(*[one() for _ in range(20)])

    assert len([link for link in made if link is not None]) == 1


async def test_password_is_kept_as_a_mac_and_told_from_others(tx, app_id):
    made = await make_link(tx, app_id, password="راز ۱")

    assert made.has_password
    assert await links.find(tx, made.hash) == made
    await links.check_password(tx, made, "راز ۱", KEYS)
    for wrong in ("", "راز 1", "x" * 10_000, "\x00"):
        with pytest.raises(links.ProtectedLink):
            await links.check_password(tx, made, wrong, KEYS)
    assert (await edit(tx, made.id, app_id, password="")).is_plain
    with pytest.raises(links.ProtectedLink):
        await links.check_password(tx, made, "", KEYS)


async def test_guesses_are_few_for_one_guesser_and_for_all(tx, app_id, moment):
    made = await make_link(tx, app_id, password="x")

    async def guess(guesser):
        await links.count_guess(tx, made, guesser=guesser, keys=KEYS)

    for _ in range(10):
        await guess("192.0.2.1")
    with pytest.raises(links.TooManyGuesses) as refusal:
        await guess("192.0.2.1")
    assert refusal.value.retry_after_seconds == 900
    await guess("192.0.2.2")
    await links.uncount_guess(tx, made, guesser="192.0.2.1", keys=KEYS)
    moment.advance(timedelta(minutes=15))
    await guess("192.0.2.1")
    for number in range(199):
        await guess(f"198.51.100.{number}")
    with pytest.raises(links.TooManyGuesses):
        await guess("203.0.113.1")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": "x" * 201}, "title"),
        ({"note": "\x00"}, "note"),
        ({"description": "\ud800"}, "description"),
        ({"picture": "nothing"}, "picture"),
        ({"visits_max": 0}, "visits_max"),
        ({"visits_max": 10**30}, "visits_max"),
        ({"password": "x" * 129}, "password"),
        ({"after_address": "javascript:x"}, "after_address"),
        ({"after_address": "http://127.0.0.1:8000/l/x"}, "after_address"),
        ({"terms": links.Terms(weighted=(links.WeightedTarget("x", 1),))}, "weighted[0].target"),
    ],
)
async def test_what_a_link_may_not_say_is_refused_by_name(tx, app_id, given, field):
    made = await make_link(tx, app_id, "https://other.example/")

    for wish in (make_link(tx, app_id, **given), edit(tx, made.id, app_id, **given)):
        with pytest.raises(links.InvalidLink) as refusal:
            await wish
        assert refusal.value.field == field
    assert await links.by_id(tx, made.id, owner=made.owner) == made
    with pytest.raises(links.InvalidLink):
        await edit(tx, made.id, app_id, valid_from=made.expires_at)


async def test_deleted_link_is_gone_and_keeps_its_hash_until_it_is_restored(tx, app_id, moment):
    made = await make_link(tx, app_id, hash="mine", tags="a,b")
    moment.advance(DAY)

    gone = await links.delete(tx, made.id, owner=made.owner)

    assert gone.deleted_at == clock.now()
    for look in (
        links.live(tx, "mine"),
        links.of_owner(tx, "mine", owner=made.owner),
        links.delete(tx, made.id, owner=made.owner),
    ):
        with pytest.raises(links.UnknownLink):
            await look
    with pytest.raises(links.HashTaken):
        await make_link(tx, app_id, hash="mine")
    assert await links.page(tx, links.Question(owner=made.owner)) == []
    assert await links.of_owner(tx, "mine", owner=made.owner, deleted=True) == gone
    back = await links.restore(tx, made.id, owner=made.owner)
    assert await links.live(tx, "mine") == back
    found = await links.page(tx, links.Question(owner=made.owner, tags="a"))
    assert [one.id for one in found] == [made.id]
    assert await links.restore(tx, made.id, owner=made.owner) == back


async def test_history_says_what_was_changed_by_whom(tx, app_id, moment):
    person = await make_person(tx)
    made = await make_link(tx, app_id, visits_max=5)
    await edit(tx, made.id, app_id, title="نو", tags="a", password="x", visits_max=5)
    await links.edit(
        tx, made.id, owner=made.owner, rules=RULES, changes=links.Changes(title="نو"),
        by=audit.Actor.person(person.id),
    )  # fmt: skip
    await links.set_active(
        tx, made.id, owner=made.owner, active=False, by=audit.Actor.person(person.id)
    )
    await links.delete(tx, made.id, owner=made.owner)
    await links.restore(tx, made.id, owner=made.owner)

    told = (await links.history(tx, made.id)).entries

    assert [one.action for one in told] == [
        "link.restored", "link.deleted", "link.deactivated", "link.edited",
    ]  # fmt: skip
    assert told[-1].facts == {"changed": ["tags", "title", "password"], "app_id": app_id}
    assert told[2].actor_person_id == person.id


async def test_purged_link_leaves_nothing_but_its_hash(tx, app_id, moment):
    made = await make_link(tx, app_id, "https://secret.example/", hash="mine", title="t", tags="a",
                           password="x", after_address="https://a.example/")  # fmt: skip
    await links.delete(tx, made.id, owner=made.owner)
    moment.advance(30 * DAY - timedelta(seconds=1))
    assert await links.purge_deleted(tx, keep=30 * DAY) == 0
    moment.advance(timedelta(seconds=1))

    assert await links.purge_deleted(tx, keep=30 * DAY) == 1

    assert await links.purge_deleted(tx, keep=30 * DAY) == 0
    left = await links.find(tx, "mine")
    assert left is not None
    assert (left.target, left.title, left.tags, left.after_address) == ("-", "", "", "")
    assert not left.has_password
    with pytest.raises(links.HashTaken):
        await make_link(tx, app_id, hash="mine")
    for gone in (links.restore(tx, made.id, owner=made.owner), links.live(tx, "mine")):
        with pytest.raises(links.UnknownLink):
            await gone
    assert await links.deleted(tx, made.owner) == []


async def test_purged_link_leaves_no_statistics_but_its_total(db, tmp_path, moment):
    (link,) = await make_links(db)
    today = moment().replace(hour=0, minute=0)
    recorder = make_recorder(db, tmp_path)
    recorder.note(link.id, "192.0.2.1", told())
    await recorder.drain()
    async with db.write() as tx:
        assert (await clicks.report(tx, [link.id], today, today + DAY)).clicks == 1
        await links.delete(tx, link.id, owner=link.owner)
    moment.advance(30 * DAY)

    async with db.write() as tx:
        await links.purge_deleted(tx, keep=30 * DAY)

    async with db.read() as tx:
        assert (await clicks.report(tx, [link.id], today, today + DAY)).clicks == 0
        assert (await clicks.totals(tx, [link.id]))[link.id].visits == 1


async def test_file_a_link_shows_outlives_its_release_by_others(db, store, moment):
    file = await make_file(db, store, movie(), kind="video")
    async with db.write() as tx:
        app_id = (await make_app(tx)).app.id
        link = await make_link(tx, app_id, file.name, kind="file")
        await media.attach_file(tx, file.id)
        await media.release_files(tx, [file.id])
    moment.advance(40 * DAY)

    await media.purge(db, store, life=DAY)

    async with db.write() as tx:
        assert await media.known_files(tx, [file.name])
        await links.delete(tx, link.id, owner=link.owner)
        await links.purge_deleted(tx, keep=timedelta())
    await media.purge(db, store, life=DAY)
    async with db.look() as tx:
        assert not await media.known_files(tx, [file.name])
