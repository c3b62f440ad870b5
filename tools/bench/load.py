"""Load from the other core, and what one request cost the server."""

import re
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

from tools.bench.servers import LOAD_CORE, Server

CONNECTIONS = 16


class Measured(msgspec.Struct, frozen=True):
    """One path under load for a few seconds."""

    name: str
    requests_per_second: float
    cpu_us: float
    p99_ms: float
    failed_count: int
    requests_count: int = 0


def measure(
    name: str, server: Server, path: str, *, headers: Mapping[str, str], seconds: int
) -> Measured:
    """Warm up for a second, then load ``path`` with wrk in windows of a second.

    CPU time of the server divided by requests, of the cheapest window: whatever else the
    machine does can only add to it. The other figures are of the same window.
    """
    _wrk(server, path, headers, 1, CONNECTIONS)
    windows = [window(name, server, path, headers=headers) for _ in range(seconds)]
    return min(windows, key=lambda window: window.cpu_us)


def window(
    name: str,
    server: Server,
    path: str,
    *,
    headers: Mapping[str, str],
    seconds: int = 1,
    connections: int = CONNECTIONS,
) -> Measured:
    """Load ``path`` with wrk for so many seconds over so many connections."""
    before = server.cpu_seconds()
    told = _wrk(server, path, headers, seconds, connections)
    spent = server.cpu_seconds() - before
    requests = int(_number(r"(\d+) requests in", told))
    return Measured(
        name=name,
        requests_per_second=float(_number(r"Requests/sec:\s+([\d.]+)", told)),
        cpu_us=spent / requests * 1e6,
        p99_ms=_milliseconds(_number(r"99%\s+([\d.]+[a-z]+)", told)),
        failed_count=int(_number(r"Non-2xx or 3xx responses: (\d+)", told, "0")),
        requests_count=requests,
    )


def _wrk(
    server: Server, path: str, headers: Mapping[str, str], seconds: int, connections: int
) -> str:
    # In a script, not as arguments: keys and tokens do not belong in a process list.
    lines = [f"wrk.headers[{_lua(name)}] = {_lua(value)}" for name, value in headers.items()]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        Path(script.name).write_text("\n".join(lines))
        return subprocess.run(
            ["taskset", "-c", str(LOAD_CORE), "wrk", "-t1", f"-c{connections}", f"-d{seconds}s",
             "--latency", "-s", script.name, server.base_url + path],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip


def _lua(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _number(pattern: str, text: str, default: str = "") -> str:
    found = re.search(pattern, text)
    if found is None and not default:
        raise SystemExit(f"wrk answered something else than expected:\n{text}")
    return found[1] if found else default


def _milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()  # type: ignore[union-attr]  # wrk's own form
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]
