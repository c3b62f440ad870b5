"""Who waits for news of which thing, a conversation or a link's clicks, in this process.

``db.watch`` says only «look» after somebody, in whatever process, committed something. One look
then asks for the versions of everything that is waited for, and wakes who waits for what moved:
two statements a round however many wait, and rounds no closer together than ``PAUSE_SECONDS``.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Hashable, Iterator, Mapping
from typing import Final, Generic, TypeVar

from dalan.kernel.db import Database, ReadTransaction
from dalan.kernel.logs import get

log = get("web")

PAUSE_SECONDS: Final = 0.05
LOOK_EVERY_SECONDS: Final = 5.0
"""Also when nobody said so: a notice may be lost with its connection."""

Thing = TypeVar("Thing", bound=Hashable)


class Waiting:
    """Somebody waits for news of one thing."""

    def __init__(self) -> None:
        self._moved = asyncio.Event()

    def wake(self) -> None:
        """There is something to look at."""
        self._moved.set()

    async def wait(self, seconds: float) -> bool:
        """Whether it moved since the last call, within so many seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._moved.wait()
        moved = self._moved.is_set()
        self._moved.clear()
        return moved


class Watch(Generic[Thing]):
    """All who wait in this process. Its task runs only while somebody does.

    ``versions`` answers how far those things are, in one or two statements; a thing has moved when
    its number is another. Looks are ``pause_seconds`` apart at least.
    """

    def __init__(
        self,
        db: Database,
        versions: Callable[[ReadTransaction, Collection[Thing]], Awaitable[Mapping[Thing, int]]],
        *,
        pause_seconds: float = PAUSE_SECONDS,
    ) -> None:
        self._db = db
        self._look_at = versions
        self._pause_seconds = pause_seconds
        self._waiting: dict[Thing, set[Waiting]] = {}
        self._versions: dict[Thing, int] = {}
        self._dirty = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.count = 0
        """How many wait."""
        db.watch(self._dirty.set)

    @contextlib.contextmanager
    def waiting(self, thing: Thing) -> Iterator[Waiting]:
        """Wait for news of something for as long as the block runs."""
        one = Waiting()
        self._waiting.setdefault(thing, set()).add(one)
        self.count += 1
        if self._task is None or self._task.done():
            self._dirty.clear()
            self._task = asyncio.create_task(self._run())
        try:
            yield one
        finally:
            self.count -= 1
            of_thing = self._waiting[thing]
            of_thing.discard(one)
            if not of_thing:
                del self._waiting[thing]
                self._versions.pop(thing, None)

    async def _run(self) -> None:
        while self._waiting:
            try:
                await self._look()
            except Exception:  # a fault of one look must not end all for good
                log.exception("look for news failed")
            await asyncio.sleep(self._pause_seconds)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_SECONDS):
                    await self._dirty.wait()

    async def _look(self) -> None:
        self._dirty.clear()
        async with self._db.look() as look:
            found = await self._look_at(look, list(self._waiting))
        for thing, version in found.items():
            if self._versions.get(thing) != version and thing in self._waiting:
                self._versions[thing] = version
                for one in self._waiting[thing]:
                    one.wake()
