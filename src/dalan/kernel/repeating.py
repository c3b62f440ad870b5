"""Doing something every few seconds, beside everything else, until told to stop."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from dalan.errors import Unavailable
from dalan.kernel.logs import get

log = get("repeating")


class Repeating:
    """Runs ``work`` again and again, each time so many seconds after the last.

    What fails is logged under ``name`` and tried again the next time: the work keeps what it could
    not do. A fault of ours ends one round, never all.
    """

    def __init__(self, name: str, work: Callable[[], Awaitable[object]], *, seconds: float) -> None:
        self._name, self._work, self._seconds = name, work, seconds
        self._stopping = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin; the first round is so many seconds away."""
        self._stopping.clear()
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Return once nothing runs any more; what was never started is stopped already.

        It is told, not cancelled: work cut short after its commit would be done twice.
        """
        if self._running is not None:
            self._stopping.set()
            await self._running
            self._running = None

    async def _run(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self._seconds)
                return
            try:
                await self._work()
            except Unavailable as error:
                log.warning("not done, tried again", work=self._name, reason=str(error))
            except Exception:
                log.exception("not done, tried again", work=self._name)
