"""Connections without sockets: the front and the bare protocol beside it, over one platform."""

import asyncio
import logging
import re
from collections.abc import Sequence
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from dalan.app import Platform
from dalan.front import Front
from dalan.protocol import CorkedProtocol

GET = b"GET %s HTTP/1.1\r\nHost: a.example\r\n\r\n"
PLAIN = GET % b"/l/known"
DATE = b"Sat, 01 Nov 2025 10:00:00 GMT"
REQUEST_ID = re.compile(rb"x-request-id: [0-9a-f]{16}\r\n")


class Wire(asyncio.Transport):
    """The server's end of a connection; ``sent`` is what the client would read."""

    def __init__(self, peer: tuple[str, int] = ("127.0.0.1", 50_000)) -> None:
        super().__init__({"peername": peer, "sockname": ("127.0.0.1", 8_000)})
        self.protocol: Any = None
        self.sent: list[bytes] = []
        self.closed = self.lost = self.paused = False

    def write(self, data: Any) -> None:
        if not self.closed:
            self.sent.append(bytes(data))

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            asyncio.get_running_loop().call_soon(self.lose)

    def lose(self) -> None:
        """The connection is gone, and the protocol hears of it, once."""
        if not self.lost:
            self.closed = self.lost = True
            self.protocol.connection_lost(None)

    def abort(self) -> None:
        self.close()

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False


class Scene:
    """A server's worth of connections over one platform, all in this loop."""

    def __init__(self, platform: Platform, front: Front | None = None) -> None:
        self.platform, self.front = platform, front or platform.front
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
        self.state = ServerState()
        self.state.default_headers = [(b"date", DATE)]
        self._config = uvicorn.Config(
            platform,
            lifespan="off",
            ws="none",
            log_config=None,
            access_log=False,
            proxy_headers=False,
        )

    def connect(self, *, fronted: bool = True, peer: str = "127.0.0.1") -> Wire:
        """A new connection, answered with the front or without it."""
        wire = Wire((peer, 50_000))
        given: dict[str, Any] = {
            "config": self._config, "server_state": self.state, "app_state": {}
        }  # fmt: skip
        wire.protocol = self.front.protocol(**given) if fronted else CorkedProtocol(**given)
        wire.protocol.connection_made(wire)
        return wire

    async def settle(self) -> None:
        """Until nothing is under way any more."""
        for _ in range(3):
            await asyncio.sleep(0)
            while self.state.tasks:
                await asyncio.wait(set(self.state.tasks))

    async def feed(self, wire: Wire, *pieces: bytes) -> None:
        """Have it hear these pieces, each in a turn of its own."""
        for piece in pieces:
            if wire.closed:
                break
            wire.protocol.data_received(piece)
            await self.settle()

    async def ask(
        self, pieces: bytes | Sequence[bytes], *, fronted: bool = True, peer: str = "127.0.0.1"
    ) -> bytes:
        """What a connection of its own reads, its request ids blotted out, then it is lost."""
        wire = self.connect(fronted=fronted, peer=peer)
        await self.feed(wire, *([pieces] if isinstance(pieces, bytes) else pieces))
        return self.read(wire)

    def read(self, wire: Wire) -> bytes:
        """The same of a connection that was fed."""
        read = REQUEST_ID.sub(b"x-request-id: 0\r\n", b"".join(wire.sent))
        ended = b"\n-- closed" if wire.closed else b""
        wire.lose()
        return read + ended

    def answered(self) -> int:
        """How many answers the front gave so far."""
        counters = self.platform.metrics._counters
        return counters.get(("front_answers", "answered"), 0)
