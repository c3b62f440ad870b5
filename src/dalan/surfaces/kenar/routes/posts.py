"""The person's own posts: read, edited, deleted. Reference 5.6, 8.2 and 8.3."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from msgspec import UNSET, UnsetType

from dalan.domains import businesses, developers, media, moderation, posts, taxonomy
from dalan.errors import Forbidden, Invalid
from dalan.surfaces.kenar.call import Call
from dalan.surfaces.kenar.wire import posts as wire
from dalan.surfaces.kenar.wire.common import Empty
from dalan.surfaces.kenar.wire.finder import BusinessData
from dalan.surfaces.operations import Operation

V1: Final = "/v1/open-platform"
V2: Final = "/v2/open-platform"
EXPERIMENTAL: Final = "/experimental/open-platform"

MASK_MAX = 100
IMAGE_PATH_LENGTH_MAX = 300

_WIRE_STATES: dict[posts.State, wire.PostState] = {
    "waiting_for_payment": "POST_STATE_WAITING_FOR_PAYMENT",
    "waiting_for_review": "POST_STATE_WAITING_FOR_REVIEW",
    "waiting_for_edit": "POST_STATE_WAITING_FOR_EDIT",
    "published": "POST_STATE_PUBLISHED",
    "rejected": "POST_STATE_REJECTED",
    "retired": "POST_STATE_RETIRED",
    "deleted": "POST_STATE_DELETED",
}

_WIRE_LOCATION_TYPES: dict[posts.LocationType, wire.LocationType] = {
    "empty": "LOCATION_TYPE_EMPTY",
    "exact": "LOCATION_TYPE_EXACT",
    "approximate": "LOCATION_TYPE_APPROXIMATE",
}

_GENERAL: Final = "general_data."
_CATEGORY: Final = "category_data."
_EDITABLE: Final = frozenset(
    {"title", "description", "images", "district", "latitude", "longitude", "location_type"}
    | {"chat_enabled", "hide_phone", "video"}
)


class NotTheirPost(Forbidden):
    """The post belongs to somebody else than the person the token speaks for, or to a business
    where that person's role is not enough."""

    code = "kenar.not_their_post"

    def __init__(self) -> None:
        super().__init__("the post does not belong to the person the token speaks for")


class RealPostRefused(Forbidden):
    """A development app touched a post that real people see."""

    code = "kenar.real_post_refused"

    def __init__(self) -> None:
        super().__init__("a development app works with development posts only")


class InvalidMask(Invalid):
    """``update_mask`` is empty or names what cannot be edited."""

    code = "kenar.invalid_mask"

    def __init__(self, message: str) -> None:
        super().__init__(f"update_mask: {message}")
        self.field = "update_mask"


class InvalidField(Invalid):
    """A member of the body says what no post may say."""

    code = "kenar.invalid_field"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


async def get_user_post(call: Call) -> wire.GetUserPostResponse:
    """One of the person's own posts, in whatever state, with what a reviewer said of it; one that
    was deleted too, until it is archived (reference 8.2)."""
    token = call.path["token"]
    try:
        post = await own_post(call, token)
    except posts.UnknownPost:
        gone = await _deleted_post(call, token)
        if gone is None:
            raise
        post = gone
    return wire.GetUserPostResponse(
        general_data=_general_data(call, post),
        category_data=posts.form_values(post),
        business_data=await business_data(call, post),
        state=(
            "POST_STATE_PUBLISHED_AND_EDIT_REJECTED"
            if post.state == "published" and post.edit_refusal
            else _WIRE_STATES[post.state]
        ),
        reject_reason=post.reject_reason or post.edit_refusal,
    )


async def edit_post_v2(call: Call) -> Empty:
    """Change the masked parts of a post; a published one stays as it is until reviewed.

    What the mask does not name is ignored, what it names and the body does not is cleared.
    """
    body = call.body(wire.EditPostV2Body)
    await _edit(call, _changes(body))
    return Empty()


async def edit_post(call: Call) -> Empty:
    """Change title, description and pictures, as the first generation has it."""
    body = call.body(wire.EditPostBody)
    changes = posts.Changes(title=body.title, description=body.description)
    if body.image_paths is not UNSET:
        changes.image_names = image_names(body.image_paths)
    await _edit(call, changes)
    return Empty()


