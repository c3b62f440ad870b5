"""Single clicks, for a time: the newest, and all of a link in their order."""

from datetime import UTC, datetime

from dalan.domains.clicks import reading_queries
from dalan.domains.clicks.tables import Click
from dalan.kernel.db import ReadTransaction

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


async def newest(tx: ReadTransaction, link_id: int, *, most: int = 10) -> list[Click]:
    """A link's newest clicks, the newest first, programs' among them."""
    return await reading_queries.newest.all(tx, link_id=link_id, most=most)


async def raw_after(
    tx: ReadTransaction, link_id: int, after_id: int = 0, *, most: int = 1_000
) -> list[Click]:
    """A link's clicks that are kept one by one, in the order of time, after the one of that id;
    0: from the first. One that is gone meanwhile ends the list."""
    after_at = _LONG_AGO
    if after_id:
        last = await reading_queries.by_id.one_or_none(tx, click_id=after_id)
        if last is None:
            return []
        after_at = last.at
    return await reading_queries.after.all(
        tx, link_id=link_id, after_at=after_at, after_id=after_id, most=most
    )
