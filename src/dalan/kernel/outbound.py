"""The one way to call an app: guarded where the socket is made, bounded in time and size.

The addresses apps give us are theirs to choose, so nothing here trusts a name: every answer a
name resolves to must pass, and the address really dialled is checked once more in the socket
factory, which addresses spelled as numbers pass through as well. Redirects are not followed,
proxies of the environment not used, cookies not kept.

Never call out inside a transaction or while holding a lock: an app may call us back before it
answers. Source: reference/authorization-and-delivery.md, section 5; reference/kenar.md 10.6.
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Self
from urllib.parse import SplitResult, urlsplit

from dalan.errors import Unavailable
from dalan.kernel.metrics import Metrics
from dalan.kernel.outbound_addresses import may_call

if TYPE_CHECKING:
    # aiohttp takes a fifth of a second to import; `_open_session` does so on the first call.
    from aiohttp import ClientSession

CONNECT_TIMEOUT_SECONDS = 5.0
"""For the name, the connection and TLS together."""

KEEPALIVE_SECONDS = 3.0
"""Shorter than servers keep idle connections (uvicorn: 5 s), or calls would meet closing ones."""

PORTS = frozenset({80, 443, 8443})

URL_LENGTH_MAX = 4_096
ADDRESSES_PER_NAME_MAX = 4

CONNECTIONS_MAX = 256
CONNECTIONS_PER_HOST_MAX = 32
"""At once. An app that answers slowly keeps its own callers waiting, and the process its files:
who gets no connection within ``CONNECT_TIMEOUT_SECONDS`` is told that the app did not answer."""

_HEADER_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
# No control characters and nothing that one byte does not spell.
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")

# The connection decides these; a caller's own could desynchronise the request.
_RESERVED_HEADERS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "upgrade", "expect"}
)


class OutboundRefused(Unavailable):
    """We will not make this call: the address, port or a header is not allowed."""

    code: ClassVar[str] = "outbound.refused"


class OutboundTimeout(Unavailable):
    """The app did not answer in time."""

    code: ClassVar[str] = "outbound.timeout"


class OutboundFailed(Unavailable):
    """The app could not be reached, broke the connection or answered too much."""

    code: ClassVar[str] = "outbound.failed"


@dataclass(frozen=True, slots=True)
class OutboundPolicy:
    """Whom we call. ``allow_private`` (dev worlds): loopback and private networks, any port."""

    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class OutboundAnswer:
    """What an app answered, of whatever status. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        """Whether the status is one of 200 to 299."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class OutboundCall:
    """A call about to be made. ``body`` None: a GET. ``headers`` are the caller's own."""

    url: str
    body: bytes | None
    headers: Mapping[str, str]


Send = Callable[[OutboundCall], Awaitable[OutboundAnswer]]

Around = Callable[[OutboundCall, Send], Awaitable[OutboundAnswer]]
"""Stands around every call of an ``Outbound``: may look at it, change, repeat, delay or refuse it
(with what ``post_json`` raises). What it sends is guarded like any other call."""


