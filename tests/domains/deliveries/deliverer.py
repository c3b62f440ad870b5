"""The child of the chaos test: delivers until it is killed.

``python -m tests.domains.deliveries.deliverer URL``
"""

import asyncio
import sys

from dalan.domains import deliveries
from dalan.kernel.db import database_at
from dalan.kernel.outbound import Outbound, OutboundPolicy
from tests.factories.developers import KEYS


async def main(url: str) -> None:
    db = database_at(url, durable=False, connections_max=4)
    await db.open()
    outbound = Outbound(
        OutboundPolicy(allow_private=True),
        connections_max=deliveries.CALLS_MAX,
        connections_per_host_max=deliveries.CALLS_MAX,
    )
    dispatcher = deliveries.Dispatcher(db, KEYS, outbound)
    print("up", flush=True)  # noqa: T201 (how the parent hears of it)
    await dispatcher.run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
