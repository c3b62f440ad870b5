"""The sample app beside a dev world: an ordinary program in a process of its own.

It is not part of the platform: it is found in ``examples/`` of a checkout, started with the
address and secrets any app would be given, and its failure stops nothing.
"""

import asyncio
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dalan.settings import Settings

if TYPE_CHECKING:
    from dalan.domains.world.sample import SampleApp
    from dalan.surfaces.services import Services

FOLDER = Path(__file__).parents[3] / "examples"
STOP_SECONDS = 3.0

_PROGRAM = """
import os, runpy, signal, sys, threading

def wait():
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)

threading.Thread(target=wait, daemon=True).start()
sys.argv = ["inspector"]
runpy.run_module("inspector", run_name="__main__")
"""
"""Runs the app, and ends it when nobody holds the other end of its standard input any more:
even a platform that was killed leaves no orphan on its port. The app itself knows nothing of it."""


class Sample:
    """The sample app's process, if there is one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._app: SampleApp | None = None
        self._port = 0
        self._process: asyncio.subprocess.Process | None = None
        self._starting: asyncio.Task[None] | None = None

    async def settle(self, services: "Services") -> None:
        """Find a port for it and write its addresses down. Does nothing without its program, or
        when the newcomer has changed the app beyond recognition."""
        if not (FOLDER / "inspector" / "__main__.py").exists():
            return
        self._port = _free_port(self._settings.port + 1)
        await self.settle_again(services)

    async def settle_again(self, services: "Services") -> None:
        """Write its addresses down, in whatever world took the place of the one they stood in."""
        from dalan.domains.world.sample import settle_sample
        from dalan.errors import DalanError

        if not self._port:
            return
        try:
            async with services.db.write() as tx:
                self._app = await settle_sample(
                    tx, services.keys, base_url=f"http://127.0.0.1:{self._port}"
                )
        except DalanError as error:
            click.echo(f"The sample app is not started: {error}", err=True)

    def start(self) -> None:
        """Start it in the background."""
        if self._app is not None:
            self._starting = asyncio.create_task(self._start(self._app))

    async def _start(self, app: "SampleApp") -> None:
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-c",
                _PROGRAM,
                cwd=FOLDER,
                env={
                    "PATH": os.environ.get("PATH", ""),
                    "PYTHONUNBUFFERED": "1",
                    "INSPECTOR_PLATFORM": self._settings.base_url,
                    "INSPECTOR_PORT": str(self._port),
                    "INSPECTOR_SLUG": app.slug,
                    "INSPECTOR_CLIENT_SECRET": app.client_secret,
                    "INSPECTOR_API_KEY": app.api_key,
                    "INSPECTOR_IDENTIFICATION_KEY": app.identification_key,
                    "INSPECTOR_DATA": str((self._settings.home / "inspector").resolve()),
                },
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                # Its own group: Ctrl+C reaches us, and we stop it.
                start_new_session=True,
            )
        except OSError as error:
            click.echo(f"The sample app could not be started: {error}", err=True)

    async def stop(self) -> None:
        """Ask it to end, then end it."""
        if self._starting is not None:
            await self._starting
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


def _free_port(wanted: int) -> int:
    """``wanted`` if nobody listens there, else the next free one."""
    for port in [*range(wanted, min(wanted + 20, 65_536)), 0]:
        with socket.socket() as probe:
            # As the app itself will: a port whose last connections only just closed is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise AssertionError("port 0 is always free")
