"""Searches as statements: one per shape of question, compiled once, remembered within bounds.

A shape says which way is taken and which numbers are bounded; values are parameters always. Two
ways lead to the same rows:

- *by text*: the index of tokens gives every row that fits, newest first by itself on SQLite,
  sorted afterwards on PostgreSQL and where a price decides; what would be dear to ask of it is
  looked for in the rows it gives (``choosing``);
- *by order*: rows are walked in the wanted order, each looked at, as far as a window reaches.
  Better where nearly everything fits; whoever asks must go by text if the window was too small.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal

import msgspec
from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from dalan.domains.search.tables import FULL_TEXT, Hit, entry
from dalan.domains.search.words import BEGINNING_INDEXED_MAX, Condition
from dalan.kernel.db import Id, Statement, statement

Order = Literal["newest", "cheapest", "dearest"]

SHAPES_MAX = 256

_full_text = table(FULL_TEXT, column("rowid", Id), column("words", Text))
# The plus keeps SQLite from looking each row up in the text; the text must lead.
_full_text_id: ColumnElement[Any] = literal_column(f"+{FULL_TEXT}.rowid", Id)


class Shape(msgspec.Struct, frozen=True):
    """``matched``: tokens are asked of the index. ``seen``: some are looked for in each row; on
    SQLite, where its text is looked through, how many tokens each alternative of each condition
    has."""

    engine: str
    order: Order
    matched: bool
    bounded: tuple[str, ...]
    goes_on: bool
    windowed: bool = False
    seen: tuple[tuple[int, ...], ...] = ()


@lru_cache(maxsize=SHAPES_MAX)
def statement_of(shape: Shape) -> Statement[Hit]:
    """The statement of that shape."""
    if shape.windowed:
        return statement(_by_order(shape), into=Hit)
    return statement(_by_text(shape), into=Hit)


@lru_cache(maxsize=SHAPES_MAX)
def counting(shape: Shape) -> Statement[tuple[int]]:
    """How many rows a search of that shape would find, counted as far as ``count``."""
    return statement(_counting(shape))


def match_text(engine: str, conditions: tuple[Condition, ...]) -> str:
    """The conditions as the engine's index is asked."""
    if engine == "sqlite":
        return _joined(conditions, _fts_token, " AND ", " OR ")
    return _joined(conditions, _ts_token, " & ", " | ")


def seeing_text(conditions: tuple[Condition, ...]) -> str:
    """The conditions as PostgreSQL looks for them in a row."""
    return _joined(conditions, _ts_beginning, " & ", " | ")


def _joined(
    conditions: tuple[Condition, ...], one: Callable[[str], str], both: str, either: str
) -> str:
    return both.join(
        "("
        + either.join(
            "(" + both.join(one(token) for token in alternative) + ")" for alternative in condition
        )
        + ")"
        for condition in conditions
    )


def seen_tokens(conditions: tuple[Condition, ...]) -> dict[str, str]:
    """The parameters that look through a row's text on SQLite."""
    tokens = [token for condition in conditions for some in condition for token in some]
    return {
        f"t{n}": f" {token[:-1]}" if token.endswith("*") else f" {token} "
        for n, token in enumerate(tokens)
    }


def _fts_token(token: str) -> str:
    return f'"{token[:-1]}" *' if token.endswith("*") else f'"{token}"'


def _ts_token(token: str) -> str:
    if token.endswith("*") and len(token) - 1 <= BEGINNING_INDEXED_MAX:
        return f"('{token[:-1]}' | '{token}')"  # the word itself, and the list of what begins so
    return _ts_beginning(token)


def _ts_beginning(token: str) -> str:
    return f"'{token[:-1]}':*" if token.endswith("*") else f"'{token}'"


def _by_text(shape: Shape) -> Select[Any]:
    found, rows = _fitting(shape)
    if shape.engine == "postgresql" and shape.matched:
        # Materialised, or the engine would walk the newest in hope of meeting enough.
        hits = rows.cte("hits").prefix_with("MATERIALIZED")
        columns = (hits.c.id, hits.c.post_id, hits.c.value)
        return select(*columns).order_by(*_sorted(shape, hits.c.value, hits.c.id)).limit(_count())
    if shape.engine == "sqlite" and shape.matched and shape.order == "newest":
        return rows.order_by(_full_text.c.rowid.desc()).limit(_count())
    return rows.order_by(*_sorted(shape, found.c.price, found.c.id)).limit(_count())


