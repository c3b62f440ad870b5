"""The short links a process answers from memory.

The ordinary path finds a link and answers; what it answered is kept here, so that the next who
asks exactly the same is answered at once. Hashes nobody has cost no memory. What is kept is worth
answering only on a *lease*: a look at the changes of links renews it from the moment the look
began. So a change by any process is felt within ``LEASE_SECONDS``, and when the database is away,
nothing is answered from memory at all.

A link that was read before a change and is kept after it would stay wrong for ever. So whoever
keeps one says by a ``mark`` when reading began; if a look ended since, it is not kept.
"""

import asyncio
import re
from datetime import datetime
from time import monotonic
from typing import Final

from dalan.domains import links
from dalan.errors import DalanError
from dalan.kernel import request_ids
from dalan.kernel.db import Database
from dalan.kernel.logs import get
from dalan.surfaces import visits
from dalan.surfaces.asgi import Message, Scope, Send

log = get("front")

LOOK_SECONDS: Final = 0.25
LEASE_SECONDS: Final = 0.75
"""Under a second, with the turn of the loop that an answer leaves at the end of."""

BYTES_MAX: Final = 64_000_000
"""What all that is kept may weigh; the oldest goes first."""

ANSWER_BYTES: Final = 600
"""What an answer weighs besides its text."""

SPELLINGS_MAX: Final = 8
"""Addresses one link is kept under: hosts, percent-encodings, a slash at the end."""

_TARGET: Final = re.compile(rb"/[A-Za-z0-9._~%/-]{1,1000}")
_HOST: Final = re.compile(rb"[A-Za-z0-9.:\[\]-]{1,255}")
_REQUEST_ID: Final = f"{request_ids.HEADER}: ".encode()
_QUERIES: Final = (b"", visits.QR)


class Answer:
    """A redirect as it goes over the wire, but for what is of one request: the date in front of
    it and the request id behind it."""

    __slots__ = ("expires_at", "head", "link_id", "source")

    def __init__(self, head: bytes, link_id: int, source: str, expires_at: datetime | None) -> None:
        self.head, self.link_id, self.source = head, link_id, source
        self.expires_at = expires_at


class Known:
    """What one process keeps. Between ``start`` and ``stop`` it hears of changes."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.by_target: dict[bytes, dict[bytes, Answer]] = {}
        """By the target of the request line, then by the value of ``Host``."""
        self._addresses: dict[int, list[tuple[bytes, bytes]]] = {}
        """Of each link; the link kept longest ago comes first."""
        self._bytes = 0
        self._lease_until = 0.0
        self._looks = 0
        self._changes = links.ChangeListener()
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to hear of changes. Raises what the database does."""
        await self.look()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Hear no more, and answer nothing any more."""
        self.forget()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    @property
    def count(self) -> int:
        """How many links are kept."""
        return len(self._addresses)

    def is_fresh(self) -> bool:
        """What is kept is known to hold now, but for links whose time ends."""
        return monotonic() <= self._lease_until

    def mark(self) -> int:
        """For ``keeping``: taken before a link is read."""
        return self._looks

    def keeping(self, scope: Scope, link: links.Link, send: Send, mark: int) -> Send:
        """``send``, which also keeps the answer that ``scope`` is given for ``link``."""
        address = _address(scope)
        if address is None or not link.is_plain:
            return send

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._keep(address, link, message, mark)
            await send(message)

        return sent

    def _keep(
        self, address: tuple[bytes, bytes, str], link: links.Link, message: Message, mark: int
    ) -> None:
        headers = message["headers"]
        if message["status"] != 302 or (b"content-length", b"0") not in headers:
            return
        if mark != self._looks:  # it may have been read before a change that was heard since
            return
        target, host, source = address
        head = b"".join(b"%b: %b\r\n" % (name.lower(), value) for name, value in headers)
        head += _REQUEST_ID
        self._forget_address(target, host)
        self.by_target.setdefault(target, {})[host] = Answer(head, link.id, source, link.expires_at)
        addresses = self._addresses.setdefault(link.id, [])
        addresses.append((target, host))
        self._bytes += len(head) + len(target) + len(host) + ANSWER_BYTES
        if len(addresses) > SPELLINGS_MAX:
            self._forget_address(*addresses[0])
        while self._bytes > BYTES_MAX:
            self._forget_link(next(iter(self._addresses)))
        self._wanted.set()

    def forget(self) -> None:
        """Keep nothing of what is kept."""
        self.by_target.clear()
        self._addresses.clear()
        self._bytes, self._lease_until = 0, 0.0
        self._looks += 1

    def look_anew(self) -> None:
        """Another world took the place of this one."""
        self.forget()
        self._changes.begin_anew()

    async def look(self) -> None:
        """Hear what was changed, and go on answering. Raises what the database does."""
        began = monotonic()
        async with self._db.look() as tx:
            changed = await self._changes.heard(tx)
        self._looks += 1
        if changed is None:
            self.forget()
        else:
            for link_id in changed:
                self._forget_link(link_id)
        self._lease_until = began + LEASE_SECONDS

    async def _run(self) -> None:
        while True:
            if not self._addresses:  # nobody needs the news: look again with the next link kept
                self._wanted.clear()
                await self._wanted.wait()
            else:
                await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except (DalanError, OSError) as error:  # the database may be away for a while
                log.warning("changes of links not heard", error=type(error).__name__)
            except Exception:  # a fault here must not end the hearing for good
                log.exception("changes of links not heard")

    def _forget_link(self, link_id: int) -> None:
        for target, host in tuple(self._addresses.get(link_id, ())):
            self._forget_address(target, host)

    def _forget_address(self, target: bytes, host: bytes) -> None:
        by_host = self.by_target.get(target, {})
        answer = by_host.pop(host, None)
        if answer is None:
            return
        if not by_host:
            del self.by_target[target]
        self._bytes -= len(answer.head) + len(target) + len(host) + ANSWER_BYTES
        addresses = self._addresses[answer.link_id]
        addresses.remove((target, host))
        if not addresses:
            del self._addresses[answer.link_id]


def _address(scope: Scope) -> tuple[bytes, bytes, str] | None:
    """Target, host and source of a plain request that is worth keeping; None for any other."""
    query = scope["query_string"]
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if query not in _QUERIES or scope["method"] != "GET" or len(hosts) != 1:
        return None
    path = scope["raw_path"]
    if not _TARGET.fullmatch(path) or not _HOST.fullmatch(hosts[0]):
        return None
    return (path + b"?" + query if query else path), hosts[0], visits.source_of(query)
