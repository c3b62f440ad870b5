"""What a client asks of the proxy: the one head that is read, and why most of it is refused.

``read`` takes the head of the first request of a connection, to the blank line, and says whom the
client wants. Two forms are taken (RFC 9112, 3.2): ``CONNECT host:443``, after which nothing is
read any more, and ``GET http://host/path``, whose head goes on with its target as servers know it
and with ``Connection: close``. So no second request ever follows on a connection that we chose the
way for, and however a body is framed is between the client and whoever reads it: nothing can be
smuggled past somebody who does not look.
"""

import re
from typing import Final, NamedTuple

HTTPS_PORT: Final = 443
HTTP_PORT: Final = 80


class Refusal(Exception):
    """Why a client is sent away: a status, a reason short enough for the status line (which is
    all that many clients show of a proxy's answer), and the whole of it."""

    def __init__(self, status: int, reason: str, text: str) -> None:
        super().__init__(text)
        self.status, self.reason, self.text = status, reason, text


class Asked(NamedTuple):
    """Whom a client wants. ``head`` goes there first; empty when it is the client's to begin."""

    host: str
    port: int
    tunnel: bool
    head: bytes = b""


_REQUEST_LINE = re.compile(rb"([A-Z][A-Z-]{0,31}) ([!-~]+) HTTP/(\d\.\d)")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)")
_AUTHORITY = re.compile(r"([A-Za-z0-9._-]{1,253})(?::(\d{1,5}))?")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")

_OF_THIS_HOP: Final = frozenset(
    {b"connection", b"proxy-connection", b"keep-alive", b"proxy-authorization", b"upgrade", b"host"}
)


def read(head: bytes) -> Asked:
    """Whom ``head`` asks for. Raises ``Refusal`` for whatever is not plainly one request."""
    line, *fields = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    found = _REQUEST_LINE.fullmatch(line)
    if found is None:
        raise Refusal(400, "Bad Request", "That is no request a proxy can read.")
    method, target, version = found[1], found[2].decode("ascii"), found[3]
    if version not in (b"1.0", b"1.1"):
        raise Refusal(505, "HTTP Version Not Supported", "This proxy speaks HTTP/1.0 and 1.1.")
    headers = [_field(each) for each in fields]
    if method == b"CONNECT":
        if any(name in (b"content-length", b"transfer-encoding") for name, _ in headers):
            raise Refusal(400, "Bad Request", "A CONNECT request has no body.")
        host, port = _authority(target, default=None)
        return Asked(host, port, tunnel=True)
    host, port, path = _absolute(target)
    shown = host if port == HTTP_PORT else f"{host}:{port}"
    kept = [raw for raw, (name, _) in zip(fields, headers, strict=True) if name not in _OF_THIS_HOP]
    first = method + b" " + path.encode("ascii") + b" HTTP/" + version
    # What the target names is who is asked, whatever a Host header said (RFC 9112, 3.2.2).
    told = [first, b"Host: " + shown.encode("ascii"), *kept, b"Connection: close", b"", b""]
    return Asked(host, port, tunnel=False, head=b"\r\n".join(told))


def _field(line: bytes) -> tuple[bytes, bytes]:
    found = _FIELD.fullmatch(line)
    if found is None:  # folded lines and names with blanks after them among them
        raise Refusal(400, "Bad Request", "One of the header lines cannot be read.")
    return found[1].lower(), found[2]


def _absolute(target: str) -> tuple[str, int, str]:
    scheme, separator, rest = target.partition("://")
    if not separator or scheme.lower() not in ("http", "https"):
        raise Refusal(
            400,
            "Bad Request",
            "This is `dalan proxy`, and no site. Programs come through it when HTTPS_PROXY names"
            " its address; `dalan proxy --print-env` prints what to set.",
        )
    if scheme.lower() == "https":
        raise Refusal(400, "Bad Request", "For https ask with CONNECT, and speak TLS through it.")
    end = next((at for at, letter in enumerate(rest) if letter in "/?#"), len(rest))
    host, port = _authority(rest[:end], default=HTTP_PORT)
    path = rest[end:].partition("#")[0]
    return host, port, path if path.startswith("/") else f"/{path}"


def _authority(text: str, *, default: int | None) -> tuple[str, int]:
    """Host and port of a target. Raises ``Refusal`` for all but a plain name and 443 or 80."""
    if "@" in text:
        raise Refusal(400, "Bad Request", "A target names a host, and nobody's name or password.")
    if text.startswith("["):
        raise _no_addresses()
    found = _AUTHORITY.fullmatch(text)
    if found is None:
        raise Refusal(400, "Bad Request", "The target is no host name.")
    host = found[1].lower()
    labels = host.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise Refusal(400, "Bad Request", "The target is no host name.")
    if labels[-1][0].isdigit():  # 127.0.0.1, but 127.1, 0x7f.1 and 2130706433 as well
        raise _no_addresses()
    if labels[-1] == "localhost":
        raise Refusal(
            403,
            "Ask localhost without a proxy",
            "What is on this machine is reached without the proxy: NO_PROXY names it.",
        )
    port = int(found[2]) if found[2] else default
    if port is None:
        raise Refusal(400, "Bad Request", "A CONNECT request names a port.")
    if port not in (HTTPS_PORT, HTTP_PORT):
        raise Refusal(
            403, f"Port {port} is not proxied", "This proxy leads to the ports 443 and 80 alone."
        )
    return host, port


def _no_addresses() -> Refusal:
    return Refusal(
        403,
        "Addresses are not proxied",
        "This proxy leads to hosts by name, never to an address. If the address is this machine's,"
        " put it into NO_PROXY.",
    )
