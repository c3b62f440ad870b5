"""People: one for each number, whatever happens at once."""

import asyncio

import pytest
from tests.factories.identity import make_person

from dalan.domains import identity
from dalan.kernel.text import TextTooLong


async def test_register_known_number_keeps_the_person_as_they_are(tx):
    first = await identity.register(tx, phone="+989121234567", name="نگار")

    again = await identity.register(tx, phone="+989121234567", name="somebody", language="en")

    assert again == first
    assert await identity.person(tx, first.id) == first
    assert await identity.person_by_phone(tx, "+989121234567") == first


async def test_register_one_number_at_once_makes_one_person(db):
    async def register() -> int:
        async with db.write() as tx:
            return (await identity.register(tx, phone="+989121234567")).id

    ids = await asyncio.gather(*(register() for _ in range(5)))

    assert len(set(ids)) == 1


async def test_unknown_person_is_refused(tx):
    with pytest.raises(identity.NoSuchPerson):
        await identity.person(tx, 987_654_321)
    assert await identity.person_by_phone(tx, "+989129999999") is None


async def test_rename_stores_what_was_typed_cleaned(tx):
    person = await make_person(tx)

    await identity.rename(tx, person_id=person.id, name="  علی\u200cرضا\n نوری ")
    await identity.set_language(tx, person_id=person.id, language="en")

    after = await identity.person(tx, person.id)
    assert (after.name, after.language) == ("علی\u200cرضا  نوری", "en")


async def test_rename_too_long_is_refused_and_changes_nothing(tx):
    person = await make_person(tx)

    with pytest.raises(TextTooLong):
        await identity.rename(tx, person_id=person.id, name="ا" * 61)

    assert await identity.person(tx, person.id) == person


async def test_people_gives_those_there_are_by_id(tx):
    first, second = await make_person(tx), await make_person(tx)

    found = await identity.people(tx, [second.id, first.id, 987_654_321])

    assert found == {first.id: first, second.id: second}


async def test_people_are_found_by_name_however_it_is_spelled(tx):
    typed = ("نگار کاظمي", "آرش كاظم‌زاده", "100% Sara_M")
    made = {name: await make_person(tx, name=name) for name in typed}

    async def found(name: str) -> list[str]:
        return [one.name for one in await identity.find_people(tx, name)]

    assert set(await found("کاظم")) == {typed[0], typed[1]}
    assert await found("ارش") == [typed[1]]
    assert await found("sara_m") == [typed[2]]
    assert await found("0%") == [typed[2]]
    assert await found("a%m") == []
    assert await found("  ") == []
    assert [one.id for one in await identity.find_people(tx, "کاظم", limit=1)] == [
        made[typed[1]].id
    ]
