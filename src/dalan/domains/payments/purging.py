"""Forgetting what moved no money."""

from datetime import timedelta

from dalan.domains.payments import queries
from dalan.kernel import clock
from dalan.kernel.db import WriteTransaction


async def purge(tx: WriteTransaction, *, keep: timedelta) -> None:
    """Forget payments that failed, and tickets that ended unspent, longer ago than that. What
    moved money is kept: it is the books."""
    before = clock.now() - keep
    await queries.forget_failed_before.execute(tx, before=before)
    await queries.forget_tickets_before.execute(tx, before=before)
