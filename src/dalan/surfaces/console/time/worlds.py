"""Putting the world aside, and taking another back while everybody waits at the door."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dalan.domains import media
from dalan.domains.world.snapshots import FURNISHED, Snapshot, Snapshots
from dalan.kernel.clock import ClockState
from dalan.kernel.db import sqlite_path
from dalan.kernel.db.sqlite import SqliteDatabase
from dalan.settings import Settings

if TYPE_CHECKING:
    from dalan.surfaces.console.time import Time
    from dalan.surfaces.services import Services

Resettled = Callable[[], Awaitable[None]]


def snapshots_of(settings: Settings) -> Snapshots:
    """Where a world's snapshots are."""
    return Snapshots(settings.home / "snapshots", sqlite_path(settings.database_address))


class Worlds:
    """The snapshots of a running world."""

    def __init__(self, time: "Time", services: "Services", platform: Any) -> None:
        self._time, self._services, self._platform = time, services, platform
        self.snapshots = snapshots_of(services.settings)

    async def take(self, name: str) -> Snapshot:
        """Put the world aside, with all that was counted in memory."""
        with self._time.gate.aside():
            async with self._time.turn:
                await self.write_down()
                state = self._time.clock.state
                return self.snapshots.take(name, state_of(state, self._time.clock()))

    async def restore(self, name: str) -> None:
        """Make the world what it was. Raises what ``Snapshots.put`` does, and ``WorldBusy``."""
        with self._time.gate.aside():
            async with self._time.turn:
                source = await self._of_this_version(name)
                try:
                    await self._restore(name, source)
                finally:
                    if source is not None:
                        source.unlink(missing_ok=True)
        self._time.wake()
        self._services.db.announce()

    async def reset(self) -> None:
        """Make the world what it was when it was furnished."""
        await self.restore(FURNISHED)

    async def delete(self, name: str) -> None:
        """Forget a snapshot, with what was kept for it alone."""
        with self._time.gate.aside():
            async with self._time.turn:
                await self._remove(self.snapshots.delete(name))

    async def write_down(self) -> None:
        """Write what was counted in memory, for whoever looks at the whole world."""
        for counts in self._counts():
            await counts.flush()
        await self._services.clicks.drain()

    def _counts(self) -> tuple[Any, ...]:
        """Whatever counts in memory and writes in batches."""
        services = self._services
        return (
            services.quotas,
            services.last_uses,
            services.credential_uses,
            services.post_statistics,
        )

    async def _restore(self, name: str, source: Path | None) -> None:
        workers, db = self._time.workers, self._services.db
        assert isinstance(db, SqliteDatabase), "another engine has no snapshots"
        async with AsyncExitStack() as stack:
            for paused in (workers.housekeeper, workers.worker, workers.dispatcher):
                await stack.enter_async_context(paused.paused())
            await workers.dispatcher.drop()
            try:
                async with self._time.gate.emptied():
                    for leave in self._time.leaving:
                        await leave()
                    for counts in self._counts():
                        await counts.forget()
                    await self._services.clicks.forget()
                    async with db.exclusively():
                        left = await asyncio.to_thread(
                            self.snapshots.put, name, self._time.follow, source
                        )
                    await self._platform.lists.look_anew()
                    self._services.known.look_anew()
                    await self._services.quotas.recount()
                    for resettle in self._time.resettle:
                        await resettle()
            finally:
                await workers.dispatcher.recover()
            await self._remove(left)

    async def _of_this_version(self, name: str) -> Path | None:
        """The snapshot brought to this version, None where it is of this version."""
        if self.snapshots.is_current(name):
            return None
        copy = self.snapshots.copy_of(name)
        await self._platform.upgrade(copy)
        return copy

    async def _remove(self, names: set[str]) -> None:
        for name in sorted(names):
            await self._services.media.remove_files(media.keys_of_file(name))


def state_of(state: ClockState, now: Any) -> ClockState | None:
    """How a clock is set, as of now; None where it is the machine's."""
    if not state.is_moved:
        return None
    return ClockState(now, state.machine_at, state.speed, state.is_frozen)
