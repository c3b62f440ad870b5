"""Add-ons of people and of businesses, which their posts show. Reference 5.2."""

import msgspec

from dalan.domains import addons, businesses, developers, identity
from dalan.kernel import phone
from dalan.surfaces.kenar.call import Call
from dalan.surfaces.kenar.routes.listing import for_older_clients, listed
from dalan.surfaces.kenar.routes.semantic import OtherPerson, check_number, text_in
from dalan.surfaces.kenar.wire import addons as wire
from dalan.surfaces.kenar.wire.common import Empty
from dalan.surfaces.operations import Operation


async def create_user_addon(call: Call) -> wire.CreatedUserAddon:
    """Make an add-on of the consenting person, or say something else for later posts.

    Shown on their last thirty posts and those to come, for three months. A ticket pays for the
    work in the same step.
    """
    submission = addons.read_person_submission(call.content)
    await _check_id(call, call.path["divar_user_id"])
    await check_number(call, text_in(call.content, "phone"), call.person.person_id)
    return await _spread(call, submission)


async def create_user_addon_by_phone(call: Call) -> wire.CreatedUserAddon:
    """The same, with the person named by number."""
    submission = addons.read_person_submission(call.content)
    await check_number(call, call.path["phone"], call.person.person_id)
    return await _spread(call, submission)


async def create_user_addon_of_before(call: Call) -> wire.CreatedUserAddon:
    """The same in the form of 2023: semantic data is plain unless it is said to be sensitive."""
    submission = addons.read_person_submission(call.content, generation=1)
    await check_number(call, call.path["phone"], call.person.person_id)
    return await _spread(call, submission)


async def list_user_addons(call: Call) -> wire.UserAddons:
    """What this app made of a person whom it knows by id; nothing of anybody it does not know."""
    user_id, number = call.path["divar_user_id"], call.query.get("phone", "")
    person_id = await developers.person_of_user_id(call.look, call.app.app_id, user_id)
    if number and await _person_with(call, number) != person_id:
        person_id = None
    return wire.UserAddons(user_addons=await _listed(call, person_id, number))


async def list_user_addons_by_phone(call: Call) -> wire.UserAddonsOfBefore:
    """The same by number, under both names real clients read. Whether anybody has that number is
    not told."""
    person_id = await _person_with(call, call.path["phone"])
    user_id = call.query.get("divar_user_id", "")
    if user_id and person_id != await developers.person_of_user_id(
        call.look, call.app.app_id, user_id
    ):
        person_id = None
    found = await _listed(call, person_id, call.path["phone"])
    return wire.UserAddonsOfBefore(
        user_addons=found,
        addons=[
            msgspec.structs.replace(one, widgets=for_older_clients(one.widgets)) for one in found
        ],
    )


async def delete_user_addon(call: Call) -> Empty:
    """Take away what this app made of a person, from all their posts."""
    await addons.take_back(call.unit, app_id=call.app.app_id, uuid=call.path["id"])
    return Empty()


async def create_business_addon(call: Call) -> wire.CreatedBusinessAddon:
    """Put an add-on on whatever a business publishes, those to come too, or change it there.

    The person who agreed must still be one of its owners or managers.
    """
    submission = addons.read_submission(call.content)
    business = await businesses.by_token(call.look, call.path["business_token"])
    person_id = call.person.person_id
    await businesses.check_member(call.look, business.id, person_id, least="manager")
    uuid = await addons.spread_over_business(
        call.unit,
        app=await developers.app(call.unit, call.app.app_id),
        business_id=business.id,
        person_id=person_id,
        submission=submission,
        keys=call.services.keys,
    )
    return wire.CreatedBusinessAddon(id=uuid)


async def _spread(call: Call, submission: addons.PersonSubmission) -> wire.CreatedUserAddon:
    user_id = text_in(call.content, "divar_user_id")
    if user_id:
        await _check_id(call, user_id)
    uuid = await addons.spread_over_person(
        call.unit,
        app=await developers.app(call.unit, call.app.app_id),
        person_id=call.person.person_id,
        submission=submission,
        keys=call.services.keys,
    )
    return wire.CreatedUserAddon(id=uuid)


