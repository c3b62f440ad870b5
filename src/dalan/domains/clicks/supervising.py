"""The server's side of the drainer: started when there is something to drain, started again when
it dies, ended with the server. Of several servers over one folder one has a drainer at a time.
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import msgspec

from dalan.domains.clicks import journal
from dalan.domains.clicks.parsing import ParsingRules
from dalan.kernel import logs

LOOK_SECONDS: Final = 1.0
"""How often those who have no drainer look whether somebody still has one."""

RESTART_SECONDS: Final = 0.5
STOP_SECONDS: Final = 20.0

log = logs.get("clicks")


class Order(msgspec.Struct, frozen=True):
    """What the server tells: which database, which folder, how clicks are read."""

    database_url: str
    is_durable: bool
    folder: str
    rules: ParsingRules
    log_level: str
    log_file: str


class Supervisor:
    """Keeps one drainer at work. Built, started and stopped by the composition root."""

    def __init__(self, order: Order) -> None:
        self._order, self._folder = order, Path(order.folder)
        self._needed, self._stopping = asyncio.Event(), asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Wait for the first click, or begin at once where segments were left."""
        if journal.segments_in(self._folder):
            self.wake()
        self._running = asyncio.create_task(self._run())

    def wake(self) -> None:
        """There is something to drain."""
        self._needed.set()

    async def stop(self) -> None:
        """Return once everything is drained and the drainer is gone."""
        self._stopping.set()
        self._needed.set()
        if self._running is not None:
            await self._running
            self._running = None

    async def _run(self) -> None:
        await self._needed.wait()
        while not self._stopping.is_set():
            try:
                await self._have_drained()
            except Exception:  # whatever it is, without a drainer nothing is counted
                log.exception("the drainer failed")
            await self._pause(LOOK_SECONDS)

    async def _have_drained(self) -> None:
        """Keep a drainer, unless somebody else has one."""
        with journal.held(self._folder / "drainer.lock") as is_ours:
            while is_ours and not self._stopping.is_set():
                async with self._drainer() as process:
                    await self._until_either_ends(process)
                await self._pause(RESTART_SECONDS)

    @contextlib.asynccontextmanager
    async def _drainer(self) -> AsyncIterator[asyncio.subprocess.Process]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "dalan.domains.clicks.drainer",
            stdin=asyncio.subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        assert process.stdin is not None, "it was asked for"
        try:
            process.stdin.write(msgspec.json.encode(self._order) + b"\n")
            with contextlib.suppress(ConnectionError):
                await process.stdin.drain()
            yield process
        finally:
            process.stdin.close()
            try:
                async with asyncio.timeout(STOP_SECONDS):
                    await process.wait()
            except TimeoutError:
                log.warning("the drainer did not end in time; its work is left to the next")
                process.kill()
                await process.wait()

    async def _until_either_ends(self, process: asyncio.subprocess.Process) -> None:
        ended = asyncio.ensure_future(process.wait())
        told = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait((ended, told), return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.cancel()
            told.cancel()
        if process.returncode is not None and not self._stopping.is_set():
            log.warning("the drainer ended, and is started again", code=process.returncode)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
