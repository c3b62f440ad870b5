"""Finder: a post as the public sees it, the person's own posts, the person. Reference 5.1."""

from dalan.domains import developers, identity, posts
from dalan.kernel import phone
from dalan.surfaces.kenar.call import Call
from dalan.surfaces.kenar.pictures import picture_url
from dalan.surfaces.kenar.wire import finder as wire
from dalan.surfaces.operations import Operation

PREFIX = "/v1/open-platform"


async def get_post(call: Call) -> wire.GetPostResponse:
    """A post's public data; any post, not only the person's own.

    A development post is there for apps of its developers alone. Pictures of a post that was
    never published are withheld unless the person agreed to ``POST_ONGOING_IMAGES_GET``.
    """
    token = call.path["token"]
    post = await posts.by_token(call.look, token)
    if post.development and not await developers.is_member(
        call.look, call.app.app_id, post.owner_id
    ):
        raise posts.UnknownPost(token)
    return wire_post(call, post)


def wire_post(call: Call, post: posts.Post) -> wire.GetPostResponse:
    """The post as ``finderGetPostResponse`` spells it."""
    shows_pictures = post.first_published_at is not None or (
        call.bearer is not None
        and ("POST_ONGOING_IMAGES_GET", post.token) in call.bearer.scopes
    )
    data = posts.public_data(post)
    data["images"] = (
        [picture_url(call.services, name) for name in post.image_names] if shows_pictures else []
    )
    return wire.GetPostResponse(
        state=posts.WIRE_STATES[post.state],
        first_published_at=post.first_published_at or post.created_at,
        last_modified_at=post.last_modified_at,
        token=post.token,
        category=post.category,
        city=post.city,
        district=post.district,
        data=data,
        chat_enabled=post.chat_enabled,
    )


async def get_user_posts(call: Call) -> wire.GetUserPostsResponse:
    """The person's posts that are published, waiting for payment or review, or need editing."""
    mine = await posts.ongoing_of_person(call.look, call.person.person_id)
    return wire.GetUserPostsResponse(
        posts=[
            wire.UserPost(
                token=post.token,
                title=post.title,
                category=post.category,
                images=[picture_url(call.services, name) for name in post.image_names],
                is_phone_hidden=post.hide_phone,
            )
            for post in mine
        ]
    )


async def get_user(call: Call) -> wire.User:
    """The person: number and per-app id, each only with its scope."""
    granted = {name for name, _ in call.person.scopes}
    person = await identity.person(call.tx, call.person.person_id)
    user = wire.User()
    if "USER_PHONE" in granted:
        number = phone.national(person.phone)
        user = wire.User(phone_number=number, phone_numbers=[number])
    if "USER_ID" in granted:
        user = wire.User(
            phone_number=user.phone_number,
            phone_numbers=user.phone_numbers,
            user_id=developers.user_id_for(call.services.keys, call.app.app_id, person.id),
        )
    return user


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
