"""``make bench``: print the ratio table. Needs wrk; nginx and PostgreSQL add their rows.

The server runs on one core, the load on another; CPU time of the server divided by requests is
the figure least disturbed by whatever else the machine does.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.databases import postgres_binaries, postgres_server

from tools.bench import authorization, deliveries, redirects, search, waiting
from tools.bench.load import Measured, measure
from tools.bench.servers import SERVER_CORE, Server, free_port, nginx, running, wait_for
from tools.bench.world import Prepared, prepare

HERE = Path(__file__).parent
PYTHON = sys.executable
DALAN = str(Path(PYTHON).with_name("dalan"))

STAGE_US = {"sqlite": 97.0, "postgresql": 300.0}
STAGE_START_SECONDS, STAGE_MEMORY_MB = 1.0, 120.0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=8, help="windows of load on each path")
    options.add_argument("--rounds", type=int, default=4, help="turns of each authorization server")
    options.add_argument(
        "--authorization", action="store_true", help="nothing but the authorization servers"
    )
    given = options.parse_args()
    seconds = given.seconds
    if shutil.which("wrk") is None or shutil.which("taskset") is None:
        sys.exit("make bench needs wrk and taskset (Debian: apt-get install wrk util-linux)")
    if (os.cpu_count() or 1) < 2:
        sys.exit("make bench needs two cores: one for the server, one for the load")
    with tempfile.TemporaryDirectory(prefix="dalan-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        if given.authorization:
            authorization.compare(folder, rounds=given.rounds)
            return
        rows = list(_floors(folder, seconds))
        for engine in ("sqlite", "postgresql"):
            row = _hot_path(folder, engine, seconds)
            if row is not None:
                rows.append(row)
        _print_table(rows)
        authorization.compare(folder, rounds=given.rounds)
        print(f"\nsearch among {search.COUNT_OF_BENCH:,} posts (a million: make soak search)")
        search.measure_both(folder)
        redirects.show(folder, seconds=2, rounds=5)
        deliveries.show(10_000)
        waiting.show(seconds)
        _print_start(folder)


def _floors(folder: Path, seconds: int) -> Iterator[Measured]:
    with nginx(folder) as server:
        if server is None:
            print("nginx is not installed: its row is left out", file=sys.stderr)
        else:
            yield measure("nginx return 302", server, "/x", headers={}, seconds=seconds)
    port = free_port()
    command = [PYTHON, "-m", "tools.bench.bare", str(port)]
    with running(command, port=port, ready_path="/bare") as server:
        yield measure("bare Litestar JSON route", server, "/bare", headers={}, seconds=seconds)


def _hot_path(folder: Path, engine: str, seconds: int) -> Measured | None:
    with _database(folder, engine) as url:
        if url is None:
            print("PostgreSQL is not installed: its row is left out", file=sys.stderr)
            return None
        home = folder / engine
        home.mkdir()
        prepared = prepare(url, home)
        with _serving(prepared) as server:
            return measure(
                f"GET finder/post/{{token}}, {engine}",
                server,
                prepared.path,
                headers=prepared.headers,
                seconds=seconds,
            )


@contextmanager
def _database(folder: Path, engine: str) -> Iterator[str | None]:
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'bench.db'}"
    elif postgres_binaries() is None and not os.environ.get("DALAN_TEST_POSTGRES_URL"):
        yield None
    else:
        with postgres_server() as url:
            yield url


@contextmanager
def _serving(prepared: Prepared) -> Iterator[Server]:
    port = free_port()
    command = [DALAN, "serve", "--port", str(port)]
    with running(
        command, port=port, ready_path="/health/live", environment=prepared.environment
    ) as server:
        yield server


def _print_table(rows: list[Measured]) -> None:
    floor = next((row for row in rows if row.name.startswith("bare")), rows[0])
    print(f"{'path':38} {'req/s':>9} {'CPU µs':>8} {'p99 ms':>8} {'× bare':>7}  stage")
    for row in rows:
        stage = next((f"under {us:.0f} µs" for engine, us in STAGE_US.items()
                      if row.name.endswith(engine)), "")  # fmt: skip
        failed = f"  {row.failed_count} FAILED" if row.failed_count else ""
        print(
            f"{row.name:38} {row.requests_per_second:9.0f} {row.cpu_us:8.1f} {row.p99_ms:8.2f} "
            f"{row.cpu_us / floor.cpu_us:7.2f}  {stage}{failed}"
        )


def _print_start(folder: Path) -> None:
    """``dalan dev``, warm: time from the command to the first answer and page, and memory then."""
    environment = {"DALAN_HOME": str(folder / "dev"), "DALAN_LOG_FILE": str(folder / "dev.log")}
    figures = []
    for _ in range(4):  # the first furnishes
        port = free_port()
        command = [DALAN, "dev", "--port", str(port), "--posts", "60", "--no-sample"]
        began = time.perf_counter()
        with running(command, port=port, ready_path="/health/live", environment=environment) as it:
            answered = time.perf_counter() - began
            wait_for(f"{it.base_url}/", it.process)
            figures.append((answered, time.perf_counter() - began, it.memory_mb()))
    answered, paged, memory = min(figures[1:])
    print(
        f"\ndalan dev, warm: first answer {answered:.2f} s, first page {paged:.2f} s "
        f"(stage {STAGE_START_SECONDS} s), {memory:.0f} MB (stage {STAGE_MEMORY_MB:.0f} MB)"
    )
    model = subprocess.run(["uname", "-srm"], capture_output=True, text=True, check=True).stdout
    print(f"one core of {model.strip()}, Python {sys.version.split()[0]}, core {SERVER_CORE}")


main()
