"""Finder: a post as the public sees it, the person's own posts, the person. Reference 5.1."""

import msgspec
from msgspec import UNSET, UnsetType

from dalan.domains import developers, identity, posts
from dalan.errors import NotFound
from dalan.kernel import phone
from dalan.surfaces.kenar.call import Call
from dalan.surfaces.kenar.routes.posts import business_data
from dalan.surfaces.kenar.wire import finder as wire
from dalan.surfaces.operations import Operation

PREFIX = "/v1/open-platform"


class UnknownNumber(NotFound):
    """Nobody here has this phone number."""

    code = "kenar.phone_unknown"


_ONGOING = "POST_ONGOING_IMAGES_GET"

_WIRE_STATES: dict[posts.State, wire.PostState] = {
    "waiting_for_payment": "PAYMENT_REQ",
    "waiting_for_review": "REVIEW_REQ",
    "waiting_for_edit": "REVIEW_REQ",
    "published": "PUBLISHED",
    "rejected": "RETIRED",
    "retired": "RETIRED",
}
"""Source: reference 8.2. Deleted and archived posts are not found at all."""


async def get_post(call: Call) -> msgspec.Raw:
    """A post's public data; any post, not only the person's own.

    A development post is there for apps of its developers alone. Pictures of a post that was
    never published are withheld unless the person agreed to ``POST_ONGOING_IMAGES_GET``.
    """
    token = call.path["token"]
    shows_ongoing = call.bearer is not None and (_ONGOING, token) in call.bearer.scopes
    place = ("get_post", token, shows_ongoing)
    if call.memory is not None and place in call.memory:
        answer: msgspec.Raw = call.memory[place]
        return answer
    post = await posts.by_token(call.look, token)
    if post is None or (
        post.development
        and not await developers.is_member(call.look, call.app.app_id, post.owner_id)
    ):
        raise posts.UnknownPost(token)
    shows_pictures = shows_ongoing or post.first_published_at is not None
    told = await wire_post(call, post, shows_pictures=shows_pictures)
    answer = msgspec.Raw(msgspec.json.encode(told))
    if call.memory is not None and not post.development:
        call.memory[place] = answer
    return answer


async def wire_post(call: Call, post: posts.Post, *, shows_pictures: bool) -> wire.GetPostResponse:
    """The post as ``finderGetPostResponse`` spells it, with the business it belongs to, if any."""
    return post_on_the_wire(
        post,
        base_url=call.services.settings.base_url,
        shows_pictures=shows_pictures,
        business=await business_data(call, post),
    )


def post_on_the_wire(
    post: posts.Post,
    *,
    base_url: str,
    shows_pictures: bool,
    business: wire.BusinessData | UnsetType = UNSET,
) -> wire.GetPostResponse:
    """The same where nobody calls: for events."""
    data = posts.public_data(post, base_url=base_url, with_images=shows_pictures)
    return wire.GetPostResponse(
        state=_WIRE_STATES[post.state],
        first_published_at=post.first_published_at or post.created_at,
        last_modified_at=post.last_modified_at,
        token=post.token,
        category=post.category,
        city=post.city,
        district=post.district,
        data=data,
        chat_enabled=post.chat_enabled,
        is_phone_hidden=post.hide_phone,
        business_data=business,
    )


async def get_user_posts(call: Call) -> wire.GetUserPostsResponse:
    """The person's posts that are published, waiting for payment or review, or need editing.

    An app is told of its own developers' development posts too, first: it may work with them,
    and while it is in development with nothing else.
    """
    base_url = call.services.settings.base_url
    person_id = call.person.person_id
    mine = await posts.of_person(call.look, person_id, states=posts.ONGOING_OR_PUBLISHED)
    if await developers.is_member(call.look, call.app.app_id, person_id):
        made = await posts.development_posts(call.look, person_id)
        mine = [one for one in made if one.state in posts.ONGOING_OR_PUBLISHED] + mine
    return wire.GetUserPostsResponse(
        posts=[
            wire.UserPost(
                token=post.token,
                title=post.title,
                category=post.category,
                images=posts.image_addresses(post, base_url=base_url),
                is_phone_hidden=post.hide_phone,
            )
            for post in mine
        ]
    )


async def get_user(call: Call) -> wire.User:
    """The person: number and per-app id, each only with its scope."""
    granted = {name for name, _ in call.person.scopes}
    number: str | UnsetType = UNSET
    user_id: str | UnsetType = UNSET
    if "USER_PHONE" in granted:
        person = await identity.person(call.look, call.person.person_id)
        number = phone.national(person.phone)
    if "USER_ID" in granted:
        ids = {"app_id": call.app.app_id, "person_id": call.person.person_id}
        user_id = await developers.user_id_of(call.look, **ids) or developers.user_id_for(
            call.services.keys, **ids
        )
    return wire.User(
        phone_number=number,
        phone_numbers=UNSET if number is UNSET else [number],
        user_id=user_id,
    )


async def get_user_id_by_phone(call: Call) -> wire.GetUserIdByPhoneResponse:
    """The id the calling app knows a person by; for customer systems that know the number.

    Raises ``phone.InvalidPhone``, and ``UnknownNumber`` for a number nobody has.
    """
    number = phone.parse(call.body(wire.GetUserIdByPhoneRequest).phone)
    person = await identity.person_by_phone(call.unit, number)
    if person is None:
        raise UnknownNumber("nobody has this number")
    return wire.GetUserIdByPhoneResponse(
        user_id=await developers.remember_user_id(
            call.unit, keys=call.services.keys, app_id=call.app.app_id, person_id=person.id
        )
    )


OPERATIONS = (
    Operation(
        method="GET",
        paths=(f"{PREFIX}/finder/post/{{token}}",),
        handle=get_post,
        answer=wire.GetPostResponse,
        permission="GET_POST",
        tag="Finder",
    ),
    Operation(
        method="GET",
        paths=(f"{PREFIX}/finder/user-posts",),
        handle=get_user_posts,
        answer=wire.GetUserPostsResponse,
        permission="GET_USER_POSTS",
        scopes=("USER_POSTS_GET",),
        tag="Finder",
    ),
    Operation(
        method="GET",
        paths=(f"{PREFIX}/users",),
        handle=get_user,
        answer=wire.User,
        permission="USER_RETRIEVE",
        scopes=("USER_PHONE", "USER_ID"),
        tag="Finder",
    ),
    Operation(
        method="POST",
        paths=(f"{PREFIX}/get-user-id-by-phone",),
        handle=get_user_id_by_phone,
        body=wire.GetUserIdByPhoneRequest,
        answer=wire.GetUserIdByPhoneResponse,
        permission="GET_USER_ID_BY_PHONE",
        tag="Finder",
    ),
    Operation(
        method="POST",
        paths=(f"{PREFIX}/users",),
        handle=get_user,
        answer=wire.User,
        permission="USER_RETRIEVE",
        scopes=("USER_PHONE", "USER_ID"),
        takes="nothing",
        access="look",
        tag="Finder",
        documented=False,
    ),
)
"""``POST /users`` is the older spelling; its body (empty, ``{}`` or a form) means nothing."""
