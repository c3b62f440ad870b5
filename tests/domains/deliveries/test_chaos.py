"""Killed at any moment, with dead, hanging and failing endpoints beside the healthy ones: nothing
is lost, each resource keeps its order, and only what was under way at a kill comes twice.

In CI seconds with a few hundred events; ``make soak events`` sets ``DALAN_SOAK_EVENTS`` to 100,000
and ``DALAN_SOAK_ROUNDS`` to a hundred kills, on PostgreSQL with three workers, and measures how
long healthy endpoints wait in quiet and beside the bad ones.
"""

import asyncio
import os
import random
import signal
import sys
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from dalan.domains import deliveries, developers
from dalan.kernel.clock import AdjustableClock
from dalan.kernel.db import Database, database_at
from dalan.kernel.outbound import Outbound, OutboundPolicy
from tests.domains.deliveries.conftest import OPEN
from tests.factories.developers import KEYS, make_app
from tests.factories.sink import Received, Sink, event_sink, never

EVENTS = int(os.environ.get("DALAN_SOAK_EVENTS", "300"))
KILLS = int(os.environ.get("DALAN_SOAK_ROUNDS", "4"))
WORKERS = {"sqlite": 1, "postgresql": 3 if EVENTS > 1_000 else 2}
APPS, HANGING, FAILING, DEAD = (50, 10, 10, 5) if EVENTS > 1_000 else (12, 2, 2, 2)
RESOURCES = 20
LIFE_SECONDS = (0.05, 0.6) if EVENTS <= 1_000 else (0.5, 3.0)
HEALTHY_SECONDS_MAX = 60.0 if EVENTS <= 1_000 else 3_600.0
STEADY_SECONDS = 30 if EVENTS > 1_000 else 0
STEADY_EACH_TENTH = 10
"""Events to healthy endpoints, about a resource of their own each, while it is measured."""

SEED = 1405


def kind_of(number: int) -> str:
    """What an app's address is like: the first ones are bad, the rest healthy."""
    kinds = ["hanging"] * HANGING + ["failing"] * FAILING + ["dead"] * DEAD
    return kinds[number] if number < len(kinds) else "healthy"


async def make_apps(db: Database, sink: Sink) -> list[int]:
    chance = random.Random(SEED)

    def now_and_then(_: Received) -> web.Response:
        return web.Response(status=500 if chance.random() < 0.3 else 200)

    ids = []
    async with db.write() as tx:
        for number in range(APPS):
            kind = kind_of(number)
            base = "http://127.0.0.1:9" if kind == "dead" else sink.url
            app = (await make_app(tx)).app
            await developers.set_addresses(
                tx, app.id, policy=OPEN, fallback_url="", session_init_url="",
                dynamic_action_url="", events_url=f"{base}/{number}",
            )  # fmt: skip
            ids.append(app.id)
            if kind == "hanging":
                sink.answers[f"/{number}"] = never
            elif kind == "failing":
                sink.answers[f"/{number}"] = now_and_then
    return ids


async def tell_everybody(db: Database, app_ids: list[int]) -> dict[int, dict[str, list[str]]]:
    """Events for all apps in turn; the ids by number of the app and resource, in order."""
    told: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for first in range(0, EVENTS, 250):
        numbers = range(first, min(first + 250, EVENTS))
        news = [
            deliveries.News(
                app_id=app_ids[n % APPS], type="NEW_MESSAGE",
                resource=f"conversation:{n // APPS % RESOURCES}", body=f'{{"n":{n}}}',
                happened_at=datetime.now(UTC),
            )
            for n in numbers
        ]  # fmt: skip
        async with db.write() as tx:
            uids = await deliveries.append(tx, news)
        for n, one, uid in zip(numbers, news, uids, strict=True):
            told[n % APPS][one.resource].append(uid)
    return told


async def start(url: str) -> asyncio.subprocess.Process:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.domains.deliveries.deliverer", url,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert child.stdout is not None
    assert await child.stdout.readline() == b"up\n"
    return child


