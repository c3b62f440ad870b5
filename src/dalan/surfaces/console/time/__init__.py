"""The clock of a dev world and its snapshots: everything that is due when the one is moved, and
everybody sent out while the other takes the place of what is there."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from dalan.errors import Conflict, Invalid
from dalan.kernel.clock import EARLIEST, LATEST, SPEED_MAX, SPEED_MIN, AdjustableClock, ClockState
from dalan.kernel.clock_file import ClockFile
from dalan.settings import Settings
from dalan.surfaces.console.time.gate import Gate

if TYPE_CHECKING:
    from dalan.surfaces.console.time.moving import Moved, Workers
    from dalan.surfaces.console.time.worlds import Worlds
    from dalan.surfaces.services import Services

ADVANCE_SECONDS_MAX: Final = 10 * 366 * 86_400


class Backwards(Conflict):
    """The clock was to go back. Only another world has another past: restore or reset."""

    code = "console.clock_backwards"


class InvalidMove(Invalid):
    """No clock can be set to this."""

    code = "console.invalid_clock"


class Time:
    """Moves the clock of one world. One move at a time."""

    def __init__(self, moved: AdjustableClock, settings: Settings) -> None:
        self.clock = moved
        self.gate = Gate()
        self._settings = settings
        self.file = ClockFile(settings.home / "clock.json")
        self.turn = asyncio.Lock()
        """Held by whoever moves the clock or the world."""
        self.leaving: list[Callable[[], Awaitable[None]]] = []
        """Whoever acts by themselves ends it here: nothing they do reaches the world to come."""
        self.resettle: list[Callable[[], Awaitable[None]]] = []
        """What a process knows better than a world of before: where its sample app listens."""
        if (settings.home / "snapshots" / "restoring").exists():
            from dalan.surfaces.console.time.worlds import snapshots_of  # noqa: PLC0415 (seldom)

            snapshots_of(settings).finish(self.follow)
        moved.follow(self.file.read())

    async def start(self, services: "Services", workers: Any) -> None:
        """Know whom to ask for what is due."""
        self._services, self._platform = services, workers
        # What a snapshot shows is kept from the first purge on.
        services.media.keeps = self._keeps

    @property
    def workers(self) -> "Workers":
        """Whoever does what is due; there once the platform was started."""
        from dalan.surfaces.console.time.moving import Workers  # noqa: PLC0415 (few starts move)

        platform = self._platform
        return Workers(platform.worker, platform.dispatcher, platform.housekeeper)

    @cached_property
    def worlds(self) -> "Worlds":
        """The snapshots of this world."""
        from dalan.surfaces.console.time.worlds import Worlds  # noqa: PLC0415 (as above)

        return Worlds(self, self._services, self._platform)

    def follow(self, state: ClockState | None) -> None:
        """Have the clock set like that, None as the machine's, and remember it."""
        self.clock.follow(state)
        self.file.write(self.clock.state)

    async def change(
        self,
        *,
        at: datetime | None = None,
        advance_seconds: float | None = None,
        frozen: bool | None = None,
        speed: float | None = None,
    ) -> "Moved":
        """Move on to ``at`` or by so many seconds, doing what is due on the way; then stand still
        or go on, and at that speed. Answers what happened.

        Raises ``InvalidMove`` and ``Backwards``, nothing changed.
        """
        from dalan.surfaces.console.time import moving  # noqa: PLC0415 (as above)

        _check(at, advance_seconds, speed)
        with self.gate.aside():
            async with self.turn:
                until = self._until(at, advance_seconds)
                if frozen:  # no moment is lost between the move and the standing still
                    self.clock.freeze()
                done = moving.Moved([], 0, True)
                if until is not None:
                    done = await moving.move(
                        self._services.db, self.workers, self.clock, self.file, until=until
                    )
                if frozen is False:
                    self.clock.resume()
                if speed is not None:
                    self.clock.run_at(speed)
                self.file.write(self.clock.state)
        self.wake()
        return done

    def wake(self) -> None:
        """Whoever waits for a moment looks again when that is."""
        for one in (self._platform.worker, self._platform.dispatcher, self._platform.housekeeper):
            one.wake()

    def _keeps(self, key: str) -> bool:
        return self.worlds.snapshots.keeps(key)

    def _until(self, at: datetime | None, advance_seconds: float | None) -> datetime | None:
        now = self.clock()
        if advance_seconds is not None:
            at = now + timedelta(seconds=advance_seconds)
        if at is None:
            return None
        if at < now:
            raise Backwards(f"it is {now.isoformat()}; restore a snapshot or reset to go back")
        if at > LATEST:
            raise InvalidMove(f"no clock goes past {LATEST.isoformat()}")
        return at.astimezone(UTC)


def _check(at: datetime | None, advance_seconds: float | None, speed: float | None) -> None:
    if at is not None and advance_seconds is not None:
        raise InvalidMove("give one of set and advance_seconds, not both")
    if at is not None and at.tzinfo is None:
        raise InvalidMove("set: RFC 3339 with an offset, such as 2026-11-21T12:00:00+03:30")
    if at is not None and not EARLIEST <= at <= LATEST:
        raise InvalidMove(f"set: from {EARLIEST.isoformat()} to {LATEST.isoformat()}")
    if advance_seconds is not None and not 0 <= advance_seconds <= ADVANCE_SECONDS_MAX:
        raise InvalidMove(f"advance_seconds: from 0 to {ADVANCE_SECONDS_MAX}")
    if speed is not None and not SPEED_MIN <= speed <= SPEED_MAX:
        raise InvalidMove(f"speed: from {SPEED_MIN:g} to {SPEED_MAX:g}")


__all__ = ["Backwards", "Gate", "InvalidMove", "Time"]
