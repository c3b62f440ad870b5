"""The proxy's socket, its connections, and the two pipes each of them becomes.

A head is read from the bare socket and not a byte beyond it: what follows stays with the kernel
until the next reader, TLS or pipe, takes the socket over. (``start_tls`` of asyncio and uvloop
loses what came together with the head.)
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, NamedTuple

from dalan.proxy.asking import HTTPS_PORT, Asked, Refusal, read
from dalan.proxy.authority import Authority

Pipe = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Connect = Callable[[str, int], Awaitable[Pipe]]

Upstream = Callable[[], Awaitable[tuple[str, int]]]
"""Host and port of the platform, asked for with each connection, for it may have come back on
another port. Raises ``Refusal`` when there is no dev world to lead to."""

_PIECE_BYTES: Final = 65_536
_GOODBYE_SECONDS: Final = 5.0
_UNREAD_BYTES_MAX: Final = 1_000_000
_END: Final = b"\r\n\r\n"
_ESTABLISHED: Final = b"HTTP/1.1 200 Connection established\r\n\r\n"


class Bounds(NamedTuple):
    """How much of anything, and for how long."""

    connections_max: int = 256
    head_bytes_max: int = 16_384
    """Of the one head that is read; what goes through TLS the platform bounds itself."""

    head_seconds_max: float = 20.0
    reach_seconds_max: float = 20.0
    handshake_seconds_max: float = 20.0

    idle_seconds_max: float = 300.0
    """Without a byte either way. The platform ends a kept connection after 75 itself."""


class Proxy:
    """A forward proxy for the hosts of ``authority``. ``start``, then ``stop``."""

    def __init__(
        self,
        authority: Authority,
        upstream: Upstream,
        *,
        pass_others: bool = False,
        bounds: Bounds | None = None,
        refused: Callable[[str], None] | None = None,
        connect: Connect = asyncio.open_connection,
    ) -> None:
        """``pass_others``: other hosts are tunnelled untouched instead of refused. ``refused`` is
        told the name of every host that was; ``connect`` is how those that are not are reached."""
        self._authority, self._upstream, self._connect = authority, upstream, connect
        self._pass_others, self._refused = pass_others, refused
        self._bounds = bounds or Bounds()
        self._connections: set[asyncio.Task[None]] = set()
        self._accepting: asyncio.Task[None] | None = None

    def start(self, bound: socket.socket) -> None:
        """Accept on a listening socket of a loopback address, which is closed in the end."""
        assert bound.getsockname()[0] in ("127.0.0.1", "::1"), "nobody else's machine comes here"
        bound.setblocking(False)
        self._accepting = asyncio.create_task(self._accept(bound))

    async def stop(self) -> None:
        """Accept no more and end every connection."""
        tasks = [*self._connections, *([self._accepting] if self._accepting else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _accept(self, bound: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with bound:
            while True:
                try:
                    client, _ = await loop.sock_accept(bound)
                except OSError:  # too many open files, or it went before we came
                    await asyncio.sleep(0.1)
                    continue
                task = asyncio.create_task(self._serve(client))
                self._connections.add(task)
                task.add_done_callback(self._connections.discard)

    async def _serve(self, client: socket.socket) -> None:
        client.setblocking(False)
        with client, contextlib.suppress(OSError, ssl.SSLError, EOFError, TimeoutError):
            try:
                await self._lead(client)
            except Refusal as refusal:
                await _refuse(client, refusal)

    async def _lead(self, client: socket.socket) -> None:
        """Take a client where it wants to go, until both ends are done."""
        if len(self._connections) > self._bounds.connections_max:
            raise Refusal(
                503,
                "Too many connections",
                f"This proxy keeps {self._bounds.connections_max} connections at a time.",
            )
        asked = read(await self._head(client))
        is_ours = asked.host in self._authority.hosts
        if not is_ours and not self._pass_others:
            if self._refused is not None:
                self._refused(asked.host)
            raise Refusal(
                403,
                "Not a host of this dev world",
                f"{asked.host} is not among the hosts that a dev world answers for, and this proxy"
                " lets nothing else out. `dalan proxy --pass-others` would let it through.",
            )
        # Reached first, so that a platform that does not run is told of in an answer.
        other = await (self._platform() if is_ours else self._outside(asked))
        try:
            if asked.tunnel:
                await asyncio.get_running_loop().sock_sendall(client, _ESTABLISHED)
            else:
                other[1].write(asked.head)
            ends_tls = is_ours and asked.tunnel and asked.port == HTTPS_PORT
            context = self._authority.context(asked.host) if ends_tls else None
            async with _taken_over(client, context, self._bounds.handshake_seconds_max) as near:
                await _join(near, other, self._bounds.idle_seconds_max)
        finally:
            other[1].transport.abort()  # all that was to be sent has been, or the client has gone

    async def _head(self, client: socket.socket) -> bytes:
        head = b""
        try:
            async with asyncio.timeout(self._bounds.head_seconds_max):
                while not head.endswith(_END):
                    head += await _take_until_end(client, head)
                    if len(head) > self._bounds.head_bytes_max:
                        raise Refusal(
                            431,
                            "Request Header Fields Too Large",
                            f"A head may have {self._bounds.head_bytes_max} bytes.",
                        )
        except TimeoutError:
            raise Refusal(408, "Request Timeout", "The head of the request did not end.") from None
        return head

    async def _platform(self) -> Pipe:
        address = await self._upstream()
        try:
            return await self._opened(asyncio.open_connection, *address)
        except OSError:  # a time-out among them
            raise Refusal(
                502,
                "Dalan does not answer",
                "The dev world of this proxy does not answer. Start `dalan dev` again.",
            ) from None

    async def _outside(self, asked: Asked) -> Pipe:
        try:
            return await self._opened(self._connect, asked.host, asked.port)
        except TimeoutError:
            raise Refusal(
                504, "Gateway Timeout", f"{asked.host} could not be reached in time."
            ) from None
        except OSError:
            raise Refusal(502, "Bad Gateway", f"{asked.host} cannot be reached.") from None

    async def _opened(self, connect: Connect, host: str, port: int) -> Pipe:
        async with asyncio.timeout(self._bounds.reach_seconds_max):
            return await connect(host, port)


async def _take_until_end(client: socket.socket, head: bytes) -> bytes:
    """Some more of a head, and nothing of what follows it. Raises EOFError when there is no more.

    Looked at first and taken afterwards, so that the rest is still there for whoever reads on.
    """
    while True:
        try:
            seen = client.recv(_PIECE_BYTES, socket.MSG_PEEK)
            break
        except (BlockingIOError, InterruptedError):
            await _readable(client)
    if not seen:
        raise EOFError
    before = head[-len(_END) + 1 :]  # the blank line may have begun with the last piece
    at = (before + seen).find(_END)
    return client.recv(len(seen) if at < 0 else at + len(_END) - len(before))


async def _readable(client: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(client, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(client)


@contextlib.asynccontextmanager
async def _taken_over(
    client: socket.socket, context: ssl.SSLContext | None, handshake_seconds: float
) -> AsyncIterator[Pipe]:
    """A client's socket as a pipe, TLS ended when there is a context for it. Gone afterwards."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=_PIECE_BYTES)
    protocol = asyncio.StreamReaderProtocol(reader)
    transport, _ = await loop.connect_accepted_socket(
        lambda: protocol,
        socket.socket(fileno=client.detach()),  # the transport's to close
        ssl=context,
        ssl_handshake_timeout=handshake_seconds if context else None,
        ssl_shutdown_timeout=_GOODBYE_SECONDS if context else None,
    )
    try:
        yield reader, asyncio.StreamWriter(transport, protocol, reader, loop)
    finally:
        transport.abort()


