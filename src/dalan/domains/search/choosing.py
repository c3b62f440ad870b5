"""Choosing the way to a result, by how common the tokens are. It decides how long an answer takes,
never what it is: whoever finds too little on a short way goes the long one after it.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import prod, sqrt

import msgspec

from dalan.domains.search.asking import Asked
from dalan.domains.search.shapes import Order
from dalan.domains.search.words import BEGINNING_INDEXED_MAX, Condition

MILLION = 1_000_000

PACE, ENTRIES = "#pace", "#entries"
"""Beside the shares of tokens: how many posts are listed in a million milliseconds, and how many
there are. No token begins so."""

WALK_MIN, WALK_MAX = 400, 12_000
"""Rows one walk may look at before it goes by text after all."""

WALK_BESIDE_STRETCHES_MAX = 2_000
"""The same where stretches of time can be asked of the index: looking at a row costs more."""

SLACK, SLACK_COUNTING = 2.0, 1.5
"""How much further than expected a short way goes: words are not spread evenly, and a few of them
less so than many."""

FURTHER = 5
"""How much longer the second stretch is, where the first fell short."""

STRETCH_PART_MAX = 0.5
"""A stretch of more than this part of everything spares too little to be tried first."""

NARROWS_BELOW = 0.5
"""Buckets are asked for where they hold of less than this part of what the rarest condition holds
of: they are many, and each is a list of its own."""

BOUND_SHARE = 300_000
"""What a bound is taken to hold of where its buckets do not tell."""


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """``conditions`` are asked of the index, ``seen`` looked for in each row it gives. ``walk``:
    rows to walk in their order instead. ``span_milliseconds``: how far back the index is asked;
    0: everything."""

    conditions: tuple[Condition, ...] = ()
    seen: tuple[Condition, ...] = ()
    walk: int = 0
    span_milliseconds: int = 0


def ways(
    engine: str,
    order: Order,
    wanted: Asked,
    known: Mapping[str, int],
    limit: int,
    *,
    counting: bool = False,
) -> Iterator[Way]:
    """The ways to ``limit`` rows, shortest first; the last finds whatever there is. Whoever counts
    needs no order, and walks in none."""
    rows = int(_rows_expected(wanted, known, limit) * (SLACK_COUNTING if counting else SLACK))
    # SQLite's text comes newest first by itself.
    walks = not counting and (engine == "postgresql" or order != "newest")
    stretches = engine == "postgresql" and order == "newest" and known.get(PACE, 0) > 0
    walk_max = WALK_BESIDE_STRETCHES_MAX if stretches else WALK_MAX
    if walks and wanted.conditions and rows and rows <= walk_max:
        yield Way(seen=wanted.conditions, walk=max(WALK_MIN, rows))
    elif stretches and rows:
        conditions, seen = split(wanted.conditions, known)
        for further in (rows, rows * FURTHER):
            if further < known.get(ENTRIES, 0) * STRETCH_PART_MAX:
                span = further * MILLION // known[PACE]
                yield Way(conditions=conditions, seen=seen, span_milliseconds=span)
    yield whole(wanted, known)


def whole(wanted: Asked, known: Mapping[str, int]) -> Way:
    """The way that leaves nothing out: by text, with those buckets that are worth it."""
    rarest = min((held_by(one, known) for one in wanted.conditions), default=MILLION)
    narrow = tuple(one for one in wanted.narrowing if held_by(one, known) < rarest * NARROWS_BELOW)
    conditions, seen = split(wanted.conditions + narrow, known)
    return Way(conditions=conditions, seen=seen)


def split(
    conditions: tuple[Condition, ...], known: Mapping[str, int]
) -> tuple[tuple[Condition, ...], tuple[Condition, ...]]:
    """What to ask of the index, and what to look for in each row it gives.

    The indexes have beginnings up to a length. All postings of a longer one's words are collected
    before the first row, which is dear where they are common: then as much of it is asked as the
    index has, and the rest looked for.
    """
    dear = [one for one in conditions if _is_long(one) and held_by(one, known)]
    return tuple(_shortened(one) if one in dear else one for one in conditions), tuple(dear)


def held_by(condition: Condition, known: Mapping[str, int]) -> int:
    """Of how many in a million the condition holds, about; 0 if rarely."""
    some = (min(known.get(token, 0) for token in alternative) for alternative in condition)
    return min(sum(some), MILLION)


def _rows_expected(wanted: Asked, known: Mapping[str, int], limit: int) -> float:
    """How far back so many hits lie; 0 where nobody can tell."""
    if not wanted.conditions or not all(held_by(one, known) for one in wanted.conditions):
        return 0.0
    bounds = [held_by(one, known) or BOUND_SHARE for one in wanted.narrowing]
    bounds += [BOUND_SHARE] * (len(wanted.bounds) - len(bounds))
    # A range that is asked of a category is one that its posts are in: prices of cars hold of few
    # posts, but of most cars. How much so nobody knows; half-way between not and wholly.
    kind = sqrt((known.get(wanted.category_term, 0) or MILLION) / MILLION)
    share = _share_of_all(wanted.conditions, known)
    return limit / (share * prod(min(one / MILLION / kind, 1.0) for one in bounds))


def _share_of_all(conditions: Sequence[Condition], known: Mapping[str, int]) -> float:
    return prod(held_by(one, known) / MILLION for one in conditions)


def _is_long(condition: Condition) -> bool:
    tokens = (token for alternative in condition for token in alternative)
    return any(token.endswith("*") and len(token) - 1 > BEGINNING_INDEXED_MAX for token in tokens)


def _shortened(condition: Condition) -> Condition:
    return tuple(
        tuple(
            f"{token[:BEGINNING_INDEXED_MAX]}*"
            if token.endswith("*") and len(token) - 1 > BEGINNING_INDEXED_MAX
            else token
            for token in alternative
        )
        for alternative in condition
    )
