"""Cut short between any two statements: nothing is lost, nothing is there twice, all sums agree.

Seeded; ``make soak clicks`` sets ``DALAN_SOAK_ROUNDS`` for more histories.
"""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dalan.domains import clicks
from dalan.kernel.clock import AdjustableClock
from dalan.kernel.db import Database, Statement
from tests.domains.clicks.agreement import assert_agreement
from tests.factories.clicks import CHROME, WHATSAPP, make_links, make_recorder, told

ROUNDS = int(os.environ.get("DALAN_SOAK_ROUNDS", "2"))
ALWAYS = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class Cut(Exception):
    """The process ends here."""


@contextmanager
def cut_after(count: int, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """So many statements are run, and no more."""
    left = count

    def cutting(name: str) -> Any:
        run = getattr(Statement, name)

        async def running(self: Any, *args: Any, **values: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                raise Cut
            return await run(self, *args, **values)

        return running

    with patch.context() as patched:
        for name in ("all", "one_or_none", "scalar", "execute", "execute_many"):
            patched.setattr(Statement, name, cutting(name))
        try:
            yield
        except Cut:
            return


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_cut_short_anywhere_all_that_is_told_agrees(
    db: Database,
    moment: AdjustableClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
):
    chance, recorded = random.Random(seed), 0
    ids = [link.id for link in await make_links(db, 3)]
    recorder = make_recorder(db, tmp_path)
    for turn in range(20):
        for _ in range(chance.randrange(1, 8)):
            moment.advance(chance.choice([timedelta(seconds=40), timedelta(hours=5)]))
            agent = chance.choice([CHROME, CHROME, WHATSAPP])
            recorder.note(chance.choice(ids), "192.0.2.1", told(agent, f"https://h{turn}.example/"))
            recorder.flush()
            recorded += 1
        if chance.random() < 0.3:
            await recorder.stop()
            recorder = make_recorder(db, tmp_path)
        with cut_after(chance.randrange(25), monkeypatch):
            await recorder.drain()
        with cut_after(chance.randrange(12), monkeypatch):
            await clicks.keep(db, clicks=timedelta(days=2), minutes=timedelta(days=1))
    await recorder.drain()

    assert await assert_agreement(db, ids, *ALWAYS, raw=False) == recorded


async def test_several_machines_add_and_are_joined(
    db: Database, moment: AdjustableClock, tmp_path: Path
):
    ids = [link.id for link in await make_links(db, 2)]
    for machine in range(3):
        recorder = make_recorder(db, tmp_path / str(machine))
        recorder.drainer.shard = machine
        for number in range(20):
            recorder.note(ids[number % 2], f"192.0.2.{number}", told())
        await recorder.drain()
    assert await assert_agreement(db, ids, *ALWAYS) == 60

    moment.advance(timedelta(days=70))
    await clicks.keep(db, clicks=timedelta(days=90), minutes=timedelta(days=90))

    assert await assert_agreement(db, ids, *ALWAYS) == 60
    async with db.look() as look:
        rows = await look.rows("SELECT shard FROM click_sum", ())
        found = await clicks.report(look, [ids[0]], *ALWAYS)
    assert len(found.visitors) == 10
    if db.engine == "postgresql":
        assert {shard for (shard,) in rows} == {0}
