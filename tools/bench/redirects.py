"""``python -m tools.bench.redirects``: short links beside nginx's ``return 302``, in one run.

One server core, load from the other. Every redirect is recorded in full; whatever drains what was
recorded runs on the server's core. Afterwards clicks are counted: as many as were answered.
"""

import argparse
import asyncio
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.request import urlopen

import msgspec
from sqlalchemy import func, select
from tests.factories.developers import make_app
from tests.factories.links import make_link

from dalan import migrations
from dalan.domains import clicks
from dalan.kernel.db import Database, database_at, statement
from tools.bench.load import Measured, window
from tools.bench.servers import Server, free_port, nginx, running
from tools.bench.world import SECRET

STAGE, AIM, TAIL_MAX = 0.5, 1.0, 3.0
CONNECTIONS = (32, 128)
TARGET = "https://example.org/"
HEADERS = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept-Language": "fa,en;q=0.5",
    "Referer": "https://example.org/from",
}
ASKED_ONE_BY_ONE = 20_000
DRAINED_SECONDS_MAX = 120.0

_recorded = statement(select(func.sum(clicks.click_total.c.visits + clicks.click_total.c.bots)))
"""All clicks there are."""


class Compared(msgspec.Struct, frozen=True):
    """The middle of all windows of each, with so many connections."""

    connections: int
    nginx: Measured
    ours: Measured

    @property
    def ratio(self) -> float:
        """How many redirects to one of nginx's."""
        return self.ours.requests_per_second / self.nginx.requests_per_second

    @property
    def tail_ratio(self) -> float:
        """How long one in a hundred waits, to one of nginx's."""
        return self.ours.p99_ms / self.nginx.p99_ms


def show(folder: Path, *, seconds: int, rounds: int) -> None:
    """Measure, and print what came out."""
    environment = asyncio.run(_prepared(folder))
    port = free_port()
    command = [str(Path(sys.executable).with_name("dalan")), "serve", "--port", str(port)]
    with (
        nginx(folder) as floor,
        running(command, port=port, ready_path="/health/live", environment=environment) as server,
    ):
        if floor is None:
            print("nginx is not installed: nothing to compare redirects with", file=sys.stderr)
            return
        compared = [
            _compare(floor, server, connections, seconds=seconds, rounds=rounds)
            for connections in CONNECTIONS
        ]
        _print(compared)
        answered_by_wrk = _answered(server)
        one_by_one = asyncio.run(_ask(port, ASKED_ONE_BY_ONE, CONNECTIONS[0]))
        answered = _answered(server)
        recorded = asyncio.run(_drained(environment["DALAN_DATABASE_URL"], answered))
    exact = recorded == answered and answered - answered_by_wrk == one_by_one
    print(
        f"answered {answered:,}, recorded {recorded:,}; of {one_by_one:,} asked one by one"
        f" {answered - answered_by_wrk:,}: {'exactly' if exact else 'NOT THE SAME'}"
    )


def _compare(
    floor: Server, server: Server, connections: int, *, seconds: int, rounds: int
) -> Compared:
    """By turns, so that whatever else the machine does is in both."""
    floors: list[Measured] = []
    ours: list[Measured] = []
    for one in (floor, server):
        window("warm", one, "/l/bench", headers=HEADERS, connections=connections)
    for _ in range(rounds):
        for one, measured, name in ((floor, floors, "nginx"), (server, ours, "dalan")):
            measured.append(
                window(
                    name, one, "/l/bench", headers=HEADERS, seconds=seconds,
                    connections=connections,
                )
            )  # fmt: skip
    return Compared(connections, _middle(floors), _middle(ours))


def _middle(measured: Sequence[Measured]) -> Measured:
    middles = {
        name: statistics.median(getattr(one, name) for one in measured)
        for name in ("requests_per_second", "cpu_us", "p99_ms")
    }
    return msgspec.structs.replace(
        measured[0], **middles, failed_count=sum(one.failed_count for one in measured)
    )


def _print(compared: Sequence[Compared]) -> None:
    print(f"\nredirects, every click recorded (stage {STAGE} × nginx, aim {AIM}, p99 {TAIL_MAX} ×)")
    print(f"{'':8} {'connections':>11} {'req/s':>9} {'CPU µs':>8} {'p99 ms':>8} {'× nginx':>8} p99")
    for one in compared:
        for row in (one.nginx, one.ours):
            ratios = (f"{one.ratio:8.2f} {one.tail_ratio:.1f} ×") if row is one.ours else ""
            failed = f"  {row.failed_count} FAILED" if row.failed_count else ""
            print(
                f"{row.name:8} {one.connections:11} {row.requests_per_second:9.0f}"
                f" {row.cpu_us:8.1f} {row.p99_ms:8.2f} {ratios}{failed}"
            )


async def _prepared(folder: Path) -> dict[str, str]:
    """A world with one link; the environment to serve it in."""
    home = folder / "redirects"
    home.mkdir(mode=0o755)
    url = f"sqlite:///{home / 'dalan.db'}"
    await migrations.upgrade_in_thread(url)
    db = database_at(url)
    await db.open()
    async with db.write() as tx:
        app_id = (await make_app(tx)).app.id
        await make_link(tx, app_id, TARGET, hash="bench")
    await db.close()
    return {
        "DALAN_HOME": str(home),
        "DALAN_DATABASE_URL": url,
        "DALAN_SECRET": SECRET,
        "DALAN_CODE_SENDER_URL": "http://127.0.0.1:9/",
        "DALAN_LOG_FILE": str(home / "log"),
    }


def _answered(server: Server) -> int:
    """Redirects answered so far, by the server's own count."""
    with urlopen(f"{server.base_url}/metrics") as answer:  # noqa: S310 (our own)
        text = answer.read().decode()
    found = re.findall(
        r'dalan_requests_total\{route="visit",status="302",surface="redirect"\} ([\d.e+]+)', text
    )
    return int(float(found[0])) if found else 0


async def _ask(port: int, count: int, connections: int) -> int:
    """Ask so often, each time after the last answer; how many redirects that were."""
    told = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    request = f"GET /l/bench HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{told}\r\n".encode()

    async def client() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        answered = 0
        for _ in range(count // connections):
            writer.write(request)
            answered += (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 302 ")
        writer.close()
        return answered

    return sum(await asyncio.gather(*(client() for _ in range(connections))))


async def _drained(url: str, expected: int) -> int:
    """How many clicks are recorded, once nothing more is to come or as many as expected are."""
    db: Database = database_at(url)
    await db.open()
    until = time.monotonic() + DRAINED_SECONDS_MAX
    while True:
        async with db.look() as look:
            found = int(await _recorded.scalar(look) or 0)
        if found >= expected or time.monotonic() > until:
            break
        await asyncio.sleep(0.5)
    await db.close()
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=3, help="of one window of load")
    options.add_argument("--rounds", type=int, default=5, help="windows of each server")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="dalan-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        show(folder, seconds=given.seconds, rounds=given.rounds)


if __name__ == "__main__":
    main()
