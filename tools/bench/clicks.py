"""Clicks by the million: what recording, draining and asking cost, and that the answers are right.

``python -m tools.bench.clicks COUNT``: so many clicks of two years on a thousand links, one of
which has a tenth of them, are recorded and drained on both engines; then everything that is asked
of statistics is asked again and again. A tenth of that count is asked first: asking must cost the
same.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.databases import postgres_server
from tests.factories.clicks import CHROME, IPHONE, WHATSAPP, make_links, make_recorder

from dalan import migrations
from dalan.domains import clicks, links
from dalan.kernel import clock
from dalan.kernel.clock import AdjustableClock
from dalan.kernel.db import Database, database_at

ANSWER_SECONDS_MAX = 0.020
LINKS = 1_000
BEGIN, END = datetime(2024, 11, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
TEHRAN = ZoneInfo("Asia/Tehran")
TURN_CLICKS = 32
ROUND_CLICKS = 100_000
ASKED = 100


def heads(chance: random.Random) -> list[clicks.Told]:
    """What a few thousand kinds of visitors say."""
    agents = [
        *(CHROME.replace("120.0", f"{version}.0") for version in range(60, 130)),
        *(IPHONE.replace("17_1", f"{version}_1") for version in range(10, 18)),
        WHATSAPP,
    ]
    hosts = ["", "t.me", "www.google.com", *(f"site{number}.example" for number in range(500))]
    return [
        clicks.Told(
            chance.choice(agents),
            f"https://{host}/" if (host := hosts[min(int(chance.expovariate(0.05)), 502)]) else "",
            chance.choice(["fa-IR,fa;q=0.9", "en-US,en", "de"]),
        )
        for _ in range(4_000)
    ]


class Timed:
    """Seconds by what was done."""

    def __init__(self) -> None:
        self.noted = self.drained = 0.0


async def fill(
    db: Database, folder: Path, ids: Sequence[int], count: int, done: int, moving: AdjustableClock,
    spent: Timed,
) -> None:  # fmt: skip
    """Record and drain ``count`` clicks, in the order of time, spread over two years."""
    chance = random.Random(1405 + done)  # noqa: S311 (the same every time)
    told = heads(chance)
    recorder = make_recorder(db, folder, backlog_bytes_max=1 << 40)
    addresses = [f"{a}.{b}.7.9" for a in range(20, 120) for b in range(200)]
    step = (END - BEGIN) / (count / TURN_CLICKS)
    at = BEGIN
    for first in range(0, count, ROUND_CLICKS):
        these = min(ROUND_CLICKS, count - first)
        visits = [
            (
                ids[0] if chance.random() < 0.1 else ids[chance.randrange(len(ids))],
                addresses[chance.randrange(len(addresses))],
                told[chance.randrange(len(told))],
            )
            for _ in range(these)
        ]
        began = time.perf_counter()
        for turn in range(0, these, TURN_CLICKS):
            moving.set(at)
            at += step
            for link_id, address, one in visits[turn : turn + TURN_CLICKS]:
                recorder.note(link_id, address, one)
            recorder.flush()
        noted = time.perf_counter()
        await recorder.stop()
        drained = await recorder.drain()
        assert drained == these, (drained, these)
        spent.noted += noted - began
        spent.drained += time.perf_counter() - noted


def questions(hot: int, ids: Sequence[int]) -> dict[str, Callable[[Any], Awaitable[Any]]]:
    """What surfaces ask, by name."""

    async def wire(tx: Any, kind: links.IntervalKind, end: datetime) -> None:
        begin, end = links.window(kind, None, end, now=END)
        starts = links.starts(kind, begin, end)
        await clicks.report(tx, [hot], begin, end)
        await clicks.series(tx, [hot], [begin, *starts[1:]], end)

    odd = END - timedelta(days=3, hours=5, minutes=7, seconds=31)
    days = clicks.starts("day", END - timedelta(days=365), END, TEHRAN)
    jalali = [BEGIN.astimezone(TEHRAN).replace(hour=0) + timedelta(days=30 * n) for n in range(24)]
    five = [hot, *ids[1:5]]
    return {
        **{f"46414 {kind}": partial(wire, kind=kind, end=odd) for kind in links.INTERVAL_KINDS},
        "a year by days of Tehran": lambda tx: clicks.series(tx, [hot], days, END),
        "two years by months": lambda tx: clicks.series(tx, [hot], jalali, END),
        "five links, a year": lambda tx: clicks.series(tx, five, days, END),
        "all there is, of all time": lambda tx: clicks.report(tx, [hot], BEGIN, END),
        "totals of a page": lambda tx: clicks.totals(tx, ids[:100]),
        "newest clicks": lambda tx: clicks.newest(tx, hot),
    }


async def ask(db: Database, ids: Sequence[int]) -> dict[str, float]:
    """The 99th of a hundred answers, in seconds, by question."""
    found = {}
    for name, question in questions(ids[0], ids).items():
        taken = []
        for _ in range(ASKED):
            began = time.perf_counter()
            async with db.read() as tx:
                await question(tx)
            taken.append(time.perf_counter() - began)
        found[name] = sorted(taken)[ASKED * 99 // 100 - 1]
    return found


async def on(url: str, folder: Path, count: int) -> bool:
    """Fill and ask; whether every answer was quick enough."""
    db = database_at(url, durable=False, connections_max=4)
    await db.open()
    moving = AdjustableClock(BEGIN)
    spent, answers = Timed(), {}
    with clock.installed(moving):
        ids = [link.id for link in await make_links(db, LINKS)]
        for part, done in ((count // 10, 0), (count - count // 10, count // 10)):
            await fill(db, folder, ids, part, done, moving, spent)
            moving.set(END)
            await clicks.keep(db, clicks=timedelta(days=90), minutes=timedelta(days=14))
            answers[done + part] = await ask(db, ids)
        async with db.read() as tx:
            counted = await clicks.totals(tx, ids)
    await db.close()
    assert sum(one.visits + one.bots for one in counted.values()) == count
    write(f"\n{db.engine}: {count:,} clicks, {counted[ids[0]].visits:,} of one link")
    write(f"  note and flush  {spent.noted / count * 1e6:6.2f} us a click")
    write(f"  drain           {spent.drained / count * 1e6:6.2f} us a click")
    few, many = answers.values()
    for name in few:
        write(f"  {name:28} p99 {few[name] * 1e3:7.2f} ms   {many[name] * 1e3:7.2f} ms")
    return max(many.values()) <= ANSWER_SECONDS_MAX


def write(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    engines = sys.argv[2:] or ["sqlite", "postgresql"]
    quick = []
    with tempfile.TemporaryDirectory(prefix="clicks-") as name:
        folder = Path(name)
        if "sqlite" in engines:
            url = f"sqlite:///{folder / 'clicks.db'}"
            migrations.upgrade(url)
            quick.append(asyncio.run(on(url, folder / "clicks", count)))
        if "postgresql" in engines:
            with postgres_server() as url:
                migrations.upgrade(url)
                quick.append(asyncio.run(on(url, folder / "clicks-2", count)))
    sys.exit(0 if all(quick) else 1)


if __name__ == "__main__":
    main()
