"""Kill -9 at any moment: every acknowledged write stands, every fact is applied exactly once.

A child process writes and works; it is killed at seeded moments and started again. In a full run
a few times; ``make soak kill`` sets ``DALAN_SOAK_ROUNDS`` to a hundred.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dalan.kernel.clock import AdjustableClock
from dalan.kernel.db import Database, database_at
from dalan.kernel.outbox.worker import LEASE
from tests.kernel.outbox import ledger

ROUNDS = int(os.environ.get("DALAN_SOAK_ROUNDS", "5"))
SEED = 1405
FIRST_ACK_SECONDS_MAX = 30.0
LIFE_SECONDS = (0.0, 0.35)
GAP = 100
"""Between two lives: a server may finish a commit after its client was killed."""


@pytest.fixture(params=["sqlite", "sqlite durable", "postgresql"])
def ledger_url(request: pytest.FixtureRequest):
    engine, _, durable = request.param.partition(" ")
    name = "sqlite_databases" if engine == "sqlite" else "postgres_databases"
    databases = request.getfixturevalue(name)
    url = databases.clone()
    yield url, durable or "fast"
    databases.drop(url)


class Child:
    """One life of the ledger's process."""

    def __init__(self, url: str, durable: str, first: int, folder: Path) -> None:
        self.acknowledged: list[int] = []
        self.begun = threading.Event()
        self._complaints = (folder / f"complaints-{first}").open("w+")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kernel.outbox.ledger", url, durable, str(first)],
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
        )
        self._reading = threading.Thread(target=self._read)
        self._reading.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("ok ") and line.endswith("\n"):
                self.acknowledged.append(int(line[3:]))
                self.begun.set()

    def kill(self) -> None:
        """Without a word. Whatever it had printed counts as acknowledged."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._reading.join()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._complaints.seek(0)
        complaints = self._complaints.read()
        self._complaints.close()
        assert self._process.returncode == -signal.SIGKILL, complaints


async def standing(db: Database) -> tuple[list[int], list[tuple[str, int]]]:
    async with db.read() as tx:
        numbers = [number for (number,) in await ledger.entries.all(tx)]
        return numbers, [(name, number) for name, number in await ledger.effects.all(tx)]


@pytest.mark.slow
async def test_killed_at_any_moment_loses_nothing_and_doubles_nothing(
    ledger_url: tuple[str, str], moment: AdjustableClock, tmp_path: Path
):
    url, durable = ledger_url
    db = database_at(url, durable=False, connections_max=4)
    await db.open()
    await ledger.make_tables(db)
    chance = random.Random(SEED)
    acknowledged: set[int] = set()
    first = 0

    for _ in range(ROUNDS):
        child = Child(url, durable, first, tmp_path)
        if child.begun.wait(FIRST_ACK_SECONDS_MAX):
            await asyncio.sleep(chance.uniform(*LIFE_SECONDS))
        child.kill()
        assert child.acknowledged, "the ledger never began"
        acknowledged |= set(child.acknowledged)
        numbers, _ = await standing(db)
        assert acknowledged <= set(numbers), "an acknowledged write is gone"
        first = numbers[-1] + GAP

    moment.freeze(datetime.now(UTC) + LEASE + timedelta(hours=1))  # the children's clock was real
    await ledger.make_worker(db).drain()

    numbers, effects = await standing(db)
    times = Counter(effects)
    assert times == Counter({(name, n): 1 for name in ledger.LISTENERS for n in numbers})
    for name in ledger.LISTENERS:
        for thing in range(ledger.THINGS):
            of_thing = [n for who, n in effects if who == name and n % ledger.THINGS == thing]
            assert of_thing == sorted(of_thing), "a resource's facts came out of order"
    assert len(acknowledged) > ROUNDS
    await db.close()
