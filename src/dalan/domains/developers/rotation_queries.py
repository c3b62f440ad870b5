"""Statements about keys that take over from one another, and about keys that grow old."""

from datetime import datetime

import msgspec
from sqlalchemy import Integer, bindparam, select, update

from dalan.domains.developers.tables import ApiKey, api_key
from dalan.kernel.db import UtcTime, in_list, statement

_KEY_COLUMNS = [api_key.c[name] for name in ApiKey.__struct_fields__]

successors = statement(
    select(*_KEY_COLUMNS)
    .where(api_key.c.app_id == bindparam("app_id"), api_key.c.replaces_id == bindparam("key_id"))
    .order_by(api_key.c.created_at.desc(), api_key.c.id),
    into=ApiKey,
)
"""The keys that took over from a key, newest first; there may be more when one was revoked."""

retire_key = statement(
    update(api_key).where(
        api_key.c.id == bindparam("key_id"), api_key.c.app_id == bindparam("of_app_id")
    ),
    sets=("expires_at", "age_warned_at", "expiry_warned_at"),
)
"""A key goes on until its overlap ends; nobody needs to be told that it does."""

set_successor = statement(
    update(api_key).where(
        api_key.c.id == bindparam("key_id"), api_key.c.app_id == bindparam("of_app_id")
    ),
    sets=("replaces_id",),
)
"""Which key this one takes over from."""


class Warned(msgspec.Struct, frozen=True):
    """A key its team is to be told about."""

    id: int
    app_id: int
    title: str
    created_at: datetime
    expires_at: datetime | None


_WARNED_COLUMNS = [api_key.c[name] for name in Warned.__struct_fields__]

aged_keys = statement(
    select(*_WARNED_COLUMNS)
    .where(api_key.c.revoked_at.is_(None), api_key.c.age_warned_at.is_(None))
    .where(api_key.c.created_at <= bindparam("made_before", type_=UtcTime()))
    .where(
        api_key.c.expires_at.is_(None) | (api_key.c.expires_at > bindparam("at", type_=UtcTime()))
    )
    .order_by(api_key.c.created_at, api_key.c.id)
    .limit(bindparam("most", type_=Integer()))
    .with_for_update(skip_locked=True),
    into=Warned,
)
"""Live keys that grew old and nobody was told of, the oldest first."""

expiring_keys = statement(
    select(*_WARNED_COLUMNS)
    .where(api_key.c.revoked_at.is_(None), api_key.c.expiry_warned_at.is_(None))
    .where(api_key.c.expires_at > bindparam("at", type_=UtcTime()))
    .where(api_key.c.expires_at <= bindparam("ends_before", type_=UtcTime()))
    .order_by(api_key.c.expires_at, api_key.c.id)
    .limit(bindparam("most", type_=Integer()))
    .with_for_update(skip_locked=True),
    into=Warned,
)
"""Live keys that end soon and nobody was told of, the soonest first."""

mark_age_warned = statement(
    update(api_key).where(in_list(api_key.c.id, "key_ids")), sets=("age_warned_at",)
)
"""Their teams are told that they are old."""

mark_expiry_warned = statement(
    update(api_key).where(in_list(api_key.c.id, "key_ids")), sets=("expiry_warned_at",)
)
"""Their teams are told that they end."""