async def delete_user_post(call: Call) -> Empty:
    """Take one of the person's posts away for good; deleting it again is no error."""
    token = call.path["post_token"]
    gone = await posts.by_token_though_gone(call.look, token)
    if (
        gone is not None
        and gone.state == "deleted"
        and await posts.may_act(call.look, gone, call.person.person_id, least="manager")
    ):
        return Empty()
    post = await own_post(call, token, least="manager")
    await posts.delete(call.unit, post, by=posts.by_app(call.app.app_id))
    return Empty()


async def _deleted_post(call: Call, token: str) -> posts.Post | None:
    gone = await posts.by_token_though_gone(call.look, token)
    if gone is None or gone.state != "deleted" or gone.development or call.app.is_development:
        return None
    return gone if await posts.may_act(call.look, gone, call.person.person_id) else None


async def own_post(
    call: Call, token: str, *, least: businesses.BusinessRole = "member"
) -> posts.Post:
    """The person's post of that token, or of a business the person works in, at the ``least`` in
    that role, as far as the app may touch it.

    Raises ``posts.UnknownPost``, ``NotTheirPost``, ``RealPostRefused``.
    """
    post = await post_for_app(call, token)
    if not await posts.may_act(call.look, post, call.person.person_id, least=least):
        raise NotTheirPost
    if call.app.is_development and not post.development:
        raise RealPostRefused
    return post


async def post_for_app(call: Call, token: str) -> posts.Post:
    """The post of that token, anybody's; a development post only to its developers' own apps.

    Raises ``posts.UnknownPost``.
    """
    post = await posts.by_token(call.look, token)
    if post is None or (
        post.development
        and not await developers.is_member(call.look, call.app.app_id, post.owner_id)
    ):
        raise posts.UnknownPost(token)
    return post


async def business_data(call: Call, post: posts.Post) -> BusinessData | UnsetType:
    """Whose business a post is, as the wire tells it; unset where it is nobody's."""
    origin = await posts.origin_of(call.look, post.id)
    if origin is None or origin.business_id is None:
        return UNSET
    return business_on_the_wire(await businesses.by_id(call.look, origin.business_id))


def business_on_the_wire(business: businesses.Business | None) -> BusinessData | UnsetType:
    """The same where nobody calls: for events."""
    if business is None:
        return UNSET
    return BusinessData(business_type=business.type, business_name=business.name)


def image_names(paths: Sequence[str]) -> list[str]:
    """The stored names of pictures that are told as upload paths, names or whole addresses.

    Raises ``InvalidField`` for what could be none.
    """
    names = []
    for path in paths:
        last = path.partition("?")[0].rstrip("/").rpartition("/")[2]
        if not last or len(path) > IMAGE_PATH_LENGTH_MAX:
            raise InvalidField("general_data.images", "must be paths that an upload answered")
        names.append(last if "." in last else f"{last}.jpg")
    return names


@contextmanager
def named_in_body() -> Iterator[None]:
    """What a body names and nobody knows is the body's fault: 400, where a path would be 404."""
    try:
        yield
    except (taxonomy.UnknownCategory, taxonomy.UnknownCity, taxonomy.UnknownDistrict) as error:
        place = {"taxonomy.unknown_city": "city", "taxonomy.unknown_district": "district"}
        raise InvalidField(
            f"general_data.{place.get(error.code, 'category_slug')}", str(error)
        ) from error
    except media.UnknownImage as error:
        raise InvalidField("general_data.images", str(error)) from error
    except media.UnknownFile as error:
        raise InvalidField("general_data.video", str(error)) from error


async def _edit(call: Call, changes: posts.Changes) -> None:
    post = await own_post(call, call.path["post_token"])
    with named_in_body():
        edited = await posts.edit(
            call.unit,
            post,
            changes,
            by=posts.by_app(call.app.app_id),
            reviewed=not post.development,
        )
    await moderation.let_through(call.unit, edited, policy=call.services.review_policy)


