"""Customized buttons on posts and businesses. Reference 5.6."""

from typing import Final

import msgspec

from dalan.domains import addons, businesses, posts
from dalan.surfaces.kenar.auth import bearer_for, credentials_of, require_scope
from dalan.surfaces.kenar.call import Call
from dalan.surfaces.kenar.routes.posts import (
    EXPERIMENTAL,
    RealPostRefused,
    own_post,
    post_for_app,
)
from dalan.surfaces.kenar.wire import buttons as wire
from dalan.surfaces.kenar.wire.common import Empty
from dalan.surfaces.operations import Operation


async def set_post_customized_button(call: Call) -> Empty:
    """Put the app's button on a post, in place of the one it had there."""
    button = addons.read_button(call.content)
    post = await _post_to_change(call)
    await addons.set_post_button(call.unit, button, app_id=call.app.app_id, post_id=post.id)
    return Empty()


async def delete_post_customized_button(call: Call) -> Empty:
    """Take the app's button off a post; taking away nothing is no error."""
    post = await _post_to_change(call)
    await addons.remove_post_button(call.unit, app_id=call.app.app_id, post_id=post.id)
    return Empty()


async def create_business_customized_button(call: Call) -> Empty:
    """Put the app's button on all posts of a business, those to come too.

    The person who agreed must still be one of its owners or managers.
    """
    button = addons.read_button(call.content)
    business = await businesses.by_token(call.look, call.path["business_token"])
    await businesses.check_member(call.look, business.id, call.person.person_id, least="manager")
    await addons.set_business_button(
        call.unit, button, app_id=call.app.app_id, business_id=business.id
    )
    return Empty()


async def delete_business_customized_button(call: Call) -> Empty:
    """Take the app's button off a business; no scope is needed to take back one's own."""
    business = await businesses.by_token(call.look, call.path["business_token"])
    await addons.remove_business_button(call.unit, app_id=call.app.app_id, business_id=business.id)
    return Empty()


async def _post_to_change(call: Call) -> posts.Post:
    """A post the app submitted as a provider, for which no person is asked; or one of the
    consenting person's. Source: reference 12.3, number 27."""
    token = call.path["post_token"]
    post = await post_for_app(call, token)
    origin = await posts.origin_of(call.look, post.id)
    if origin is not None and origin.as_provider and origin.app_id == call.app.app_id:
        if call.app.is_development and not post.development:
            raise RealPostRefused
        return post
    _, access_token = credentials_of(call.scope)
    call.bearer = bearer_for(_SET_FOR_PERSON, call.app, call.bearer, access_token)
    require_scope(_SET_FOR_PERSON, call.person, "")
    return await own_post(call, token, least="manager")


_ON_POST: Final = f"{EXPERIMENTAL}/posts/{{post_token}}/customized-button"
_ON_BUSINESS: Final = f"{EXPERIMENTAL}/business/{{business_token}}/customized-button"

_SET: Final = Operation(
    method="POST",
    paths=(_ON_POST,),
    handle=set_post_customized_button,
    body=wire.SetCustomizedButtonBody,
    answer=Empty,
    permission="SET_CUSTOMIZED_BUTTON",
    tag="Post",
)
_SET_FOR_PERSON: Final = msgspec.structs.replace(_SET, scopes=("USER_SET_CUSTOMIZED_BUTTON",))
"""What is needed of a person where the post is not the app's own."""

OPERATIONS = (
    _SET,
    Operation(
        method="DELETE",
        paths=(_ON_POST,),
        handle=delete_post_customized_button,
        answer=Empty,
        permission="SET_CUSTOMIZED_BUTTON",
        tag="Post",
    ),
    Operation(
        method="POST",
        paths=(_ON_BUSINESS,),
        handle=create_business_customized_button,
        body=wire.SetCustomizedButtonBody,
        answer=Empty,
        permission="BUSINESS_CUSTOMIZED_BUTTON_CREATE",
        scopes=("BUSINESS_CREATE_CUSTOMIZED_BUTTON",),
        resource="business_token",
        tag="Post",
    ),
    Operation(
        method="DELETE",
        paths=(_ON_BUSINESS,),
        handle=delete_business_customized_button,
        answer=Empty,
        permission="BUSINESS_CUSTOMIZED_BUTTON_CREATE",
        tag="Post",
    ),
)
