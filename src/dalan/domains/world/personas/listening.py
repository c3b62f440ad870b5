"""Waiting for something to be so: looked at when somebody committed, not around the clock."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from dalan.kernel.db import Database

Found = TypeVar("Found")

PAUSE_SECONDS: Final = 0.05
"""Looks are no closer together, however much is committed."""

LOOK_EVERY_SECONDS: Final = 5.0
"""Also when nobody said so: a notice may be lost with its connection."""


class Listening:
    """All who wait in this process share one watch of the database."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._ears: set[asyncio.Event] = set()
        self._watches = False

    async def until(
        self, look: Callable[[], Awaitable[Found | None]], *, seconds: float
    ) -> Found | None:
        """What ``look`` finds, or None when it found nothing in that time."""
        if not self._watches:
            self._watches = True
            self._db.watch(self._heard)
        heard = asyncio.Event()
        self._ears.add(heard)
        try:
            async with asyncio.timeout(seconds):
                while True:
                    heard.clear()
                    found = await look()
                    if found is not None:
                        return found
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(LOOK_EVERY_SECONDS):
                            await heard.wait()
                    await asyncio.sleep(PAUSE_SECONDS)
        except TimeoutError:
            return None
        finally:
            self._ears.discard(heard)

    def _heard(self) -> None:
        for one in self._ears:
            one.set()
