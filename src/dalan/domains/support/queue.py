"""Tickets as operators look for them."""

from datetime import datetime
from typing import Any, Literal, NamedTuple, get_args

from dalan.domains.support import queries
from dalan.domains.support.tables import Category, Ticket
from dalan.kernel import paging
from dalan.kernel.db import ReadTransaction

View = Literal["waiting", "answered", "closed", "all"]
VIEWS: tuple[View, ...] = get_args(View)

PAGE_SIZE = 50


class TicketsPage(NamedTuple):
    """Tickets, and the cursor after the last of them, "" when there are no more."""

    tickets: list[Ticket]
    next_cursor: str


async def queue(
    tx: ReadTransaction,
    *,
    view: View = "waiting",
    category: Category | None = None,
    assignee_id: int | None = None,
    app_id: int | None = None,
    after: str = "",
    limit: int = PAGE_SIZE,
) -> TicketsPage:
    """Tickets that fit all that is given: those that wait with the longest waiting first, all
    others with the newest first. Raises InvalidCursor."""
    given: dict[str, Any] = {}
    if category is not None:
        given["category"] = category
    if assignee_id is not None:
        given["assignee_id"] = assignee_id
    if app_id is not None:
        given["app_id"] = app_id
    filters = set(given)
    if after:
        at, after_id = paging.decode(after, tuple[datetime, int])
        given |= {"at": at, "after_id": after_id}
        filters.add("before")
    found = await queries.queue(view, frozenset(filters)).all(tx, **given, most=limit + 1)
    shown = found[:limit]
    last = paging.encode((shown[-1].updated_at, shown[-1].id)) if len(found) > limit else ""
    return TicketsPage(shown, last)


async def waiting_count(tx: ReadTransaction) -> int:
    """How many tickets wait for an operator."""
    return int(await queries.waiting_count.scalar(tx))
