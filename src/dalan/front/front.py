"""What the connections of one process have in common."""

import asyncio
from collections.abc import Sequence
from typing import Any

from dalan.front.connections import Connection
from dalan.front.heads import Heads
from dalan.front.known import Known
from dalan.front.turns import Turns
from dalan.kernel import clock
from dalan.kernel.metrics import Metrics
from dalan.protocol import CorkedProtocol
from dalan.surfaces import visits
from dalan.surfaces.asgi import Scope
from dalan.surfaces.forwarding import Forwarding
from dalan.surfaces.services import Services

_STATUS = b"HTTP/1.1 302 Found\r\n"


class Front:
    """Made by the composition root; ``protocol`` is what uvicorn makes connections with."""

    def __init__(
        self, services: Services, metrics: Metrics, *, forwarding: Forwarding | None = None
    ) -> None:
        known: Known = services.known
        self.known, self.clicks = known, services.clicks
        self.heads = Heads(visits.told)
        self.turns = Turns(self.clicks, metrics)
        self._forwarding = forwarding
        self._gate = None if services.workshop is None else services.workshop.time.gate
        """Of a dev world: shut while another world takes its place."""
        self._state: Any = None
        self._defaults: Any = None
        self.may_answer = False
        """Whether anything is answered from memory in this turn of the loop."""
        self.at = clock.now()
        """The time of this turn."""
        self.beginning = b""
        """How every answer begins: the status, and what uvicorn says of all, such as the date."""
        metrics.gauge("front_links", "Short links kept in memory", lambda: known.count)

    def protocol(self, **given: Any) -> Connection:
        """A connection. ``given`` is what uvicorn gives its own protocol."""
        self._state = given["server_state"]
        return Connection(self, CorkedProtocol(**given))

    def begin_turn(self, loop: asyncio.AbstractEventLoop) -> None:
        """Look at what holds for all that is answered in one turn of the loop, which is over
        within milliseconds."""
        self.turns.begin(loop)
        is_open = self._gate is None or self._gate.is_open
        self.may_answer = is_open and self.known.is_fresh() and not self.turns.is_resting()
        self.at = clock.now()
        defaults = self._state.default_headers
        if defaults is not self._defaults:
            said = b"".join(b"%b: %b\r\n" % (name.lower(), value) for name, value in defaults)
            self._defaults, self.beginning = defaults, _STATUS + said

    def trusts(self, peer: str) -> bool:
        """That peer may say who really asks."""
        return self._forwarding is not None and self._forwarding.trusts(peer)

    def caller(self, peer: str, headers: Sequence[tuple[bytes, bytes]]) -> str:
        """Who really asks, by what the peer says."""
        assert self._forwarding is not None, "nobody else is trusted"
        scope: Scope = {"client": (peer, 0), "scheme": "http", "headers": headers}
        self._forwarding.apply(scope)
        return str(scope["client"][0])
