"""News that must not get lost: a room records a fact in its own transaction, listeners act later.

``record`` stands in the unit of work that made the fact true; the composition root says who
listens (``Worker``). At least once, in order per resource, over crashes.
"""

import msgspec

from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.outbox import queries
from dalan.kernel.outbox.facts import Fact
from dalan.kernel.outbox.tables import Recorded
from dalan.kernel.outbox.worker import Listener, Listeners, Worker

__all__ = ["Fact", "Listener", "Listeners", "Recorded", "Worker", "owed", "record"]


async def record(tx: WriteTransaction, fact: Fact) -> int:
    """Write a fact down beside the change it tells of; answers its id.

    The workers are woken once the caller's transaction is durable.
    """
    fact_id = await queries.record_fact.scalar(
        tx,
        kind=fact.kind,
        resource=fact.resource,
        body=msgspec.to_builtins(fact),
        recorded_at=clock.now(),
    )
    tx.after_commit(tx.database.announce)
    return int(fact_id)


async def owed(tx: ReadTransaction) -> tuple[int, int]:
    """How many jobs are open, and how many were given up."""
    return await queries.open_count.scalar(tx), await queries.given_up_count.scalar(tx)
