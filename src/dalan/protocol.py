"""The HTTP protocol of our server: uvicorn's on a transport that corks, with limits of our own.

uvicorn writes the head and the body of an answer one after the other, and uvloop hands each to
the kernel at once: two system calls and often two packets for one small answer. The corked
transport holds a write back until the next one, or until the event loop goes on, whichever is
first, and sends both together.

uvicorn waits for a request's end as long as its sender likes, and keeps a head of any size. Here
a head must be whole within bounds of time and size, and a body may not stand still.
"""

import asyncio
import socket
import struct
from typing import Any, Literal

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

HELD_BYTES_MAX = 16_384
"""More than this is not worth copying together."""

HEAD_BYTES_MAX = 65_536
"""Request line and headers. Cookies, tokens and addresses of ours need a tenth of it."""

HEAD_SECONDS_MAX = 20.0
"""From the connection, or the first byte of a later request, to the end of its head."""

BODY_PAUSE_SECONDS_MAX = 30.0
"""A body may be long in coming, but some of it comes all the time."""

_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


RESET_AT_ONCE = struct.pack("ii", 1, 0)
"""``SO_LINGER``: closing sends a reset and drops what was still to be sent."""

CONNECTION = "dalan.connection"
"""The extension of a scope by which an application breaks a connection off."""


class Connection:
    """How a dev world's console breaks a connection off, as networks do."""

    __slots__ = ("_transport",)

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def reset(self) -> None:
        """Reset it: whoever is at the other end reads an error and not a byte more."""
        made = self._transport.get_extra_info("socket")
        if made is not None:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_ONCE)
        self._transport.abort()

    def close(self) -> None:
        """End it after what was written, whatever was announced."""
        self._transport.close()


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

    def send(self, data: bytes) -> None:
        """Send ``data`` after whatever is held, and both at once."""
        if self._held:
            data, self._held = self._held + data, b""
        if not self._transport.is_closing():
            self._write(data)

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
            if not self._transport.is_closing():  # the other end may have gone meanwhile
                self._write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class CorkedProtocol(HttpToolsProtocol):
    """uvicorn's protocol, given a corked transport and an end to its patience."""

    _part: Literal["head", "body", "none"] = "head"
    """What is still to come of the request that is being received."""

    _has_begun = False
    """Whether the first byte of a first request has come."""

    _head_bytes = 0
    _patience: asyncio.TimerHandle | None = None
    _extensions: dict[str, Connection]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(CorkedTransport(transport, self.loop))  # type: ignore[arg-type]  # it quacks
        self._extensions = {CONNECTION: Connection(self.transport)}
        self._patience = self.loop.call_later(HEAD_SECONDS_MAX, self._lose_patience)

    def connection_lost(self, exc: Exception | None) -> None:
        self._be_patient()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        part = self._part
        super().data_received(data)
        if self._part == "none":
            if self.is_between():  # line ends between requests, which stopped uvicorn's own timer
                self._wait(HEAD_SECONDS_MAX)
            elif self._patience is not None:
                self._be_patient()
        elif self._part == "head":
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES_MAX:
                self._refuse_head()
            elif self._patience is None or part == "body":
                self._wait(HEAD_SECONDS_MAX)
        else:
            self._wait(BODY_PAUSE_SECONDS_MAX)

    def is_between(self) -> bool:
        """Every request that was begun is answered, and of the next nothing has come."""
        cycle: RequestResponseCycle | None = self.cycle
        return (
            (self._part == "none" or not self._has_begun)
            and (cycle is None or cycle.response_complete)
            and not self.pipeline
        )

    def rest(self) -> None:
        """Wait for nothing: until the next data somebody else minds the connection."""
        self._be_patient()
        self._unset_keepalive_if_required()

    def on_message_begin(self) -> None:
        self._part, self._has_begun = "head", True
        super().on_message_begin()
        self.scope["extensions"] = self._extensions  # type: ignore[typeddict-item]  # not one of ASGI's

    def on_headers_complete(self) -> None:
        self._part, self._head_bytes = "body", 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._part = "none"
        super().on_message_complete()

    def _refuse_head(self) -> None:
        # Not into the middle of the answer to an earlier request.
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete:
            self.transport.write(_TOO_LARGE)
        self.transport.close()

    def _be_patient(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _wait(self, seconds: float) -> None:
        self._be_patient()
        self._patience = self.loop.call_later(seconds, self._lose_patience)

    def _lose_patience(self) -> None:
        self._patience = None
        if self.flow.read_paused:  # it is us who do not read on
            self._wait(BODY_PAUSE_SECONDS_MAX)
        elif not self.transport.is_closing():
            self.transport.close()
