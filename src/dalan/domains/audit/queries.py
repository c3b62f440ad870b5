"""The room's only statements."""

from functools import cache

from sqlalchemy import Integer, bindparam, delete, insert, select

from dalan.domains.audit.tables import Entry, audit_entry
from dalan.kernel.db import Id, Statement, UtcTime, statement

add_entry = statement(
    insert(audit_entry),
    sets=(
        "at",
        "actor_person_id",
        "actor_kind",
        "action",
        "subject_kind",
        "subject_id",
        "facts",
    ),
)
"""One change more."""

purge_entries = statement(
    delete(audit_entry).where(audit_entry.c.at < bindparam("before", type_=UtcTime()))
)
"""Forget changes of long ago."""

FILTERS = ("before_id", "subject_kind", "subject_id", "actor_kind", "actor_person_id", "action")


@cache
def newest(filters: frozenset[str]) -> Statement[Entry]:
    """Entries that fit, newest first: one statement for each set of filters in use."""
    assert filters <= set(FILTERS), "filters are named above"
    found = select(audit_entry).order_by(audit_entry.c.id.desc())
    for name in FILTERS:
        if name not in filters:
            continue
        if name == "before_id":
            found = found.where(audit_entry.c.id < bindparam(name, type_=Id))
        else:
            found = found.where(audit_entry.c[name] == bindparam(name))
    return statement(found.limit(bindparam("most", type_=Integer())), into=Entry)
