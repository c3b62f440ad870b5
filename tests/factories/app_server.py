"""An app of somebody else: a tiny server on loopback that says what a test tells it to."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec

Answer = bytes | Callable[["Asked"], Awaitable[bytes]]


class Asked(msgspec.Struct, frozen=True):
    """One request the app got. Header names are in lower case."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class AppServer:
    """Answers every request with ``answer``, by path where ``answers`` knows the path."""

    def __init__(self) -> None:
        self.answer: Answer = ok({})
        self.answers: dict[str, Answer] = {}
        self.asked: list[Asked] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("latin-1").split("\r\n")
                headers = {
                    name.lower(): value.strip()
                    for name, _, value in (line.partition(":") for line in lines[1:] if line)
                }
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                path = lines[0].split(" ")[1]
                asked = Asked(path, headers, msgspec.json.decode(body) if body else {})
                self.asked.append(asked)
                answer = self.answers.get(path, self.answer)
                writer.write(answer if isinstance(answer, bytes) else await answer(asked))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def ok(value: Any) -> bytes:
    """A 200 with JSON."""
    return raw(200, msgspec.json.encode(value), "content-type: application/json")


def raw(status: int, body: bytes = b"", *headers: str) -> bytes:
    """An answer of any kind."""
    lines = [f"HTTP/1.1 {status} X", f"content-length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@asynccontextmanager
async def app_server() -> AsyncIterator[AppServer]:
    """The app, listening while the block lasts."""
    app = AppServer()
    server = await asyncio.start_server(app.serve, "127.0.0.1", 0)
    app.port = server.sockets[0].getsockname()[1]
    try:
        yield app
    finally:
        server.close()