def _fitting(shape: Shape) -> tuple[FromClause, Select[Any]]:
    """Every row that fits, in no order."""
    value = literal_column("0", Integer) if shape.order == "newest" else entry.c.price
    rows = select(entry.c.id, entry.c.post_id, value.label("value"))
    place: ColumnElement[Any] = entry.c.id
    if shape.matched and shape.engine == "sqlite":
        rows = rows.select_from(_full_text.join(entry, entry.c.id == _full_text_id))
        matching = bindparam("matching", type_=Text)
        rows = rows.where(literal_column(FULL_TEXT, Text).op("MATCH")(matching))
        place = _full_text.c.rowid
    elif shape.matched:
        rows = rows.where(_matches_tsquery(entry.c.words))
    if shape.matched and shape.engine == "postgresql":
        # Plus nothing: or the engine would collect what the primary key and the price have beside
        # what the words have, and both are much more.
        place = entry.c.id + literal_column("0", Integer)
    rows = rows.where(*_after(shape, entry.c.price, place), *_bounds(shape, entry))
    return entry, rows.where(*_looked_for(shape, entry))


def _by_order(shape: Shape) -> Select[Any]:
    order = _sorted(shape, entry.c.price, entry.c.id)
    window = (
        select(entry)
        .where(*_after(shape, entry.c.price, entry.c.id))
        .where(*(_bounds(shape, entry, only="price") if shape.order != "newest" else ()))
        .order_by(*order)
        .limit(bindparam("window", type_=Integer))
        .subquery("walked")
    )
    value = literal_column("0", Integer) if shape.order == "newest" else window.c.price
    rows = select(window.c.id, window.c.post_id, value.label("value")).where(
        *_bounds(shape, window)
    )
    rows = rows.where(*_looked_for(shape, window))
    return rows.order_by(*_sorted(shape, window.c.price, window.c.id)).limit(_count())


def _counting(shape: Shape) -> Select[Any]:
    _, rows = _fitting(shape)
    return select(func.count()).select_from(rows.limit(_count()).subquery("counted"))


def _count() -> Any:
    return bindparam("count", type_=Integer)


def _matches_tsquery(words: ColumnElement[Any]) -> ColumnElement[bool]:
    return words.op("@@", is_comparison=True)(cast(bindparam("matching", type_=Text), TSQUERY))


def _looked_for(shape: Shape, rows: FromClause) -> list[ColumnElement[bool]]:
    """What is looked for in each row, in a form that no index answers."""
    if not shape.seen:
        return []
    if shape.engine == "sqlite":
        return [_seen(rows.c.words, shape.seen)]
    return [
        func.ts_match_vq(
            rows.c.words, cast(bindparam("seeing", type_=Text), TSQUERY), type_=Boolean
        )
    ]


def _seen(words: ColumnElement[Any], seen: tuple[tuple[int, ...], ...]) -> ColumnElement[bool]:
    text, number, conditions = cast(words, Text), 0, []
    for condition in seen:
        alternatives = []
        for length in condition:
            tokens = range(number, number + length)
            alternatives.append(
                and_(*(func.instr(text, bindparam(f"t{n}", type_=Text)) > 0 for n in tokens))
            )
            number += length
        conditions.append(or_(*alternatives))
    return and_(true(), *conditions)


def _bounds(shape: Shape, rows: FromClause, *, only: str = "") -> list[ColumnElement[bool]]:
    nothing = literal_column("0", Integer)
    alone = shape.engine == "postgresql" and shape.matched  # as in _fitting
    return [
        (rows.c[name] + nothing if alone and name == "price" else rows.c[name]).between(
            bindparam(f"{name}_least", type_=Id), bindparam(f"{name}_most", type_=Id)
        )
        for name in shape.bounded
        if not only or name == only
    ]


def _after(
    shape: Shape, price: ColumnElement[Any], place: ColumnElement[Any]
) -> list[ColumnElement[bool]]:
    after_id = bindparam("after_id", type_=Id)
    if shape.order == "newest":
        return [place < after_id] if shape.goes_on else []
    if not shape.goes_on:
        return [price.is_not(None)]
    here, there = tuple_(price, place), tuple_(bindparam("after_value", type_=Id), after_id)
    return [here > there if shape.order == "cheapest" else here < there]


def _sorted(
    shape: Shape, price: ColumnElement[Any], place: ColumnElement[Any]
) -> list[ColumnElement[Any]]:
    match shape.order:
        case "newest":
            return [place.desc()]
        case "cheapest":
            return [price.asc(), place.asc()]
        case _:
            return [price.desc(), place.desc()]
