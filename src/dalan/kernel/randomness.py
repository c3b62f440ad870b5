"""Where chance comes from: one source, which only a dev world may replace by a seeded one.

Tokens, ids, codes, jitter and nonces all draw here, so that a dev world with a seed and a
frozen clock gives byte-identical answers. Nothing else calls ``secrets`` or ``random``.
"""

import hashlib
import hmac
import itertools
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

Source = Callable[[int], bytes]
"""Gives that many bytes, never fewer."""

_source: Source = secrets.token_bytes


def token_bytes(count: int) -> bytes:
    """``count`` bytes nobody can guess (in a seeded world: the next ``count`` of the stream)."""
    return _source(count)


def token_urlsafe(count: int) -> str:
    """``count`` random bytes as base64url without padding: four characters for three bytes."""
    return urlsafe_b64encode(_source(count)).rstrip(b"=").decode("ascii")


def below(limit: int) -> int:
    """A whole number from 0 to ``limit - 1``, each equally likely."""
    assert limit > 0, "there is no number below zero to draw"
    bits = (limit - 1).bit_length()
    count, surplus = (bits + 7) // 8, -bits % 8
    while True:
        drawn = int.from_bytes(_source(count), "big") >> surplus
        if drawn < limit:
            return drawn


def between(low: float, high: float) -> float:
    """A number from ``low`` to below ``high``, each as likely: for pauses and jitter."""
    return low + (high - low) * below(1 << 32) / (1 << 32)


def choice_text(alphabet: str, length: int) -> str:
    """``length`` characters of ``alphabet`` (at most 256 of them), each equally likely."""
    size = len(alphabet)
    assert 0 < size <= 256, "one byte picks one character"
    # Bytes past the last whole round of the alphabet would favour its first characters.
    fair = 256 - 256 % size
    picked: list[str] = []
    while (missing := length - len(picked)) > 0:
        drawn = _source(missing + missing // 4 + 1)
        picked += [alphabet[byte % size] for byte in drawn if byte < fair][:missing]
    return "".join(picked)


def uuid4() -> UUID:
    """A random UUID, version 4."""
    return UUID(bytes=_source(16), version=4)


def install(source: Source | None) -> None:
    """Replace the source for the whole process; None puts the machine's own back.

    Only the composition root of a dev world and the tests call this.
    """
    global _source  # noqa: PLW0603 (one source for the process is the point)
    _source = source or secrets.token_bytes


@contextmanager
def installed(source: Source) -> Iterator[None]:
    """``install`` for the length of a block."""
    global _source  # noqa: PLW0603 (one source for the process is the point)
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before


class SeededRandomness:
    """The same bytes for the same seed, in the order they are asked for.

    Only ``dalan dev`` may build one: whoever knows the seed knows every token, key and code
    the world will ever issue. ``dalan serve`` refuses a seeded world.

    The stream is HMAC-SHA-512 of a counter under the seed; each call starts at a fresh block,
    so what one call gets does not depend on how many bytes the calls before it asked for.
    """

    def __init__(self, seed: bytes) -> None:
        self._key = hashlib.sha512(b"dalan seeded randomness\0" + seed).digest()
        self._blocks = itertools.count()  # which threads may draw from, each a block of its own

    def __call__(self, count: int) -> bytes:
        drawn = b""
        while len(drawn) < count:
            drawn += hmac.digest(self._key, next(self._blocks).to_bytes(8, "big"), "sha512")
        return drawn[:count]
