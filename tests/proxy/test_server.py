"""The proxy on a socket, before a platform and other hosts that are small but real servers."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dalan.kernel import clock
from dalan.proxy import Authority, Bounds, Proxy, Refusal
from dalan.proxy.server import Pipe
from tests.proxy.tls import trusting

HOST, OTHER = "api.divar.ir", "other.example"
SECONDS_MAX = 20
CONNECT = f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode()

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture(autouse=True)
def _today():
    with clock.installed(lambda: datetime.now(UTC)):
        yield


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority.at(tmp_path / "authority", [HOST])


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Says back what it hears, until whoever speaks says it is over."""
    while piece := await reader.read(65_536):
        writer.write(piece)
        await writer.drain()
    writer.close()


async def one_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Tells the head it got, and closes, as a server does that was told to."""
    head = await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + head)
    writer.close()


@asynccontextmanager
async def serving(handler: Handler, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server on a free port of this machine."""
    server = await asyncio.start_server(handler, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def proxying(authority: Authority, platform_port: int, **given) -> AsyncIterator[int]:
    """A proxy before a platform at a port; its own."""

    async def upstream() -> tuple[str, int]:
        return "127.0.0.1", platform_port

    bound = socket.create_server(("127.0.0.1", 0))
    port = bound.getsockname()[1]
    proxy = Proxy(authority, given.pop("upstream", upstream), **given)
    proxy.start(bound)
    try:
        yield port
    finally:
        await proxy.stop()


async def ask(port: int, sent: bytes) -> bytes:
    """All that the proxy answers to some bytes, until it closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    async with asyncio.timeout(SECONDS_MAX):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def tunnel(port: int, host: str, context: ssl.SSLContext) -> Pipe:
    """A client's TLS with a host, through the proxy."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"CONNECT {host}:443 HTTP/1.1\r\n\r\n".encode())
    answer = await reader.readuntil(b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 "), answer
    await writer.start_tls(context, server_hostname=host)
    return reader, writer


@contextmanager
def closed_port() -> Iterator[int]:
    """A port at which nobody listens, nor will anybody while the block lasts."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


async def test_bytes_pass_both_ways_unchanged(authority: Authority):
    sent = bytes(range(256)) * 8_192
    async with serving(echo) as platform, proxying(authority, platform) as port:
        reader, writer = await tunnel(port, HOST, trusting(authority.root_file))
        writer.write(sent)

        async with asyncio.timeout(SECONDS_MAX):
            assert await reader.readexactly(len(sent)) == sent

        writer.transport.abort()


async def test_hello_sent_with_the_head_in_one_piece_is_not_lost(authority: Authority):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusting(authority.root_file).wrap_bio(incoming, outgoing, server_hostname=HOST)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    async with serving(echo) as platform, proxying(authority, platform) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(CONNECT + outgoing.read())
        async with asyncio.timeout(SECONDS_MAX):
            await reader.readuntil(b"\r\n\r\n")
            while True:
                incoming.write(await reader.read(65_536))
                try:
                    client.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    continue
        writer.transport.abort()

    assert client.version() == "TLSv1.3"


async def test_head_may_come_letter_by_letter(authority: Authority):
    async with serving(echo) as platform, proxying(authority, platform) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for at in range(len(CONNECT)):
            writer.write(CONNECT[at : at + 1])
            await writer.drain()
            await asyncio.sleep(0)

        async with asyncio.timeout(SECONDS_MAX):
            assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
        writer.transport.abort()


async def test_plain_request_gets_one_answer_and_no_second(authority: Authority):
    second = b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n"
    async with serving(one_answer) as platform, proxying(authority, platform) as port:
        answer = await ask(port, f"GET http://{HOST}/a?b HTTP/1.1\r\n\r\n".encode() + second)

    assert answer.startswith(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    assert answer.endswith(
        f"GET /a?b HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode()
    )


async def test_host_off_the_list_is_refused_and_says_why(authority: Authority):
    refused: list[str] = []
    async with (
        serving(echo) as platform,
        proxying(authority, platform, refused=refused.append) as port,
    ):
        tunnelled = await ask(port, f"CONNECT {OTHER}:443 HTTP/1.1\r\n\r\n".encode())
        plain = await ask(port, f"POST http://{OTHER}/ HTTP/1.1\r\n\r\n".encode() + b"x" * 9_999)

    for answer in (tunnelled, plain):
        assert answer.startswith(b"HTTP/1.1 403 Not a host of this dev world\r\n")
        assert b"--pass-others" in answer
    assert refused == [OTHER, OTHER]


async def test_other_host_is_tunnelled_untouched_when_asked_for(authority, tmp_path: Path):
    theirs = Authority.at(tmp_path / "theirs", [OTHER])
    reached: list[tuple[str, int]] = []

    async def connect(host: str, port: int) -> Pipe:
        reached.append((host, port))
        return await asyncio.open_connection("127.0.0.1", there)

    async with (
        serving(echo, theirs.context(OTHER)) as there,
        serving(echo) as platform,
        proxying(authority, platform, pass_others=True, connect=connect) as port,
    ):
        # Who trusts our authority alone would not speak with them: it is their certificate.
        reader, writer = await tunnel(port, OTHER, trusting(theirs.root_file))
        writer.write(b"untouched")
        async with asyncio.timeout(SECONDS_MAX):
            assert await reader.readexactly(9) == b"untouched"
        writer.transport.abort()

    assert reached == [(OTHER, 443)]


async def test_other_host_over_plain_http_is_passed_when_asked_for(authority: Authority):
    async def connect(host: str, port: int) -> Pipe:
        assert (host, port) == (OTHER, 80)
        return await asyncio.open_connection("127.0.0.1", there)

    async with (
        serving(one_answer) as there,
        proxying(authority, there, pass_others=True, connect=connect) as port,
    ):
        answer = await ask(port, f"GET http://{OTHER}/ HTTP/1.1\r\n\r\n".encode())

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")


async def test_other_host_that_cannot_be_reached_is_502(authority: Authority):
    with closed_port() as nobody:

        async def connect(_: str, __: int) -> Pipe:
            return await asyncio.open_connection("127.0.0.1", nobody)

        async with proxying(authority, nobody, pass_others=True, connect=connect) as port:
            answer = await ask(port, f"CONNECT {OTHER}:443 HTTP/1.1\r\n\r\n".encode())

    assert answer.startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
    assert OTHER.encode() in answer


async def test_platform_that_is_gone_is_502(authority: Authority):
    with closed_port() as nobody:
        async with proxying(authority, nobody) as port:
            for sent in (CONNECT, f"GET http://{HOST}/ HTTP/1.1\r\n\r\n".encode()):
                answer = await ask(port, sent)

                assert answer.startswith(b"HTTP/1.1 502 Dalan does not answer\r\n")
                assert b"Start `dalan dev` again." in answer


async def test_what_the_upstream_refuses_is_told(authority: Authority):
    async def nowhere() -> tuple[str, int]:
        raise Refusal(502, "No dev world runs", "Start `dalan dev`.")

    async with proxying(authority, 0, upstream=nowhere) as port:
        answer = await ask(port, CONNECT)

    assert answer.startswith(b"HTTP/1.1 502 No dev world runs\r\n")


async def test_head_beyond_its_bound_is_refused(authority: Authority):
    async with serving(echo) as platform, proxying(authority, platform) as port:
        answer = await ask(port, b"CONNECT api.divar.ir:443 HTTP/1.1\r\nX: " + b"a" * 20_000)

    assert answer.startswith(b"HTTP/1.1 431 ")


async def test_head_that_does_not_end_is_given_up(authority: Authority):
    bounds = Bounds(head_seconds_max=0.1)
    async with proxying(authority, 0, bounds=bounds) as port:
        answer = await ask(port, b"CONNECT api.divar.ir:443 HTTP/1.1\r\n")

    assert answer.startswith(b"HTTP/1.1 408 ")


async def test_client_that_never_speaks_tls_is_given_up(authority: Authority):
    bounds = Bounds(handshake_seconds_max=0.2)
    async with serving(echo) as platform, proxying(authority, platform, bounds=bounds) as port:
        answer = await ask(port, CONNECT)

    assert answer == b"HTTP/1.1 200 Connection established\r\n\r\n"


async def test_idle_tunnel_is_closed(authority: Authority):
    bounds = Bounds(idle_seconds_max=0.2)
    async with serving(echo) as platform, proxying(authority, platform, bounds=bounds) as port:
        answer = await ask(port, f"CONNECT {HOST}:80 HTTP/1.1\r\n\r\n".encode())

    assert answer == b"HTTP/1.1 200 Connection established\r\n\r\n"


async def test_connection_beyond_the_bound_is_503_until_another_ends(authority: Authority):
    bounds = Bounds(connections_max=1)
    async with serving(echo) as platform, proxying(authority, platform, bounds=bounds) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(CONNECT)
        await reader.readuntil(b"\r\n\r\n")

        assert (await ask(port, CONNECT)).startswith(b"HTTP/1.1 503 Too many connections\r\n")

        writer.close()
        async with asyncio.timeout(SECONDS_MAX):
            while True:
                again, ending = await asyncio.open_connection("127.0.0.1", port)
                ending.write(CONNECT)
                first = await again.readline()
                ending.transport.abort()
                if first.startswith(b"HTTP/1.1 200 "):
                    break
                await asyncio.sleep(0.02)


async def test_client_that_leaves_ends_the_other_side_too(authority: Authority):
    left = asyncio.Event()

    async def until_eof(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        left.set()
        writer.close()

    async with serving(until_eof) as platform, proxying(authority, platform) as port:
        _, writer = await tunnel(port, HOST, trusting(authority.root_file))
        writer.write(b"half a request")
        await writer.drain()
        writer.transport.abort()

        async with asyncio.timeout(SECONDS_MAX):
            await left.wait()


async def test_stop_ends_open_connections(authority: Authority):
    async with serving(echo) as platform:
        async with proxying(authority, platform) as port:
            reader, writer = await tunnel(port, HOST, trusting(authority.root_file))
        async with asyncio.timeout(SECONDS_MAX):
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                assert await reader.read() == b""
        writer.transport.abort()