class Outbound:
    """Calls apps over one pool of connections. Close it, or use it as ``async with``.

    ``resolve`` stands in for the machine's resolver in tests: host and port to addresses;
    ``around`` is a dev world's.
    """

    def __init__(
        self,
        policy: OutboundPolicy,
        *,
        metrics: Metrics | None = None,
        user_agent: str = "Dalan",
        resolve: Callable[[str, int], Awaitable[list[str]]] | None = None,
        connections_max: int = CONNECTIONS_MAX,
        connections_per_host_max: int = CONNECTIONS_PER_HOST_MAX,
        around: Around | None = None,
    ) -> None:
        self._policy = policy
        self._metrics = metrics or Metrics()
        self._user_agent = user_agent
        self._resolve = resolve or _machine_resolve
        self._limits = connections_max, connections_per_host_max
        self._around = around
        self._session: ClientSession | None = None

    async def post_json(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        *,
        timeout_seconds: float = 10.0,
        response_bytes_max: int = 65_536,
        cut_long_answers: bool = False,
    ) -> OutboundAnswer:
        """POST ``body``, already encoded, and give back whatever the app answers.

        Redirects come back as they are. ``timeout_seconds`` is for everything, the whole
        answer included. ``Content-Type`` is JSON unless ``headers`` say otherwise.

        Raises ``OutboundRefused`` before anything is sent, ``OutboundTimeout``, or
        ``OutboundFailed``, also for an answer longer than ``response_bytes_max``, unless
        ``cut_long_answers``: then its beginning is the answer, and the rest is never read. Their
        messages hold no path, query or header, which may be secret.
        """
        return await self._counted(
            self._call(
                url,
                body,
                headers or {},
                timeout_seconds,
                response_bytes_max=response_bytes_max,
                cut=cut_long_answers,
            )
        )

    async def get(
        self, url: str, *, timeout_seconds: float = 10.0, response_bytes_max: int = 65_536
    ) -> OutboundAnswer:
        """GET an address that an app gave us, for the JSON there; else as ``post_json``."""
        return await self._counted(
            self._call(
                url, None, {}, timeout_seconds, response_bytes_max=response_bytes_max, cut=False
            )
        )

    def check_url(self, url: str) -> None:
        """Raise ``OutboundRefused`` for a URL that could never be called, without any I/O.

        For forms that take a URL: what passes here may still resolve to a refused address.
        """
        parts, port = _split(url)
        if parts.scheme not in ("http", "https"):
            raise OutboundRefused("only http and https addresses are called")
        if not parts.hostname:
            raise OutboundRefused("the address names no host")
        if "@" in parts.netloc:
            raise OutboundRefused("the address may hold no user name or password")
        if port not in PORTS and not self._policy.allow_private:
            raise OutboundRefused(f"port {port} is not called, only 80, 443 and 8443")
        literal = parts.hostname.partition("%")[0]
        if _is_address(literal) and not self._may_call(parts.hostname):
            raise OutboundRefused("the address is not a public one")

    async def close(self) -> None:
        """Close the connections. The next call opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _counted(self, call: Coroutine[Any, Any, OutboundAnswer]) -> OutboundAnswer:
        try:
            answer = await call
        except Unavailable as error:
            self._metrics.count("outbound_calls", error.code.removeprefix("outbound."))
            raise
        self._metrics.count("outbound_calls", f"{answer.status // 100}xx")
        return answer

    async def _call(
        self,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
        timeout_seconds: float,
        *,
        response_bytes_max: int,
        cut: bool,
    ) -> OutboundAnswer:
        async def make(call: OutboundCall) -> OutboundAnswer:
            return await self._make(
                call, timeout_seconds, response_bytes_max=response_bytes_max, cut=cut
            )

        call = OutboundCall(url, body, headers)
        return await (make(call) if self._around is None else self._around(call, make))

    async def _make(
        self, call: OutboundCall, timeout_seconds: float, *, response_bytes_max: int, cut: bool
    ) -> OutboundAnswer:
        url, body = call.url, call.body
        self.check_url(url)
        sent_headers = {
            **({} if body is None else {"content-type": "application/json"}),
            "accept": "application/json",
            # A compressed answer would be small on the wire and anything in memory.
            "accept-encoding": "identity",
            "user-agent": self._user_agent,
            **_checked_headers(call.headers),
        }
        return await self._send(
            url, body, sent_headers, timeout_seconds, response_bytes_max=response_bytes_max, cut=cut
        )

    async def _send(
        self,
        url: str,
        body: bytes | None,
        headers: dict[str, str],
        timeout_seconds: float,
        *,
        response_bytes_max: int,
        cut: bool,
    ) -> OutboundAnswer:
        import aiohttp  # noqa: PLC0415 (heavy; not before the first call)

        if self._session is None:
            self._session = self._open_session()
        timeout = aiohttp.ClientTimeout(total=timeout_seconds, connect=CONNECT_TIMEOUT_SECONDS)
        # `from None` throughout: what aiohttp raises repeats the URL.
        try:
            async with self._session.request(
                "GET" if body is None else "POST",
                url,
                data=body,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                received = await _read_bounded(response.content, response_bytes_max, cut=cut)
                return OutboundAnswer(
                    status=response.status,
                    headers={name.lower(): value for name, value in response.headers.items()},
                    body=received,
                )
        except TimeoutError:
            raise OutboundTimeout(f"{_host(url)} did not answer in time") from None
        except (aiohttp.InvalidURL, aiohttp.InvalidUrlClientError):
            raise OutboundRefused("the address is not one that can be called") from None
        except aiohttp.ClientConnectorDNSError:
            raise OutboundFailed(f"there is no host {_host(url)}") from None
        except (aiohttp.ClientSSLError, aiohttp.ClientConnectorCertificateError):
            raise OutboundFailed(f"the certificate of {_host(url)} is not trusted") from None
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, _DialRefusedError):
                raise OutboundRefused("the address is not a public one") from None
            raise OutboundFailed(f"{_host(url)} cannot be reached") from None
        except (aiohttp.ClientError, OSError, ValueError):
            # ValueError: aiohttp's parser lets a few through for answers that are not HTTP.
            raise OutboundFailed(f"{_host(url)} broke off or did not speak HTTP") from None

    def _open_session(self) -> "ClientSession":
        import aiohttp  # noqa: PLC0415 (as above)
        from aiohttp.abc import AbstractResolver, ResolveResult  # noqa: PLC0415 (as above)

        outbound = self

        class Resolver(AbstractResolver):
            """Answers only when every address of the name may be called."""

            async def resolve(
                self,
                host: str,
                port: int = 0,
                family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002 (both are asked for)
            ) -> list[ResolveResult]:
                addresses = await outbound._resolve(host, port)
                if not all(map(outbound._may_call, addresses)):
                    raise OutboundRefused("the address is not a public one")
                return [
                    ResolveResult(
                        hostname=host,
                        host=address,
                        port=port,
                        family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                        proto=socket.IPPROTO_TCP,
                        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
                    )
                    for address in addresses[:ADDRESSES_PER_NAME_MAX]
                ]

            async def close(self) -> None:
                pass

        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                socket_factory=self._socket,
                resolver=Resolver(),
                # Each new connection asks again.
                use_dns_cache=False,
                keepalive_timeout=KEEPALIVE_SECONDS,
                limit=self._limits[0],
                limit_per_host=self._limits[1],
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
        )

    def _socket(self, info: tuple[int, int, int, str, tuple[Any, ...]]) -> socket.socket:
        """Makes the socket for one address about to be dialled, or refuses to."""
        family, kind, protocol, _, dialled = info
        # An IPv6 address has four parts here, the last its zone.
        has_zone = len(dialled) > 3 and dialled[3] != 0
        is_port_allowed = dialled[1] in PORTS or self._policy.allow_private
        if has_zone or not is_port_allowed or not self._may_call(str(dialled[0])):
            raise _DialRefusedError
        return socket.socket(family, kind, protocol)

    def _may_call(self, address: str) -> bool:
        return may_call(address, allow_private=self._policy.allow_private)


class _DialRefusedError(OSError):
    """What the socket factory raises: racing connectors only expect errors of sockets there."""


async def _machine_resolve(host: str, port: int) -> list[str]:
    loop = asyncio.get_running_loop()
    infos = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    # A zone comes back inside the text ("fe80::1%eth0") or beside it; both are refused.
    return list(
        dict.fromkeys(
            f"{info[4][0]}%{info[4][3]}" if len(info[4]) > 3 and info[4][3] else str(info[4][0])
            for info in infos
        )
    )


async def _read_bounded(content: Any, bytes_max: int, *, cut: bool) -> bytes:
    received = bytearray()
    async for chunk in content.iter_any():
        received += chunk
        if len(received) > bytes_max:
            # Leaving the response unread makes aiohttp drop the connection.
            if cut:
                return bytes(received[:bytes_max])
            raise OutboundFailed(f"the answer is longer than {bytes_max} bytes")
    return bytes(received)


def _checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if _HEADER_NAME.fullmatch(name) is None or _HEADER_VALUE.fullmatch(value) is None:
            raise OutboundRefused("a header holds characters that headers may not hold")
        if name.lower() in _RESERVED_HEADERS:
            raise OutboundRefused(f"the header {name.lower()} is not for callers to set")
    return {name.lower(): value for name, value in headers.items()}


@lru_cache(maxsize=4_096)  # an app is called at the same address again and again
def _split(url: str) -> tuple[SplitResult, int]:
    if len(url) > URL_LENGTH_MAX:
        raise OutboundRefused(f"the address is longer than {URL_LENGTH_MAX} characters")
    # urlsplit drops some of these silently and other parsers do not: refuse before they differ.
    if any(character <= " " or character in '\\"<>^`{|}\x7f' for character in url):
        raise OutboundRefused("the address holds characters that addresses may not hold")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise OutboundRefused("the address cannot be read") from None
    if port is None:
        port = 443 if parts.scheme == "https" else 80
    return parts, port


def _host(url: str) -> str:
    return _split(url)[0].hostname or ""


def _is_address(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except (OSError, UnicodeError, ValueError):
            continue
        return True
    return False
