"""What time it is: aware UTC, from one source that a dev world can move.

Every lifetime in Dalan is computed from ``now()``; nothing else reads the machine's clock
for a decision. Durations of work (metrics, time-outs of sockets) use the monotonic clock.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

Source = Callable[[], datetime]


def _machine() -> datetime:
    return datetime.now(UTC)


_source: Source = _machine


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _source()


def install(source: Source | None) -> None:
    """Replace the source for the whole process; None puts the machine's clock back.

    Only the composition root of a dev world and the tests call this.
    """
    global _source  # noqa: PLW0603 (one source for the process is the point)
    _source = source or _machine


class AdjustableClock:
    """A clock that can be frozen, advanced and run fast, for dev worlds and tests."""

    def __init__(self, at: datetime | None = None) -> None:
        self._frozen_at = at
        self._offset = timedelta()

    def __call__(self) -> datetime:
        return (self._frozen_at or _machine()) + self._offset

    def freeze(self, at: datetime | None = None) -> None:
        """Stand still, at ``at`` or at the moment of the call."""
        self._frozen_at, self._offset = at or self(), timedelta()

    def resume(self) -> None:
        """Go on at the machine's pace from where the clock stands."""
        self._offset, self._frozen_at = self() - _machine(), None

    def advance(self, by: timedelta) -> None:
        """Move on by ``by``, frozen or not."""
        self._offset += by


@contextmanager
def installed(source: Source) -> Iterator[None]:
    """``install`` for the length of a block."""
    global _source  # noqa: PLW0603 (one source for the process is the point)
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before
