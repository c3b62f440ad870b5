"""Kill -9 of the server and of its drainer at random: every answered click is counted exactly once.

In a full run a few times; ``make soak clicks`` sets ``DALAN_SOAK_ROUNDS`` to fifty.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dalan.domains import clicks
from dalan.kernel.db import Database
from tests.domains.clicks.agreement import assert_agreement
from tests.factories.clicks import make_links, make_recorder

ROUNDS = int(os.environ.get("DALAN_SOAK_ROUNDS", "2"))
SEED = 1405
BEGUN_SECONDS_MAX = 60.0
LIFE_SECONDS = (0.05, 0.4)
GAP = 100_000
"""Between the clicks of two lives: what a killed server had noted last is not known."""


class Server:
    """One life of the small server."""

    def __init__(self, url: str, folder: Path, link_ids: list[int], first: int) -> None:
        self.answered = range(first, first)
        self.drainers: list[int] = []
        self.begun = threading.Event()
        ids = ",".join(map(str, link_ids))
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.domains.clicks.clicker",
                url,
                str(folder),
                ids,
                str(first),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        self._reading = threading.Thread(target=self._read)
        self._reading.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if not line.endswith("\n"):
                break
            word, *numbers = line.split()
            if word == "drainer":
                self.drainers = [int(one) for one in numbers]
            elif word == "ok":
                self.answered = range(self.answered.start, int(numbers[1]))
            if self.drainers and len(self.answered):
                self.begun.set()

    def kill_drainer(self) -> None:
        for one in self.drainers:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)

    def kill(self) -> None:
        """Without a word."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._reading.join()
        assert self._process.stdout is not None
        self._process.stdout.close()
        assert self._process.returncode == -signal.SIGKILL


@pytest.mark.slow
async def test_killed_at_any_moment_every_answered_click_is_counted_once(
    db: Database, database_url: str, tmp_path: Path
):
    link_ids = [link.id for link in await make_links(db, 3)]
    chance = random.Random(SEED)
    answered: list[range] = []

    for number in range(ROUNDS):
        server = Server(database_url, tmp_path, link_ids, (number + 1) * GAP)
        try:
            assert server.begun.wait(BEGUN_SECONDS_MAX), "it never began"
            for _ in range(2):
                time.sleep(chance.uniform(*LIFE_SECONDS))  # noqa: ASYNC251 (nobody else waits)
                if chance.random() < 0.5:
                    server.kill_drainer()
        finally:
            server.kill()
        assert len(server.answered) < GAP
        answered.append(server.answered)

    recorder = make_recorder(db, tmp_path)
    await recorder.drain()

    times: Counter[int] = Counter()
    async with db.read() as tx:
        for link_id in link_ids:
            after = 0
            while found := await clicks.raw_after(tx, link_id, after):
                after = found[-1].id
                times.update(int(one.referrer[1:].partition(".")[0]) for one in found)
    assert set(times.values()) == {1}
    assert all(one in times for some in answered for one in some)
    always = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    assert await assert_agreement(db, link_ids, *always) == sum(times.values())
    sys.stdout.write(f"\n{ROUNDS} kills, {sum(map(len, answered))} clicks answered\n")
