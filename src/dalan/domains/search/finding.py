"""Finding posts: choose the way, ask the index, read the posts."""

from collections.abc import Sequence

import msgspec

from dalan.domains import posts
from dalan.domains.search import queries
from dalan.domains.search.asking import Asked, Query, ask
from dalan.domains.search.choosing import ENTRIES, PACE, Way, ways
from dalan.domains.search.shapes import (
    Order,
    Shape,
    counting,
    match_text,
    seeing_text,
    seen_tokens,
    statement_of,
)
from dalan.domains.search.tables import Hit, Place
from dalan.domains.search.windows import covering
from dalan.kernel.db import ReadTransaction

FOUND_MAX = 100
"""Posts of one answer."""


class Found(msgspec.Struct, frozen=True):
    """One page of results. ``next`` is None where there is nothing after it."""

    posts: list[posts.Post]
    next: Place | None


async def find(
    tx: ReadTransaction,
    query: Query,
    *,
    order: Order = "newest",
    after: Place | None = None,
    limit: int,
) -> Found:
    """Published posts the query means, from just after ``after``; no development posts.

    Sorted by price, posts without one are left out. A cursor neither repeats nor skips posts
    while others are added: those listed later stand before every place given out. A post taken
    out of sight a moment ago is left out although the index still knows it, so a page may hold
    fewer than ``limit`` and yet have a next.

    Raises as ``asking.ask``.
    """
    assert 0 < limit <= FOUND_MAX, "surfaces bound their pages"
    hits = await _hits(tx, ask(query), order, after, limit + 1)
    shown = hits[:limit]
    last = Place(shown[-1].value, shown[-1].id) if len(hits) > limit else None
    by_id = await posts.by_ids(tx, [hit.post_id for hit in shown])
    read = (by_id.get(hit.post_id) for hit in shown)
    return Found(
        [one for one in read if one is not None and posts.is_listed(one)],
        last,
    )


async def count(tx: ReadTransaction, query: Query, *, most: int) -> int:
    """How many posts the index has for the query, counted no further than ``most``."""
    wanted = ask(query)
    known = await _known(tx, wanted)
    counted = 0
    for way in ways(tx.engine, "newest", wanted, known, most, counting=True):
        shape, values = await _asked(tx, way, wanted, "newest", None)
        if shape is not None:
            counted = int(await counting(shape).scalar(tx, count=most, **values))
        if counted == most:
            break
    return counted


async def _hits(
    tx: ReadTransaction, wanted: Asked, order: Order, after: Place | None, limit: int
) -> Sequence[Hit]:
    known = await _known(tx, wanted)
    hits: Sequence[Hit] = ()
    for way in ways(tx.engine, order, wanted, known, limit):
        shape, values = await _asked(tx, way, wanted, order, after)
        if shape is None:
            continue
        if way.walk:
            values["window"] = way.walk
        hits = await statement_of(shape).all(tx, count=limit, **values)
        if len(hits) == limit:
            break
    return hits


async def _asked(
    tx: ReadTransaction, way: Way, wanted: Asked, order: Order, after: Place | None
) -> tuple[Shape | None, dict[str, object]]:
    """A way's statement and its values; no statement where the way is none after all."""
    conditions = way.conditions
    if way.span_milliseconds:
        last_id = after.id if after is not None else await queries.newest_id.scalar(tx)
        within = covering(last_id or 0, way.span_milliseconds)
        if not within:
            return None, {}
        conditions = (*conditions, tuple((one,) for one in within))
    values: dict[str, object] = {}
    for name, least, most in wanted.bounds:
        values[f"{name}_least"], values[f"{name}_most"] = least, most
    if after is not None:
        values["after_id"] = after.id
        if order != "newest":
            values["after_value"] = after.value
    if conditions:
        values["matching"] = match_text(tx.engine, conditions)
    seen: tuple[tuple[int, ...], ...] = ()
    if tx.engine == "sqlite":
        values |= seen_tokens(way.seen)
        seen = tuple(tuple(map(len, one)) for one in way.seen)
    elif way.seen:
        values["seeing"], seen = seeing_text(way.seen), ((1,),)
    shape = Shape(
        engine=tx.engine,
        order=order,
        matched=bool(conditions),
        bounded=tuple(name for name, _, _ in wanted.bounds),
        goes_on=after is not None,
        windowed=bool(way.walk),
        seen=seen,
    )
    return shape, values


async def _known(tx: ReadTransaction, wanted: Asked) -> dict[str, int]:
    """How common the tokens are, in a million (those that are rare have no entry), how many posts
    there are and how fast they come."""
    tokens = {
        token
        for condition in wanted.conditions + wanted.narrowing
        for alternative in condition
        for token in alternative
    }
    if not tokens:
        return {}
    asked = [*sorted(tokens), wanted.category_term, PACE, ENTRIES]
    return dict(await queries.shares.all(tx, tokens=asked))
