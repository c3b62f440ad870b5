"""An owner's links: searched, narrowed, ordered, a page at a time, among a million as among ten.

Few links are looked at one by one. Of many, those that come first in the order are: what nearly
every link has is met there. What is rare an index finds, and the few it finds are sorted. Either
way the result is the same. Source: pod-links.md 4.3; decision 0039.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal, get_args

import msgspec

from dalan.domains.links import grams, list_queries, tallies
from dalan.domains.links.creating import expiry_order
from dalan.domains.links.errors import InvalidLink
from dalan.domains.links.list_queries import Order, Shape
from dalan.domains.links.tables import HashMethod, Link, LinkKind, Owner
from dalan.domains.links.tags import tags_in
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction
from dalan.kernel.db.types import microseconds_of
from dalan.kernel.text import fold

PAGE_MAX: Final = 1_000
SEARCH_LENGTH_MAX: Final = 500

WINDOW: Final = 3_000
"""So many links are looked at one by one; of somebody who has no more, all are."""

CHOSEN_MAX: Final = 4_000
"""So many that an index finds are read and sorted."""

_TAGS_MAX: Final = 200

State = Literal["active", "inactive", "expired"]
STATES: Final[tuple[State, ...]] = get_args(State)


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of an owner's links; empty asks nothing. ``tags``: all of them, exactly;
    ``words``: some tag contains one of them. Both are joined by commas. Both ends of the time
    count in."""

    owner: Owner
    text: str = ""
    kind: LinkKind | None = None
    hash_method: HashMethod | None = None
    created_from: datetime | None = None
    created_until: datetime | None = None
    tags: str = ""
    words: str = ""
    state: State | None = None
    order: Order = "created_at"
    ascending: bool = False


class Position(msgspec.Struct, frozen=True):
    """Where a link stands in an order: what it is ordered by, and its number."""

    value: datetime | int | str
    link_id: int


def position(link: Link, order: Order) -> Position:
    """Where a link stands in that order; in the order of visits it stands nowhere for long."""
    assert order != "visits_count", "that order has pages by their number"
    if order == "expires_at":
        return Position(expiry_order(link.expires_at), link.id)
    return Position(link.hash if order == "hash" else link.created_at, link.id)


class Found(msgspec.Struct, frozen=True):
    """A page, and how many there are in all: exactly, or as good as one can tell from the first
    few thousand."""

    links: Sequence[Link]
    total: int
    is_exact: bool = True


async def page(
    tx: ReadTransaction,
    question: Question,
    *,
    offset: int = 0,
    most: int = 10,
    after: Position | None = None,
) -> list[Link]:
    """A page of the links that fit, at most ``PAGE_MAX`` of them; those behind a ``position`` where
    one is given, whatever was made or deleted meanwhile. Raises InvalidLink."""
    return list((await look_up(tx, question, offset=offset, most=most, after=after)).links)


async def count(tx: ReadTransaction, question: Question) -> int:
    """How many links fit, as ``Found.total``. Raises InvalidLink."""
    return (await look_up(tx, question, most=0)).total


async def look_up(
    tx: ReadTransaction,
    question: Question,
    *,
    offset: int = 0,
    most: int = 10,
    after: Position | None = None,
) -> Found:
    """``page``, and how many there are, those before ``after`` too. Raises InvalidLink."""
    asked = _Asked(question, offset, min(most, PAGE_MAX), after)
    total = await _kept(tx, question)
    if not asked.is_narrowed:
        return Found(await asked.plain_page(tx), total)
    if total <= WINDOW:
        return Found(await asked.page(tx, "all"), await asked.count(tx, "all"))
    first = await asked.page(tx, "newest")
    counted = await asked.count(tx, "newest")
    is_met = len(first) == asked.most and counted > 0
    exactly = await _exactly(tx, asked)
    if is_met and exactly is not None:
        return Found(first, exactly)
    guess = counted * total // WINDOW
    if not is_met or guess <= CHOSEN_MAX:
        ids = await _chosen(tx, asked)
        if ids is not None:
            return Found(await asked.page(tx, "chosen", ids), await asked.count(tx, "chosen", ids))
    if not is_met:
        first = await asked.page(tx, "all")
    if exactly is not None:
        return Found(first, exactly)
    return Found(first, max(guess, offset + len(first)), is_exact=False)


async def deleted(
    tx: ReadTransaction, owner: Owner, *, offset: int = 0, most: int = 10
) -> list[Link]:
    """What the owner may ``restore``, deleted last first."""
    return await list_queries.deleted.all(
        tx, owner_no=owner.number, offset=offset, count=min(most, PAGE_MAX)
    )


async def tags_of(tx: ReadTransaction, owner: Owner, *, most: int = 100) -> list[tuple[str, int]]:
    """The tags of the owner's links as they are compared, with how many links have each, the
    most used first."""
    rows = await list_queries.most_tagged.all(tx, owner_no=owner.number, count=most)
    return [(facet[2:], int(number)) for facet, number in rows]


