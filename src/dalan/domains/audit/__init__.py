"""Who changed what: one entry for every change, written where the change is made.

The room owns the log and knows nothing of what is changed: actions are words of whoever
records them, subjects are a kind and an id.
"""

from dalan.domains.audit.entries import (
    ACTION_LENGTH_MAX,
    CLI,
    PAGE_SIZE,
    SYSTEM,
    Actor,
    Fact,
    Page,
    Subject,
    entries,
    entries_of,
    purge,
    record,
)
from dalan.domains.audit.tables import ACTOR_KINDS, ActorKind, Entry

__all__ = [
    "ACTION_LENGTH_MAX",
    "ACTOR_KINDS",
    "CLI",
    "PAGE_SIZE",
    "SYSTEM",
    "Actor",
    "ActorKind",
    "Entry",
    "Fact",
    "Page",
    "Subject",
    "entries",
    "entries_of",
    "purge",
    "record",
]
