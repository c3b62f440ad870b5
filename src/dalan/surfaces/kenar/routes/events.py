"""Subscriptions to events. Reference 5.5 and 7.1."""

from dalan.domains import developers, events
from dalan.kernel.outbound import OutboundRefused
from dalan.surfaces.kenar.auth import bearer_for, credentials_of
from dalan.surfaces.kenar.call import Call
from dalan.surfaces.kenar.wire import events as wire
from dalan.surfaces.kenar.wire.common import Empty
from dalan.surfaces.operations import Operation


async def register_event_subscription(call: Call) -> Empty:
    """Be told of messages or changes of a post, or of all posts of the person.

    It lasts as long as the token's consent. Asking again replaces the metadata.
    """
    body = call.body(wire.RegisterEventSubscriptionRequest)
    _take_person(call)
    await events.subscribe(
        call.unit,
        call.person,
        type_=body.event_type,
        resource=body.event_resource_id,
        metadata=body.metadata or body.meta_data,
    )
    return Empty()


async def hook_post_conversations(call: Call) -> Empty:
    """Be told of what is written about a post at an address of its own, as it once was told."""
    body = call.body(wire.HookChatsRequest)
    _take_person(call)
    settings = call.services.settings
    try:
        call.services.outbound.check_url(body.endpoint)
    except OutboundRefused as error:
        raise events.InvalidSubscription("endpoint", str(error)) from None
    await events.hook_chats(
        call.unit,
        call.person,
        post_token=body.post_token,
        endpoint=body.endpoint,
        identification_key=body.identification_key,
        keys=call.services.keys,
        policy=developers.AddressPolicy(
            any_http=call.services.dev, loopback_http=settings.outbound_private
        ),
    )
    return Empty()


def _take_person(call: Call) -> None:
    """The token's person. Which scope it takes depends on the type and the post: the room looks
    at them."""
    _, token = credentials_of(call.scope)
    needing = Operation(
        method="POST",
        paths=(),
        handle=register_event_subscription,
        scopes=("USER_POSTS_GET", "CHAT_SUPPLIER_ALL_CONVERSATIONS_READ"),
    )
    call.bearer = bearer_for(needing, call.app, call.bearer, token)


OPERATIONS = (
    Operation(
        method="POST",
        paths=(
            "/v1/open-platform/events/subscriptions",
            "/v2/open-platform/events/subscriptions",
        ),
        handle=register_event_subscription,
        body=wire.RegisterEventSubscriptionRequest,
        answer=Empty,
        permission="EVENTS_REGISTER_SUBSCRIPTION",
        tag="Events",
    ),
    Operation(
        method="POST",
        paths=("/v1/open-platform/notify/chat/post-conversations",),
        handle=hook_post_conversations,
        body=wire.HookChatsRequest,
        answer=Empty,
        permission="CHAT_READ_CONVERSATION",
        tag="Events",
        documented=False,
    ),
)
