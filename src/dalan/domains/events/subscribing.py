"""Asking to be told, and for how long the word of the person behind it holds.

Source: reference/kenar.md 5.5 and 7.1.
"""

from datetime import datetime
from typing import Any, Final

import msgspec

from dalan.domains import deliveries, developers, oauth, posts
from dalan.domains.events import queries
from dalan.domains.events.errors import (
    InvalidSubscription,
    NotTheirThing,
    SubscriptionNotAllowed,
    TooManySubscriptions,
    UnknownSubscription,
)
from dalan.domains.events.tables import SubscribedType, Subscription
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction

METADATA_BYTES_MAX: Final = 4_096
SUBSCRIPTIONS_MAX: Final = 1_000
"""Of one app on one person's word."""

_SCOPES: Final[dict[str, tuple[str, str]]] = {
    "NEW_MESSAGE_ON_POST": (
        "CHAT_SUPPLIER_ALL_CONVERSATIONS_READ",
        "CHAT_POST_CONVERSATIONS_READ",
    ),
    "POST_UPDATE": ("USER_POSTS_GET", ""),
    "CHAT_MESSAGE": ("CHAT_SUPPLIER_ALL_CONVERSATIONS_READ", "CHAT_POST_CONVERSATIONS_READ"),
}
"""By type: the scope that covers everything of the person, and the one that names a post."""

TYPES: Final = ("NEW_MESSAGE_ON_POST", "POST_UPDATE")
"""What the current operation takes; ``CHAT_MESSAGE`` comes by the older one."""


async def subscribe(
    tx: WriteTransaction, bearer: oauth.Bearer, *, type_: str, resource: str, metadata: Any
) -> None:
    """Tell the bearer's app of what happens to a post, or without ``resource`` to all posts of
    the person, for as long as these tokens live.

    Asking again for the same replaces the metadata and takes the newer tokens. Raises
    ``InvalidSubscription``, ``SubscriptionNotAllowed``, ``NotTheirThing``,
    ``TooManySubscriptions``, and ``deliveries.NoAddress`` when there is nowhere to tell it.
    """
    if type_ not in TYPES:
        raise InvalidSubscription("event_type", f"must be one of {', '.join(TYPES)}")
    if not isinstance(metadata, dict):
        raise InvalidSubscription("metadata", "must be an object")
    if len(msgspec.json.encode(metadata)) > METADATA_BYTES_MAX:
        raise InvalidSubscription("metadata", f"at most {METADATA_BYTES_MAX} bytes of JSON")
    if "\x00" in str(metadata):
        raise InvalidSubscription("metadata", "holds a character that no text may hold")
    check_allowed(bearer.scopes, type_, resource)
    assert bearer.family_id is not None, "Kenar's tokens all come from a consent"
    if resource:
        post = await posts.by_token(tx, resource)
        if post is None or post.owner_id != bearer.person_id:
            raise NotTheirThing(resource)
    addresses = await developers.event_addresses(tx, [bearer.app_id])
    if not any(one.url for one in addresses):
        raise deliveries.NoAddress
    await check_count(tx, bearer)
    await queries.subscribe.execute(
        tx,
        app_id=bearer.app_id,
        person_id=bearer.person_id,
        family_id=bearer.family_id,
        type=type_,
        resource=resource,
        metadata=metadata,
        created_at=clock.now(),
    )


async def subscriptions(tx: ReadTransaction, app_id: int) -> list[Subscription]:
    """What an app is told of, the oldest first; only those whose tokens live."""
    found = await queries.subscriptions_of_app.all(tx, app_id=app_id)
    return [one for one in found if await _holds(tx, one)]


async def subscriptions_of_person(tx: ReadTransaction, person_id: int) -> list[Subscription]:
    """What apps are told of on somebody's word, the oldest first; only those whose tokens live."""
    found = await queries.subscriptions_of_person.all(tx, person_id=person_id)
    return [one for one in found if await _holds(tx, one)]


async def unsubscribe(tx: WriteTransaction, app_id: int, subscription_id: int) -> None:
    """Tell the app no more. Raises ``UnknownSubscription``."""
    if not await queries.unsubscribe.execute(tx, app_id=app_id, subscription_id=subscription_id):
        raise UnknownSubscription


async def listening(
    tx: ReadTransaction,
    person_id: int,
    *,
    type_: SubscribedType,
    resource: str,
    happened_at: datetime,
) -> list[Subscription]:
    """Who is to be told of what happened to this thing of the person: one subscription of each
    app, the narrow one before the wide one, only those made before it happened, and only where
    the person's word still holds."""
    found = await queries.subscriptions_to.all(
        tx, person_id=person_id, type=type_, resource_asked=resource, happened_at=happened_at
    )
    told: dict[int, Subscription] = {}
    for one in found:
        if one.app_id not in told and await _holds(tx, one):
            told[one.app_id] = one
    return list(told.values())


async def purge(tx: WriteTransaction) -> int:
    """Forget subscriptions whose tokens are dead; answers how many."""
    after, dead = 0, list[int]()
    while page := await queries.subscriptions_from.all(tx, after=after):
        dead += [one.id for one in page if not await _holds(tx, one)]
        after = page[-1].id
    if dead:
        await queries.drop.execute(tx, ids=dead)
    return len(dead)


async def _holds(tx: ReadTransaction, one: Subscription) -> bool:
    scopes = await oauth.scopes_of_family(tx, one.family_id)
    try:
        check_allowed(scopes, one.type, one.resource)
    except SubscriptionNotAllowed:
        return False
    return True


async def check_count(tx: ReadTransaction, bearer: oauth.Bearer) -> None:
    """Raises ``TooManySubscriptions``."""
    standing = await queries.count_of_app_and_person.scalar(
        tx, app_id=bearer.app_id, person_id=bearer.person_id
    )
    if standing >= SUBSCRIPTIONS_MAX:
        raise TooManySubscriptions(f"at most {SUBSCRIPTIONS_MAX} subscriptions for one person")


def check_allowed(scopes: frozenset[tuple[str, str]], type_: str, resource: str) -> None:
    """Raises ``SubscriptionNotAllowed`` unless these scopes let the app be told of that."""
    wide, narrow = _SCOPES[type_]
    if (wide, "") in scopes or (narrow and resource and (narrow, resource) in scopes):
        return
    raise SubscriptionNotAllowed(f"{narrow}.{resource} or {wide}" if narrow and resource else wide)
