"""The server as the commands start it, met by clients that write bytes themselves."""

import asyncio
import inspect
import os
import re
import signal
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvicorn
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import Server

from dalan import protocol
from dalan.cli import running
from dalan.front.connections import Connection
from dalan.protocol import CorkedProtocol, CorkedTransport

LARGE = b"x" * 8_000_000
GET = b"GET %s HTTP/1.1\r\nhost: a\r\n\r\n"
CLOSE = b"GET %s HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"


class App:
    """Answers ``/size/N`` with N bytes, ``/large`` in pieces, ``/echo`` with the body it got."""

    def __init__(self) -> None:
        self.ended: list[str] = []
        self.gone = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"]
        if path == "/unread":
            await _answer(send, b"unread")
        elif path == "/echo":
            await self._echo(receive, send)
        elif path == "/slow":
            await asyncio.sleep(0.1)
            await _answer(send, b"slow")
        elif path == "/large":
            headers = [(b"content-length", str(len(LARGE)).encode())]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            for at in range(0, len(LARGE), 100_000):
                piece = LARGE[at : at + 100_000]
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        elif path == "/chunks":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            for size in (1, 20_000, 2, 0):
                more = {"body": b"y" * size, "more_body": size > 0}
                await send({"type": "http.response.body", **more})
        elif path == "/fault":
            raise LookupError
        else:
            await _answer(send, b"z" * int(path.removeprefix("/size/")))
        self.ended.append(path)

    async def _echo(self, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.gone += 1
                return
            body, more = body + message["body"], message["more_body"]
        await _answer(send, body)


async def _answer(send: Any, body: bytes) -> None:
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


Scenario = Callable[["Served"], Awaitable[None]]


class Served:
    """Where it listens, and what answers."""

    def __init__(self, port: int, app: App) -> None:
        self.port, self.app = port, app

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection."""
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def ask(self, *pieces: bytes) -> bytes:
        """Everything that comes back until the server closes the connection."""
        reader, writer = await self.open()
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0.02 if len(pieces) > 1 else 0)
        return await rest(reader, writer)


async def rest(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """What is still to come, until the end of the connection."""
    parts = []
    try:
        async with asyncio.timeout(30):
            while part := await reader.read(65_536):
                parts.append(part)
    except ConnectionError:
        pass
    writer.close()
    return b"".join(parts)


def bodies(raw: bytes) -> list[bytes]:
    """The bodies of answers that say their length, one after the other."""
    found = []
    while raw:
        head, _, raw = raw.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK"), head
        size = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        found.append(raw[:size])
        raw = raw[size:]
    return found


def serve(scenario: Scenario) -> None:
    """Play a scenario against the server that ``dalan dev`` and ``dalan serve`` start."""

    async def played() -> None:
        app = App()
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            bound.listen(64)
            bound.setblocking(False)
            started = asyncio.Event()
            task = asyncio.create_task(running.serve(app, bound, ready=started.set))
            await started.wait()
            try:
                await scenario(Served(bound.getsockname()[1], app))
            finally:
                os.kill(os.getpid(), signal.SIGTERM)
                await task

    running.run(played())


def test_head_and_body_leave_together_and_in_order():
    async def scenario(served: Served) -> None:
        reader, writer = await served.open()
        for size in (0, 1, 10_000, 16_384, 16_385, 500_000):
            writer.write(GET % f"/size/{size}".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            assert f"content-length: {size}\r\n".encode() in head
            assert await reader.readexactly(size) == b"z" * size
        writer.close()

    serve(scenario)


def test_pipelined_requests_are_answered_in_order():
    async def scenario(served: Served) -> None:
        pipeline = b"".join(
            GET % path for path in (b"/size/3", b"/slow", b"/size/20000", b"/size/5")
        )
        answers = bodies(await served.ask(pipeline + CLOSE % b"/slow"))

        assert answers == [b"zzz", b"slow", b"z" * 20_000, b"zzzzz", b"slow"]
        assert served.app.ended == ["/size/3", "/slow", "/size/20000", "/size/5", "/slow"]

    serve(scenario)


def test_bodies_come_whole_however_they_are_cut():
    async def scenario(served: Served) -> None:
        length = b"POST /echo HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 6\r\n\r\n"
        chunked = (
            b"POST /echo HTTP/1.1\r\nhost: a\r\nconnection: close\r\n"
            b"transfer-encoding: chunked\r\n\r\n"
        )
        assert bodies(await served.ask(length + b"abcdef")) == [b"abcdef"]
        assert bodies(await served.ask(length[:9], length[9:40], length[40:] + b"a", b"bcd", b"ef"))
        assert bodies(await served.ask(*[bytes([byte]) for byte in length + b"abcdef"]))
        assert bodies(await served.ask(chunked, b"2\r\nab\r\n4;x=y\r\ncd", b"ef\r\n0\r\n\r\n")) == [
            b"abcdef"
        ]
        large = b"q" * 1_000_000
        head = b"POST /echo HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 1000000"
        assert bodies(await served.ask(head + b"\r\n\r\n" + large)) == [large]

    serve(scenario)


def test_continue_is_said_before_the_body_is_sent():
    async def scenario(served: Served) -> None:
        reader, writer = await served.open()
        writer.write(
            b"POST /echo HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n"
        )
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"ok" + CLOSE % b"/size/1")
        assert bodies(await rest(reader, writer)) == [b"ok", b"z"]

    serve(scenario)


def test_head_request_and_pieces_of_unknown_length():
    async def scenario(served: Served) -> None:
        head = await served.ask(b"HEAD /size/9 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        assert b"content-length: 9\r\n" in head
        assert head.endswith(b"\r\n\r\n")
        pieces = await served.ask(CLOSE % b"/chunks")
        assert pieces.partition(b"\r\n\r\n")[2] == (
            b"1\r\ny\r\n4e20\r\n" + b"y" * 20_000 + b"\r\n2\r\nyy\r\n0\r\n\r\n"
        )

    serve(scenario)


def test_what_comes_before_close_is_sent_whole():
    async def scenario(served: Served) -> None:
        assert bodies(await served.ask(CLOSE % b"/size/7")) == [b"z" * 7]
        assert (await served.ask(b"GET /size/7 HTTP/1.0\r\n\r\n")).endswith(b"z" * 7)
        assert bodies(await served.ask(CLOSE % b"/large")) == [LARGE]
        fault = await served.ask(CLOSE % b"/fault")
        assert fault.startswith(b"HTTP/1.1 500")
        assert b"LookupError" not in fault

    serve(scenario)


def test_client_that_stops_reading_costs_no_memory_and_one_that_goes_ends_its_request():
    async def scenario(served: Served) -> None:
        reader, writer = await served.open()
        writer.write(GET % b"/large")
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.3)
        # Two megabytes at most are on their way in the kernel; the rest was never asked for.
        assert served.app.ended == []
        assert bodies(await served.ask(CLOSE % b"/size/1")) == [b"z"]
        writer.transport.abort()
        async with asyncio.timeout(30):
            while "/large" not in served.app.ended:
                await asyncio.sleep(0.01)

        _, writer = await served.open()
        writer.write(b"POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nhalf")
        await asyncio.sleep(0.05)
        writer.transport.abort()
        async with asyncio.timeout(30):
            while not served.app.gone:
                await asyncio.sleep(0.01)

    serve(scenario)


@pytest.mark.parametrize(
    "request_",
    [
        b"POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n"
        b"0\r\n\r\nGET /size/1 HTTP/1.1\r\nhost: a\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n"
        b"0\r\n\r\nGET /size/1 HTTP/1.1\r\nhost: a\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        b"POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\nab",
        b"POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: +2\r\n\r\nab",
        b"POST /echo HTTP/1.1\r\nhost: a\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n-1\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\nab\r\n0\r\n\r\n",
        b"GET /size/1 HTTP/1.1\r\nhost : a\r\n\r\n",
        b"GET /size/1 HTTP/1.1\r\nhost: a\r\n folded: b\r\n\r\n",
        b"GET /size/1 HTTP/1.1\nhost: a\n\n",
        b"GET /size/1 HTTP/1.1\r\nhost: a\x00b\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nhost: a\r\n\r\n",
        b"CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01",
    ],
)
def test_requests_that_two_servers_could_read_differently_are_refused(request_: bytes):
    async def scenario(served: Served) -> None:
        answer = await served.ask(request_)

        assert answer.startswith(b"HTTP/1.1 400")
        assert answer.count(b"HTTP/1.1 ") == 1
        # At the most a body was waited for in vain.
        assert len(served.app.ended) == served.app.gone

    serve(scenario)


def test_unread_body_is_not_taken_for_the_next_request():
    async def scenario(served: Served) -> None:
        inner = CLOSE % b"/size/1"
        outer = f"POST /unread HTTP/1.1\r\nhost: a\r\ncontent-length: {len(inner)}\r\n\r\n".encode()

        answers = bodies(await served.ask(outer, inner, CLOSE % b"/size/2"))

        assert answers == [b"unread", b"zz"]
        assert served.app.ended == ["/unread", "/size/2"]

    serve(scenario)


def test_head_without_end_is_refused(monkeypatch):
    async def scenario(served: Served) -> None:
        reader, writer = await served.open()
        writer.write(b"GET /size/1 HTTP/1.1\r\nhost: a\r\n")
        sent = 0
        while not reader.at_eof() and sent < 4_000_000:
            writer.write(b"x-filler: " + b"y" * 5_000 + b"\r\n")
            sent += 5_000
            await asyncio.sleep(0)
            if writer.transport.is_closing():
                break
        answer = await rest(reader, writer)
        assert answer[:12] in (b"HTTP/1.1 431", b"")
        assert served.app.ended == []
        # What fits is answered.
        fits = b"GET /size/1 HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx: " + b"y" * 30_000
        assert bodies(await served.ask(fits + b"\r\n\r\n")) == [b"z"]

    serve(scenario)


def test_patience_ends(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(protocol, "HEAD_SECONDS_MAX", 1.0)
    monkeypatch.setattr(protocol, "BODY_PAUSE_SECONDS_MAX", 1.0)

    async def scenario(served: Served) -> None:
        # Nothing at all, half a head, a head that trickles in, half a body.
        assert await served.ask() == b""
        assert await served.ask(b"GET /size/1 HTTP/1.1\r\nhost") == b""
        reader, writer = await served.open()
        for byte in b"GET /size/1 HTTP/1.1":
            if not writer.transport.is_closing():
                writer.write(bytes([byte]))
                await asyncio.sleep(0.1)
        assert await rest(reader, writer) == b""
        half = b"POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nhalf"
        assert await served.ask(half) == b""
        assert served.app.gone == 1
        # The same on a connection that was used before.
        answer = await served.ask(GET % b"/size/1" + b"GET /size/2 HT")
        assert bodies(answer) == [b"z"]
        # Who is only idle, or slow but steady, is not cut off.
        reader, writer = await served.open()
        writer.write(GET % b"/size/1")
        await asyncio.sleep(1.3)
        writer.write(b"POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n")
        for _ in range(9):
            await asyncio.sleep(0.15)
            writer.write(b"s")
        writer.write(CLOSE % b"/slow")
        assert bodies(await rest(reader, writer)) == [b"z", b"s" * 9, b"slow"]

    serve(scenario)


def test_uvicorn_is_still_what_the_protocol_leans_on():
    """When uvicorn changes beneath us this fails first and says where to look."""
    assert uvicorn.__version__.startswith("0."), "read its release notes, then this file"
    ours = {name for name in vars(CorkedProtocol) if not name.startswith("_")}
    for name in ours - {"is_between", "rest"}:
        theirs = inspect.signature(getattr(HttpToolsProtocol, name)).parameters
        assert [*inspect.signature(getattr(CorkedProtocol, name)).parameters] == [*theirs]
    source = inspect.getsource(HttpToolsProtocol) + inspect.getsource(RequestResponseCycle)
    used = set(re.findall(r"transport\.(\w+)\(", source))
    assert used == {"write", "close", "is_closing", "set_protocol"}
    assert used - {"is_closing"} <= vars(CorkedTransport).keys()
    for name in ("flow", "cycle", "transport", "loop"):
        assert f"self.{name} = " in source or f"self.{name}:" in source
    assert "writelines" not in source
    assert "write_eof" not in source
    # What the front asks of the protocol it owns, and of the server behind both.
    for said in (
        "self.connections = server_state.connections", "self.connections.add(self)",
        "self.pipeline: deque", "self.timeout_keep_alive = ", "self.timeout_keep_alive_task: ",
        "def _unset_keepalive_if_required(self)", "def timeout_keep_alive_handler(self)",
        "self.parser.should_upgrade()", "self.response_complete = ",
        "headers = self.default_headers + list(message.get",
        'content.extend([name, b": ", value, b"\\r\\n"])',
    ):  # fmt: skip
        assert said in source, said
    assert "write_paused" in inspect.getsource(FlowControl)
    served = inspect.getsource(Server)
    assert "connection.shutdown()" in served
    assert "self.server_state.default_headers = " in served
    given = set(re.findall(r"(\w+)=", served.partition("config.http_protocol_class(")[2][:200]))
    assert {"config", "server_state", "app_state"} <= given
    called = {name for name in dir(asyncio.Protocol) if not name.startswith("_")} | {"shutdown"}
    assert called <= {*vars(Connection)}
