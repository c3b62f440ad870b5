"""The HTTP protocol of our server: uvicorn's, unmodified, on a transport that corks.

uvicorn writes the head and the body of an answer one after the other, and uvloop hands each to
the kernel at once: two system calls and often two packets for one small answer. The corked
transport holds a write back until the next one, or until the event loop goes on, whichever is
first, and sends both together.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HELD_BYTES_MAX = 16_384
"""More than this is not worth copying together."""


class CorkedTransport:
    """A transport that sends what is written within one turn of the loop as one piece.

    Everything it does not say is the transport's own. Order is kept; nothing is held beyond the
    turn of the loop it was written in, nor over ``close``.
    """

    __slots__ = ("_close", "_held", "_loop", "_timer", "_transport", "_write")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._write, self._close = transport.write, transport.close
        self._held = b""
        self._timer: asyncio.Handle | None = None

    def write(self, data: bytes) -> None:
        """Send ``data`` after whatever is held."""
        if self._held:
            data, self._held = self._held + data, b""
            self._write(data)
        elif len(data) > HELD_BYTES_MAX:
            self._write(data)
        elif data:
            self._held = data
            if self._timer is None:
                self._timer = self._loop.call_soon(self._flush)

    def close(self) -> None:
        """Send what is held, then close."""
        self._send_held()
        self._close()

    def abort(self) -> None:
        """Drop the connection and what was to be sent."""
        self._held = b""
        self._transport.abort()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Somebody else takes over; they get the bare transport in order."""
        self._send_held()
        self._transport.set_protocol(protocol)

    def _flush(self) -> None:
        self._timer = None
        self._send_held()

    def _send_held(self) -> None:
        if self._held:
            data, self._held = self._held, b""
            self._write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class CorkedProtocol(HttpToolsProtocol):
    """uvicorn's protocol, given a corked transport."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(CorkedTransport(transport, self.loop))  # type: ignore[arg-type]  # it quacks
