"""Apps that are told of events: a real aiohttp server, many endpoints in one by path."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import msgspec
from aiohttp import web

Answering = Callable[["Received"], Awaitable[web.Response] | web.Response]


class Received(msgspec.Struct, frozen=True):
    """One delivery as it arrived, by the machine's clock. Header names are in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes
    at_seconds: float = msgspec.field(default_factory=time.monotonic)

    @property
    def uid(self) -> str:
        return self.headers["webhook-id"]


class Sink:
    """Remembers what comes; answers 200, or by path as a test says."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answers: dict[str, Answering] = {}
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, path: str, status: int, **headers: str) -> None:
        """Answer everything at ``path`` so from now on."""
        self.answers[path] = lambda _: web.Response(status=status, headers=headers, text="so")

    async def handle(self, request: web.BaseRequest) -> web.Response:
        one = Received(
            request.path,
            {name.lower(): value for name, value in request.headers.items()},
            await request.read(),
        )
        self.received.append(one)
        answering = self.answers.get(request.path)
        if answering is None:
            return web.Response(text="ok")
        answered = answering(one)
        return await answered if isinstance(answered, Awaitable) else answered


@asynccontextmanager
async def event_sink() -> AsyncIterator[Sink]:
    """The server, listening while the block lasts."""
    sink = Sink()
    server = web.Server(sink.handle)
    runner = web.ServerRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    sink.port = runner.addresses[0][1]
    try:
        yield sink
    finally:
        await runner.cleanup()


async def never(_: Received) -> web.Response:
    """Answers when nobody waits any more."""
    await asyncio.sleep(3_600)
    return web.Response()
