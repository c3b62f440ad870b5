"""Since when messages wait for somebody: for a clock that is moved."""

from datetime import datetime

from sqlalchemy import bindparam, func, select, text

from dalan.domains.chat.tables import UNTOLD, participation
from dalan.kernel.db import ReadTransaction, UtcTime, statement

_next_received = statement(
    select(func.min(participation.c.received_at)).where(
        text(UNTOLD), participation.c.received_at > bindparam("after", type_=UtcTime)
    )
)
"""When the first message came after then that nobody looked at or was told of."""


async def next_untold(tx: ReadTransaction, *, after: datetime) -> datetime | None:
    """When the first of the messages came, after that moment, that nobody looked at or was told
    of; None when there are none."""
    received: datetime | None = await _next_received.scalar(tx, after=after)
    return received
