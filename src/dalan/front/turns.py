"""Answers leave together at the end of a turn of the event loop, once its clicks are written down.

However many connections were read in one turn, their clicks are one write to the journal. If it
cannot be written, nothing was answered yet: everybody is led through the ordinary path, which
waits for room, and then writes to the database before it answers.
"""

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final

from dalan.errors import DalanError
from dalan.kernel.logs import get
from dalan.kernel.metrics import Metrics

if TYPE_CHECKING:
    from dalan.front.connections import Connection

log = get("front")

REST_SECONDS: Final = 1.0
"""So long everything takes the ordinary path after the journal refused."""


class Turns:
    """The turns of one process. ``clicks``: ``clicks.Recorder``, or None where nobody records."""

    def __init__(self, clicks: Any, metrics: Metrics) -> None:
        self._clicks, self._metrics = clicks, metrics
        self._connections: list[Connection] = []
        self._began = 0.0
        self.is_begun = False
        """What holds for the whole of this turn was looked at."""
        self.rest_until = 0.0
        """By the monotonic clock: nothing is answered before."""
        metrics.declare("front_answers", "Redirects answered from memory, or not", label="outcome")

    def is_resting(self) -> bool:
        """The journal refused a moment ago: everything takes the ordinary path."""
        return self.rest_until > 0 and time.monotonic() < self.rest_until

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Something may be answered in this turn."""
        self.is_begun = True
        self._began, self._loop = time.perf_counter(), loop
        loop.call_soon(self.end)

    def join(self, connection: "Connection") -> None:
        """``connection`` has answers for the end of this turn."""
        self._connections.append(connection)

    def end(self) -> None:
        """Write the clicks down, then send the answers; nothing to do is no fault."""
        self.is_begun = False
        if not self._connections:
            return
        connections, self._connections = self._connections, []
        try:
            if self._clicks is not None:
                self._clicks.flush()
        except Exception as trouble:  # whatever it is, everybody must be answered
            if not isinstance(trouble, DalanError):
                log.exception("clicks not written down")
            else:
                log.warning("clicks not written down", reason=str(trouble))
            self._step_aside(connections)
            return
        now, count = self._loop.time(), 0
        for connection in connections:
            count += connection.send_answers(now)
        seconds = time.perf_counter() - self._began
        self._metrics.request("redirect", "visit", 302, seconds, count)
        self._metrics.count("front_answers", "answered", count)

    def _step_aside(self, connections: "list[Connection]") -> None:
        self._clicks.withdraw()
        self.rest_until = time.monotonic() + REST_SECONDS
        for connection in connections:
            self._metrics.count("front_answers", "stepped_aside", connection.take_back())
