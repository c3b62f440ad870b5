"""The child of the kill test: pays, or gives back, and dies before its Nth statement.

``python -m tests.domains.payments.payer URL MOMENT pay|refund APP POST UUID N``, or for charges
``URL MOMENT charge|take APP PERSON TOKEN N``; with fewer statements than N it dies after the
commit, acknowledged by ``ok``.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from dalan.domains import charges, payments, posts
from dalan.kernel import clock
from dalan.kernel.db import WriteTransaction, database_at


class Dying:
    """A unit of work whose process is killed between two statements."""

    def __init__(self, tx: WriteTransaction, left: int) -> None:
        self._tx, self._left = tx, left

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    async def rows(self, sql: str, arguments: Sequence[Any]) -> Sequence[Sequence[Any]]:
        self._live()
        return await self._tx.rows(sql, arguments)

    async def execute(self, sql: str, arguments: Sequence[Any]) -> int:
        self._live()
        return await self._tx.execute(sql, arguments)

    async def execute_many(self, sql: str, many: Sequence[Sequence[Any]]) -> None:
        self._live()
        await self._tx.execute_many(sql, many)

    def _live(self) -> None:
        self._left -= 1
        if self._left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


async def main(url: str, what: str, app_id: int, other_id: int, name: str, left: int) -> None:
    db = database_at(url, durable=True, connections_max=2)
    await db.open()
    async with db.look() as look:
        post = await posts.by_id(look, other_id) if what in ("pay", "refund") else None
    async with db.write() as unit:
        tx = cast("WriteTransaction", Dying(unit, left))
        if what == "charge":
            await charges.pay(tx, name, person_id=other_id)
        elif what == "take":
            await charges.take(tx, name, app_id=app_id)
        else:
            assert post is not None
            order = payments.order(payments.by_balance(app_id), name, "submit", post)
            if what == "pay":
                await payments.pay(tx, order, by=posts.SYSTEM, reviewed=True)
            else:
                paid = await payments.transaction_of(unit, order.payer, name)
                await payments.refund(tx, paid)
    print("ok", flush=True)  # noqa: T201 (how the parent hears of it)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    url, moment, what, app_id, other_id, name, left = sys.argv[1:]
    with clock.installed(clock.AdjustableClock(datetime.fromisoformat(moment))):
        asyncio.run(main(url, what, int(app_id), int(other_id), name, int(left)))
