"""``python -m tools.bench.deliveries``: events brought to a sink, signed and logged, beside a bare
aiohttp loop that posts the same bodies to the same sink.

The dispatcher runs on one core, the sink on the other; what counts is CPU time of the dispatcher
for one delivery, and how many that makes in a second of one core.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import aiohttp
from tests.databases import Postgres as Postgresql
from tests.databases import Sqlite, postgres_binaries, postgres_server
from tests.factories.developers import KEYS, make_app

from dalan.domains import deliveries, developers
from dalan.kernel import clock
from dalan.kernel.db import database_at
from dalan.kernel.logs import get
from dalan.kernel.outbound import Outbound, OutboundPolicy

BODY = (
    '{"type":"NEW_MESSAGE","metadata":{"k":"v"},"new_message":{"id":"e7a08a2c-8ee4-11ef-af85",'
    '"conversation":{"id":"edbb9499-cccc-4d35-b21f","type":"POST","post_token":"gZk3-dP1"},'
    '"sender":{"side":"BUYER","type":"HUMAN"},"type":"TEXT","text":"هنوز موجوده؟"}}'
)
STAGE = 3_000
AT_ONCE = 32
SINK_CORE = "1"
OPEN = developers.AddressPolicy(any_http=True)

log = get("bench")


async def sink() -> None:
    """Answers 200 to everything, as fast as a small server can; prints its port."""

    class Answering(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            self._transport, self._received, self._missing = transport, b"", -1

        def data_received(self, data: bytes) -> None:
            self._received += data
            while (end := self._received.find(b"\r\n\r\n")) >= 0:
                head = self._received[:end].lower()
                length = int(head.partition(b"content-length:")[2].partition(b"\r")[0])
                if len(self._received) < end + 4 + length:
                    return
                self._received = self._received[end + 4 + length :]
                self._transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")

    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answering, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


async def bare(url: str, count: int) -> float:
    """CPU seconds of a loop that posts the same bodies with nothing around it."""
    body = BODY.encode()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:

        async def post(times: int) -> None:
            for _ in range(times):
                async with session.post(
                    url, data=body, headers={"content-type": "application/json"}
                ) as answer:
                    await answer.read()

        await post(50)
        began = time.process_time()
        await asyncio.gather(*(post(count // AT_ONCE) for _ in range(AT_ONCE)))
        return time.process_time() - began


async def ours(url: str, database_url: str, count: int) -> tuple[float, float]:
    """CPU and wall seconds of the dispatcher for so many deliveries, durable."""
    db = database_at(database_url, durable=True, connections_max=4)
    await db.open()
    async with db.write() as tx:
        app = (await make_app(tx)).app
        await developers.set_addresses(
            tx, app.id, policy=OPEN, fallback_url="", session_init_url="", dynamic_action_url="",
            events_url=url,
        )  # fmt: skip
        await developers.set_identification_key(tx, app.id, text="the key", keys=KEYS)
    async with Outbound(
        OutboundPolicy(allow_private=True), connections_max=256, connections_per_host_max=256
    ) as outbound:
        dispatcher = deliveries.Dispatcher(db, KEYS, outbound)

        async def tell(events_count: int) -> None:
            for first in range(0, events_count, 500):
                async with db.write() as tx:
                    await deliveries.append(
                        tx,
                        [
                            deliveries.News(
                                app_id=app.id, type="NEW_MESSAGE", resource=f"conversation:{n}",
                                body=BODY, happened_at=clock.now(),
                            )
                            for n in range(first, min(first + 500, events_count))
                        ],
                    )  # fmt: skip

        await tell(200)
        await dispatcher.drain()
        await tell(count)
        running = asyncio.create_task(dispatcher.run())
        began, cpu = time.monotonic(), time.process_time()
        while True:
            async with db.look() as look:
                found = await deliveries.endpoint(look, app.id)
                assert found is not None
                if not await deliveries.waiting_count(look, found.id):
                    break
            await asyncio.sleep(0.05)
        spent = time.process_time() - cpu, time.monotonic() - began
        dispatcher.stop()
        await running
    await db.close()
    return spent


def measure(count: int) -> list[str]:
    """The rows of the table."""
    server = subprocess.Popen(
        ["taskset", "-c", SINK_CORE, sys.executable, "-m", "tools.bench.deliveries", "--sink"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stdout is not None
    try:
        url = f"http://127.0.0.1:{int(server.stdout.readline())}/events"
        floor_us = asyncio.run(bare(url, count)) / count * 1e6
        rows = [f"| bare aiohttp loop | {floor_us:.0f} µs | {1e6 / floor_us:,.0f} | 1.00 | |"]
        with tempfile.TemporaryDirectory(prefix="dalan-bench-") as name:
            cpu, wall = asyncio.run(ours(url, Sqlite(Path(name)).clone(), count))
            rows.append(_row("SQLite", cpu, wall, count, floor_us))
        if postgres_binaries() is not None:
            with postgres_server() as server_url:
                databases = Postgresql(server_url)
                cpu, wall = asyncio.run(ours(url, databases.clone(), count))
                rows.append(_row("PostgreSQL", cpu, wall, count, floor_us))
                databases.close()
        return rows
    finally:
        server.terminate()
        server.wait()


def _row(engine: str, cpu: float, wall: float, count: int, floor_us: float) -> str:
    each_us = cpu / count * 1e6
    return (
        f"| delivered, signed and logged, {engine} | {each_us:.0f} µs | {1e6 / each_us:,.0f} |"
        f" {each_us / floor_us:.2f} | {count / wall:,.0f} a second on the clock |"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=10_000)
    options.add_argument("--sink", action="store_true")
    given = options.parse_args()
    if given.sink:
        asyncio.run(sink())
        return
    os.sched_setaffinity(0, {0})
    show(given.count)


def show(count: int) -> None:
    """Measure, and print the table."""
    head = "| What | CPU each | a second and core | of the bare loop | |"
    sys.stdout.write(f"\n{head}\n|---|---|---|---|---|\n")
    sys.stdout.write("\n".join(measure(count)) + f"\nstage: {STAGE:,} a second and core\n")


if __name__ == "__main__":
    main()