async def _join(near: Pipe, far: Pipe, idle_seconds_max: float) -> None:
    """Carry bytes both ways until the far side has said all. Raises TimeoutError when it idles."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(idle_seconds_max) as patience:

        def moved() -> None:
            patience.reschedule(loop.time() + idle_seconds_max)

        asking = asyncio.create_task(_carry(near[0], far[1], moved))
        try:
            await _carry(far[0], near[1], moved)
            near[1].close()
            await near[1].wait_closed()
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)


async def _carry(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, moved: Callable[[], None]
) -> None:
    """One way, to the end, which is passed on where it can be said without ending the other way."""
    try:
        while piece := await reader.read(_PIECE_BYTES):
            moved()
            writer.write(piece)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
    except OSError:  # one of them is gone, and with it what the other way was for
        writer.transport.abort()


async def _refuse(client: socket.socket, refusal: Refusal) -> None:
    loop = asyncio.get_running_loop()
    text = refusal.text.encode() + b"\n"
    lines = (
        f"HTTP/1.1 {refusal.status} {refusal.reason}",
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {len(text)}",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        "Connection: close",
    )
    async with asyncio.timeout(_GOODBYE_SECONDS):
        await loop.sock_sendall(client, "\r\n".join(lines).encode() + _END + text)
        client.shutdown(socket.SHUT_WR)
        # Closed with something unread, the kernel would take the answer back.
        unread = 0
        while unread < _UNREAD_BYTES_MAX and (piece := await loop.sock_recv(client, _PIECE_BYTES)):
            unread += len(piece)
