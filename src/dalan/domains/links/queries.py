"""The room's only statements."""

from functools import lru_cache
from typing import Any, Literal

import msgspec
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Text,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from dalan.domains.links.tables import Link, LinkCreation, link, link_creation, link_tag
from dalan.kernel.db import Id, Statement, UtcTime, statement, upsert

_COLUMNS = [link.c[name] for name in Link.__struct_fields__]

add = statement(
    upsert(link, key=["domain", "folded_hash"], returning=[link.c.id]),
    sets=[column.name for column in link.c if column.name != "id"],
)
"""A new link; no row when its hash is taken."""

by_hash = statement(
    select(*_COLUMNS).where(
        link.c.domain == bindparam("domain"), link.c.folded_hash == bindparam("folded_hash")
    ),
    into=Link,
)
"""The link a visitor asks for."""

by_id = statement(select(*_COLUMNS).where(link.c.id == bindparam("link_id", type_=Id)), into=Link)
"""A link by its number."""

live_twin = statement(
    select(*_COLUMNS)
    .where(
        link.c.fingerprint == bindparam("fingerprint"),
        link.c.active == bindparam("is_active", type_=Boolean),
        link.c.expires_at.is_(None) | (link.c.expires_at > bindparam("at", type_=UtcTime)),
    )
    .order_by(link.c.id)
    .limit(1),
    into=Link,
)
"""A live link of the same owner and kind to the same."""

set_active = statement(
    update(link).where(link.c.id == bindparam("link_id", type_=Id)),
    sets=["active", "changed_at"],
)
"""Found by visitors or not."""

set_target = statement(
    update(link).where(link.c.id == bindparam("link_id", type_=Id)),
    sets=["target", "fingerprint", "searchable", "changed_at"],
)
"""Leads elsewhere."""

set_tags = statement(
    update(link).where(link.c.id == bindparam("link_id", type_=Id)), sets=["tags", "changed_at"]
)
"""Has other tags."""

set_expiry = statement(
    update(link).where(link.c.id == bindparam("link_id", type_=Id)),
    sets=["expires_at", "changed_at"],
)
"""Ends at another time."""

add_tag = statement(insert(link_tag), sets=["link_id", "folded_name"])
"""A tag of a link."""

drop_tags = statement(delete(link_tag).where(link_tag.c.link_id == bindparam("link_id", type_=Id)))
"""A link without tags."""

creation = statement(
    select(link_creation.c.request_hash, link_creation.c.link_id).where(
        link_creation.c.key_hash == bindparam("key_hash")
    ),
    into=LinkCreation,
)
"""What was created with an idempotency key."""

add_creation = statement(
    upsert(link_creation, key=["key_hash"], returning=[link_creation.c.link_id]),
    sets=["key_hash", "request_hash", "link_id", "created_at"],
)
"""Remember what a key created; no row when it created something already."""

purge_creations = statement(
    delete(link_creation).where(link_creation.c.created_at < bindparam("before", type_=UtcTime))
)
"""Idempotency keys of before then."""

Order = Literal["hash", "created_at", "expires_at"]

SHAPES_MAX = 256


class Shape(msgspec.Struct, frozen=True):
    """Which questions a list asks; the values are parameters."""

    bounds: tuple[str, ...]
    tags_count: int
    words_count: int
    order: Order
    ascending: bool


@lru_cache(maxsize=SHAPES_MAX)
def page_of(shape: Shape) -> Statement[Link]:
    """A page of an owner's links in an order; ties by when they were made."""
    column = link.c[shape.order]
    order: list[ColumnElement[Any]] = (
        [column.asc().nulls_last(), link.c.id.asc()]
        if shape.ascending
        else [column.desc().nulls_first(), link.c.id.desc()]
    )
    return statement(
        select(*_COLUMNS)
        .where(*_conditions(shape))
        .order_by(*order)
        .limit(bindparam("count", type_=Integer))
        .offset(bindparam("offset", type_=Id)),
        into=Link,
    )


@lru_cache(maxsize=SHAPES_MAX)
def count_of(shape: Shape) -> Statement[Any]:
    """How many links fit, whatever the order."""
    return statement(select(func.count()).select_from(link).where(*_conditions(shape)))


_BOUNDS: dict[str, ColumnElement[bool]] = {
    "kind": link.c.kind == bindparam("kind"),
    "hash_method": link.c.hash_method == bindparam("hash_method"),
    "created_from": link.c.created_at >= bindparam("created_from", type_=UtcTime),
    "created_until": link.c.created_at <= bindparam("created_until", type_=UtcTime),
    "text": link.c.searchable.like(bindparam("text", type_=Text), escape="!"),
}


def _conditions(shape: Shape) -> list[ColumnElement[bool]]:
    has_each = [
        exists().where(
            link_tag.c.link_id == link.c.id, link_tag.c.folded_name == bindparam(f"tag_{number}")
        )
        for number in range(shape.tags_count)
    ]
    said = [
        link_tag.c.folded_name.like(bindparam(f"word_{number}", type_=Text), escape="!")
        for number in range(shape.words_count)
    ]
    has_any = [exists().where(link_tag.c.link_id == link.c.id, or_(*said))] if said else []
    return [
        link.c.app_id == bindparam("app_id", type_=Id),
        *(_BOUNDS[name] for name in shape.bounds),
        *has_each,
        *has_any,
    ]
