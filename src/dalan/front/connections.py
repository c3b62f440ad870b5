"""A connection: plain requests for known short links are answered here, all else by uvicorn.

uvicorn's protocol owns the connection, minds its time-outs and is handed every byte of anything
that is not plain, from its first byte to the end of its answer. So what is answered here is what
nobody could read in two ways: a whole ``GET`` of a target that the ordinary path has redirected
from before, with headers that change nothing. Several may come in one piece; they are answered in
their order, with ordinary ones in between.
"""

import asyncio
from typing import TYPE_CHECKING, Any, Final

from dalan.front.heads import Head
from dalan.kernel import request_ids
from dalan.kernel.logs import get
from dalan.protocol import CorkedProtocol, CorkedTransport

if TYPE_CHECKING:
    from dalan.front.front import Front

log = get("front")

TARGET_BYTES_MAX: Final = 1_100
_GET: Final = b"GET "
_VERSION: Final = b" HTTP/1.1\r\n"
_END: Final = b"\r\n\r\n"


class Connection(asyncio.Protocol):
    """The protocol uvicorn's server makes for each connection."""

    __slots__ = (
        "_address", "_answers", "_asked", "_front", "_idle", "_inner", "_is_closing", "_is_handed",
        "_is_minded", "_last", "_loop", "_peer", "_transport", "_upgrades",
    )  # fmt: skip

    def __init__(self, front: "Front", inner: CorkedProtocol) -> None:
        self._front, self._inner = front, inner
        self._loop = inner.loop
        self._answers: list[bytes] = []
        self._asked: list[bytes] = []
        """The requests behind ``_answers``, as they came."""
        self._is_handed = False
        """Bytes were handed on, and it was not seen since that all of them were answered."""
        self._upgrades = self._is_minded = False
        self._idle: asyncio.TimerHandle | None = None
        self._last = 0.0
        """When something was last answered here, by the loop's clock."""

    # What the transport says

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        inner = self._inner
        inner.connection_made(transport)  # type: ignore[arg-type]  # as uvicorn's own
        corked: Any = inner.transport
        self._transport: CorkedTransport = corked
        self._is_closing = transport.is_closing
        self._peer = "" if inner.client is None else inner.client[0]
        self._address = None if self._front.trusts(self._peer) else self._peer
        inner.connections.discard(inner)
        inner.connections.add(self)  # type: ignore[arg-type]  # it has shutdown(), as they have

    def connection_lost(self, exc: Exception | None) -> None:
        self._inner.connections.discard(self)
        if self._idle is not None:
            self._idle.cancel()
        self._inner.connection_lost(exc)

    def eof_received(self) -> None:
        self._settle()  # the transport closes when this returns
        self._inner.eof_received()

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()

    def shutdown(self) -> None:
        """The server is to stop: finish what is under way, then close."""
        self._settle()
        self._inner.shutdown()

    def data_received(self, data: bytes) -> None:
        inner = self._inner
        if self._is_handed:
            if self._upgrades or not inner.is_between():
                self._hand_on(data)
                return
            self._is_handed = False
        if self._is_closing():
            return
        at, size = 0, len(data)
        if not inner.flow.write_paused:
            try:
                while at < size and (end := self._answer(data, at)):
                    at = end
            except Exception:  # a fault here must cost nobody an answer
                log.exception("front failed")
        if at:
            self._asked.append(data if at == size else data[:at])
        if at < size:
            self._settle()
            self._hand_on(data[at:] if at else data)

    # What is answered here

    def _answer(self, data: bytes, at: int) -> int:
        """Answer the request that begins there, at the end of this turn; where the next begins,
        or 0 if it is not one for us."""
        line_end = data.find(_VERSION, at, at + TARGET_BYTES_MAX)
        if line_end < 0 or data[at : at + 4] != _GET:
            return 0
        front = self._front
        by_host = front.known.by_target.get(data[at + 4 : line_end])
        if by_host is None or (end := data.find(_END, line_end)) < 0:
            return 0
        head = front.heads.read(data[line_end + 11 : end])
        if head is None or (answer := by_host.get(head.host)) is None:
            return 0
        if not front.turns.is_begun:
            front.begin_turn(self._loop)
        if not front.may_answer or (answer.expires_at and answer.expires_at <= front.at):
            return 0
        request_id = request_ids.new().encode()
        whole = b"%b%b%b\r\n\r\n" % (front.beginning, answer.head, request_id)
        if front.clicks is not None:
            address = self._address
            if address is None:
                address = self._caller(head)
            front.clicks.note(answer.link_id, address, head.told, answer.source)
        if not self._answers:
            front.turns.join(self)
        self._answers.append(whole)
        return end + 4

    def _caller(self, head: Head) -> str:
        """Who asks through a trusted proxy."""
        if not head.forwarding:
            return self._peer
        address = head.addresses.get(self._peer)
        if address is None:
            address = head.addresses[self._peer] = self._front.caller(self._peer, head.forwarding)
        return address

    def send_answers(self, now: float) -> int:
        """The turn is over, and its clicks are written down; how many answers that were. ``now``
        is the loop's time."""
        answers = self._answers
        count = len(answers)
        self._transport.send(answers[0] if count == 1 else b"".join(answers))
        answers.clear()
        self._asked.clear()
        self._last = now
        if not self._is_minded:
            self._mind()
        return count

    def take_back(self) -> int:
        """The turn is over, and its clicks were not written down: have the ordinary path answer
        it. How many requests that were."""
        count, asked = len(self._answers), b"".join(self._asked)
        self._answers.clear()
        self._asked.clear()
        if not self._is_closing():
            self._hand_on(asked)
        return count

    def _settle(self) -> None:
        """Whoever comes now comes after what was asked before."""
        if self._answers:
            self._front.turns.end()

    def _hand_on(self, data: bytes) -> None:
        inner = self._inner
        self._is_handed, self._is_minded = True, False
        inner.data_received(data)
        parser: Any = inner.parser
        if parser is not None and parser.should_upgrade():
            self._upgrades = True

    # How long somebody may be idle

    def _mind(self) -> None:
        """Uvicorn's timers know nothing of what is answered here: ours runs in their place."""
        inner = self._inner
        self._is_minded = True
        inner.rest()
        if self._idle is None:
            self._idle = self._loop.call_later(inner.timeout_keep_alive, self._look_whether_idle)

    def _look_whether_idle(self) -> None:
        self._idle = None
        inner = self._inner
        if self._is_handed or self._is_closing():  # uvicorn's timers run
            return
        left = self._last + inner.timeout_keep_alive - self._loop.time()
        if left > 0:
            self._idle = self._loop.call_later(left, self._look_whether_idle)
        else:
            inner.timeout_keep_alive_handler()
