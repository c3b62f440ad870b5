"""What apps are told: which facts become events, who asked to hear of them, and who may.

The room owns subscriptions and the kinds of events. How an event reaches an app's server is the
business of ``deliveries``; how it is spelled, that of the contract's surface.
"""

from dalan.domains.events.errors import (
    InvalidSubscription,
    NotTheirThing,
    SubscriptionNotAllowed,
    TooManySubscriptions,
    UnknownSubscription,
)
from dalan.domains.events.hearing import KINDS, body_of, listeners
from dalan.domains.events.kinds import Kind, Spell, Telling
from dalan.domains.events.messages import MessageTold
from dalan.domains.events.older_chat import OlderMessageTold, hook_chats
from dalan.domains.events.own import (
    OWN_TYPES,
    LinkTold,
    OwnSubscription,
    OwnType,
    next_expiry,
    own_subscriptions,
    subscribe_own,
    tell_expired,
    unsubscribe_own,
)
from dalan.domains.events.post_updates import PostUpdate, change_of
from dalan.domains.events.revocations import Revocation
from dalan.domains.events.subscribing import (
    TYPES,
    listening,
    purge,
    subscribe,
    subscriptions,
    subscriptions_of_person,
    unsubscribe,
)
from dalan.domains.events.tables import SubscribedType, Subscription
from dalan.domains.events.testing import EXAMPLES, send_test

__all__ = [
    "EXAMPLES",
    "KINDS",
    "OWN_TYPES",
    "TYPES",
    "InvalidSubscription",
    "Kind",
    "LinkTold",
    "MessageTold",
    "NotTheirThing",
    "OlderMessageTold",
    "OwnSubscription",
    "OwnType",
    "PostUpdate",
    "Revocation",
    "Spell",
    "SubscribedType",
    "Subscription",
    "SubscriptionNotAllowed",
    "Telling",
    "TooManySubscriptions",
    "UnknownSubscription",
    "body_of",
    "change_of",
    "hook_chats",
    "listeners",
    "listening",
    "next_expiry",
    "own_subscriptions",
    "purge",
    "send_test",
    "subscribe",
    "subscribe_own",
    "subscriptions",
    "subscriptions_of_person",
    "tell_expired",
    "unsubscribe",
    "unsubscribe_own",
]
