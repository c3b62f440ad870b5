"""Servers under load: each pinned to one core, its CPU time read from the kernel."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import HTTPRedirectHandler, build_opener

SERVER_CORE, LOAD_CORE = 0, 1
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class _Stay(HTTPRedirectHandler):
    """Takes a redirect for the answer it is."""

    def redirect_request(self, *_: object) -> None:
        return None


_opener = build_opener(_Stay)


class Server:
    """A running server and where it answers."""

    def __init__(self, process: "subprocess.Popen[bytes]", base_url: str) -> None:
        self.process, self.base_url = process, base_url

    def cpu_seconds(self) -> float:
        """CPU time of the process and its children so far, user and system."""
        return sum(_ticks(pid) for pid in self._pids()) / TICKS_PER_SECOND

    def memory_mb(self) -> float:
        """Resident memory of the process, in MB."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * PAGE_BYTES / 1e6

    def _pids(self) -> list[int]:
        mine = self.process.pid
        children = Path(f"/proc/{mine}/task/{mine}/children").read_text().split()
        return [mine, *map(int, children)]


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str],
    *,
    port: int,
    ready_path: str,
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Iterator[Server]:
    """Start a server on its core, wait for its first answer, stop it afterwards."""
    process = subprocess.Popen(
        ["taskset", "-c", str(SERVER_CORE), *command],
        env={**os.environ, **(environment or {})},
        cwd=cwd,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}{ready_path}", process)
        yield Server(process, f"http://127.0.0.1:{port}")
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for(url: str, process: "subprocess.Popen[bytes]", *, seconds: float = 60) -> None:
    """Return as soon as ``url`` answers anything at all."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit(f"a server ended before it answered (exit code {process.returncode})")
        try:
            with _opener.open(url, timeout=1):
                return
        except OSError as error:
            if getattr(error, "code", None) is not None:  # an HTTP error is an answer
                return
            time.sleep(0.005)
    sys.exit(f"nothing answered at {url}")


@contextmanager
def nginx(folder: Path) -> Iterator[Server | None]:
    """``return 302`` by one nginx worker; None where nginx is not installed."""
    binary = shutil.which("nginx")
    if binary is None:
        yield None
        return
    port = free_port()
    (folder / "nginx.conf").write_text(
        f"""
        daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
        events {{ worker_connections 512; }}
        http {{ access_log off; server {{ listen 127.0.0.1:{port};
          location / {{ return 302 https://example.org/; }} }} }}
        """
    )
    command = [binary, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with running(command, port=port, ready_path="/nothing-here") as server:
        yield server
