"""What time it is: aware UTC, from one source that a dev world can move.

Every lifetime in Dalan is computed from ``now()``; nothing else reads the machine's clock
for a decision. Durations of work (metrics, time-outs of sockets) use the monotonic clock.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

Source = Callable[[], datetime]

SPEED_MAX: Final = 86_400.0
"""A day of the clock in a second of the machine."""

SPEED_MIN: Final = 0.001

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
"""Where a clock may stand: lifetimes are added to it, and calendars must know the year."""

PAUSE_SECONDS_MIN: Final = 0.05
"""However fast a clock runs, whoever waits for it leaves the machine that long."""


def machine() -> datetime:
    """The machine's own time: for whoever compares a moved clock with it, and for no decision."""
    return datetime.now(UTC)


_source: Source = machine


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _source()


def install(source: Source | None) -> None:
    """Replace the source for the whole process; None puts the machine's clock back.

    Only the composition root of a dev world and the tests call this.
    """
    global _source  # noqa: PLW0603 (one source for the process is the point)
    _source = source or machine


def pause_seconds(seconds: float, *, most: float | None = None) -> float:
    """How long the machine's clock takes for so many seconds of ours: what a waiting loop sleeps.

    Of a frozen clock it is ``most``, or ``seconds`` where no bound is given: nothing becomes due
    there until somebody moves it, and who moves it wakes those who wait.
    """
    if isinstance(_source, AdjustableClock):
        state = _source.state
        if state.is_frozen:
            return seconds if most is None else most
        seconds = max(seconds / state.speed, PAUSE_SECONDS_MIN)
    return seconds if most is None else min(seconds, most)


class ClockState(msgspec.Struct, frozen=True):
    """How a clock was set: it showed ``at`` when the machine's said ``machine_at``, and has stood
    still since, or gone on ``speed`` times as fast."""

    at: datetime
    machine_at: datetime
    speed: float = 1.0
    is_frozen: bool = False

    def shown(self) -> datetime:
        """What it shows now; past the end of what calendars know it stands still."""
        if self.is_frozen:
            return self.at
        gone = machine() - self.machine_at
        try:
            return min(self.at + (gone if self.speed == 1.0 else gone * self.speed), LATEST)
        except OverflowError:
            return LATEST

    @property
    def is_moved(self) -> bool:
        """Whether it is another than the machine's."""
        return self.is_frozen or self.speed != 1.0 or self.at != self.machine_at


class AdjustableClock:
    """A clock that can be frozen, advanced and run fast, for dev worlds and tests."""

    def __init__(self, at: datetime | None = None) -> None:
        began = machine()
        self.state = ClockState(at or began, began, is_frozen=at is not None)
        """How it is set; replaced whole, never changed."""

    def __call__(self) -> datetime:
        return self.state.shown()

    def freeze(self, at: datetime | None = None) -> None:
        """Stand still, at ``at`` or at the moment of the call. It goes on as fast as before."""
        self.state = ClockState(at or self(), machine(), self.state.speed, is_frozen=True)

    def resume(self) -> None:
        """Go on from where the clock stands."""
        self.state = ClockState(self(), machine(), self.state.speed)

    def advance(self, by: timedelta) -> None:
        """Move on by ``by``, frozen or not."""
        self.set(self() + by)

    def set(self, at: datetime) -> None:
        """Show ``at`` now, frozen or not."""
        self.state = msgspec.structs.replace(self.state, at=at, machine_at=machine())

    def run_at(self, speed: float) -> None:
        """Go ``speed`` times as fast as the machine's from here; a frozen clock stays frozen."""
        self.state = ClockState(self(), machine(), speed, self.state.is_frozen)

    def follow(self, state: ClockState | None) -> None:
        """Be set like that; None: as the machine's."""
        if state is None:
            began = machine()
            state = ClockState(began, began)
        self.state = state


def earliest(*moments: datetime | None) -> datetime | None:
    """The first of those that are moments; None when none is."""
    return min((one for one in moments if one is not None), default=None)


@contextmanager
def installed(source: Source) -> Iterator[None]:
    """``install`` for the length of a block."""
    global _source  # noqa: PLW0603 (one source for the process is the point)
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before
