import asyncio
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dalan.kernel import outbound
from dalan.kernel.metrics import Metrics
from dalan.kernel.outbound import (
    Outbound,
    OutboundFailed,
    OutboundPolicy,
    OutboundRefused,
    OutboundTimeout,
)

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


class App:
    """A server that says what it is told to, and keeps what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.requests: list[bytes] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?key=secret-in-query"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
                self.requests.append(head + await reader.readexactly(length))
                await self._answer(writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def saying(raw: bytes) -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(raw)

    return answer


@asynccontextmanager
async def app_answering(answer: Answer | bytes) -> AsyncIterator[App]:
    app = App(saying(answer) if isinstance(answer, bytes) else answer)
    server = await asyncio.start_server(app.serve, "127.0.0.1", 0)
    app.port = server.sockets[0].getsockname()[1]
    try:
        yield app
    finally:
        server.close()


@pytest.fixture
async def near() -> AsyncIterator[Outbound]:
    async with Outbound(OutboundPolicy(allow_private=True)) as outbound:
        yield outbound


@pytest.fixture
async def guarded() -> AsyncIterator[Outbound]:
    async with Outbound(OutboundPolicy()) as outbound:
        yield outbound


def self_signed_context(path: Path) -> ssl.SSLContext:
    """A server's side of TLS, for ``localhost``, that no authority has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


OK = b'HTTP/1.1 200 OK\r\ncontent-length: 11\r\nX-App: yes\r\n\r\n{"ok":true}'


async def test_post_json_sends_the_body_and_gives_the_answer_back(near: Outbound) -> None:
    async with app_answering(OK) as app:
        answer = await near.post_json(app.url, b'{"a":1}', {"Authorization": "key"})

    assert (answer.status, answer.body, answer.is_success) == (200, b'{"ok":true}', True)
    assert answer.headers["x-app"] == "yes"
    head, _, body = app.requests[0].partition(b"\r\n\r\n")
    assert body == b'{"a":1}'
    assert b"authorization: key" in head.lower()
    assert b"content-type: application/json" in head.lower()
    assert b"accept-encoding: identity" in head.lower()


async def test_connection_is_used_again_for_the_next_call(near: Outbound) -> None:
    async with app_answering(OK) as app:
        for _ in range(3):
            await near.post_json(app.url, b"{}")

        assert near._session is not None
        assert near._session.connector is not None
        assert len(near._session.connector._conns) == 1


async def test_redirect_is_given_back_and_not_followed(near: Outbound) -> None:
    redirect = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"
    async with app_answering(redirect) as app:
        answer = await near.post_json(app.url, b"{}")

    assert (answer.status, answer.is_success) == (302, False)
    assert len(app.requests) == 1


async def test_cookies_of_an_app_are_not_sent_back(near: Outbound) -> None:
    cookie = b"HTTP/1.1 200 OK\r\nset-cookie: a=b\r\ncontent-length: 0\r\n\r\n"
    async with app_answering(cookie) as app:
        await near.post_json(app.url, b"{}")
        await near.post_json(app.url, b"{}")

    assert b"cookie" not in app.requests[1].lower()