async def kill(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        child.send_signal(signal.SIGKILL)
    await child.wait()


async def healthy_owed(db: Database, app_ids: list[int]) -> int:
    owed = 0
    async with db.look() as look:
        for number, app_id in enumerate(app_ids):
            found = await deliveries.endpoint(look, app_id)
            if kind_of(number) == "healthy" and found is not None:
                owed += await deliveries.waiting_count(look, found.id)
    return owed


async def waits(db: Database, sink: Sink, app_ids: list[int]) -> list[float]:
    """How long each event of a steady stream took from its commit to a healthy endpoint, in
    milliseconds, sorted."""
    healthy = [one for number, one in enumerate(app_ids) if kind_of(number) == "healthy"]
    sent: dict[str, float] = {}
    seen = len(sink.received)
    began, ticks = time.monotonic(), STEADY_SECONDS * 10
    for tick in range(ticks):
        news = [
            deliveries.News(
                app_id=healthy[(tick * STEADY_EACH_TENTH + n) % len(healthy)], type="NEW_MESSAGE",
                resource=f"steady:{began}:{tick}:{n}", body="{}", happened_at=datetime.now(UTC),
            )
            for n in range(STEADY_EACH_TENTH)
        ]  # fmt: skip
        async with db.write() as tx:
            uids = await deliveries.append(tx, news)
        sent |= dict.fromkeys(uids, time.monotonic())
        await asyncio.sleep(max(0.0, began + (tick + 1) / 10 - time.monotonic()))
    while await healthy_owed(db, app_ids):
        await asyncio.sleep(0.1)
    came = [one for one in sink.received[seen:] if one.uid in sent]
    return sorted((one.at_seconds - sent[one.uid]) * 1_000 for one in came)


def told_of(sorted_waits: list[float]) -> str:
    half, most = (sorted_waits[int(len(sorted_waits) * part)] for part in (0.5, 0.99))
    return f"p50 {half:.0f} ms, p99 {most:.0f} ms"


@pytest.mark.slow
async def test_killed_beside_bad_endpoints_loses_nothing_and_keeps_the_order(
    database_url: str, moment: AdjustableClock
):
    moment.freeze(datetime.now(UTC))
    db = database_at(database_url, durable=False, connections_max=4)
    await db.open()
    workers: list[asyncio.subprocess.Process] = []
    try:
        async with event_sink() as sink:
            app_ids = await make_apps(db, sink)
            workers += [await start(database_url) for _ in range(WORKERS[db.engine])]
            quiet = await waits(db, sink, app_ids) if STEADY_SECONDS else []
            began = time.monotonic()
            told = await tell_everybody(db, app_ids)
            report(f"{db.engine}: {EVENTS:,} events told in {time.monotonic() - began:.0f} s")
            await _kill_now_and_then(workers, database_url)
            report(f"{db.engine}: {KILLS} kills over after {time.monotonic() - began:.0f} s")
            async with asyncio.timeout(HEALTHY_SECONDS_MAX):
                while await healthy_owed(db, app_ids):
                    await asyncio.sleep(0.1)
            report(f"{db.engine}: healthy ones have theirs after {time.monotonic() - began:.0f} s")
            beside = await waits(db, sink, app_ids) if STEADY_SECONDS else []
            for worker in workers:
                await kill(worker)
            await _bring_the_rest(db, sink, moment)
            twice = _check(sink, told)
        report(
            f"{db.engine}: nothing lost and all in order after {time.monotonic() - began:.0f} s;"
            f" {twice} came twice to healthy ones, {KILLS * deliveries.CALLS_MAX:,} could have"
        )
        if quiet and beside:
            report(f"{db.engine}: in quiet {told_of(quiet)}; beside bad ones {told_of(beside)}")
    finally:
        for worker in workers:
            await kill(worker)
        await db.close()


def report(line: str) -> None:
    """For whoever watches a soak (``-s``)."""
    print(f"==> {line}", flush=True)  # noqa: T201


async def _kill_now_and_then(workers: list[asyncio.subprocess.Process], url: str) -> None:
    chance = random.Random(SEED)
    for number in range(1, KILLS + 1):
        await asyncio.sleep(chance.uniform(*LIFE_SECONDS))
        victim = chance.randrange(len(workers))
        await kill(workers[victim])
        workers[victim] = await start(url)
        if number % 25 == 0:
            report(f"{number} kills")


async def _bring_the_rest(db: Database, sink: Sink, moment: AdjustableClock) -> None:
    """The hanging and the failing recover; time passes until every try has come."""
    sink.answers.clear()
    async with Outbound(OutboundPolicy(allow_private=True)) as outbound:
        dispatcher = deliveries.Dispatcher(db, KEYS, outbound)
        for _ in range(12):
            moment.freeze(datetime.now(UTC) if _ == 0 else moment())
            moment.advance(timedelta(hours=1))
            await dispatcher.drain()


def _check(sink: Sink, told: dict[int, dict[str, list[str]]]) -> int:
    """How many deliveries came more than once to healthy endpoints."""
    arrived: dict[str, list[str]] = defaultdict(list)
    for one in sink.received:
        arrived[one.path].append(one.uid)
    twice = 0
    for number, resources in told.items():
        kind, came = kind_of(number), arrived[f"/{number}"]
        if kind == "dead":
            assert not came
            continue
        place: dict[str, int] = {}
        for n, uid in enumerate(came):
            place.setdefault(uid, n)
        for uids in resources.values():
            assert all(uid in place for uid in uids), f"an event of a {kind} endpoint is lost"
            first_times = [place[uid] for uid in uids]
            assert first_times == sorted(first_times), f"out of order at a {kind} endpoint"
        if kind == "healthy":
            twice += sum(times - 1 for times in Counter(came).values())
    assert twice <= KILLS * deliveries.CALLS_MAX, "more came twice than was under way at the kills"
    return twice
