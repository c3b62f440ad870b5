"""A proxy beside the platform that every test shares, as newcomers start it."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.platforms import DALAN, READY_SECONDS_MAX, STOP_SECONDS_MAX, Platform


def environment_of(home: Path) -> dict[str, str]:
    """What a command about the world at ``home`` needs, and nothing of this machine's proxies."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "LANG", "PYTHONPATH")
        if name in os.environ
    }
    return kept | {"DALAN_HOME": str(home)}


@contextmanager
def running_proxy(home: Path) -> Iterator[str]:
    """``dalan proxy`` on a free port beside the world at ``home``: its address."""
    output = home / "proxy-output"
    with output.open("w") as written:
        process = subprocess.Popen(
            [*DALAN, "proxy", "--port", "0"],
            env=environment_of(home),
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    try:
        until = time.monotonic() + READY_SECONDS_MAX
        # The greeting comes last, and its last word is how to end it.
        while not (home / "proxy").exists() or "Ctrl+C" not in output.read_text():
            assert process.poll() is None, output.read_text()
            assert time.monotonic() < until, f"not ready in time:\n{output.read_text()}"
            time.sleep(0.05)
        yield (home / "proxy").read_text().strip()
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def proxy_url(platform_server: Platform) -> Iterator[str]:
    """The address of a proxy beside the shared platform."""
    with running_proxy(platform_server.home) as url:
        yield url
