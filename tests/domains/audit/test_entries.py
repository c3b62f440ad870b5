"""The log of changes: written beside the change, read newest first."""

import pytest
from tests.factories.identity import make_person

from dalan.domains import audit
from dalan.domains.audit import CLI, SYSTEM, Actor, Subject
from dalan.kernel import clock
from dalan.kernel.paging import InvalidCursor


async def test_entry_says_who_did_what_to_what_and_when(tx):
    sara = await make_person(tx)

    await audit.record(
        tx, Actor.person(sara.id), "app.edited", Subject.app(7), changed=["display"], count=1
    )

    page = await audit.entries_of(tx, Subject.app(7))
    (entry,) = page.entries
    assert (entry.actor_kind, entry.actor_person_id) == ("person", sara.id)
    assert (entry.action, entry.subject_kind, entry.subject_id) == ("app.edited", "app", "7")
    assert entry.facts == {"changed": ["display"], "count": 1}
    assert entry.at == clock.now()
    assert page.next_cursor == ""


async def test_pages_go_on_where_the_last_one_ended(tx):
    for number in range(5):
        await audit.record(tx, SYSTEM, "app.edited", Subject.app(8), number=number)
    await audit.record(tx, SYSTEM, "app.edited", Subject.app(9))

    seen, cursor = [], ""
    while True:
        page = await audit.entries_of(tx, Subject.app(8), after=cursor, limit=2)
        seen += [entry.facts["number"] for entry in page.entries]
        cursor = page.next_cursor
        if not cursor:
            break

    assert seen == [4, 3, 2, 1, 0]


async def test_filters_narrow_together(tx):
    sara, reza = await make_person(tx), await make_person(tx)
    await audit.record(tx, Actor.person(sara.id), "app.edited", Subject.app(11))
    await audit.record(tx, Actor.operator(sara.id), "app.approved", Subject.app(11))
    await audit.record(tx, Actor.operator(reza.id), "person.blocked", Subject.person(sara.id))
    await audit.record(tx, CLI, "app.approved", Subject.app(12))

    async def actions(**given):
        return [one.action for one in (await audit.entries(tx, **given)).entries]

    assert await actions(subject=Subject.app(11)) == ["app.approved", "app.edited"]
    assert await actions(actor_person_id=sara.id, actor_kind="operator") == ["app.approved"]
    assert await actions(actor_person_id=reza.id) == ["person.blocked"]
    assert await actions(action="app.approved", actor_kind="cli", subject=Subject.app(12)) == [
        "app.approved"
    ]
    assert await actions(action="app.approved", actor_kind="cli", subject=Subject.app(11)) == []


async def test_facts_are_bounded(tx):
    names = [f"n{number}" for number in range(140)]
    await audit.record(tx, SYSTEM, "app.edited", Subject.app(13), note="ب" * 5_000, names=names)

    (entry,) = (await audit.entries_of(tx, Subject.app(13))).entries
    assert len(entry.facts["note"]) == 2_000
    assert entry.facts["names"] == [*names[:100], "+40"]


@pytest.mark.parametrize("cursor", ["x", "kwE", "é", "A" * 600])
async def test_cursor_of_nobody_is_refused(tx, cursor):
    with pytest.raises(InvalidCursor):
        await audit.entries_of(tx, Subject.app(1), after=cursor)


async def test_entry_goes_with_its_change(db):
    class ChangedMind(Exception):
        pass

    with pytest.raises(ChangedMind):
        async with db.write() as tx:
            await audit.record(tx, SYSTEM, "app.edited", Subject.app(14))
            raise ChangedMind

    async with db.read() as tx:
        assert (await audit.entries_of(tx, Subject.app(14))).entries == []
