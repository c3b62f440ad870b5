"""Hearing of changes of links, in every process.

Changes are numbered when they are made and seen when they are committed, so a later number may
be seen first: numbers that were left out are asked for again until no transaction can be that
old. Whoever fell too far behind is told that any link may have changed.
"""

import time
from typing import Final

from dalan.domains.links import change_queries as queries
from dalan.domains.links.change_tables import ANY_LINK, LinkChange
from dalan.kernel.db import ReadTransaction, WriteTransaction

READ_MAX: Final = 5_000
"""Changes heard one by one; of more than these at once it is only said that there were many."""

RECENT: Final = 1_000
"""Numbers before the newest whose transactions may still run when somebody begins to listen."""

MISSING_MAX: Final = 2_000
MISSING_SECONDS_MAX: Final = 600.0
"""A number left out for longer was rolled back: a unit of work lasts a few statements of at most
a minute each."""

KEPT: Final = 20 * READ_MAX


class ChangeListener:
    """Where one listener is in the numbers."""

    def __init__(self) -> None:
        self._last: int | None = None
        self._missing: dict[int, float] = {}

    def begin_anew(self) -> None:
        """What was heard so far is worth nothing: this is another world."""
        self._last = None

    async def heard(self, tx: ReadTransaction) -> frozenset[int] | None:
        """The numbers of the links that were changed since the last call; None: any may be, as
        after the first."""
        if self._last is None:
            await self._begin(tx)
            return None
        found = await queries.after.all(tx, after=self._last, most=READ_MAX + 1)
        left_out = found[-1].id - self._last - len(found) if found else 0
        if len(found) > READ_MAX or len(self._missing) + left_out > MISSING_MAX:
            await self._begin(tx)
            return None
        late: list[LinkChange] = []
        if self._missing:
            late = await queries.among.all(tx, ids=[*self._missing])
        for one in late:
            self._missing.pop(one.id, None)
        self._note(found, self._last)
        changed = frozenset(one.link_id for one in (*found, *late))
        return None if ANY_LINK in changed else changed

    async def _begin(self, tx: ReadTransaction) -> None:
        newest = await queries.newest.scalar(tx) or 0
        first = max(newest - RECENT, 0)
        found = await queries.after.all(tx, after=first, most=RECENT + READ_MAX)
        self._missing = {}
        self._last = first
        self._note(found, first)

    def _note(self, found: list[LinkChange], last: int) -> None:
        now = time.monotonic()
        if self._missing:
            before = now - MISSING_SECONDS_MAX
            self._missing = {id_: at for id_, at in self._missing.items() if at > before}
        for one in found:
            self._missing.update(dict.fromkeys(range(last + 1, one.id), now))
            last = one.id
        self._last = last


async def forget_all(tx: WriteTransaction) -> None:
    """Have every process forget every link it keeps in memory: something changed that bears on
    links without being one, such as a host that was blocked. The caller owns the transaction."""
    await queries.add.execute(tx, link_id=ANY_LINK)


async def purge_changes(tx: WriteTransaction) -> None:
    """Forget all but the newest changes. The caller owns the transaction."""
    newest = await queries.newest.scalar(tx) or 0
    await queries.purge.execute(tx, until=newest - KEPT)
