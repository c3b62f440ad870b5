"""Statements of lists, made per shape of a question and remembered."""

from functools import lru_cache
from typing import Any, Final, Literal, get_args

import msgspec
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    column,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    table,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from dalan.domains.clicks import click_total
from dalan.domains.links.queries import COLUMNS
from dalan.domains.links.tables import Link, link, link_tag, link_tally, link_words
from dalan.kernel.db import Id, Statement, UtcTime, in_list, statement

Order = Literal["hash", "created_at", "expires_at", "visits_count"]
ORDERS: Final[tuple[Order, ...]] = get_args(Order)

Within = Literal["all", "newest", "chosen"]
"""All of an owner's, so many that come first in the order, or those of some numbers."""

SHAPES_MAX: Final = 256


class Shape(msgspec.Struct, frozen=True):
    """Which questions a list asks; the values are parameters."""

    bounds: tuple[str, ...]
    tags_count: int
    words_count: int
    order: Order
    ascending: bool
    within: Within = "all"
    continued: bool = False
    """Behind a link that was listed before."""


@lru_cache(maxsize=SHAPES_MAX)
def page_of(shape: Shape) -> Statement[Link]:
    """A page of an owner's links in an order; ties by when they were made."""
    found, at = _rows(shape, COLUMNS)
    return statement(
        found.order_by(*_sorted(shape, at, found.selected_columns["id"]))
        .limit(bindparam("count", type_=Integer))
        .offset(bindparam("offset", type_=Id)),
        into=Link,
    )


@lru_cache(maxsize=SHAPES_MAX)
def count_of(shape: Shape) -> Statement[Any]:
    """How many links fit, whatever the order."""
    found, _ = _rows(shape, [link.c.id])
    return statement(select(func.count()).select_from(found.subquery("found")))


@lru_cache(maxsize=SHAPES_MAX)
def plain_page_of(order: Order, *, ascending: bool, continued: bool = False) -> Statement[Link]:
    """A page of all of an owner's: counted off in the index, so that few rows are read."""
    shape = Shape((), 0, 0, order, ascending, continued=continued)
    found, at = _rows(shape, [link.c.id])
    chosen = (
        found.order_by(*_sorted(shape, at, link.c.id))
        .limit(bindparam("count", type_=Integer))
        .offset(bindparam("offset", type_=Id))
        .subquery("chosen")
    )
    rows, its_order = _from(shape)
    return statement(
        select(*COLUMNS)
        .select_from(rows)
        .where(link.c.id.in_(select(chosen.c.id)))
        .order_by(*_sorted(shape, its_order, link.c.id)),
        into=Link,
    )


def _rows(
    shape: Shape, columns: list[ColumnElement[Any]]
) -> tuple[Select[Any], ColumnElement[Any]]:
    """The rows that fit, and what their order goes by."""
    rows, at = _from(shape)
    owned = [*_owned(shape), *_behind(shape, at)]
    conditions = _conditions(shape)
    if shape.within == "newest":
        first = (
            select(link.c.id)
            .select_from(rows)
            .where(*owned)
            .order_by(*_sorted(shape, at, link.c.id))
            .limit(bindparam("window", type_=Integer))
            .subquery("first")
        )
        # Read once more by their numbers: neither engine then looks for another way in.
        conditions = [*conditions, link.c.id.in_(select(first.c.id))]
        owned = []
    elif shape.within == "chosen":
        conditions = [*conditions, in_list(link.c.id, "ids")]
        owned = [link.c.deleted_at.is_(None), *_behind(shape, at)]
    return select(*columns).select_from(rows).where(*owned, *conditions), at


def _from(shape: Shape) -> tuple[FromClause, ColumnElement[Any]]:
    if shape.order == "visits_count":
        joined = click_total.join(link, link.c.id == click_total.c.link_id)
        return joined, click_total.c.visits
    return link, link.c["expiry_order" if shape.order == "expires_at" else shape.order]


def _owned(shape: Shape) -> list[ColumnElement[bool]]:
    owner = bindparam("owner_no", type_=Id)
    if shape.order == "visits_count":
        return [click_total.c.group_id == owner, link.c.deleted_at.is_(None)]
    return [link.c.owner_no == owner, link.c.deleted_at.is_(None)]


