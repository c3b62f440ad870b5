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
from dalan.kernel.outbox.worker import Listener, Listeners, Together, Worker

__all__ = [
    "Fact",
    "Listener",
    "Listeners",
    "Recorded",
    "Together",
    "Worker",
    "newest",
    "owed",
    "record",
    "recorded_after",
]


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


async def newest(tx: ReadTransaction) -> int:
    """The number of the fact recorded last; 0 before the first."""
    return await queries.newest_fact.scalar(tx) or 0


async def recorded_after(tx: ReadTransaction, after: int, *, most: int) -> list[Recorded]:
    """What was recorded after that fact, in its order."""
    return await queries.facts_after.all(tx, after=after, most=most)
