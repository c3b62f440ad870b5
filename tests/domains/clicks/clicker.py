"""A small server that records clicks, with a drainer beside it, until somebody kills it.

``python -m tests.domains.clicks.clicker URL FOLDER LINK,LINK FIRST``: says ``drainer PID`` now and
then, and ``ok FIRST LAST`` when those clicks are in the journal, as a server would answer them.
Each click has a referrer of its own, by which it is known again.
"""

import asyncio
import random
import sys
from pathlib import Path

from dalan.domains import clicks
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import database_at

SECRET = "a secret of the tests, long enough to be one"
PAUSE_SECONDS = 0.001


def children() -> list[str]:
    return (
        Path("/proc/self/task")
        .joinpath(Path("/proc/self").readlink(), "children")
        .read_text()
        .split()
    )


async def work(url: str, folder: str, link_ids: list[int], first: int) -> None:
    db = database_at(url, durable=False, connections_max=2)
    await db.open()
    recorder = clicks.Recorder(db, Keyring([SECRET]), Path(folder), clicks.RecordingRules())
    order = clicks.Order(url, False, folder, clicks.ParsingRules(), "error", "")
    supervisor = clicks.Supervisor(order)
    recorder.on_first = supervisor.wake
    await recorder.start()
    await supervisor.start()
    chance, number = random.Random(first), first
    while True:
        last = number + chance.randrange(1, 40)
        for one in range(number, last):
            told = clicks.Told(
                "Mozilla/5.0 (X11; Linux x86_64) Firefox/120.0", f"https://n{one}.example/"
            )
            recorder.note(chance.choice(link_ids), f"192.0.2.{one % 50}", told)
        recorder.flush()
        beside = " ".join(children())
        sys.stdout.write(f"drainer {beside}\nok {number} {last}\n")
        sys.stdout.flush()
        number = last
        await asyncio.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    asyncio.run(
        work(
            sys.argv[1], sys.argv[2], [int(one) for one in sys.argv[3].split(",")], int(sys.argv[4])
        )
    )
