"""When a post was listed, as terms: a stretch of time asked for in the index itself.

PostgreSQL's GIN gives every row that fits before the first of them can be sorted. Where common
words meet in a million posts that are tens of thousands, of which a page shows two dozen; asked
for together with the last hours, they are a few hundred. Rows are numbered by the moment they
were listed, so a stretch is a range of numbers, and what it holds are the newest of all.
"""

from dalan.domains.search.tables import POST_BITS

STRETCH = "w"

LEVELS = (20, 23, 26, 29)
"""Stretches of 2**n milliseconds: a quarter of an hour, two hours, most of a day, six days."""

_TERMS = tuple(f"{STRETCH}{level}:" for level in LEVELS)

TERMS_MAX = 8
"""Terms that one question joins; longer stretches are said in coarser ones."""


def stretches_of(row_id: int) -> frozenset[str]:
    """The stretches a row stands in, one of each level."""
    milliseconds = row_id >> POST_BITS
    return frozenset(f"{STRETCH}{level}:{milliseconds >> level}" for level in LEVELS)


def is_stretch(token: str) -> bool:
    """Whether it is one of those terms."""
    return token.startswith(_TERMS)


def covering(last_id: int, span_milliseconds: int) -> tuple[str, ...]:
    """Terms that hold of every row from ``last_id`` back over at least so long, without a gap;
    none where no level is coarse enough."""
    last = last_id >> POST_BITS
    first = max(last - span_milliseconds, 0)
    for level in LEVELS:
        if (last >> level) - (first >> level) < TERMS_MAX:
            return tuple(
                f"{STRETCH}{level}:{n}" for n in range(first >> level, (last >> level) + 1)
            )
    return ()
