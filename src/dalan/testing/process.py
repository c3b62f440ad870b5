"""``dalan dev`` as a process of its own, which ends with whoever started it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

READY_SECONDS_MAX: Final = 120.0
STOP_SECONDS_MAX: Final = 20.0
LOOK_SECONDS: Final = 0.005

_PROGRAM: Final = """
import os, shutil, signal, sys, threading

def wait(home):
    while os.read(0, 1):
        pass
    for _ in range(100):  # what is written meanwhile would keep a folder
        if home and os.path.exists(home):
            shutil.rmtree(home, ignore_errors=True)
    os.kill(os.getpid(), signal.SIGKILL)

threading.Thread(target=wait, args=(sys.argv.pop(1),), daemon=True).start()
from dalan.cli import main
main()
"""
"""Runs the command, and ends it when nobody holds the other end of its standard input any more: a
test run that was killed leaves no platform behind, nor the folder it is told to take along."""


class Died(Exception):
    """The platform ended by itself; what it said is the message."""


class Process:
    """A running ``dalan dev`` in ``home``. ``base_url`` is where it answers."""

    def __init__(self, home: Path, *options: str, settings: dict[str, str], ends_with: str = ""):
        ready = home.parent / f"{home.name}.ready"
        self._output = home.parent / f"{home.name}.output"
        # -P: an app's own ``secrets.py`` in the folder of the tests is not the library's.
        command = [sys.executable, "-P", "-c", _PROGRAM, ends_with]
        command += ["dev", "--port", "0", "--no-sample"]
        command += ["--home", str(home), "--ready-file", str(ready), *options]
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603 (our own command, with no shell)
                command,
                env=_environment() | settings,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Ctrl+C is for the tests; the platform ends after them.
                start_new_session=True,
            )
        try:
            self._wait_until(ready)
            # Where it listens, even when a setting has it tell another address of itself.
            self.base_url = (home / "loopback").read_text().strip()
        except BaseException:
            self.kill()
            raise

    @property
    def said(self) -> str:
        """What it printed."""
        return self._output.read_text(errors="replace")

    def stop(self) -> None:
        """Let it finish what it has in hand, and end."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_SECONDS_MAX)
        finally:
            self.kill()

    def kill(self) -> None:
        """End it at once: of a world that goes with it, nothing is worth finishing."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()

    def _wait_until(self, ready: Path) -> None:
        until = time.monotonic() + READY_SECONDS_MAX
        while not ready.exists():
            if self._process.poll() is not None:
                raise Died(f"dalan dev ended with {self._process.returncode}:\n{self.said}")
            if time.monotonic() > until:
                raise Died(f"dalan dev was not ready in {READY_SECONDS_MAX:.0f} s:\n{self.said}")
            time.sleep(LOOK_SECONDS)


def _environment() -> dict[str, str]:
    """Ours, less what is meant for another world than this one."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DALAN_")}