async def _check_id(call: Call, user_id: str) -> None:
    """Raises ``OtherPerson`` unless the id is that of whoever agreed."""
    named = await developers.person_of_user_id(call.look, call.app.app_id, user_id)
    if named != call.person.person_id:
        raise OtherPerson("divar_user_id")


async def _person_with(call: Call, number: str) -> int | None:
    """Who has that number. Raises ``phone.InvalidPhone``."""
    person = await identity.person_by_phone(call.look, phone.parse(number))
    return None if person is None else person.id


async def _listed(call: Call, person_id: int | None, number: str) -> list[wire.UserAddon]:
    app_id = call.app.app_id
    spread = (
        await addons.of_app_on_person(call.look, app_id=app_id, person_id=person_id)
        if person_id is not None
        else None
    )
    if spread is None or person_id is None:
        return []
    one = await listed(call, spread, outer_id=spread.uuid)
    known_as = await developers.user_id_of(call.look, app_id=app_id, person_id=person_id)
    return [
        wire.UserAddon(
            meta_data=one.meta_data,
            filters=wire.UserAddonFilters(categories=spread.categories),
            divar_user_id=known_as or "",
            phone=phone.national(phone.parse(number)) if number else "",
            widgets=one.widgets,
            semantic=one.semantic,
            semantic_sensitives=one.semantic_sensitives,
            notes=spread.notes,
        )
    ]


_BY_PHONE = "open-platform/addons/user/{phone}"
_BY_ID = "/v2/open-platform/addons/users/{divar_user_id}"
_CREATE = "USER_ADDON_CREATE"

OPERATIONS = (
    Operation(
        method="POST",
        paths=(_BY_ID,),
        handle=create_user_addon,
        body=wire.CreateUserAddonBody,
        answer=wire.CreatedUserAddon,
        permission=_CREATE,
        scopes=(_CREATE,),
        tag="Addons",
    ),
    Operation(
        method="POST",
        paths=(f"/v2/{_BY_PHONE}",),
        handle=create_user_addon_by_phone,
        body=wire.CreateUserAddonBody,
        answer=wire.CreatedUserAddon,
        permission=_CREATE,
        scopes=(_CREATE,),
        tag="Addons",
    ),
    Operation(
        method="POST",
        paths=(f"/v1/{_BY_PHONE}",),
        handle=create_user_addon_of_before,
        answer=wire.CreatedUserAddon,
        permission=_CREATE,
        scopes=(_CREATE,),
        tag="Addons",
        documented=False,
    ),
    Operation(
        method="GET",
        paths=(_BY_ID,),
        handle=list_user_addons,
        answer=wire.UserAddons,
        query=wire.ListUserAddonsQuery,
        tag="Addons",
        documented=False,
    ),
    Operation(
        method="GET",
        paths=(f"/v1/{_BY_PHONE}",),
        handle=list_user_addons_by_phone,
        answer=wire.UserAddonsOfBefore,
        query=wire.ListUserAddonsByPhoneQuery,
        tag="Addons",
        documented=False,
    ),
    Operation(
        method="DELETE",
        paths=("/v1/open-platform/addons/user/{id}",),
        handle=delete_user_addon,
        answer=Empty,
        permission=("USER_ADDON_DELETE", _CREATE),
        tag="Addons",
    ),
    Operation(
        method="POST",
        paths=(
            "/v1/open-platform/addons/business/{business_token}",
            "/v2/open-platform/addons/business/{business_token}",
        ),
        handle=create_business_addon,
        body=wire.CreateBusinessAddonBody,
        answer=wire.CreatedBusinessAddon,
        permission="BUSINESS_ADDON_CREATE",
        scopes=("BUSINESS_ADDON_CREATE",),
        resource="business_token",
        tag="Addons",
    ),
)
