"""Members: who may name whom, and the owner an app keeps."""

import asyncio

import pytest
from tests.factories.developers import make_app
from tests.factories.identity import make_person

from dalan.domains import developers
from dalan.domains.developers import (
    AlreadyMember,
    LastOwner,
    NotAllowed,
    UnknownApp,
    UnknownMember,
)


async def team(tx):
    """An app with an owner, an admin and a developer."""
    app = (await make_app(tx)).app
    ids = {"owner": app.owner_id}
    for role in ("admin", "developer"):
        ids[role] = (await make_person(tx)).id
        await developers.add_member(
            tx, app.id, by_person_id=app.owner_id, person_id=ids[role], role=role
        )
    return app, ids


async def test_app_for_member_is_unknown_to_others(tx):
    app, ids = await team(tx)
    stranger = (await make_person(tx)).id

    found, member = await developers.app_for_member(tx, app.slug, ids["developer"])

    assert (found.id, member.role) == (app.id, "developer")
    for slug, person_id in [(app.slug, stranger), ("no-such-app", ids["owner"])]:
        with pytest.raises(UnknownApp):
            await developers.app_for_member(tx, slug, person_id)
    with pytest.raises(NotAllowed):
        await developers.app_for_member(tx, app.slug, ids["developer"], at_least="admin")
    await developers.app_for_member(tx, app.slug, ids["owner"], at_least="admin")


@pytest.mark.parametrize(
    ("by", "role", "allowed"),
    [
        ("owner", "owner", True),
        ("admin", "admin", True),
        ("admin", "owner", False),
        ("developer", "developer", False),
    ],
)
async def test_members_are_named_up_to_ones_own_role(tx, by, role, allowed):
    app, ids = await team(tx)
    newcomer = (await make_person(tx)).id
    named = developers.add_member(tx, app.id, by_person_id=ids[by], person_id=newcomer, role=role)

    if allowed:
        await named
        with pytest.raises(AlreadyMember):
            await developers.add_member(
                tx, app.id, by_person_id=ids[by], person_id=newcomer, role=role
            )
    else:
        with pytest.raises(NotAllowed):
            await named


async def test_stranger_names_nobody(tx):
    app, _ = await team(tx)
    stranger = (await make_person(tx)).id

    with pytest.raises(UnknownMember):
        await developers.add_member(
            tx, app.id, by_person_id=stranger, person_id=stranger, role="developer"
        )


async def test_admin_cannot_unmake_an_owner(tx):
    app, ids = await team(tx)

    with pytest.raises(NotAllowed):
        await developers.remove_member(
            tx, app.id, by_person_id=ids["admin"], person_id=ids["owner"]
        )
    with pytest.raises(NotAllowed):
        await developers.change_role(
            tx, app.id, by_person_id=ids["admin"], person_id=ids["admin"], role="owner"
        )


async def test_last_owner_stays(tx):
    app, ids = await team(tx)
    me = {"by_person_id": ids["owner"], "person_id": ids["owner"]}

    with pytest.raises(LastOwner):
        await developers.remove_member(tx, app.id, **me)
    with pytest.raises(LastOwner):
        await developers.change_role(tx, app.id, **me, role="admin")


async def test_ownership_passes_on_when_an_owner_leaves(tx):
    app, ids = await team(tx)
    await developers.change_role(
        tx, app.id, by_person_id=ids["owner"], person_id=ids["admin"], role="owner"
    )

    await developers.remove_member(tx, app.id, by_person_id=ids["owner"], person_id=ids["owner"])

    assert (await developers.app(tx, app.id)).owner_id == ids["admin"]
    assert {one.person_id for one in await developers.members(tx, app.id)} == {
        ids["admin"],
        ids["developer"],
    }


async def test_developer_may_leave(tx):
    app, ids = await team(tx)

    await developers.remove_member(
        tx, app.id, by_person_id=ids["developer"], person_id=ids["developer"]
    )

    assert not await developers.is_member(tx, app.id, ids["developer"])


async def test_two_owners_leaving_at_once_leave_one(db):
    async with db.write() as tx:
        app = (await make_app(tx)).app
        other = (await make_person(tx)).id
        await developers.add_member(
            tx, app.id, by_person_id=app.owner_id, person_id=other, role="owner"
        )

    async def leave(person_id):
        async with db.write() as tx:
            await developers.remove_member(tx, app.id, by_person_id=person_id, person_id=person_id)

    results = await asyncio.gather(leave(app.owner_id), leave(other), return_exceptions=True)

    assert sum(isinstance(one, LastOwner) for one in results) == 1
    async with db.read() as tx:
        assert len(await developers.members(tx, app.id)) == 1
