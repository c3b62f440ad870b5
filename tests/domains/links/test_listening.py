"""Every change of a link is heard of, on both engines, whoever makes it and however it commits."""

import pytest
from sqlalchemy import delete

from dalan.domains import links
from dalan.domains.developers.tables import app
from dalan.domains.links import change_queries, listening
from dalan.kernel.db import Database, statement
from tests.factories.developers import make_app
from tests.factories.links import edit, make_link


@pytest.fixture
async def link(db: Database) -> links.Link:
    async with db.write() as tx:
        return await make_link(tx, (await make_app(tx)).app.id)


async def heard(db: Database, listener: links.ChangeListener) -> set[int] | None:
    async with db.look() as look:
        changed = await listener.heard(look)
    return None if changed is None else set(changed)


async def listening_to(db: Database) -> links.ChangeListener:
    listener = links.ChangeListener()
    assert await heard(db, listener) is None, "who begins knows nothing"
    assert await heard(db, listener) == set()
    return listener


async def test_every_verb_that_changes_a_link_is_heard(db: Database, link):
    listener, id_, owner = await listening_to(db), link.id, link.owner

    for change in (
        lambda tx: links.set_active(tx, id_, owner=owner, active=False),
        lambda tx: links.set_active(tx, id_, owner=owner, active=True),
        lambda tx: edit(tx, id_, link.app_id, target="https://b.example/"),
        lambda tx: edit(tx, id_, link.app_id, expires_at=None),
        lambda tx: edit(tx, id_, link.app_id, visits_max=9),
        lambda tx: links.delete(tx, id_, owner=owner),
        lambda tx: links.restore(tx, id_, owner=owner),
    ):
        async with db.write() as tx:
            await change(tx)

        assert await heard(db, listener) == {id_}
        assert await heard(db, listener) == set()


async def test_link_that_goes_with_its_app_is_heard(db: Database, link):
    listener = await listening_to(db)

    async with db.write() as tx:
        await statement(delete(app)).execute(tx)

    assert await heard(db, listener) == {link.id}


async def test_a_new_link_and_what_is_rolled_back_are_no_news(db: Database, link):
    listener = await listening_to(db)

    async with db.write() as tx:
        await make_link(tx, link.app_id, "https://b.example/")
    with pytest.raises(LookupError):
        async with db.write() as tx:
            await links.set_active(tx, link.id, owner=link.owner, active=False)
            raise LookupError

    assert await heard(db, listener) == set()


async def test_what_bears_on_all_links_is_heard_as_that(db: Database):
    listener = await listening_to(db)

    async with db.write() as tx:
        await links.forget_all(tx)

    assert await heard(db, listener) is None
    assert await heard(db, listener) == set()


async def test_of_very_many_changes_only_that_is_heard(db: Database, monkeypatch):
    monkeypatch.setattr(listening, "READ_MAX", 3)
    listener = await listening_to(db)

    for count in (3, 4):
        async with db.write() as tx:
            for number in range(1, count + 1):
                await change_queries.add.execute(tx, link_id=number)
        assert await heard(db, listener) == (None if count == 4 else {1, 2, 3})

    assert await heard(db, listener) == set()


async def test_change_that_commits_after_a_later_one_is_heard(db: Database, link):
    if db.engine == "sqlite":  # two never write at once there
        return
    async with db.write() as tx:
        other = await make_link(tx, link.app_id, "https://b.example/")
    begun = await listening_to(db)

    async with db.write() as slow:
        await links.set_active(slow, link.id, owner=link.owner, active=False)
        async with db.write() as quick:
            await links.set_active(quick, other.id, owner=link.owner, active=False)
        assert await heard(db, begun) == {other.id}
        late = await listening_to(db)

    assert await heard(db, begun) == {link.id}
    assert await heard(db, late) == {link.id}, "whoever began meanwhile hears it as well"
    assert await heard(db, begun) == set()


async def test_only_the_newest_changes_are_kept(db: Database, monkeypatch):
    monkeypatch.setattr(listening, "KEPT", 2)
    listener = await listening_to(db)
    async with db.write() as tx:
        for number in range(1, 6):
            await change_queries.add.execute(tx, link_id=number)
        await links.purge_changes(tx)

    assert await heard(db, listener) == {4, 5}
