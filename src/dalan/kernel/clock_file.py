"""How the clock of a dev world is set, in a file: it outlives a restart, and commands that run
beside the platform live in the same time."""

import os
from datetime import datetime
from pathlib import Path

import msgspec

from dalan.kernel.clock import EARLIEST, LATEST, SPEED_MAX, SPEED_MIN, AdjustableClock, ClockState

_NEVER = (-1, -1)


class ClockFile:
    """The state of a world's clock, whole or not there. No file: the machine's clock."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> ClockState | None:
        """How the clock is set; None when nobody set it. What cannot be read is as if it were
        not there: a world must start whatever happened to its folder."""
        try:
            return decoded(self._path.read_bytes())
        except OSError:
            return None

    def write(self, state: ClockState, *, durable: bool = True) -> None:
        """Remember ``state``, whole or not at all, whatever is killed when; unless ``durable`` a
        power cut may lose it."""
        if not state.is_moved:
            self._path.unlink(missing_ok=True)
            return
        unfinished = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with unfinished.open("wb") as file:
            file.write(encoded(state))
            if durable:
                file.flush()
                os.fsync(file.fileno())
        unfinished.replace(self._path)

    def mark(self) -> tuple[int, int]:
        """Differs once somebody has written anew."""
        try:
            found = self._path.stat()
        except OSError:
            return _NEVER
        return found.st_ino, found.st_mtime_ns


class FollowedClock(AdjustableClock):
    """A clock that somebody else sets, for a process beside the platform."""

    def __init__(self, file: ClockFile) -> None:
        super().__init__()
        self._file, self._mark = file, _NEVER

    def __call__(self) -> datetime:
        mark = self._file.mark()
        if mark != self._mark:
            self._mark = mark
            self.follow(self._file.read())
        return super().__call__()


def encoded(state: ClockState) -> bytes:
    """``state`` as it is written down."""
    return msgspec.json.encode(state)


def decoded(raw: bytes) -> ClockState | None:
    """What was written down; None when it is nothing a clock could be set to."""
    try:
        state = msgspec.json.decode(raw, type=ClockState)
    except (msgspec.DecodeError, ValueError):
        return None
    if state.at.tzinfo is None or state.machine_at.tzinfo is None:
        return None
    fits = EARLIEST <= state.at <= LATEST and SPEED_MIN <= state.speed <= SPEED_MAX
    return state if fits else None