async def test_proxy_of_the_environment_is_not_used(
    near: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

    async with app_answering(OK) as app:
        assert (await near.post_json(app.url, b"{}")).status == 200


async def test_slow_answer_is_given_up_on(near: Outbound) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n")
        for _ in range(100):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(1)

    async with app_answering(drip) as app:
        began = time.monotonic()
        with pytest.raises(OutboundTimeout) as timeout:
            await near.post_json(app.url, b"{}", timeout_seconds=0.2)

    assert time.monotonic() - began < 50, "the whole answer was waited for"
    assert "secret" not in str(timeout.value)


async def test_slow_app_is_asked_only_so_often_at_once_and_others_are_not_kept_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbound, "CONNECT_TIMEOUT_SECONDS", 1.5)
    asked = 0

    async def stay_silent(_: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        await asyncio.sleep(20)

    async with (
        Outbound(OutboundPolicy(allow_private=True), connections_per_host_max=3) as near,
        app_answering(stay_silent) as slow,
        app_answering(OK) as quick,
    ):
        calls = [
            asyncio.create_task(near.post_json(slow.url, b"{}", timeout_seconds=3))
            for _ in range(20)
        ]
        await asyncio.sleep(0.1)
        assert (await near.post_json(quick.url, b"{}")).status == 200
        ended = await asyncio.gather(*calls, return_exceptions=True)

    assert {type(end) for end in ended} == {OutboundTimeout}
    assert asked == 3


@pytest.mark.parametrize(
    "framing",
    [b"content-length: 1000000\r\n\r\n", b"connection: close\r\n\r\n"],
)
async def test_answer_longer_than_allowed_is_a_failure(near: Outbound, framing: bytes) -> None:
    async with app_answering(b"HTTP/1.1 200 OK\r\n" + framing + b"x" * 1_000_000) as app:
        with pytest.raises(OutboundFailed, match="longer"):
            await near.post_json(app.url, b"{}", response_bytes_max=1_000)


async def test_answer_of_exactly_the_allowed_length_is_taken(near: Outbound) -> None:
    async with app_answering(OK) as app:
        answer = await near.post_json(app.url, b"{}", response_bytes_max=11)

    assert len(answer.body) == 11


async def test_compressed_answer_is_not_unpacked(near: Outbound) -> None:
    packed = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc"
    async with app_answering(packed) as app:
        assert (await near.post_json(app.url, b"{}")).body == b"abc"


@pytest.mark.parametrize(
    "raw",
    [
        b"what is this?\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 100_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 999999 OK\r\n\r\n",
    ],
)
async def test_answer_that_is_not_http_is_a_failure(near: Outbound, raw: bytes) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()
        writer.close()

    async with app_answering(answer) as app:
        with pytest.raises(OutboundFailed) as failed:
            await near.post_json(app.url, b"{}", timeout_seconds=3)

    assert "secret" not in str(failed.value)
    assert failed.value.__cause__ is None


async def test_closed_port_is_a_failure(near: Outbound) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with pytest.raises(OutboundFailed, match="cannot be reached"):
        await near.post_json(f"http://127.0.0.1:{port}/", b"{}")


async def test_unknown_name_is_a_failure(near: Outbound) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    async with Outbound(OutboundPolicy(), resolve=resolve) as outbound:
        with pytest.raises(OutboundFailed, match=r"no host app\.example"):
            await outbound.post_json("http://app.example/secret", b"{}")


async def test_address_that_does_not_answer_is_followed_by_the_next() -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.2", "127.0.0.1"]

    async with (
        app_answering(OK) as app,
        Outbound(OutboundPolicy(allow_private=True), resolve=resolve) as outbound,
    ):
        answer = await outbound.post_json(f"http://app.test:{app.port}/", b"{}")

    assert answer.status == 200


async def test_server_whose_certificate_nobody_vouches_for_is_not_talked_to(
    near: Outbound, tmp_path: Path
) -> None:
    app = App(saying(OK))
    server = await asyncio.start_server(
        app.serve, "127.0.0.1", 0, ssl=self_signed_context(tmp_path / "localhost.pem")
    )
    port = server.sockets[0].getsockname()[1]

    with pytest.raises(OutboundFailed, match="certificate"):
        await near.post_json(f"https://localhost:{port}/", b"{}")

    assert app.requests == []
    server.close()


async def test_calls_are_counted_by_how_they_ended() -> None:
    metrics = Metrics()
    async with (
        app_answering(b"HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n") as app,
        Outbound(OutboundPolicy(allow_private=True), metrics=metrics) as outbound,
    ):
        await outbound.post_json(app.url, b"{}")
        with pytest.raises(OutboundRefused):
            await outbound.post_json("ftp://x/", b"{}")

    text = metrics.render().decode()
    assert 'dalan_outbound_calls_total{outcome="5xx"} 1.0' in text
    assert 'dalan_outbound_calls_total{outcome="refused"} 1.0' in text


# The guard


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "http+unix://%2Fvar%2Frun%2Fdocker.sock/x",
        "http:///path",
        "//example.com/",
        "example.com",
        "",
        "http://user@example.com/",
        "http://user:pass@example.com/",
        "http://@example.com/",
        "http://example.com:22/",
        "http://example.com:0/",
        "http://example.com:99999/",
        "http://example.com:x/",
        "http://example.com\\@127.0.0.1/",
        "http://example.com/\r\nhost: x",
        "http://example.com/\t",
        " http://example.com/",
        "http://[::1",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[fe80::1%25lo]/",
        "http://[64:ff9b::7f00:1]/",
        "http://169.254.169.254/latest/meta-data",
        "http://example.com/" + "a" * 5_000,
    ],
)
async def test_url_that_may_never_be_called_is_refused_without_a_connection(
    guarded: Outbound, url: str
) -> None:
    with pytest.raises(OutboundRefused):
        guarded.check_url(url)
    with pytest.raises(OutboundRefused):
        await guarded.post_json(url, b"{}")
    assert guarded._session is None


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "2130706433",
        "0x7f000001",
        "017700000001",
        "127.1",
        "0177.0.0.1",
        "0x7f.1",
        "127.0.0.1.",
        "①②⑦.0.0.1",
        "0",
    ],
)
async def test_spelling_of_loopback_never_reaches_it(
    guarded: Outbound, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app_answering(OK) as app:
        # With the port allowed, only what is checked about addresses stands in the way.
        monkeypatch.setattr("dalan.kernel.outbound.PORTS", frozenset({app.port}))
        with pytest.raises((OutboundRefused, OutboundFailed)):
            await guarded.post_json(f"http://{host}:{app.port}/", b"{}")

    assert app.requests == []


@pytest.mark.parametrize("literal", ["127.0.0.1", "[::ffff:127.0.0.1]"])
async def test_socket_factory_sees_the_address_of_a_literal(
    guarded: Outbound, literal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Literals pass by every resolver: without the first check, the socket still refuses."""
    async with app_answering(OK) as app:
        monkeypatch.setattr("dalan.kernel.outbound.PORTS", frozenset({app.port}))
        monkeypatch.setattr(guarded, "check_url", lambda url: None)
        with pytest.raises(OutboundRefused):
            await guarded.post_json(f"http://{literal}:{app.port}/", b"{}")

    assert app.requests == []


async def test_socket_factory_refuses_ports_whatever_the_url_said(
    guarded: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded, "check_url", lambda url: None)

    with pytest.raises(OutboundRefused):
        await guarded.post_json("http://8.8.8.8:22/", b"{}", timeout_seconds=1)


async def test_name_with_one_private_answer_among_public_ones_is_refused() -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["8.8.8.8", "2606:4700:4700::1111", "127.0.0.1"]

    async with Outbound(OutboundPolicy(), resolve=resolve) as outbound:
        with pytest.raises(OutboundRefused):
            await outbound.post_json("http://rebinding.example/", b"{}")


async def test_name_that_resolves_near_is_called_from_a_dev_world() -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    async with (
        app_answering(OK) as app,
        Outbound(OutboundPolicy(allow_private=True), resolve=resolve) as outbound,
    ):
        answer = await outbound.post_json(f"http://app.test:{app.port}/", b"{}")

    assert answer.status == 200
    assert f"host: app.test:{app.port}".encode() in app.requests[0].lower()


async def test_metadata_address_is_refused_even_in_a_dev_world(near: Outbound) -> None:
    with pytest.raises(OutboundRefused):
        await near.post_json("http://169.254.169.254/", b"{}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("authorization", "key\r\nx-injected: 1"),
        ("authorization", "key\n"),
        ("authorization", "\0"),
        ("authorization", "کلید"),
        ("bad name", "x"),
        ("x\r\ny", "z"),
        ("", "z"),
        ("Host", "other.example"),
        ("Content-Length", "0"),
        ("Transfer-Encoding", "chunked"),
    ],
)
async def test_header_that_could_change_the_request_is_refused(
    near: Outbound, name: str, value: str
) -> None:
    async with app_answering(OK) as app:
        with pytest.raises(OutboundRefused):
            await near.post_json(app.url, b"{}", {name: value})

    assert app.requests == []


def test_client_library_is_imported_only_for_the_first_call() -> None:
    program = (
        "import sys; from dalan.kernel.outbound import Outbound, OutboundPolicy;"
        "Outbound(OutboundPolicy()).check_url('https://example.com/');"
        "assert 'aiohttp' not in sys.modules and 'ssrfguard' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", program], check=True)
