"""One line for each request, cheap enough to be written for every one of them.

Lines gather in a list and are encoded and written together: every 200 ms, every 500 lines,
and when the process ends.
"""

import asyncio
import atexit
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

INTERVAL_SECONDS = 0.2
LINES_MAX = 500


class AccessLine(msgspec.Struct, gc=False, omit_defaults=True, array_like=False):
    """What is written of a request: nothing that identifies a person.

    ``route`` is the template (``/users/{user_id}``), never the path, which may hold a phone.
    """

    at: datetime
    request_id: str
    method: str
    surface: str
    route: str
    status: int
    duration_us: int
    answer_bytes: int = 0
    app: str = ""


class AccessLog:
    """Where requests are written down. ``sink`` takes whole lines of JSON, many at a time."""

    def __init__(self, sink: Callable[[bytes], object]) -> None:
        self._sink = sink
        self._lines: list[AccessLine] = []
        self._timer: asyncio.TimerHandle | None = None
        self._encoder = msgspec.json.Encoder()
        atexit.register(self.flush)

    def append(
        self,
        request_id: str,
        method: str,
        surface: str,
        route: str,
        status: int,
        duration_seconds: float,
        answer_bytes: int = 0,
        app: str = "",
    ) -> None:
        """Write a request down soon. ``app`` is the calling app's slug, if one called."""
        lines = self._lines
        lines.append(
            AccessLine(
                datetime.now(UTC),
                request_id,
                method,
                surface,
                route,
                status,
                int(duration_seconds * 1e6),
                answer_bytes,
                app,
            )
        )
        if len(lines) == 1:
            self._timer = asyncio.get_running_loop().call_later(INTERVAL_SECONDS, self.flush)
        elif len(lines) >= LINES_MAX:
            self.flush()

    def flush(self) -> None:
        """Write what has gathered, now. A sink that fails loses those lines, not the request."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._lines:
            return
        lines, self._lines = self._lines, []
        try:
            self._sink(self._encoder.encode_lines(lines))
        except (OSError, ValueError):
            # A closed pipe or a full disk: who would be told is who is gone.
            return

    def close(self) -> None:
        """Write the rest and be forgotten by the process's end."""
        self.flush()
        atexit.unregister(self.flush)
