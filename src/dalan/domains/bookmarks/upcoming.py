"""When somebody will next be told of a saved search: for a clock that is moved."""

from datetime import datetime

from sqlalchemy import bindparam, func, select, text

from dalan.domains.bookmarks.searches import TOLD_EVERY
from dalan.domains.bookmarks.tables import UNTOLD, saved_search
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, UtcTime, statement

_next_told = statement(
    select(func.min(saved_search.c.told_at)).where(
        text(UNTOLD), saved_search.c.told_at > bindparam("after", type_=UtcTime)
    )
)
"""When something was last told of a search that has more to tell, the earliest after then."""


async def next_due(tx: ReadTransaction) -> datetime | None:
    """The next moment after now at which ``tell_due`` has something to tell; None without one."""
    told: datetime | None = await _next_told.scalar(tx, after=clock.now() - TOLD_EVERY)
    return told and told + TOLD_EVERY
