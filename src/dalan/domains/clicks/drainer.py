"""The process beside the server that turns its clicks into rows: ``python -m`` of this module.

It is told what to do in one line on its standard input, and lives as long as that stays open: the
kernel closes it with the server, however that ends. Then what is left is drained, and it goes.
"""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Final

import msgspec

from dalan.domains.clicks.draining import AlreadyDrained, Drainer
from dalan.domains.clicks.parsing import Parser
from dalan.domains.clicks.supervising import Order
from dalan.errors import Unavailable
from dalan.kernel import logs
from dalan.kernel.db import database_at

EVERY_SECONDS: Final = 0.25
"""Between two looks at the folder: clicks are told a little later than this."""

AFTER_TROUBLE_SECONDS: Final = 1.0
LAST_TRIES: Final = 3

log = logs.get("clicks")


async def work(order: Order) -> None:
    """Drain until the server is gone, and what it left."""
    db = database_at(order.database_url, durable=order.is_durable, connections_max=2)
    parser = Parser(order.rules)
    drainer = Drainer(db, Path(order.folder), parser)
    gone = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), gone.set)
    await db.open()
    try:
        while not gone.is_set():
            pause_seconds = EVERY_SECONDS if await _try(drainer) else AFTER_TROUBLE_SECONDS
            try:
                async with asyncio.timeout(pause_seconds):
                    await gone.wait()
            except TimeoutError:
                continue
        for _ in range(LAST_TRIES):
            if await _try(drainer):
                break
    finally:
        parser.close()
        await db.close()


async def _try(drainer: Drainer) -> bool:
    """Whether it went well. What did not is done next time: nothing was changed."""
    try:
        await drainer.drain()
    except (Unavailable, AlreadyDrained, OSError) as error:
        log.warning("not drained, tried again", reason=type(error).__name__)
        return False
    except Exception:  # a fault of ours must not end it for good: the server waits
        log.exception("not drained, tried again")
        return False
    return True


def main() -> None:
    """Read the order and work."""
    # Ctrl+C is meant for the server, which lets us finish.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    line = sys.stdin.buffer.readline()
    if not line:
        return
    order = msgspec.json.decode(line, type=Order)
    logs.setup(order.log_level, order.log_file)  # type: ignore[arg-type]  # the settings' own word
    asyncio.run(work(order))


if __name__ == "__main__":
    main()
