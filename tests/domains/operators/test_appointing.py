"""Operators: made, given another role, dismissed, and never all of them."""

import pytest
from tests.factories.identity import make_person

from dalan.domains import operators
from dalan.domains.operators import BeyondRole, LastAdmin, UnknownOperator


async def test_person_is_no_operator_until_appointed(tx):
    sara = await make_person(tx)
    assert await operators.operator(tx, sara.id) is None
    with pytest.raises(UnknownOperator):
        await operators.require(tx, sara.id)

    made = await operators.appoint(tx, sara.id, role="reviewer")

    assert (await operators.require(tx, sara.id, "apps")) == made
    assert [one.person_id for one in await operators.operators(tx)] == [sara.id]


@pytest.mark.parametrize(
    ("role", "refused"),
    [
        ("admin", set()),
        ("reviewer", {"people", "audit", "operators"}),
        ("support", {"apps", "audit", "operators"}),
    ],
)
async def test_roles_reach_as_far_as_they_say(tx, role, refused):
    sara = await make_person(tx)
    await operators.appoint(tx, sara.id, role=role)

    for duty in ("apps", "people", "audit", "operators"):
        if duty in refused:
            with pytest.raises(BeyondRole):
                await operators.require(tx, sara.id, duty)
        else:
            assert (await operators.require(tx, sara.id, duty)).role == role


async def test_last_admin_stays(tx):
    sara, reza = await make_person(tx), await make_person(tx)
    await operators.appoint(tx, sara.id, role="admin")
    await operators.appoint(tx, reza.id, role="support")

    with pytest.raises(LastAdmin):
        await operators.dismiss(tx, sara.id)
    with pytest.raises(LastAdmin):
        await operators.appoint(tx, sara.id, role="reviewer")
    await operators.appoint(tx, reza.id, role="admin")
    await operators.dismiss(tx, sara.id)

    assert [one.person_id for one in await operators.operators(tx)] == [reza.id]


async def test_dismissing_somebody_else_is_refused(tx):
    with pytest.raises(UnknownOperator):
        await operators.dismiss(tx, (await make_person(tx)).id)
