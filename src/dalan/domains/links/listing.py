"""An owner's links: searched, narrowed, ordered, a page at a time.

Source: pod-links.md 4.3.
"""

from datetime import datetime
from typing import Any, Final

import msgspec

from dalan.domains.links import queries
from dalan.domains.links.creating import expiry_order
from dalan.domains.links.errors import InvalidLink
from dalan.domains.links.queries import Order
from dalan.domains.links.tables import HashMethod, Link, LinkKind, Owner
from dalan.domains.links.tags import tags_in
from dalan.kernel.db import ReadTransaction
from dalan.kernel.text import fold

PAGE_MAX: Final = 1_000
SEARCH_LENGTH_MAX: Final = 500


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
    order: Order = "created_at"
    ascending: bool = False


class Position(msgspec.Struct, frozen=True):
    """Where a link stands in an order: what it is ordered by, and its number."""

    value: datetime | int | str
    link_id: int


def position(link: Link, order: Order) -> Position:
    """Where a link stands in that order."""
    if order == "expires_at":
        return Position(expiry_order(link.expires_at), link.id)
    return Position(link.hash if order == "hash" else link.created_at, link.id)


async def count(tx: ReadTransaction, question: Question) -> int:
    """How many links fit. Raises InvalidLink."""
    shape, values = _asked(question)
    return int(await queries.count_of(shape).scalar(tx, **values))


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
    shape, values = _asked(question)
    if after is not None:
        shape = msgspec.structs.replace(shape, continued=True)
        values |= {"last_value": after.value, "last_id": after.link_id}
    return await queries.page_of(shape).all(tx, **values, offset=offset, count=min(most, PAGE_MAX))


def _asked(question: Question) -> tuple[queries.Shape, dict[str, Any]]:
    if len(question.text) > SEARCH_LENGTH_MAX:
        raise InvalidLink("too long a text to look for", field="text")
    tags = list(tags_in(question.tags, field="tags"))
    words = list(tags_in(question.words, field="words"))
    text = fold(question.text)
    bounds: dict[str, Any] = {
        name: value
        for name, value in (
            ("kind", question.kind),
            ("hash_method", question.hash_method),
            ("created_from", question.created_from),
            ("created_until", question.created_until),
            ("text", _containing(text) if text else None),
        )
        if value is not None
    }
    shape = queries.Shape(tuple(bounds), len(tags), len(words), question.order, question.ascending)
    return shape, {
        "owner_no": question.owner.number,
        **bounds,
        **{f"tag_{number}": tag for number, tag in enumerate(tags)},
        **{f"word_{number}": _containing(word) for number, word in enumerate(words)},
    }


def _containing(text: str) -> str:
    """A pattern for ``LIKE`` in which every sign stands for itself."""
    for sign in "!%_":
        text = text.replace(sign, f"!{sign}")
    return f"%{text}%"
