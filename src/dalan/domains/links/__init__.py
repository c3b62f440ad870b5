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
)
from dalan.domains.links.editing import (
    Changes,
    delete,
    edit,
    history,
    purge,
    restore,
    set_active,
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
from dalan.domains.links.finding import by_id, by_ids, find, of_owner
from dalan.domains.links.hashes import CUSTOM_LENGTH_MAX, folded_hash
from dalan.domains.links.importing import (
    IMPORT_BATCH,
    Importing,
    OnTaken,
    Outcome,
    Seen,
    batches,
    bring_in,
    preview,
)
from dalan.domains.links.imports import (
    IMPORT_BYTES_MAX,
    IMPORT_ROWS_MAX,
    IMPORT_SOURCES,
    ImportRow,
    ImportSource,
    Reading,
    UnreadableImport,
    read_import,
)
from dalan.domains.links.intervals import INTERVAL_KINDS, IntervalKind, starts, window
from dalan.domains.links.listing import PAGE_MAX, Question, count, page
from dalan.domains.links.queries import Order
from dalan.domains.links.tables import HASH_METHODS, KINDS, HashMethod, Link, LinkKind, Owner
from dalan.domains.links.tags import TAG_LENGTH_MAX, TAGS_MAX
from dalan.domains.links.targets import OwnAddresses, check_target, location
from dalan.domains.links.terms import (
    DEVICES,
    NO_TERMS,
    Device,
    Rule,
    Terms,
    Utm,
    WeightedTarget,
    terms_of,
)
from dalan.domains.links.visiting import destination, live

__all__ = [
    "CUSTOM_LENGTH_MAX",
    "DEVICES",
    "HASH_METHODS",
    "IDEMPOTENCY_KEY_LENGTH_MAX",
    "IMPORT_BATCH",
    "IMPORT_BYTES_MAX",
    "IMPORT_ROWS_MAX",
    "IMPORT_SOURCES",
    "INTERVAL_KINDS",
    "KINDS",
    "NO_TERMS",
    "PAGE_MAX",
    "TAGS_MAX",
    "TAG_LENGTH_MAX",
    "AlreadyShortened",
    "Changes",
    "Device",
    "Duplicates",
    "ExpiredLink",
    "HashMethod",
    "HashTaken",
    "HashTooLong",
    "ImportRow",
    "ImportSource",
    "Importing",
    "IntervalKind",
    "InvalidLink",
    "KeyReused",
    "Link",
    "LinkKind",
    "LinkRules",
    "OnTaken",
    "Order",
    "Outcome",
    "OwnAddresses",
    "Owner",
    "Question",
    "Reading",
    "Rule",
    "Seen",
    "TargetMissing",
    "Terms",
    "UnknownLink",
    "UnreadableImport",
    "Utm",
    "WeightedTarget",
    "Wish",
    "batches",
    "bring_in",
    "by_id",
    "by_ids",
    "check_target",
    "count",
    "create",
    "delete",
    "destination",
    "edit",
    "find",
    "folded_hash",
    "history",
    "live",
    "location",
    "of_owner",
    "page",
    "preview",
    "purge",
    "read_import",
    "restore",
    "set_active",
    "starts",
    "terms_of",
    "window",
]
