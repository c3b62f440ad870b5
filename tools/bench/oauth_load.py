"""An OAuth client that presses as hard as it can, from a core of its own.

Reads a ``Target`` as a line of JSON, then ``Task``s, and answers each with a ``Told``. Requests are
written and answers read on raw sockets, so that the load costs a fraction of what it measures; how
much of its core it used is told with every figure.
"""

import asyncio
import hashlib
import secrets
import sys
import time
from base64 import urlsafe_b64encode
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Literal, cast
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec
import uvloop

Kind = Literal["flows", "refreshes", "introspections", "calls"]


class Target(msgspec.Struct, frozen=True):
    """A server, a client it knows, and signed-in people who agreed before, by their cookies.

    ``call_path`` is something to get with an access token; a server that has nothing but tokens
    to give is asked about the token instead, as whoever serves something beside it would.
    """

    base_url: str
    authorize_path: str
    exchange_path: str
    introspect_path: str
    client_id: str
    client_secret: str
    redirect_uri: str
    scope: str
    cookies: list[str]
    connections_count: int
    call_path: str = ""
    api_key: str = ""


class Task(msgspec.Struct, frozen=True):
    """What to do, and for how long."""

    kind: Kind
    seconds: float


class Told(msgspec.Struct, frozen=True):
    """How often it was done, in how many seconds; ``load_core`` is the used part of our core."""

    count: int
    seconds: float
    load_core: float
    p99_ms: float