class _Asked:
    """A question as the statements take it."""

    def __init__(self, question: Question, offset: int, most: int, after: Position | None) -> None:
        if len(question.text) > SEARCH_LENGTH_MAX:
            raise InvalidLink("too long a text to look for", field="text")
        self.question, self.offset, self.most = question, offset, most
        self.after: dict[str, Any] = (
            {} if after is None else {"last_value": after.value, "last_id": after.link_id}
        )
        self.tags = list(tags_in(question.tags, field="tags"))
        self.words = list(tags_in(question.words, field="words"))
        self.text = fold(question.text)
        self.now_order = microseconds_of(clock.now())
        names = ("kind", "hash_method", "created_from", "created_until")
        self.bounds: dict[str, Any] = {
            name: value for name in names if (value := getattr(question, name)) is not None
        }
        if self.text:
            self.bounds["text"] = _containing(self.text)

    @property
    def names(self) -> tuple[str, ...]:
        state = self.question.state
        return (*self.bounds, state) if state else tuple(self.bounds)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.names or self.tags or self.words)

    async def plain_page(self, tx: ReadTransaction) -> Sequence[Link]:
        if not self.most:
            return []
        shape = self._shape("all")
        plain = list_queries.plain_page_of(
            shape.order, ascending=shape.ascending, continued=bool(self.after)
        )
        owner_no = self.question.owner.number
        return await plain.all(
            tx, owner_no=owner_no, offset=self.offset, count=self.most, **self.after
        )

    async def page(
        self, tx: ReadTransaction, within: list_queries.Within, ids: Sequence[int] = ()
    ) -> Sequence[Link]:
        if not self.most:
            return []
        shape = msgspec.structs.replace(self._shape(within), continued=bool(self.after))
        return await list_queries.page_of(shape).all(
            tx, **self._values(within, ids), **self.after, offset=self.offset, count=self.most
        )

    async def count(
        self, tx: ReadTransaction, within: list_queries.Within, ids: Sequence[int] = ()
    ) -> int:
        counting = list_queries.count_of(self._shape(within))
        return int(await counting.scalar(tx, **self._values(within, ids)))

    def _shape(self, within: list_queries.Within) -> Shape:
        question = self.question
        tags, words = len(self.tags), len(self.words)
        return Shape(self.names, tags, words, question.order, question.ascending, within)

    def _values(self, within: list_queries.Within, ids: Sequence[int]) -> dict[str, Any]:
        values = {
            **self.bounds,
            **{f"tag_{number}": tag for number, tag in enumerate(self.tags)},
            **{f"word_{number}": _containing(word) for number, word in enumerate(self.words)},
        }
        if self.question.state in ("active", "expired"):
            values["now_order"] = self.now_order
        if within == "chosen":
            return values | {"ids": list(ids)}
        values["owner_no"] = self.question.owner.number
        return values | {"window": WINDOW} if within == "newest" else values


async def _kept(tx: ReadTransaction, question: Question) -> int:
    """How many links the owner has in all."""
    return await _tallied(tx, question.owner, tallies.kinds_facets())


async def _exactly(tx: ReadTransaction, asked: _Asked) -> int | None:
    """How many fit a question that asks of kind and method alone, or of one tag alone."""
    question, names = asked.question, set(asked.names)
    if names <= {"kind", "hash_method"} and not asked.tags and not asked.words:
        facets = tallies.kinds_facets(question.kind, question.hash_method)
        return await _tallied(tx, question.owner, facets)
    if not names and len(asked.tags) == 1 and not asked.words:
        return await _tallied(tx, question.owner, [tallies.tag_facet(asked.tags[0])])
    return None


async def _tallied(tx: ReadTransaction, owner: Owner, facets: Sequence[str]) -> int:
    rows = await list_queries.tallies.all(tx, owner_no=owner.number, facets=list(facets))
    return sum(int(number) for _, number in rows)


async def _chosen(tx: ReadTransaction, asked: _Asked) -> list[int] | None:
    """The numbers of all that may fit, as an index finds them; None where they are too many."""
    for source in (_by_words, _by_bounds):
        ids = await source(tx, asked)
        if ids is not None and len(ids) <= CHOSEN_MAX:
            return ids
    return None


async def _by_words(tx: ReadTransaction, asked: _Asked) -> list[int] | None:
    question, owner_no = asked.question, asked.question.owner.number
    any_tags: list[str] = []
    for word in asked.words:
        found = await list_queries.tagged_like.all(
            tx, owner_no=owner_no, like=f"t:{_containing(word)}", count=_TAGS_MAX + 1
        )
        any_tags += [facet[2:] for (facet,) in found]
    if asked.words and not any_tags:
        return []
    wanted = grams.asked_of(
        owner_no=owner_no, text=asked.text, tags=asked.tags,
        any_tags=any_tags if len(any_tags) <= _TAGS_MAX else (),
        kind=question.kind, method=question.hash_method,
    )  # fmt: skip
    if len(wanted) == 1:
        return None
    statement = (
        list_queries.ids_by_words_sqlite
        if tx.engine == "sqlite"
        else list_queries.ids_by_words_postgresql
    )
    matching = grams.match_text(tx.engine, wanted)
    rows = await statement.all(tx, matching=matching, count=CHOSEN_MAX + 1)
    return [link_id for (link_id,) in rows]


async def _by_bounds(tx: ReadTransaction, asked: _Asked) -> list[int] | None:
    created = tuple(name for name in asked.bounds if name.startswith("created"))
    state = asked.question.state
    for names in (created, (state,) if state in ("inactive", "expired") else ()):
        if not names:
            continue
        values = {name: asked.bounds[name] for name in names if name in asked.bounds}
        if names == ("expired",):
            values["now_order"] = asked.now_order
        rows = await list_queries.ids_by_bounds[names].all(
            tx, owner_no=asked.question.owner.number, count=CHOSEN_MAX + 1, **values
        )
        if len(rows) <= CHOSEN_MAX:
            return [link_id for (link_id,) in rows]
    return None


def _containing(text: str) -> str:
    """A pattern for ``LIKE`` in which every sign stands for itself."""
    for sign in "!%_":
        text = text.replace(sign, f"!{sign}")
    return f"%{text}%"
