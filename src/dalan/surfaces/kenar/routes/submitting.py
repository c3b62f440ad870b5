"""New posts, for a person or as a provider for a business. Reference 5.6 and 8.4."""

from collections.abc import Sequence

from dalan.domains import businesses, posts
from dalan.errors import DalanError, Invalid
from dalan.surfaces.kenar.call import Call
from dalan.surfaces.kenar.routes.posts import (
    EXPERIMENTAL,
    image_names,
    location_type_of,
    named_in_body,
    operation,
    video_of,
)
from dalan.surfaces.kenar.wire import posts as wire


class BusinessMissing(Invalid):
    """The post would belong to nobody: name a business, or bring a person's token."""

    code = "kenar.business_missing"

    def __init__(self) -> None:
        super().__init__("business_token is needed here, or the access token of a person")
        self.field = "business_token"


async def submit_user_post(call: Call) -> wire.SubmitPostResponse:
    """Submit a post for the person, or for a business the person works in; it waits for payment."""
    body = call.body(wire.SubmitUserPostRequest)
    person_id = call.person.person_id
    business_id = None
    if body.business_token:
        business = await businesses.by_token(call.look, body.business_token)
        await businesses.check_member(call.look, business.id, person_id)
        business_id = business.id
    await posts.check_may_submit(call.unit, person_id)
    post = await _submit(call, body, owner_id=person_id, business_id=business_id)
    return wire.SubmitPostResponse(post_token=post.token)


async def submit_post_v2(call: Call) -> wire.SubmitPostResponse:
    """Submit a post as a provider, for a business linked to the app; it waits for payment.

    The text of the contract wants the person's standing too, though no scope is listed: a token
    that comes along must be of somebody who works there, and without a business the post is that
    person's own.
    """
    body = call.body(wire.SubmitPostRequest)
    person_id = call.bearer.person_id if call.bearer is not None else None
    business_id = None
    if body.business_token:
        business = await businesses.by_token(call.look, body.business_token)
        business_id = business.id
        if not await businesses.is_linked(call.look, business.id, app_id=call.app.app_id):
            if person_id is None:
                raise businesses.NotOfBusiness
            await businesses.check_member(call.look, business.id, person_id)
        person_id = person_id or await businesses.owner_of(call.look, business.id)
    if person_id is None:
        raise BusinessMissing
    await posts.check_not_banned(call.unit, person_id)
    post = await _submit(
        call,
        body,
        owner_id=person_id,
        business_id=business_id,
        as_provider=True,
        landline_numbers=body.landline_numbers,
    )
    return wire.SubmitPostResponse(post_token=post.token)


async def can_user_submit_post(call: Call) -> wire.CanUserSubmitPostResponse:
    """Whether the person may submit a post now; the contract gives no reason."""
    try:
        await posts.check_may_submit(call.look, call.person.person_id)
    except DalanError:
        return wire.CanUserSubmitPostResponse()
    return wire.CanUserSubmitPostResponse(can_submit=True)


async def _submit(
    call: Call,
    body: wire.SubmitUserPostRequest | wire.SubmitPostRequest,
    *,
    owner_id: int,
    business_id: int | None,
    as_provider: bool = False,
    landline_numbers: Sequence[str] = (),
) -> posts.Post:
    general = body.general_data
    development = call.app.is_development
    with named_in_body():
        return await posts.create(
            call.unit,
            owner_id=owner_id,
            category=general.category_slug,
            city=general.city,
            district=general.district,
            title=general.title,
            description=general.description,
            fields=body.category_fields,
            image_names=image_names(general.images),
            chat_enabled=general.chat_enabled,
            hide_phone=general.hide_phone,
            details=posts.Details(
                location_type=location_type_of(general.location_type),
                latitude=general.latitude,
                longitude=general.longitude,
                video=video_of(general.video),
                landline_numbers=tuple(landline_numbers),
            ),
            state=posts.first_state(unpaid=True, reviewed=True),
            development=development,
            app_id=call.app.app_id,
            business_id=business_id,
            as_provider=as_provider,
            by=posts.by_app(call.app.app_id),
        )


OPERATIONS = (
    operation(
        "POST", f"{EXPERIMENTAL}/posts/new-v2", submit_post_v2, "SUBMIT_POST",
        body=wire.SubmitPostRequest, answer=wire.SubmitPostResponse,
    ),
    operation(
        "POST", f"{EXPERIMENTAL}/user-posts/new", submit_user_post,
        "SUBMIT_USER_POST", "SUBMIT_USER_POST",
        body=wire.SubmitUserPostRequest, answer=wire.SubmitPostResponse,
    ),
    operation(
        "GET", f"{EXPERIMENTAL}/user-posts/can-submit", can_user_submit_post,
        "CAN_USER_SUBMIT_POST", "SUBMIT_USER_POST", answer=wire.CanUserSubmitPostResponse,
    ),
)  # fmt: skip
