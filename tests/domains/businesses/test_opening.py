"""Businesses, and who may act for them."""

from typing import Any

import pytest

from dalan.domains import businesses, media, taxonomy
from tests.factories.developers import make_app
from tests.factories.identity import make_person
from tests.factories.media import make_image


async def opened(tx, **said):
    owner = await make_person(tx)
    said = {"name": "املاک دالان", "kind": "REAL_ESTATE"} | said
    return owner, await businesses.open_business(tx, owner_id=owner.id, **said)


async def test_a_business_is_found_by_its_token_and_among_those_of_its_owner(tx):
    owner, business = await opened(tx)

    assert await businesses.by_token(tx, business.token) == business
    assert await businesses.of_person(tx, owner.id) == [business]
    assert await businesses.is_member(tx, business.id, owner.id, least="owner")


@pytest.mark.parametrize("token", ["", "nobody000", "../etc/pass", "آبپ", "x" * 100])
async def test_an_unknown_token_is_no_business(tx, token):
    with pytest.raises(businesses.UnknownBusiness):
        await businesses.by_token(tx, token)


@pytest.mark.parametrize(
    ("said", "field"),
    [({"name": "ا"}, "name"), ({"name": "ا" * 61}, "name"), ({"kind": "CIRCUS"}, "type")],
)
async def test_open_refuses_what_no_business_may_say(tx, said, field):
    with pytest.raises(businesses.InvalidBusiness) as refused:
        await opened(tx, **said)

    assert refused.value.field == field


async def test_open_in_an_unknown_city_is_refused(tx):
    with pytest.raises(taxonomy.UnknownCity):
        await opened(tx, city="atlantis")


async def test_only_members_act_for_a_business(tx):
    _, business = await opened(tx)
    stranger = await make_person(tx)

    with pytest.raises(businesses.NotOfBusiness):
        await businesses.check_member(tx, business.id, stranger.id)


async def test_an_app_submits_for_a_business_once_its_owner_linked_it(tx):
    owner, business = await opened(tx)
    app = (await make_app(tx)).app
    assert not await businesses.is_linked(tx, business.id, app_id=app.id)

    for _ in range(2):
        await businesses.link_app(tx, business.id, app_id=app.id, by_person_id=owner.id)

    assert await businesses.is_linked(tx, business.id, app_id=app.id)
    with pytest.raises(businesses.NotOfBusiness):
        await businesses.link_app(
            tx, business.id, app_id=app.id, by_person_id=(await make_person(tx)).id
        )


async def test_an_app_that_is_unlinked_submits_no_more(tx):
    owner, business = await opened(tx)
    app = (await make_app(tx)).app
    await businesses.link_app(tx, business.id, app_id=app.id, by_person_id=owner.id)

    await businesses.unlink_app(tx, business.id, app_id=app.id, by_person_id=owner.id)

    assert not await businesses.is_linked(tx, business.id, app_id=app.id)
    assert await businesses.linked_apps(tx, business.id) == []


async def test_what_a_business_says_is_changed_by_its_managers(tx):
    owner, business = await opened(tx)
    colleague = await make_person(tx)
    said: dict[str, Any] = {
        "name": "املاک نو", "kind": "SERVICES", "about": "از ۱۳۷۰", "city": "tehran",
        "address": "خیابان آزادی", "hours": "۹ تا ۱۸",
    }  # fmt: skip
    await businesses.add_member(
        tx, business.id, by_person_id=owner.id, person_id=colleague.id, role="member"
    )
    with pytest.raises(businesses.NotOfBusiness):
        await businesses.edit_business(tx, business.id, by_person_id=colleague.id, **said)
    await businesses.change_role(
        tx, business.id, by_person_id=owner.id, person_id=colleague.id, role="manager"
    )

    edited = await businesses.edit_business(tx, business.id, by_person_id=colleague.id, **said)

    assert (edited.name, edited.type, edited.city) == ("املاک نو", "SERVICES", "tehran")
    assert (edited.address, edited.hours) == ("خیابان آزادی", "۹ تا ۱۸")
    assert await businesses.by_token(tx, business.token) == edited


async def test_nobody_acts_for_a_business_that_is_closed(tx):
    owner, business = await opened(tx)

    await businesses.close_business(tx, business.id, by_person_id=owner.id)

    assert await businesses.of_person(tx, owner.id) == []
    assert not await businesses.is_member(tx, business.id, owner.id)
    with pytest.raises(businesses.UnknownBusiness):
        await businesses.by_token(tx, business.token)


async def test_one_person_owns_a_bounded_number_of_businesses(tx):
    owner, _ = await opened(tx)
    for _number in range(9):
        await businesses.open_business(tx, owner_id=owner.id, name="یکی دیگر", kind="CAR")

    with pytest.raises(businesses.TooManyOfBusiness):
        await businesses.open_business(tx, owner_id=owner.id, name="یازدهمی", kind="CAR")


async def test_a_professional_picture_is_set_and_taken_away(db, tmp_path):
    image = await make_image(db, media.MediaStore(str(tmp_path)))
    async with db.write() as tx:
        person = await make_person(tx)
        assert await businesses.profile_image(tx, person.id) is None
        for _ in range(2):
            await businesses.set_profile_image(tx, person_id=person.id, image_id=image.id)
        assert await businesses.profile_image(tx, person.id) == image.id
        await businesses.set_profile_image(tx, person_id=person.id, image_id=None)
        assert await businesses.profile_image(tx, person.id) is None
