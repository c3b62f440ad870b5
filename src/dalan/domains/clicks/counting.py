"""What each link was visited in all, and whose links' clicks are announced."""

from collections.abc import Sequence

from dalan.domains.clicks import queries
from dalan.domains.clicks.tables import Total
from dalan.kernel.db import ReadTransaction, WriteTransaction


async def open_count(tx: WriteTransaction, link_id: int, *, group_id: int) -> None:
    """Begin to count a new link's clicks; without this they are dropped. ``group_id`` is whose it
    is: links of one group are found in the order of their visits."""
    await queries.open_count.execute(
        tx, link_id=link_id, group_id=group_id, visits=0, base=0, bots=0
    )


async def move_count(tx: WriteTransaction, link_id: int, *, group_id: int) -> None:
    """A link is somebody else's from now on."""
    await queries.move_count.execute(tx, moved_id=link_id, group_id=group_id)


async def forget_sums(tx: WriteTransaction, link_id: int) -> None:
    """A link is gone for good: what it was clicked when, whence and with what goes too. Its total
    stays, and single clicks go in their time."""
    await queries.drop_sums.execute(tx, link_id=link_id)


async def set_base(tx: WriteTransaction, link_id: int, count: int) -> None:
    """A link had so many visits elsewhere, before it came here: visits of all time, of which
    statistics know nothing."""
    assert count >= 0, "nobody visits less than never"
    await queries.set_base.execute(tx, based_id=link_id, count=count)


async def totals(tx: ReadTransaction, link_ids: Sequence[int]) -> dict[int, Total]:
    """Visits of all time by link; they lag behind by some two seconds."""
    found = {one.link_id: one for one in await queries.totals.all(tx, link_ids=list(link_ids))}
    return {link_id: found.get(link_id) or Total(link_id, 0, 0) for link_id in link_ids}


async def is_watched(tx: ReadTransaction, group_id: int) -> bool:
    """What becomes of the group's links is announced."""
    return bool(await queries.watched.all(tx, group_ids=[group_id]))


async def watch_group(tx: WriteTransaction, group_id: int, *, watched: bool) -> None:
    """Announce the clicks of a group's links (``Drained``), or no more."""
    query = queries.watch if watched else queries.unwatch
    await query.execute(tx, group_id=group_id)
