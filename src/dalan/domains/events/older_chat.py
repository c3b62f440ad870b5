"""The chat events of the contract's first generation: to an address of each post's own, with a
key of its own. Source: reference/kenar.md 5.4, 7.6 and 11.2."""

from collections.abc import Sequence
from typing import Final

import msgspec

from dalan.domains import chat, deliveries, developers, oauth, posts
from dalan.domains.events import queries
from dalan.domains.events.errors import InvalidSubscription, NotTheirThing
from dalan.domains.events.kinds import Kind, Telling
from dalan.domains.events.subscribing import check_allowed, check_count, listening
from dalan.kernel import clock, outbox
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import WriteTransaction

TYPE: Final = "CHAT_MESSAGE"
KEY_LENGTH_MAX: Final = 512


class OlderMessageTold(msgspec.Struct, frozen=True):
    """A text as those apps are told of it, with both sides by the app's own names of them."""

    message: chat.Message
    post: posts.Post
    seller: str
    buyer: str


async def hook_chats(
    tx: WriteTransaction,
    bearer: oauth.Bearer,
    *,
    post_token: str,
    endpoint: str,
    identification_key: str,
    keys: Keyring,
    policy: developers.AddressPolicy,
) -> None:
    """Tell that address of what is written about the post, for as long as the tokens live; asking
    again changes address and key.

    Raises ``InvalidSubscription``, ``developers.InvalidField``, ``SubscriptionNotAllowed``,
    ``NotTheirThing``, ``TooManySubscriptions``.
    """
    if len(identification_key) > KEY_LENGTH_MAX or not (
        identification_key.isascii() and identification_key.isprintable()
    ):
        raise InvalidSubscription("identification_key", "printable ASCII, at most 512 characters")
    developers.check_address("endpoint", endpoint, policy=policy)
    post = await posts.by_token(tx, post_token) if posts.is_token(post_token) else None
    check_allowed(bearer.scopes, TYPE, post_token)
    if post is None or post.owner_id != bearer.person_id:
        raise NotTheirThing(post_token)
    await check_count(tx, bearer)
    await deliveries.set_hook(
        tx,
        bearer.app_id,
        name=_name(post),
        url=endpoint,
        authorization_box=deliveries.sealed_authorization(
            bearer.app_id, identification_key, keys=keys
        ),
    )
    await queries.subscribe.execute(
        tx,
        app_id=bearer.app_id,
        person_id=bearer.person_id,
        family_id=bearer.family_id,
        type=TYPE,
        resource=post.token,
        metadata={},
        created_at=clock.now(),
    )


def older_chat(keys: Keyring) -> Kind:
    """The kind; ``keys`` give the other side its name when the app meets them."""

    async def hear(tx: WriteTransaction, recorded: outbox.Recorded) -> Sequence[Telling]:
        fact = chat.MessageSent.of(recorded)
        post = await posts.by_id(tx, fact.post_id) if fact.post_id is not None else None
        if post is None or fact.seller_id is None or fact.message_kind != "text":
            return []
        message = await chat.message_by_id(tx, fact.message_id)
        if message is None or message.removed_at is not None:
            return []
        told = []
        for one in await listening(
            tx,
            fact.seller_id,
            type_=TYPE,
            resource=post.token,
            happened_at=recorded.recorded_at,
        ):
            seller, buyer = [
                await developers.remember_user_id(
                    tx, keys=keys, app_id=one.app_id, person_id=person_id
                )
                for person_id in (fact.seller_id, fact.buyer_id)
            ]
            told.append(
                Telling(
                    app_id=one.app_id,
                    subject=OlderMessageTold(message, post, seller, buyer),
                    endpoint=_name(post),
                )
            )
        return told

    return Kind(TYPE, {chat.MessageSent.kind: hear})


def _name(post: posts.Post) -> str:
    return f"chats of {post.token}"
