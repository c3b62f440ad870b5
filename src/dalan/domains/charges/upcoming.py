"""When a charge will next end by itself: for a clock that is moved."""

from datetime import datetime

from sqlalchemy import bindparam, func, select, text

from dalan.domains.charges.tables import OPEN, charge
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, UtcTime, statement

_next_end = statement(
    select(func.min(charge.c.ends_at)).where(
        text(OPEN), charge.c.ends_at > bindparam("after", type_=UtcTime)
    )
)
"""When the first open charge ends after then."""


async def next_due(tx: ReadTransaction) -> datetime | None:
    """The next moment after now at which ``end_due`` has something to end; None without one."""
    ends: datetime | None = await _next_end.scalar(tx, after=clock.now())
    return ends