def _behind(shape: Shape, at: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    if not shape.continued:
        return []
    last = tuple_(bindparam("last_value", type_=at.type), bindparam("last_id", type_=Id))
    here = tuple_(at, link.c.id)
    return [here > last if shape.ascending else here < last]


def _sorted(
    shape: Shape, at: ColumnElement[Any], id_: ColumnElement[Any]
) -> list[ColumnElement[Any]]:
    return [at.asc(), id_.asc()] if shape.ascending else [at.desc(), id_.desc()]


_NOW = bindparam("now_order", type_=Id)

BOUNDS: Final[dict[str, ColumnElement[bool]]] = {
    "kind": link.c.kind == bindparam("kind"),
    "hash_method": link.c.hash_method == bindparam("hash_method"),
    "created_from": link.c.created_at >= bindparam("created_from", type_=UtcTime),
    "created_until": link.c.created_at <= bindparam("created_until", type_=UtcTime),
    "text": link.c.searchable.like(bindparam("text", type_=Text), escape="!"),
    "active": link.c.active.is_(true()) & (link.c.expiry_order > _NOW),
    "inactive": link.c.active.is_(false()),
    "expired": link.c.active.is_(true()) & (link.c.expiry_order <= _NOW),
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
    return [*(BOUNDS[name] for name in shape.bounds), *has_each, *has_any]


_FULL_TEXT = table("link_text", column("rowid", Id))

ids_by_words_sqlite = statement(
    select(_FULL_TEXT.c.rowid)
    .where(literal_column("link_text", Text).op("MATCH")(bindparam("matching", type_=Text)))
    .limit(bindparam("count", type_=Integer))
)
"""Links that have these tokens, in the order of their numbers."""

_hits = (
    select(link_words.c.link_id)
    .where(
        link_words.c.words.op("@@", is_comparison=True)(
            cast(bindparam("matching", type_=Text), TSQUERY)
        )
    )
    .cte("hits")
    .prefix_with("MATERIALIZED")
)

ids_by_words_postgresql = statement(
    select(_hits.c.link_id).limit(bindparam("count", type_=Integer))
)
"""As above. Materialised, or the engine would read all rows in hope of meeting enough."""

ids_by_bounds: Final[dict[tuple[str, ...], Statement[Any]]] = {
    names: statement(
        select(link.c.id)
        .where(
            link.c.owner_no == bindparam("owner_no", type_=Id),
            link.c.deleted_at.is_(None),
            *(BOUNDS[name] for name in names),
        )
        .limit(bindparam("count", type_=Integer))
    )
    for names in (
        ("created_from",),
        ("created_until",),
        ("created_from", "created_until"),
        ("inactive",),
        ("expired",),
    )
}
"""Links an index finds by these alone."""

_links_count = func.sum(link_tally.c.links_count)

tallies = statement(
    select(link_tally.c.facet, _links_count)
    .where(
        link_tally.c.owner_no == bindparam("owner_no", type_=Id),
        in_list(link_tally.c.facet, "facets"),
    )
    .group_by(link_tally.c.facet)
)
"""How many links an owner has of each of these facets."""

most_tagged = statement(
    select(link_tally.c.facet, _links_count)
    .where(
        link_tally.c.owner_no == bindparam("owner_no", type_=Id),
        link_tally.c.facet.like("t:%"),
    )
    .group_by(link_tally.c.facet)
    .having(_links_count > 0)
    .order_by(_links_count.desc(), link_tally.c.facet)
    .limit(bindparam("count", type_=Integer))
)
"""An owner's tags as facets, with how many links have each, the most used first."""

tagged_like = statement(
    select(link_tally.c.facet)
    .where(
        link_tally.c.owner_no == bindparam("owner_no", type_=Id),
        link_tally.c.facet.like(bindparam("like", type_=Text), escape="!"),
        link_tally.c.links_count > 0,
    )
    .distinct()
    .limit(bindparam("count", type_=Integer))
)
"""Tags of an owner's that have a word in them, as facets."""

deleted = statement(
    select(*COLUMNS)
    .where(
        link.c.owner_no == bindparam("owner_no", type_=Id),
        link.c.deleted_at.is_not(None),
        link.c.purged_at.is_(None),
    )
    .order_by(link.c.deleted_at.desc(), link.c.id.desc())
    .limit(bindparam("count", type_=Integer))
    .offset(bindparam("offset", type_=Id)),
    into=Link,
)
"""What an owner may bring back, deleted last first."""
