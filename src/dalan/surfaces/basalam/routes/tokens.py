"""What a token is, told to whoever holds it. Reference 2.1 and 4.17; not in the contract."""

from typing import Final

from dalan.domains import developers, identity, media
from dalan.kernel import clock, phone
from dalan.surfaces.basalam.call import Call
from dalan.surfaces.basalam.routes.users import READS_PROFILE
from dalan.surfaces.basalam.wire import users as wire
from dalan.surfaces.basalam.wire.shapes import moment
from dalan.surfaces.operations import Operation

LOGO_SIZE: Final = 200


async def who_am_i(call: Call) -> wire.WhoAmI:
    """Whose token it is, and the app it was issued to; the number with customer.profile.read."""
    person = await identity.person(call.look, call.person_id)
    number = await identity.number_of(call.look, call.person_id)
    return wire.WhoAmI(
        id=number.number,
        name=person.name,
        mobile=phone.national(person.phone) if call.allows(READS_PROFILE) else None,
        hash_id=number.hash_id,
        client=wire.Client(
            id=await developers.basalam_client_id(call.look, call.caller.app_id),
            name=call.caller.app.display,
            image_url=await _logo_url(call),
        ),
    )


async def validate(call: Call) -> wire.Validity:
    """That the token lives: whose it is, what it allows, and for how long."""
    number = await identity.number_of(call.look, call.person_id)
    bearer = call.caller.bearer
    return wire.Validity(
        user_id=number.number,
        client_id=await developers.basalam_client_id(call.look, call.caller.app_id),
        scopes=sorted({name for name, _ in bearer.scopes}),
        expires_at=moment(bearer.expires_at),
        expires_in=max(0, round((bearer.expires_at - clock.now()).total_seconds())),
    )


async def _logo_url(call: Call) -> str | None:
    image_id = call.caller.app.avatar_image_id
    if image_id is None:
        return None
    images = await media.images_by_id(call.look, [image_id])
    if image_id not in images:
        return None
    path = media.path_of(images[image_id].name, LOGO_SIZE)
    return f"{call.services.settings.base_url}{path}"


OPERATIONS = (
    Operation(
        method="GET",
        paths=("/whoami",),
        handle=who_am_i,
        answer=wire.WhoAmI,
        tag="Tokens",
        documented=False,
    ),
    Operation(
        method="GET",
        paths=("/validate",),
        handle=validate,
        answer=wire.Validity,
        tag="Tokens",
        documented=False,
    ),
)