class _Connection(asyncio.Protocol):
    """One kept-alive connection with at most one request on it."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._waiting: asyncio.Future[tuple[int, bytes, bytes]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass

    def connection_lost(self, _: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionError("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        self._received += data
        head_length = self._received.find(b"\r\n\r\n") + 4
        if head_length < 4 or self._waiting is None:
            return
        head = bytes(self._received[:head_length]).lower()
        at = head.find(b"content-length:")
        assert at >= 0, "every answer we ask for says its length"
        length = head_length + int(head[at + 15 : head.index(b"\r", at)])
        if len(self._received) < length:
            return
        head = bytes(self._received[:head_length])
        body = bytes(self._received[head_length:length])
        del self._received[:length]
        waiting, self._waiting = self._waiting, None
        waiting.set_result((int(head[9:12]), head, body))

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def ask(self, request: bytes) -> "asyncio.Future[tuple[int, bytes, bytes]]":
        """Send a request; its status, head and body."""
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._waiting


class Client:
    """The client app, and its people's browsers, on as many connections as ``target`` says."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._host = urlsplit(target.base_url).netloc
        self._people = deque(target.cookies)
        self._refresh_tokens: deque[str] = deque(maxlen=target.connections_count)
        self._access_tokens: deque[str] = deque(maxlen=target.connections_count)

    async def _connect(self) -> list[_Connection]:
        host, _, port = self._host.partition(":")
        loop = asyncio.get_running_loop()
        return [
            (await loop.create_connection(_Connection, host, int(port)))[1]
            for _ in range(self._target.connections_count)
        ]

    async def run(self, task: Task) -> Told:
        """Do one thing on every connection until the time is over."""
        work: Callable[[_Connection], Awaitable[None]] = {
            "flows": self._flow, "refreshes": self._refresh, "introspections": self._introspect,
            "calls": self._call if self._target.call_path else self._introspect,
        }[task.kind]  # fmt: skip
        lasted: list[float] = []
        # Opened for each task: a server may close what has been idle for some seconds.
        connections = await self._connect()
        began, cpu = time.perf_counter(), time.process_time()

        async def repeat(connection: _Connection) -> None:
            while (start := time.perf_counter()) - began < task.seconds:
                await work(connection)
                lasted.append(time.perf_counter() - start)

        await asyncio.gather(*map(repeat, connections))
        seconds = time.perf_counter() - began
        for connection in connections:
            connection.close()
        used = (time.process_time() - cpu) / seconds
        slow = sorted(lasted)[int(len(lasted) * 0.99)] * 1_000
        return Told(count=len(lasted), seconds=seconds, load_core=used, p99_ms=slow)

    async def _flow(self, connection: _Connection) -> None:
        """A signed-in person who agreed before is sent back with a code; it is exchanged."""
        target = self._target
        self._people.rotate(1)
        verifier, state = secrets.token_urlsafe(32), secrets.token_urlsafe(8)
        digest = hashlib.sha256(verifier.encode()).digest()
        query = urlencode({
            "client_id": target.client_id, "response_type": "code", "scope": target.scope,
            "redirect_uri": target.redirect_uri, "state": state, "code_challenge_method": "S256",
            "code_challenge": urlsafe_b64encode(digest).rstrip(b"=").decode(),
        })  # fmt: skip
        request = (
            f"GET {target.authorize_path}?{query} HTTP/1.1\r\nHost: {self._host}\r\n"
            f"Cookie: {self._people[0]}\r\n\r\n"
        )
        status, head, _ = await connection.ask(request.encode())
        given = parse_qs(urlsplit(_location(head)).query)
        if status not in (302, 303) or given.get("state") != [state] or "code" not in given:
            raise SystemExit(f"no code came back: {status} {head.decode()}")
        await self._exchange(
            connection, grant_type="authorization_code", code=given["code"][0],
            redirect_uri=target.redirect_uri, code_verifier=verifier,
        )  # fmt: skip

    async def _refresh(self, connection: _Connection) -> None:
        await self._exchange(
            connection, grant_type="refresh_token", refresh_token=self._refresh_tokens.popleft()
        )

    async def _exchange(self, connection: _Connection, **fields: str) -> None:
        body = await self._post(connection, self._target.exchange_path, fields)
        told = msgspec.json.decode(body, type=dict[str, str | int])
        self._refresh_tokens.append(str(told["refresh_token"]))
        self._access_tokens.append(str(told["access_token"]))

    async def _introspect(self, connection: _Connection) -> None:
        self._access_tokens.rotate(1)
        fields = {"token": self._access_tokens[0]}
        body = await self._post(connection, self._target.introspect_path, fields)
        if b'"active":true' not in body:
            raise SystemExit(f"a living token was called {body.decode()}")

    async def _call(self, connection: _Connection) -> None:
        target = self._target
        self._access_tokens.rotate(1)
        request = (
            f"GET {target.call_path} HTTP/1.1\r\nHost: {self._host}\r\n"
            f"X-API-Key: {target.api_key}\r\n"
            f"Authorization: Bearer {self._access_tokens[0]}\r\n\r\n"
        )
        status, head, body = await connection.ask(request.encode())
        if status != 200:
            raise SystemExit(f"{target.call_path} refused: {head.decode()}{body.decode()}")

    async def _post(self, connection: _Connection, path: str, fields: dict[str, str]) -> bytes:
        target = self._target
        credentials = {"client_id": target.client_id, "client_secret": target.client_secret}
        form = urlencode(fields | credentials)
        request = (
            f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(form)}\r\n\r\n{form}"
        )
        status, head, body = await connection.ask(request.encode())
        if status != 200:
            raise SystemExit(f"{path} refused: {head.decode()}{body.decode()}")
        return body


def _location(head: bytes) -> str:
    at = head.lower().find(b"\r\nlocation:")
    return head[at + 11 : head.index(b"\r", at + 2)].strip().decode() if at >= 0 else ""


async def _main() -> None:
    lines = iter(sys.stdin.readline, "")
    client = Client(msgspec.json.decode(next(lines), type=Target))
    print("{}", flush=True)
    for line in lines:
        told = await client.run(msgspec.json.decode(line, type=Task))
        print(msgspec.json.encode(told).decode(), flush=True)


if __name__ == "__main__":
    uvloop.run(_main())
