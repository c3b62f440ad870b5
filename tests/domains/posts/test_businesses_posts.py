"""Who acts on a business's posts, and what becomes of them when people leave."""

from typing import Any

import pytest

from dalan.domains import businesses, posts
from dalan.kernel import outbox
from dalan.resources import resource_kinds
from tests.factories.identity import make_person
from tests.factories.posts import make_post


async def staffed(tx):
    people = [await make_person(tx) for _ in range(3)]
    owner, manager, member = people
    business = await businesses.open_business(tx, owner_id=owner.id, name="دالان", kind="CAR")
    roles: list[tuple[Any, businesses.BusinessRole]] = [(manager, "manager"), (member, "member")]
    for person, role in roles:
        await businesses.add_member(
            tx, business.id, by_person_id=owner.id, person_id=person.id, role=role
        )
    return business, owner, manager, member


async def test_roles_decide_who_acts_on_a_colleagues_post(tx):
    business, owner, manager, member = await staffed(tx)
    post = await make_post(tx, owner_id=owner.id, business_id=business.id)
    stranger = await make_person(tx)

    for person, reads, manages in (
        (owner, True, True),
        (manager, True, True),
        (member, True, False),
        (stranger, False, False),
    ):
        assert await posts.may_act(tx, post, person.id) is reads
        assert await posts.may_act(tx, post, person.id, least="manager") is manages
        assert await posts.may_let_in(tx, person_id=person.id, token=post.token) is manages
    assert not await posts.may_act(tx, post, None)


async def test_members_manage_what_they_submitted_until_they_leave(tx):
    business, owner, _, member = await staffed(tx)
    post = await make_post(tx, owner_id=member.id, business_id=business.id)
    assert await posts.may_act(tx, post, member.id, least="manager")

    await businesses.remove_member(tx, business.id, by_person_id=owner.id, person_id=member.id)

    assert not await posts.may_act(tx, post, member.id)
    assert await posts.may_act(tx, post, owner.id, least="manager")


async def test_what_nobody_shares_is_its_owners_alone(tx):
    post = await make_post(tx)

    assert await posts.may_act(tx, post, post.owner_id, least="owner")
    assert not await posts.may_act(tx, post, (await make_person(tx)).id)


async def heard(db) -> None:
    worker = outbox.Worker(db, posts.listeners())
    await worker.drain()


async def test_posts_of_whoever_left_pass_to_the_owner_and_their_own_do_not(db):
    async with db.write() as tx:
        business, owner, _, member = await staffed(tx)
        shared = await make_post(tx, owner_id=member.id, business_id=business.id)
        own = await make_post(tx, owner_id=member.id)
        await businesses.remove_member(tx, business.id, by_person_id=member.id, person_id=member.id)

    await heard(db)

    async with db.look() as look:
        found = await posts.by_ids(look, [shared.id, own.id])
    assert found[shared.id].owner_id == owner.id
    assert found[own.id].owner_id == member.id


async def test_posts_of_a_business_that_closes_go_off_display(db):
    async with db.write() as tx:
        business, owner, _, member = await staffed(tx)
        shared = [
            await make_post(tx, owner_id=person.id, business_id=business.id, title=f"پژو {n}")
            for n, person in enumerate((owner, member))
        ]
        own = await make_post(tx, owner_id=owner.id)
        await businesses.close_business(tx, business.id, by_person_id=owner.id)

    await heard(db)

    async with db.look() as look:
        found = await posts.by_ids(look, [one.id for one in (*shared, own)])
    assert [found[one.id].state for one in (*shared, own)] == ["retired", "retired", "published"]


@pytest.mark.parametrize(("number", "stands"), [(0, True), (1, True), (2, False)])
async def test_owners_and_managers_may_agree_for_a_business(tx, number, stands):
    business, *people = await staffed(tx)
    kind = resource_kinds()["business"]

    assert await kind.standing(tx, people[number].id, business.token) is stands


async def test_a_business_is_described_to_whoever_is_asked_for_it(tx):
    business, *_ = await staffed(tx)
    kind = resource_kinds()["business"]

    described = await kind.describe(tx, business.token)

    assert described is not None
    assert (described.title, described.url) == ("دالان", f"/b/{business.token}")
    assert await kind.describe(tx, "nobody000") is None
    assert not await kind.standing(tx, (await make_person(tx)).id, "../admin")