def _changes(body: wire.EditPostV2Body) -> posts.Changes:
    changes = posts.Changes()
    fields: dict[str, object] = {}
    for path in _mask(body.update_mask):
        if path.startswith(_CATEGORY):
            name = path.removeprefix(_CATEGORY)
            if not name:
                raise InvalidMask(f"{path!r} names no field")
            fields[name] = body.category_data.get(name)
            continue
        name = path.removeprefix(_GENERAL)
        if name not in _EDITABLE or not path.startswith(_GENERAL):
            raise InvalidMask(f"{path[:80]!r} is nothing that can be edited")
        value = getattr(body.general_data, name)
        if name == "images":
            changes.image_names = image_names(value)
        elif name == "location_type":
            changes.location_type = location_type_of(value)
        elif name == "video":
            changes.video = video_of(value)
        else:
            setattr(changes, name, value)
    if fields:
        changes.fields = fields
    return changes


def _mask(given: list[str] | str) -> list[str]:
    """The paths of a mask, also where it came as one text with commas (protobuf's own form)."""
    paths = given.split(",") if isinstance(given, str) else given
    paths = list(dict.fromkeys(path.strip() for path in paths if path.strip()))
    if not paths:
        raise InvalidMask("name what is to be changed, such as general_data.title")
    if len(paths) > MASK_MAX:
        raise InvalidMask(f"at most {MASK_MAX} paths")
    return paths


def location_type_of(spelled: str) -> posts.LocationType:
    if spelled in ("", "UNKNOWN", "LOCATION_TYPE_UNSPECIFIED"):
        return "empty"
    for name, wire_name in _WIRE_LOCATION_TYPES.items():
        if wire_name == spelled:
            return name
    known = ", ".join(_WIRE_LOCATION_TYPES.values())
    raise InvalidField("general_data.location_type", f"must be one of {known}")


def video_of(given: wire.GivenVideo | None) -> posts.Video | None:
    if given is None or not given.name:
        return None
    seconds = given.duration
    if isinstance(seconds, str):
        if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 20):
            raise InvalidField("general_data.video.duration", "must be a number of seconds")
        seconds = int(seconds)
    return posts.Video(
        name=given.name, thumbnail_name=given.thumbnail_name, duration_seconds=seconds
    )


def _general_data(call: Call, post: posts.Post) -> wire.GeneralData:
    details, video = post.details, post.details.video
    return wire.GeneralData(
        category_slug=post.category,
        title=post.title,
        description=post.description,
        images=posts.image_addresses(post, base_url=call.services.settings.base_url),
        city=post.city,
        district=post.district,
        location_type=_WIRE_LOCATION_TYPES[details.location_type],
        latitude=UNSET if details.latitude is None else details.latitude,
        longitude=UNSET if details.longitude is None else details.longitude,
        hide_phone=post.hide_phone,
        chat_enabled=post.chat_enabled,
        video=(
            UNSET
            if video is None
            else wire.Video(
                name=video.name,
                thumbnail_name=video.thumbnail_name,
                duration=str(video.duration_seconds),
            )
        ),
    )


def operation(
    method: str, path: str, handle: Any, permission: str, *scopes: str, **more: Any
) -> Operation:
    """An operation of this tag; one of ``scopes`` is needed."""
    return Operation(
        method=method,
        paths=(path,),
        handle=handle,
        permission=permission,
        scopes=scopes,
        tag="Post",
        **more,
    )


_EDIT: Final = ("EDIT_POST", "POST_EDIT", "EDIT_USER_POST")
"""The permission, and the scope of one post or of all."""

OPERATIONS = (
    operation(
        "GET", f"{V1}/user-post/{{token}}", get_user_post, "GET_USER_POST", "USER_POSTS_GET",
        answer=wire.GetUserPostResponse,
    ),
    operation(
        "PUT", f"{V2}/post/{{post_token}}", edit_post_v2, *_EDIT,
        body=wire.EditPostV2Body, answer=Empty, resource="post_token",
    ),
    operation(
        "PUT", f"{V1}/post/{{post_token}}", edit_post, *_EDIT,
        body=wire.EditPostBody, answer=Empty, resource="post_token",
    ),
    operation(
        "DELETE", f"{V1}/post/{{post_token}}", delete_user_post,
        "DELETE_USER_POST", "DELETE_USER_POST", answer=Empty,
    ),
)  # fmt: skip
