"""``dalan serve`` as operators run it: one process on SQLite, any number on PostgreSQL.

Nothing here reaches inside. Codes arrive where text messages are handed over, logs are files.
"""

import json
import os
import signal
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.platforms import DALAN

SECRET = "x7Kq-3mZp_9Rw2Vt8Ly4Nb6Jc1Hd5Gf0S"
READY_SECONDS_MAX = 60
STOP_SECONDS_MAX = 15


class Gateway:
    """Where a platform hands one-time codes over, in place of a sender of text messages."""

    def __init__(self) -> None:
        sent: dict[str, list[str]] = defaultdict(list)

        class Take(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                message = json.loads(self.rfile.read(int(self.headers["content-length"])))
                sent["0" + message["phone"].removeprefix("+98")].append(message["code"])
                self.send_response(202)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        self.sent = sent
        """Every code, by the national number it was sent to, the newest last."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Take)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/send"

    def close(self) -> None:
        """Take no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Process:
    """One life of ``dalan serve``."""

    def __init__(self, folder: Path, number: int, environment: dict[str, str], port: int) -> None:
        self._output = folder / f"output-{number}"
        ready = folder / f"ready-{number}"
        with self._output.open("w") as output:
            self._process = subprocess.Popen(
                [*DALAN, "serve", "--port", str(port), "--ready-file", str(ready)],
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self._ready = ready
        self.base_url = ""

    def wait_ready(self) -> None:
        """Until it answers. Fails with what it printed when it ends instead."""
        until = time.monotonic() + READY_SECONDS_MAX
        while not self._ready.exists():
            assert self._process.poll() is None, self._output.read_text()
            assert time.monotonic() < until, self._output.read_text()
            time.sleep(0.02)
        self.base_url = self._ready.read_text().strip()

    @property
    def port(self) -> int:
        return int(self.base_url.rpartition(":")[2])

    def kill(self) -> None:
        """Without a word."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """As an operator does."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.kill()
            raise


class Installation:
    """A real world: its database, its folder and the processes that serve it."""

    def __init__(self, folder: Path, database_url: str, *, grace_seconds: int) -> None:
        self.folder = folder
        self.database_url = database_url
        self.gateway = Gateway()
        self.grace_seconds = grace_seconds
        self.processes: list[Process] = []
        self.people_count = 0
        self.addresses: list[str] = []
        """Where processes answer, or will again once another has taken a killed one's place."""
        self._started = 0

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite:")

    @property
    def logs(self) -> list[Path]:
        """Everything the processes wrote: structured logs and what they printed."""
        return sorted([*self.folder.glob("log-*"), *self.folder.glob("output-*")])

    @property
    def base_urls(self) -> list[str]:
        return [one.base_url for one in self.processes]

    def start(self, *, port: int = 0) -> Process:
        """One process more; ``port`` is for one that takes a killed one's place."""
        self._started += 1
        environment = {
            name: os.environ[name] for name in ("PATH", "LANG", "PYTHONPATH") if name in os.environ
        }
        environment |= {
            "HOME": str(self.folder),
            "PYTHONUNBUFFERED": "1",
            "DALAN_HOME": str(self.folder),
            "DALAN_SECRET": SECRET,
            "DALAN_DATABASE_URL": self.database_url,
            "DALAN_CODE_SENDER_URL": self.gateway.url,
            "DALAN_LOG_FILE": str(self.folder / f"log-{self._started}"),
            "DALAN_LOG_LEVEL": "debug",
            "DALAN_REFRESH_GRACE_SECONDS": str(self.grace_seconds),
            "DALAN_ONE_TIME_CODE_SENDS_PER_HOUR": "100",
            "DALAN_REQUESTS_PER_MINUTE_DEVELOPMENT": "1000000",
            "DALAN_REQUESTS_PER_DAY_DEVELOPMENT": "1000000",
            "DALAN_TRUSTED_PROXIES": "127.0.0.1",
        }
        process = Process(self.folder, self._started, environment, port)
        self.processes.append(process)
        process.wait_ready()
        if process.base_url not in self.addresses:
            self.addresses.append(process.base_url)
        return process

    def newest_code(self, phone: str) -> str:
        """The one-time code that was sent last to a national number."""
        return self.gateway.sent[phone][-1]

    def kill_and_start_again(self, process: Process) -> Process:
        """A process is gone without a word; another takes its address."""
        port = process.port
        process.kill()
        self.processes.remove(process)
        return self.start(port=port)

    def admin(self, *words: str) -> str:
        """``dalan admin … --real``, from the operator's shell; answers what it printed."""
        done = subprocess.run(
            [*DALAN, "admin", *words, "--real"],
            env={
                "PATH": os.environ["PATH"],
                "DALAN_HOME": str(self.folder),
                "DALAN_SECRET": SECRET,
                "DALAN_DATABASE_URL": self.database_url,
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def close(self) -> None:
        """Stop every process, then the gateway."""
        try:
            for process in self.processes:
                process.stop()
        finally:
            self.gateway.close()


@contextmanager
def installation(
    folder: Path, database_url: str, *, grace_seconds: int = 120, processes: int = 0
) -> Iterator[Installation]:
    """A real world being served, ended in the end.

    ``processes`` 0: as many as the engine is for, one on SQLite and two on PostgreSQL.
    """
    folder.mkdir(parents=True, exist_ok=True)
    running = Installation(folder, database_url, grace_seconds=grace_seconds)
    try:
        for _ in range(processes or (1 if running.is_sqlite else 2)):
            running.start()
        yield running
    finally:
        running.close()
