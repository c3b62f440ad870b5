"""Short links: addresses, texts and files behind a few characters.

The room owns links with their hashes, tags and times, and decides where one may lead. Clicks and
their counts are to follow in tables of their own.
"""

from dalan.domains.links.creating import (
    IDEMPOTENCY_KEY_LENGTH_MAX,
    Duplicates,
    LinkRules,
    Wish,
    create,
    edit_tags,
    edit_target,
    find,
    of_owner,
    purge,
    set_active,
    set_expiry,
)
from dalan.domains.links.errors import (
    AlreadyShortened,
    ExpiredLink,
    HashTaken,
    HashTooLong,
    InvalidLink,
    KeyReused,
    TargetMissing,
    UnknownLink,
)
from dalan.domains.links.hashes import CUSTOM_LENGTH_MAX, folded_hash
from dalan.domains.links.intervals import INTERVAL_KINDS, IntervalKind, starts, window
from dalan.domains.links.listing import PAGE_MAX, Question, count, page
from dalan.domains.links.queries import Order
from dalan.domains.links.tables import HASH_METHODS, KINDS, HashMethod, Link, LinkKind
from dalan.domains.links.tags import TAG_LENGTH_MAX, TAGS_MAX
from dalan.domains.links.targets import OwnAddresses, check_target, location
from dalan.domains.links.visiting import destination, live

__all__ = [
    "CUSTOM_LENGTH_MAX",
    "HASH_METHODS",
    "IDEMPOTENCY_KEY_LENGTH_MAX",
    "INTERVAL_KINDS",
    "KINDS",
    "PAGE_MAX",
    "TAGS_MAX",
    "TAG_LENGTH_MAX",
    "AlreadyShortened",
    "Duplicates",
    "ExpiredLink",
    "HashMethod",
    "HashTaken",
    "HashTooLong",
    "IntervalKind",
    "InvalidLink",
    "KeyReused",
    "Link",
    "LinkKind",
    "LinkRules",
    "Order",
    "OwnAddresses",
    "Question",
    "TargetMissing",
    "UnknownLink",
    "Wish",
    "check_target",
    "count",
    "create",
    "destination",
    "edit_tags",
    "edit_target",
    "find",
    "folded_hash",
    "live",
    "location",
    "of_owner",
    "page",
    "purge",
    "set_active",
    "set_expiry",
    "starts",
    "window",
]
