"""Requests as nobody should send them, drawn from a seed."""

import random
from collections.abc import Callable, Iterator

BROWSER = (
    b"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"
    b"Accept: text/html,*/*;q=0.8\r\nAccept-Language: fa,en;q=0.5\r\n"
    b"Accept-Encoding: gzip, br\r\nConnection: keep-alive\r\nReferer: https://r.example/a?b=c\r\n"
    b"Cookie: lang=en; theme=dark\r\nSec-Fetch-Site: cross-site\r\n"
)
HEADERS = (
    b"", b"", b"User-Agent: curl/8\r\n", BROWSER, b"Connection: keep-alive\r\n",
    b"X-Forwarded-For: 9.9.9.9\r\n", b"Sec-Purpose: prefetch\r\n", b"Accept:*/*\r\n",
    b"X-Odd:  spaced \t\r\n", b"X-Empty:\r\n",
)  # fmt: skip
ODD_HEADERS = (
    b"Connection: close\r\n", b"Content-Length: 0\r\n", b"Expect: 100-continue\r\n",
    b"Upgrade: h2c\r\nConnection: Upgrade\r\n", b"X-Request-Id: chosen-by-me\r\n",
    b"Host: second.example\r\n", b"Transfer-Encoding: chunked\r\n", b"Content-Length: 5\r\n",
    b"X-A: b\r\n folded: c\r\n", b"X : spaced\r\n", b": nameless\r\n", b"X-\xd8\xb9: y\r\n",
    b"X-Latin: \xe9\xff\r\n", b"X-Nul: a\x00b\r\n", b"X-Bell: \x07\r\n", b"X-Tab: a\tb\r\n",
    b"Connection: close, keep-alive\r\n", b"Connection:\r\n", b"Proxy-Connection: close\r\n",
    b"Location: https://evil.example/\r\n", b"Content-Length: 1\r\nContent-Length: 2\r\n",
)  # fmt: skip
METHODS = (b"HEAD", b"POST", b"get", b"GETX", b"OPTIONS", b"PUT", b"", b"PRI", b"CONNECT")
VERSIONS = (b"HTTP/1.0", b"HTTP/2.0", b"HTTP/1.2", b"http/1.1", b"HTTP/1.1 ", b"", b"HTTP/0.9")
GLUE = (
    b"\r\n",
    b"\n",
    b"\r",
    b"\r\r\n",
    b"\r\n\r\n",
    b"\x00",
    b" ",
    b"\t",
    b":",
    b"\xff",
    b"%0d%0a",
)

Mutation = Callable[[random.Random, bytes], bytes]


def request(chance: random.Random, targets: tuple[bytes, ...], hosts: tuple[bytes, ...]) -> bytes:
    """A request that is well formed, and as a rule plain."""
    method = b"GET" if chance.random() < 0.93 else chance.choice(METHODS)
    version = b"HTTP/1.1" if chance.random() < 0.95 else chance.choice(VERSIONS)
    headers = b"".join(chance.choices(HEADERS, k=chance.randrange(3)))
    if chance.random() < 0.1:
        headers += chance.choice(ODD_HEADERS)
    host = b"" if chance.random() < 0.02 else b"Host: %b\r\n" % chance.choice(hosts)
    lines = host + headers if chance.random() < 0.8 else headers + host
    target = chance.choice(targets)
    if chance.random() < 0.1:
        target = _spelled(chance, target)
    return b"%b %b %b\r\n%b\r\n" % (method, target, version, lines)


def _spelled(chance: random.Random, target: bytes) -> bytes:
    """The same place, or one near it, spelled another way."""
    at = chance.randrange(1, len(target))
    return chance.choice(
        (
            b"http://a.example" + target,
            b"HTTP://evil.example:80" + target,
            target[:at] + b"%%%02x" % target[at] + target[at + 1 :],
            target + b"/",
            target + b"?",
            target + b"?x=%0d%0aSet-Cookie:%20a=b",
            target + b"?qr",
            target + b"#there",
            target + b"+",
            b"/" + target,
            target.upper(),
            target + b"%00",
            target + b"\xd8\xb9",
            b"*",
            target + b"x" * chance.choice((100, 1_200, 9_000)),
        )
    )


def _flipped(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]


def _cut(chance: random.Random, data: bytes) -> bytes:
    first, last = sorted((chance.randrange(len(data)), chance.randrange(len(data))))
    return data[:first] + data[first + min(last - first, 9) :]


def _glued(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(GLUE) + data[at:]


def _doubled(chance: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\r\n")
    at = chance.randrange(len(lines))
    return b"\r\n".join((*lines[:at], lines[at], *lines[at:]))


def _bare(chance: random.Random, data: bytes) -> bytes:
    return data.replace(b"\r\n", chance.choice((b"\n", b"\r")), chance.choice((1, 2, -1)))


def _long(chance: random.Random, data: bytes) -> bytes:
    size = chance.choice((500, 8_200, 8_200, 70_000))
    return data.replace(b"\r\n\r\n", b"\r\nX-Long: " + b"y" * size + b"\r\n\r\n", 1)


def _odd(chance: random.Random, data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\r\n" + chance.choice(ODD_HEADERS), 1)


def _begun(chance: random.Random, data: bytes) -> bytes:
    return chance.choice((b"\r\n", b"\n", b"\r\n\r\n", b" ", b"\x16\x03\x01")) + data


MUTATIONS: tuple[Mutation, ...] = (
    _flipped, _flipped, _cut, _glued, _glued, _doubled, _bare, _odd, _begun,
)  # fmt: skip


def sound(chance: random.Random, targets: tuple[bytes, ...], hosts: tuple[bytes, ...]) -> bytes:
    """Requests that nobody refuses, whatever comes before or after them."""
    return b"".join(
        b"%b %b HTTP/1.1\r\nHost: %b\r\n%b\r\n"
        % (
            chance.choice((b"GET", b"GET", b"GET", b"HEAD")),
            chance.choice(targets),
            chance.choice(hosts),
            chance.choice(HEADERS),
        )
        for _ in range(chance.choice((1, 2, 3, 8)))
    )


def stream(
    chance: random.Random, targets: tuple[bytes, ...], hosts: tuple[bytes, ...]
) -> list[bytes]:
    """What one client sends: one request or several, some of them spoiled."""
    requests = []
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5))):
        one = request(chance, targets, hosts)
        if chance.random() < 0.35:
            for _ in range(chance.choice((1, 1, 2, 3))):
                one = chance.choice(MUTATIONS)(chance, one) if one else one
        if chance.random() < 0.003:
            one = _long(chance, one)
        requests.append(one)
    return requests


def pieces(chance: random.Random, data: bytes) -> Iterator[bytes]:
    """``data`` as it may arrive: whole, in some pieces, or byte by byte."""
    how = chance.random()
    if how < 0.7 or len(data) < 3:
        yield data
    elif how < 0.97 or len(data) > 300:
        cuts = sorted(chance.randrange(len(data)) for _ in range(chance.randrange(1, 5)))
        for first, last in zip((0, *cuts), (*cuts, len(data)), strict=True):
            if first < last:
                yield data[first:last]
    else:
        for byte in data:
            yield bytes([byte])
