"""Reading a request's headers once: the same bytes say the same thing the next time.

Browsers and proxies send the same headers again and again, on one connection above all. So what
a head was read to is remembered by its bytes. A head with anything in it that could change the
answer, or that two servers might read differently, is not read here at all.

Source: RFC 9112, 5; what uvicorn's parser refuses is never accepted here.
"""

import re
from collections.abc import Callable
from typing import Any, Final

HEAD_BYTES_MAX: Final = 8_192
LINES_MAX: Final = 64
REMEMBERED_MAX: Final = 2_048
"""Heads remembered; past it, remembering begins anew. At most some megabytes of a usual size."""

_LINE: Final = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e]*?)[ \t]*")

_ODD: Final = frozenset(
    (
        b"content-length", b"transfer-encoding", b"expect", b"upgrade", b"proxy-connection",
        b"trailer", b"te", b"http2-settings", b"x-request-id",
    )
)  # fmt: skip
"""They make a request one with a body, of another protocol, or answered with more than the usual.
``Connection`` is odd too, unless it asks for what is done anyway."""

_FORWARDING: Final = frozenset((b"forwarded", b"x-forwarded-for", b"x-forwarded-proto"))


class Head:
    """What a head says. ``told`` is what a click records of it; ``forwarding`` are the headers by
    which a trusted proxy names the caller, and ``addresses`` what they were read to."""

    __slots__ = ("addresses", "forwarding", "host", "told")

    def __init__(self, host: bytes, told: Any, forwarding: list[tuple[bytes, bytes]]) -> None:
        self.host, self.told, self.forwarding = host, told, forwarding
        self.addresses: dict[str, str] = {}


class Heads:
    """The heads of one process. ``tell`` makes of header lines what a click records of them."""

    def __init__(self, tell: Callable[[list[tuple[bytes, bytes]]], Any]) -> None:
        self._tell = tell
        self._read: dict[bytes, Head | None] = {}

    def read(self, head: bytes) -> Head | None:
        """What the header lines say, without the empty one behind them; None: something odd."""
        try:
            return self._read[head]
        except KeyError:
            pass
        if len(head) > HEAD_BYTES_MAX:
            return None
        found = self._understood(head)
        if len(self._read) >= REMEMBERED_MAX:
            self._read.clear()
        self._read[head] = found
        return found

    def _understood(self, head: bytes) -> Head | None:
        lines = head.split(b"\r\n")
        if len(lines) > LINES_MAX:
            return None
        host = b""
        headers = []
        for line in lines:
            match = _LINE.fullmatch(line)
            if match is None:
                return None
            name, value = match[1].lower(), match[2]
            if name in _ODD or (name == b"connection" and value.lower() != b"keep-alive"):
                return None
            if name == b"host":
                if host or not value:
                    return None
                host = value
            headers.append((name, value))
        if not host:
            return None
        forwarding = [one for one in headers if one[0] in _FORWARDING]
        return Head(host, self._tell(headers), forwarding)
