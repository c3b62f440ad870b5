"""The businesses a person works in, and their professional picture. Reference 5.1."""

from typing import Final

from dalan.domains import businesses, media
from dalan.surfaces.kenar.call import Call
from dalan.surfaces.kenar.routes.finder import PREFIX
from dalan.surfaces.kenar.wire import businesses as wire
from dalan.surfaces.operations import Operation

PICTURE_SIZE: Final[media.Size] = 600

_TYPES: dict[businesses.BusinessType, wire.BusinessType] = {
    "CAR": "CAR_BUSINESS",
    "REAL_ESTATE": "REAL_ESTATE_BUSINESS",
    "JOBS": "JOBS_BUSINESS",
    "MARKETPLACE": "MARKETPLACE_BUSINESS",
    "SERVICES": "PREMIUM_PANEL",
    "PERSONAL": "PERSONAL",
}
"""This list of the contract has no services; strict clients refuse what is not in it."""

_ROLES: dict[businesses.BusinessRole, wire.UserRole] = {
    "owner": "ROLE_OWNER",
    "manager": "ROLE_ADMIN",
    "member": "ROLE_AGENT",
}


async def get_user_businesses(call: Call) -> wire.GetUserBusinessesResponse:
    """Every business the person works in, with their role there."""
    person_id = call.person.person_id
    roles = await businesses.roles_of_person(call.look, person_id)
    return wire.GetUserBusinessesResponse(
        businesses=[
            wire.Business(
                business_token=one.token,
                business_type=_TYPES[one.type],
                brand_name=one.name,
                brand_description=one.about,
                user_role=_ROLES[roles[one.id]],
            )
            for one in await businesses.of_person(call.look, person_id)
        ]
    )


async def get_pro_user_profile_image(call: Call) -> wire.GetProUserProfileImageResponse:
    """The person's professional picture; nothing when they set none."""
    image_id = await businesses.profile_image(call.look, call.person.person_id)
    images = await media.images_by_id(call.look, [image_id or 0])
    image = images.get(image_id or 0)
    if image is None:
        return wire.GetProUserProfileImageResponse()
    return wire.GetProUserProfileImageResponse(
        image_id=image.name,
        image_url=call.services.settings.base_url + media.path_of(image.name, PICTURE_SIZE),
    )


OPERATIONS = (
    Operation(
        method="GET",
        paths=(f"{PREFIX}/user/businesses",),
        handle=get_user_businesses,
        answer=wire.GetUserBusinessesResponse,
        permission="GET_USER_BUSINESSES",
        scopes=("USER_BUSINESSES_READ",),
        tag="Finder",
    ),
    Operation(
        method="GET",
        paths=(f"{PREFIX}/pro-user/profile-image",),
        handle=get_pro_user_profile_image,
        answer=wire.GetProUserProfileImageResponse,
        permission="GET_PRO_USER_PROFILE_IMAGE",
        scopes=("PRO_USER_PROFILE_IMAGE_READ",),
        tag="Finder",
    ),
)
