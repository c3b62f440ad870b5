"""The index: a row per post that can be found, newest last, and how common each token is."""

from datetime import datetime

import msgspec
from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    event,
)

from dalan.kernel.db import Id, Tokens, metadata

POST_BITS = 20
"""How many bits of a row's number tell posts of the same millisecond apart."""

FULL_TEXT = "search_words"
"""The FTS5 table of SQLite, which keeps five tables of its own under names that begin so."""


entry = Table(
    "search_entry",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("post_id", Id, ForeignKey("post.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("price", BigInteger),
    Column("production_year", Integer),
    Column("usage", BigInteger),
    Column("size", BigInteger),
    Column("rent", BigInteger),
    Column("credit", BigInteger),
    Column("words", Tokens, nullable=False),
    Index("ix_search_entry_price", "price", "id"),
)
"""``id`` is the sort key: the millisecond it was listed, then the post's last bits (``place``).
So the newest are the last, and a bump puts the row in anew."""

entry_words = Index("ix_search_entry_words", entry.c.words, postgresql_using="gin").ddl_if(
    dialect="postgresql"
)

CREATE_FULL_TEXT = (
    "CREATE VIRTUAL TABLE search_words USING fts5(words, content='search_entry',"
    " content_rowid='id', detail='none', columnsize=0, prefix='3 4 5',"
    " tokenize=\"ascii tokenchars ':_-'\")",
    "CREATE TRIGGER search_words_added AFTER INSERT ON search_entry BEGIN"
    " INSERT INTO search_words (rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER search_words_removed AFTER DELETE ON search_entry BEGIN"
    " INSERT INTO search_words (search_words, rowid, words)"
    " VALUES ('delete', old.id, old.words); END",
)
"""SQLite's index beside the rows, kept by triggers so that neither is ever without the other.
The tokenizer takes everything beyond ASCII as a letter: the words come tokenised already."""

for _statement in CREATE_FULL_TEXT:
    _made = DDL(_statement)  # type: ignore[no-untyped-call]  # SQLAlchemy left it without types
    event.listen(entry, "after_create", _made.execute_if(dialect="sqlite"))

share = Table(
    "search_share",
    metadata,
    Column("token", Text(collation="C").with_variant(Text(), "sqlite"), primary_key=True),
    Column("per_million", Integer, nullable=False),
)
"""In how many of a million posts a token is, found by looking at the newest; rare ones are left
out. Beside them, under names that no token has, how many posts there are and how fast they come
(``choosing.ENTRIES``, ``PACE``). It chooses the way to a result, never the result."""

use = Table(
    "search_use",
    metadata,
    Column("app_id", Id, ForeignKey("app.id"), primary_key=True),
    Column("day", Integer, nullable=False),
    Column("calls_count", Integer, nullable=False),
    Column("calls_per_day", Integer),
)
"""How often an app searched on its last day (days since the epoch, UTC). ``calls_per_day``: what
an operator allowed this app; null: what everybody may."""


class Hit(msgspec.Struct, frozen=True, array_like=True):
    """A row that was found. ``value`` is what the order goes by beside the row's number."""

    id: int
    post_id: int
    value: int


class Place(msgspec.Struct, frozen=True, array_like=True):
    """A place in a list of results: just after this one."""

    value: int
    id: int


def place(listed_at: datetime, post_id: int) -> int:
    """A row's number: later listed, greater; at most one post of a million has the same."""
    milliseconds = int(listed_at.timestamp() * 1000)
    return milliseconds << POST_BITS | post_id & ((1 << POST_BITS) - 1)
