"""When a gateway will next be asked, or a payment given up: for a clock that is moved."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, func, select, text

from dalan.domains.wallet.paying import OPEN_FOR
from dalan.domains.wallet.tables import TO_CHECK, UNPAID, wallet_payment
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, UtcTime, statement

_AFTERWARDS: Final = timedelta(microseconds=1)
"""A payment is given up once the moment itself is over."""

_next_check = statement(
    select(func.min(wallet_payment.c.next_check_at)).where(
        text(TO_CHECK), wallet_payment.c.next_check_at > bindparam("after", type_=UtcTime)
    )
)
"""When the gateway is to be asked next after then."""

_next_created = statement(
    select(func.min(wallet_payment.c.created_at)).where(
        text(UNPAID),
        wallet_payment.c.state == "created",
        wallet_payment.c.created_at >= bindparam("after", type_=UtcTime),
    )
)
"""When the first payment was begun since then of which no gateway has heard."""


async def next_due(tx: ReadTransaction) -> datetime | None:
    """The next moment after now at which ``reconcile`` has something to do; None without one."""
    now = clock.now()
    begun = await _next_created.scalar(tx, after=now - OPEN_FOR)
    return clock.earliest(
        await _next_check.scalar(tx, after=now), begun and begun + OPEN_FOR + _AFTERWARDS
    )
