"""Finding posts: by words, by what they are and where, by ranges, in three orders.

The room owns the index, which follows the posts' own news within a second and can be made anew
from them at any time. Words are folded and tokenised once, in Python, so that SQLite's FTS5 and
PostgreSQL's GIN find the same posts (decision 0019).
"""

from dalan.domains.search.allowance import allow, count_call, used_today
from dalan.domains.search.asking import WORDS_LENGTH_MAX, Query, Range, check
from dalan.domains.search.errors import SearchQuota
from dalan.domains.search.finding import FOUND_MAX, Found, count, find
from dalan.domains.search.indexing import index, keep, learn_shares, reindex
from dalan.domains.search.renaming import listeners
from dalan.domains.search.shapes import Order
from dalan.domains.search.tables import Place

__all__ = [
    "FOUND_MAX",
    "WORDS_LENGTH_MAX",
    "Found",
    "Order",
    "Place",
    "Query",
    "Range",
    "SearchQuota",
    "allow",
    "check",
    "count",
    "count_call",
    "find",
    "index",
    "keep",
    "learn_shares",
    "listeners",
    "reindex",
    "used_today",
]
