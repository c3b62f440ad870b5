"""The child of the kill test: comes back from the bank, and dies before its Nth statement.

``python -m tests.domains.wallet.payer URL GATEWAY TOKEN PERSON AUTHORITY MOMENT N``; with fewer
statements than N it dies afterwards, acknowledged by ``ok``.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from dalan.domains import moderation, wallet
from dalan.kernel import clock
from dalan.kernel.db import Database, database_at
from dalan.kernel.outbound import Outbound, OutboundPolicy
from tests.factories.bank import MERCHANT_ID

RULES = wallet.PromotionRules(moderation.Policy("none"))


class Dying:
    """A database whose process is killed between two statements of what it writes."""

    def __init__(self, db: Database, left: int) -> None:
        self._db, self.left = db, left

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    async def transact(self, work: Any) -> Any:
        return await self._db.transact(lambda tx: work(_Unit(self, tx)))


class _Unit:
    def __init__(self, db: Dying, tx: Any) -> None:
        self._db, self._tx = db, tx

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    async def rows(self, sql: str, arguments: Sequence[Any]) -> Sequence[Sequence[Any]]:
        self._live()
        rows: Sequence[Sequence[Any]] = await self._tx.rows(sql, arguments)
        return rows

    async def execute(self, sql: str, arguments: Sequence[Any]) -> int:
        self._live()
        count: int = await self._tx.execute(sql, arguments)
        return count

    async def execute_many(self, sql: str, many: Sequence[Sequence[Any]]) -> None:
        self._live()
        await self._tx.execute_many(sql, many)

    def _live(self) -> None:
        self._db.left -= 1
        if self._db.left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


async def main(url: str, bank: str, token: str, person_id: int, authority: str, left: int) -> None:
    db = database_at(url, durable=True, connections_max=2)
    await db.open()
    async with Outbound(OutboundPolicy(allow_private=True)) as outbound:
        await wallet.come_back(
            cast("Database", Dying(db, left)),
            wallet.Gateway(outbound, bank, MERCHANT_ID),
            token,
            person_id=person_id,
            authority=authority,
            is_cancelled=False,
            rules=RULES,
        )
    print("ok", flush=True)  # noqa: T201 (how the parent hears of it)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    url, bank, token, person_id, authority, moment, left = sys.argv[1:]
    with clock.installed(clock.AdjustableClock(datetime.fromisoformat(moment))):
        asyncio.run(main(url, bank, token, int(person_id), authority, int(left)))
