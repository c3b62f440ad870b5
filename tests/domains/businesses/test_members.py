"""Who works in a business."""

import asyncio
from typing import Any

import pytest

from dalan.domains import businesses
from tests.factories.identity import make_person


async def staffed(tx):
    """A business with an owner, a manager and a member."""
    people = [await make_person(tx) for _ in range(3)]
    owner, manager, member = people
    business = await businesses.open_business(tx, owner_id=owner.id, name="دالان", kind="CAR")
    roles: list[tuple[Any, businesses.BusinessRole]] = [(manager, "manager"), (member, "member")]
    for person, role in roles:
        await businesses.add_member(
            tx, business.id, by_person_id=owner.id, person_id=person.id, role=role
        )
    return business, owner, manager, member


async def test_whoever_is_let_in_works_there_in_that_role(tx):
    business, owner, manager, member = await staffed(tx)

    everybody = await businesses.members(tx, business.id)

    assert [(one.person_id, one.role) for one in everybody] == [
        (owner.id, "owner"),
        (manager.id, "manager"),
        (member.id, "member"),
    ]
    assert await businesses.is_member(tx, business.id, manager.id, least="manager")
    assert not await businesses.is_member(tx, business.id, member.id, least="manager")
    assert await businesses.of_person(tx, member.id) == [business]


async def test_nobody_is_let_in_twice(tx):
    business, owner, manager, _ = await staffed(tx)

    with pytest.raises(businesses.AlreadyOfBusiness):
        await businesses.add_member(
            tx, business.id, by_person_id=owner.id, person_id=manager.id, role="member"
        )

    assert await businesses.role_of(tx, business.id, manager.id) == "manager"


async def test_only_owners_change_who_works_there(tx):
    business, owner, manager, member = await staffed(tx)
    stranger = await make_person(tx)
    for by in (manager, member, stranger):
        with pytest.raises(businesses.NotOfBusiness):
            await businesses.add_member(
                tx, business.id, by_person_id=by.id, person_id=stranger.id, role="owner"
            )
        with pytest.raises(businesses.NotOfBusiness):
            await businesses.change_role(
                tx, business.id, by_person_id=by.id, person_id=by.id, role="owner"
            )
        with pytest.raises(businesses.NotOfBusiness):
            await businesses.remove_member(tx, business.id, by_person_id=by.id, person_id=owner.id)


async def test_everybody_may_leave_but_the_last_owner(tx):
    business, owner, manager, member = await staffed(tx)
    for one in (manager, member):
        await businesses.remove_member(tx, business.id, by_person_id=one.id, person_id=one.id)

    with pytest.raises(businesses.LastOwnerOfBusiness):
        await businesses.remove_member(tx, business.id, by_person_id=owner.id, person_id=owner.id)
    with pytest.raises(businesses.LastOwnerOfBusiness):
        await businesses.change_role(
            tx, business.id, by_person_id=owner.id, person_id=owner.id, role="member"
        )

    assert [one.person_id for one in await businesses.members(tx, business.id)] == [owner.id]


async def test_whoever_does_not_work_there_is_no_colleague(tx):
    business, owner, _, _ = await staffed(tx)
    stranger = await make_person(tx)

    with pytest.raises(businesses.UnknownColleague):
        await businesses.remove_member(
            tx, business.id, by_person_id=owner.id, person_id=stranger.id
        )


async def test_members_are_bounded(tx):
    business, owner, _, _ = await staffed(tx)

    async def let_in() -> None:
        person = await make_person(tx)
        await businesses.add_member(
            tx, business.id, by_person_id=owner.id, person_id=person.id, role="member"
        )

    for _ in range(businesses.MEMBERS_MAX - 3):
        await let_in()
    with pytest.raises(businesses.TooManyOfBusiness):
        await let_in()


async def test_two_owners_who_leave_at_once_leave_one(db):
    async with db.write() as tx:
        business, owner, manager, _ = await staffed(tx)
        await businesses.change_role(
            tx, business.id, by_person_id=owner.id, person_id=manager.id, role="owner"
        )

    async def leave(person_id: int) -> None:
        async def work(tx) -> None:
            await businesses.remove_member(
                tx, business.id, by_person_id=person_id, person_id=person_id
            )

        await db.transact(work)

    done = await asyncio.gather(leave(owner.id), leave(manager.id), return_exceptions=True)

    refused = [one for one in done if one is not None]
    assert [type(one) for one in refused] == [businesses.LastOwnerOfBusiness]
    async with db.look() as look:
        left = await businesses.members(look, business.id)
    assert [one.role for one in left].count("owner") == 1
