"""Add-ons of people and businesses: said once, looked up by every post they fit."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from dalan.domains import addons, developers, identity, posts
from dalan.domains.addons import spread_queries, spreading
from dalan.kernel import clock
from dalan.kernel.db import Database, WriteTransaction
from tests.factories.addons import submit, worker
from tests.factories.developers import make_app
from tests.factories.identity import make_person
from tests.factories.posts import make_post
from tests.factories.spreads import make_business, shown, spread, spread_business, titled

COUNTS = "SELECT (SELECT count(*) FROM post_addon), (SELECT count(*) FROM spread_content)"


async def test_last_thirty_posts_and_those_to_come_show_it_and_nobody_elses(tx, app, owner_id):
    before = [await make_post(tx, owner_id=owner_id, title=f"پژو {n}") for n in range(32)]
    others = await make_post(tx)

    await spread(tx, app, owner_id)
    later = await make_post(tx, owner_id=owner_id)

    assert [len(await shown(tx, post)) for post in before] == [0, 0] + [1] * 30
    assert await shown(tx, later) == ["الف"]
    assert await shown(tx, others) == []


async def test_nothing_is_written_for_posts_however_many_there_are(tx, app, owner_id):
    for n in range(40):
        await make_post(tx, owner_id=owner_id, title=f"پژو {n}")

    await spread(tx, app, owner_id)

    assert await tx.rows(COUNTS, ()) == [(0, 1)]


@pytest.mark.parametrize(
    ("query", "owner"),
    [
        (spread_queries.on_post_of_person, {"person_id": 1}),
        (spread_queries.on_post_of_business, {"business_id": 1}),
    ],
)
async def test_page_of_a_post_reads_no_table_whole_to_find_them(tx, query, owner):
    values = {"post_id": 1, "at": clock.now(), **owner}
    compiled = query.compiled(tx.engine)
    how = "EXPLAIN QUERY PLAN" if tx.engine == "sqlite" else "EXPLAIN"
    if tx.engine == "postgresql":  # which reads a table without rows whole, whatever stands beside
        await tx.execute("SET LOCAL enable_seqscan = off", ())

    rows = await tx.rows(f"{how} {compiled.sql}", compiled.arguments(values))

    plan = " ".join(str(row[-1]) for row in rows)
    assert "Seq Scan" not in plan
    assert "SCAN spread" not in plan


async def test_named_categories_and_groups_alone_show_it_and_the_thirty_are_counted_among_them(
    tx, app, owner_id
):
    cars = [await make_post(tx, owner_id=owner_id, title=f"پژو {n}") for n in range(31)]
    phones = [
        await make_post(tx, owner_id=owner_id, category="mobile-phones", title=f"گوشی {n}")
        for n in range(3)
    ]

    await spread(tx, app, owner_id, categories=["vehicles", "apartment-rent", "vehicles"])
    later = await make_post(tx, owner_id=owner_id, category="mobile-phones", title="تازه")

    assert [len(await shown(tx, post)) for post in cars] == [0] + [1] * 30
    assert [await shown(tx, post) for post in (*phones, later)] == [[]] * 4


async def test_posts_outside_the_places_of_the_app_do_not_show_it(tx, app, owner_id):
    phone = await make_post(tx, owner_id=owner_id, category="mobile-phones", title="گوشی")
    car = await make_post(tx, owner_id=owner_id)
    await developers.approve(tx, app.slug, categories=["light"], cities=["tehran"])
    elsewhere = await make_post(tx, owner_id=owner_id, city="mashhad")

    await spread(tx, await developers.app(tx, app.id), owner_id)

    assert [await shown(tx, post) for post in (phone, car, elsewhere)] == [[], ["الف"], []]


async def test_saying_something_else_holds_for_later_posts_and_keeps_the_name(tx, app, owner_id):
    first = await make_post(tx, owner_id=owner_id)
    uuid = await spread(tx, app, owner_id, "یک")
    second = await make_post(tx, owner_id=owner_id)

    assert await spread(tx, app, owner_id, "دو") == uuid
    third = await make_post(tx, owner_id=owner_id)

    assert [await shown(tx, post) for post in (first, second, third)] == [["یک"], ["یک"], ["دو"]]
    assert await spread(tx, app, owner_id, "سه") == uuid
    fourth = await make_post(tx, owner_id=owner_id)
    assert [await shown(tx, post) for post in (first, third, fourth)] == [["یک"], ["دو"], ["سه"]]


async def test_saying_something_else_before_any_post_came_leaves_one_content(tx, app, owner_id):
    for text in ("یک", "دو", "سه"):
        await spread(tx, app, owner_id, text)

    assert await tx.rows(COUNTS, ()) == [(0, 1)]
    assert await shown(tx, await make_post(tx, owner_id=owner_id)) == ["سه"]


async def test_it_is_over_after_three_months_and_what_comes_next_is_new(tx, app, owner_id, moment):
    post = await make_post(tx, owner_id=owner_id)
    uuid = await spread(tx, app, owner_id)

    moment.advance(addons.LIFETIME - timedelta(seconds=1))
    assert await shown(tx, post) == ["الف"]
    moment.advance(timedelta(seconds=1))
    assert await shown(tx, post) == []
    assert await addons.of_app_on_person(tx, app_id=app.id, person_id=owner_id) is None

    assert await spread(tx, app, owner_id, "ب") != uuid
    assert await shown(tx, post) == ["ب"]


async def test_saying_the_same_again_makes_it_last_where_it_is(tx, app, owner_id, moment):
    post = await make_post(tx, owner_id=owner_id)
    uuid = await spread(tx, app, owner_id, notes="یک")
    moment.advance(timedelta(days=60))
    later = await make_post(tx, owner_id=owner_id)

    assert await spread(tx, app, owner_id, notes="دو") == uuid
    moment.advance(timedelta(days=60))

    assert [await shown(tx, one) for one in (post, later)] == [["الف"]] * 2
    (known,) = await addons.of_person(tx, owner_id)
    assert known.notes == "دو"


async def test_what_was_said_earlier_ends_in_its_own_time(tx, app, owner_id, moment):
    early = await make_post(tx, owner_id=owner_id)
    await spread(tx, app, owner_id, "یک")
    moment.advance(timedelta(days=60))
    await spread(tx, app, owner_id, "دو")
    late = await make_post(tx, owner_id=owner_id)
    moment.advance(timedelta(days=30))

    assert [await shown(tx, post) for post in (early, late)] == [[], ["دو"]]
    await addons.purge(tx)
    assert await tx.rows(COUNTS, ()) == [(0, 1)]
    assert await shown(tx, late) == ["دو"]
    moment.advance(timedelta(days=60))
    await addons.purge(tx)
    assert await tx.rows("SELECT count(*) FROM spread_addon", ()) == [(0,)]


async def test_take_back_removes_it_from_all_posts_and_another_apps_stays(tx, app, owner_id):
    other = (await make_app(tx, production=True)).app
    post = await make_post(tx, owner_id=owner_id)
    uuid = await spread(tx, app, owner_id, "یک")
    theirs = await spread(tx, other, owner_id, "دو")

    with pytest.raises(addons.UnknownAddon):
        await addons.take_back(tx, app_id=app.id, uuid=theirs)
    await addons.take_back(tx, app_id=app.id, uuid=uuid.upper())

    assert await shown(tx, post) == ["دو"]
    for name in (uuid, "", "7", "x" * 300, "0912"):
        with pytest.raises(addons.UnknownAddon):
            await addons.take_back(tx, app_id=app.id, uuid=name)


async def test_what_is_made_after_a_take_back_reaches_the_last_posts_again(tx, app, owner_id):
    post = await make_post(tx, owner_id=owner_id)
    uuid = await spread(tx, app, owner_id, "یک")
    await addons.take_back(tx, app_id=app.id, uuid=uuid)

    assert await spread(tx, app, owner_id, "دو") != uuid

    assert await shown(tx, post) == ["دو"]


async def test_the_most_specific_of_an_app_is_shown_and_one_block_only(db: Database):
    async with db.write() as tx:
        app = (await make_app(tx, production=True)).app
        other = (await make_app(tx, production=True)).app
        owner_id = (await make_person(tx)).id
        business = await make_business(tx, owner_id)
        post = await make_post(tx, owner_id=owner_id, business_id=business.id)

    async def after(work: Any) -> list[str]:
        async with db.write() as tx:
            await work(tx)
        await worker(db).drain()
        async with db.read() as tx:
            return await shown(tx, post)

    assert await after(lambda tx: spread_business(tx, app, business, owner_id, "کسب‌وکار")) == [
        "کسب‌وکار"
    ]
    assert await after(lambda tx: spread(tx, other, owner_id, "دیگری")) == ["دیگری", "کسب‌وکار"]
    assert await after(lambda tx: spread(tx, app, owner_id, "شخص")) == ["دیگری", "شخص"]
    assert await after(
        lambda tx: submit(tx, app, post.token, titled("آگهی"), person_id=owner_id)
    ) == ["آگهی", "دیگری"]


async def test_one_of_a_person_that_does_not_fit_gives_way_to_the_business(tx, app, owner_id):
    business = await make_business(tx, owner_id)
    post = await make_post(tx, owner_id=owner_id, business_id=business.id)
    await spread(tx, app, owner_id, "شخص", categories=["mobile-phones"])

    await spread_business(tx, app, business, owner_id, "کسب‌وکار")

    assert await shown(tx, post) == ["کسب‌وکار"]


async def test_taking_it_off_one_post_keeps_it_on_the_others_until_it_is_made_anew(
    db: Database, moment
):
    async with db.write() as tx:
        app = (await make_app(tx, production=True)).app
        owner_id = (await make_person(tx)).id
        post, other = [await make_post(tx, owner_id=owner_id) for _ in range(2)]
        uuid = await spread(tx, app, owner_id, "شخص")
    moment.advance(timedelta(seconds=1))
    for _ in range(2):
        async with db.write() as tx:
            await addons.delete(tx, app_id=app.id, post_token=post.token)
        await worker(db).drain()

    async with db.read() as tx:
        assert [await shown(tx, one) for one in (post, other)] == [[], ["شخص"]]
        assert await addons.of_app_on_post(tx, app_id=app.id, post_token=post.token) is None
    async with db.write() as tx:
        await submit(tx, app, post.token, titled("آگهی"), person_id=owner_id)
    await worker(db).drain()
    async with db.read() as tx:
        assert await shown(tx, post) == ["آگهی"]

    async with db.write() as tx:
        await addons.delete(tx, app_id=app.id, post_token=post.token)
    await worker(db).drain()
    moment.advance(timedelta(seconds=1))
    async with db.write() as tx:
        assert await shown(tx, post) == []
        await addons.take_back(tx, app_id=app.id, uuid=uuid)
        await spread(tx, app, owner_id, "از نو")
        assert await shown(tx, post) == ["از نو"]


async def test_one_that_was_hidden_on_a_post_is_not_shown_there_by_another_way(tx, app, owner_id):
    post = await make_post(tx, owner_id=owner_id)
    await tx.execute(
        "INSERT INTO post_addon (app_id, post_id, widgets, generation, notes, semantic,"
        " semantic_hashed, linkage, status, score, created_at, last_modified_at)"
        f" SELECT {app.id}, {post.id}, '[]', 3, '', '{{}}', '{{}}', 'POST_DETAILS', 'HIDDEN', 0,"
        f" created_at, created_at FROM post WHERE id = {post.id}",
        [],
    )

    await spread(tx, app, owner_id)

    assert await shown(tx, post) == []


async def test_a_business_shows_it_on_all_it_published_and_changes_it_everywhere(
    tx, app, owner_id, moment
):
    business = await make_business(tx, owner_id)
    colleague_id = (await make_person(tx)).id
    mine = await make_post(tx, owner_id=owner_id, business_id=business.id)
    theirs = await make_post(tx, owner_id=colleague_id, business_id=business.id)
    waiting = await make_post(
        tx, owner_id=owner_id, business_id=business.id, state="waiting_for_review"
    )
    private = await make_post(tx, owner_id=owner_id)

    uuid = await spread_business(tx, app, business, owner_id, "یک")
    later = await make_post(tx, owner_id=colleague_id, business_id=business.id)
    every = (mine, theirs, later)

    assert [await shown(tx, post) for post in every] == [["یک"]] * 3
    assert [await shown(tx, post) for post in (waiting, private)] == [[], []]
    moment.advance(timedelta(days=400))
    assert await spread_business(tx, app, business, owner_id, "دو") == uuid
    assert [await shown(tx, post) for post in every] == [["دو"]] * 3
    assert await shown(tx, await posts.publish(tx, waiting)) == ["دو"]
    assert await addons.remove_from_business(tx, app_id=app.id, business_id=business.id)
    assert not await addons.remove_from_business(tx, app_id=app.id, business_id=business.id)
    assert [await shown(tx, post) for post in every] == [[]] * 3


async def test_posts_that_pass_to_a_colleague_show_what_the_colleague_has(tx, app, owner_id):
    business, heir_id = await make_business(tx, owner_id), (await make_person(tx)).id
    await spread(tx, app, owner_id, "از اولی")
    await spread(tx, app, heir_id, "از دومی")
    post = await make_post(tx, owner_id=owner_id, business_id=business.id)
    assert await shown(tx, post) == ["از اولی"]

    await posts.hand_over(tx, business.id, from_person_id=owner_id, to_person_id=heir_id)
    passed_on = await posts.by_token(tx, post.token)

    assert passed_on is not None
    assert await shown(tx, passed_on) == ["از دومی"]


async def test_a_development_app_is_shown_on_its_teams_development_posts_alone(tx):
    app = (await make_app(tx)).app
    real = await make_post(tx, owner_id=app.owner_id)
    own = await make_post(tx, owner_id=app.owner_id, development=True)
    foreign = await make_post(tx, development=True)

    await spread(tx, app, app.owner_id)
    await spread(tx, app, foreign.owner_id)

    assert [await shown(tx, post, app.owner_id) for post in (real, own, foreign)] == [
        [], ["الف"], []
    ]  # fmt: skip
    assert await shown(tx, own) == []


async def test_paused_and_suspended_apps_are_shown_to_their_team_or_nobody(tx, app, owner_id):
    post = await make_post(tx, owner_id=owner_id)
    await spread(tx, app, owner_id)

    await developers.pause(tx, app.slug)
    assert await shown(tx, post) == []
    assert await shown(tx, post, app.owner_id) == ["الف"]
    await developers.suspend(tx, app.slug)
    assert await shown(tx, post, app.owner_id) == []
    await developers.lift_suspension(tx, app.slug)
    await developers.resume(tx, app.slug)
    assert await shown(tx, post) == ["الف"]


async def test_published_values_earn_a_tag_and_all_others_are_hashed(tx, app, owner_id):
    post = await make_post(tx, owner_id=owner_id)
    said = {"identity_verification_result": "FACE_AND_ID_MATCHED", "ref": "A-17"}

    await spread(tx, app, owner_id, semantic=said)

    (block,) = await addons.of_post(tx, post, viewer_id=None)
    assert block.tags == ["IDENTITY_VERIFIED"]
    assert (list(block.addon.semantic), list(block.addon.semantic_hashed)) == (
        ["identity_verification_result"], ["ref"]
    )  # fmt: skip
    assert "A-17" not in str(block.addon)


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ([], "body"),
        ({"categories": "light"}, "categories"),
        ({"categories": [7]}, "categories[0]"),
        ({"categories": ["light", "nowhere"]}, "categories[1]"),
        ({"categories": ["light"] * 301}, "categories"),
        ({"widgets": "x"}, "widgets"),
        ({"cost": 5}, "ticket_uuid"),
        ({"verification_cost": 5}, "ticket_uuid"),
        ({"verification_cost": -5}, "verification_cost"),
        ({"cost": 2**31, "ticket_uuid": "x"}, "cost"),
        ({"ticket_uuid": 5}, "ticket_uuid"),
        ({"semantic": {"a": 1}}, "semantic.a"),
        ({"notes": 5}, "notes"),
    ],
)
def test_what_is_wrong_is_refused_naming_the_field(body, where):
    with pytest.raises(addons.InvalidAddon) as refused:
        addons.read_person_submission(body)

    assert refused.value.field == where


async def test_whoever_left_or_is_shut_out_gets_none(tx, app, owner_id):
    await identity.block(tx, person_id=owner_id)
    with pytest.raises(identity.PersonBlocked):
        await spread(tx, app, owner_id)

    assert await tx.rows(COUNTS, ()) == [(0, 0)]


async def test_posts_beyond_what_is_looked_at_are_left_out(tx, app, owner_id, monkeypatch):
    monkeypatch.setattr(spreading, "LOOKED_BACK_MAX", 4)
    old = await make_post(tx, owner_id=owner_id)
    phones = [
        await make_post(tx, owner_id=owner_id, category="mobile-phones", title=f"گوشی {n}")
        for n in range(3)
    ]
    car = await make_post(tx, owner_id=owner_id)

    await spread(tx, app, owner_id, categories=["light"])

    assert [await shown(tx, post) for post in (old, *phones, car)] == [[]] * 4 + [["الف"]]


async def test_crowd_of_processes_makes_one_addon_with_one_name(db: Database):
    async with db.write() as tx:
        app = (await make_app(tx, production=True)).app
        owner_id = (await make_person(tx)).id
        business = await make_business(tx, owner_id)
        post = await make_post(tx, owner_id=owner_id)

    async def once(number: int) -> tuple[str, str]:
        async def work(tx: WriteTransaction) -> tuple[str, str]:
            return (
                await spread(tx, app, owner_id, f"متن {number}"),
                await spread_business(tx, app, business, owner_id, f"متن {number}"),
            )

        return await db.transact(work)

    named = await asyncio.gather(*(once(number) for number in range(12)))

    assert len(set(named)) == 1
    async with db.read() as look:
        assert await look.rows("SELECT count(*) FROM spread_addon", ()) == [(2,)]
        assert len(await shown(look, post)) == 1


async def test_crowd_that_makes_and_takes_back_leaves_nothing(db: Database):
    async with db.write() as tx:
        app = (await make_app(tx, production=True)).app
        owner_id = (await make_person(tx)).id

    async def once(number: int) -> None:
        async def make(tx: WriteTransaction) -> str:
            return await spread(tx, app, owner_id, f"متن {number}")

        async def take_back(tx: WriteTransaction) -> None:
            with suppress(addons.UnknownAddon):  # somebody else was quicker
                await addons.take_back(tx, app_id=app.id, uuid=uuid)

        uuid = await db.transact(make)
        await db.transact(take_back)

    await asyncio.gather(*(once(number) for number in range(12)))

    async with db.read() as look:
        assert await look.rows("SELECT count(*) FROM spread_addon", ()) == [(0,)]
        assert await look.rows("SELECT count(*) FROM spread_content", ()) == [(0,)]
