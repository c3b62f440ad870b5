"""Who waits for news of which conversation or list, in this process.

``db.watch`` says only «look» after somebody, in whatever process, committed something. One look
then asks for the versions of everything that is waited for, and wakes who waits for what moved:
two statements a round however many wait, and rounds no closer together than ``PAUSE_SECONDS``.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Final, Literal

from dalan.domains import chat
from dalan.kernel.db import Database
from dalan.kernel.logs import get

log = get("chat")

PAUSE_SECONDS: Final = 0.05
LOOK_EVERY_SECONDS: Final = 5.0
"""Also when nobody said so: a notice may be lost with its connection."""

Thing = tuple[Literal["conversation", "inbox"], int]


class Waiting:
    """Somebody waits for news of one thing."""

    def __init__(self, thing: Thing) -> None:
        self.thing = thing
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


class Watch:
    """All who wait in this process. Its task runs only while somebody does."""

    def __init__(self, db: Database) -> None:
        self._db = db
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
        one = Waiting(thing)
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
                log.exception("look at chats failed")
            await asyncio.sleep(PAUSE_SECONDS)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_SECONDS):
                    await self._dirty.wait()

    async def _look(self) -> None:
        self._dirty.clear()
        conversations = [id_ for kind, id_ in self._waiting if kind == "conversation"]
        inboxes = [id_ for kind, id_ in self._waiting if kind == "inbox"]
        async with self._db.look() as look:
            found = await chat.versions(look, conversations=conversations, inboxes=inboxes)
        for thing, version in found.items():
            if self._versions.get(thing) != version and thing in self._waiting:
                self._versions[thing] = version
                for one in self._waiting[thing]:
                    one.wake()
