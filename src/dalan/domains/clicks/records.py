"""How clicks stand in a segment file: blocks of what was noted in one turn of the event loop.

A block is its length, its checksum and a MessagePack document ``[at, clicks]``; all its clicks
happened at one moment. What is cut short or damaged is no block: whoever reads stops before it.
"""

import struct
import zlib
from collections.abc import Sequence
from hashlib import blake2b
from ipaddress import ip_address
from typing import Final, Literal, get_args

import msgspec

Source = Literal["web", "qr", "api"]

SOURCES: Final[tuple[Source, ...]] = get_args(Source)

AGENT_LENGTH_MAX: Final = 512
REFERRER_LENGTH_MAX: Final = 512
LANGUAGE_LENGTH_MAX: Final = 64
PURPOSE_LENGTH_MAX: Final = 64

MAGIC: Final = b"dalnclk1"
"""What every segment begins with."""

BLOCK_BYTES_MAX: Final = 1 << 26
_HEAD: Final = struct.Struct("<II")
_encode: Final = msgspec.msgpack.Encoder().encode


class Visit(msgspec.Struct, frozen=True, array_like=True):
    """Whose click it was, as far as that is kept: the network's address (``cut``: 3 bytes of IPv4,
    6 of IPv6, none when unknown), a keyed hash of the day, and whether they are left out."""

    cut: bytes
    visitor: int
    is_excluded: bool


class Head(msgspec.Struct, frozen=True, array_like=True):
    """What a request said of itself, within bounds."""

    agent: str
    referrer: str
    language: str
    purpose: str


class Noted(msgspec.Struct, frozen=True, array_like=True):
    """One click as it was noted; ``source`` is a place in ``SOURCES``."""

    link_id: int
    source: int
    visit: Visit
    head: Head


class Block(msgspec.Struct, frozen=True, array_like=True):
    """The clicks of one turn, ``at`` microseconds since the epoch."""

    at: int
    clicks: list[Noted]


Packed = tuple[int, int, msgspec.Raw, msgspec.Raw]
"""A click whose visit and head are encoded already."""

_decode: Final = msgspec.msgpack.Decoder(Block).decode


class Told:
    """What a request said of itself. Made once for requests that say the same, and kept: it is
    encoded here, not at every click."""

    __slots__ = ("agent", "raw")

    def __init__(
        self, agent: str = "", referrer: str = "", language: str = "", purpose: str = ""
    ) -> None:
        self.agent = _plain(agent[:AGENT_LENGTH_MAX])
        self.raw = msgspec.Raw(
            _encode(
                Head(
                    self.agent,
                    # Only its host is kept: where a visitor had been reading is not ours to know.
                    _plain(referrer[:REFERRER_LENGTH_MAX]).partition("?")[0],
                    _plain(language[:LANGUAGE_LENGTH_MAX]),
                    _plain(purpose[:PURPOSE_LENGTH_MAX]),
                )
            )
        )


def cut_of(address: str) -> bytes:
    """The network of an address: 24 bits of IPv4, 48 of IPv6; nothing of what is no address."""
    try:
        one = ip_address(address.partition("%")[0])
    except ValueError:
        return b""
    mapped = getattr(one, "ipv4_mapped", None)
    packed = (mapped or one).packed
    return packed[:3] if len(packed) == 4 else packed[:6]


def visit_of(address: str, agent: str, key: bytes, *, is_excluded: bool) -> msgspec.Raw:
    """A visit, encoded. ``key`` is of the day: tomorrow the same visitor is somebody else."""
    digest = blake2b(f"{address}\n{agent}".encode(), digest_size=8, key=key[:64]).digest()
    visitor = int.from_bytes(digest, "big", signed=True)
    return msgspec.Raw(_encode(Visit(cut_of(address), visitor, is_excluded)))


def block_of(at: int, clicks: Sequence[Packed]) -> bytes:
    """A block as it is written."""
    body = _encode((at, clicks))
    return _HEAD.pack(len(body), zlib.crc32(body)) + body


def decoded(at: int, clicks: Sequence[Packed]) -> Block:
    """What a block of these would be read as."""
    return _decode(_encode((at, clicks)))


def block_in(data: bytes | memoryview, offset: int) -> tuple[Block, int] | None:
    """The block at ``offset`` and where the next begins; None where no whole one stands."""
    begins = offset + _HEAD.size
    if begins > len(data):
        return None
    length, checksum = _HEAD.unpack_from(data, offset)
    ends = begins + length
    if not 0 < length <= BLOCK_BYTES_MAX or ends > len(data):
        return None
    body = data[begins:ends]
    if zlib.crc32(body) != checksum:
        return None
    try:
        return _decode(body), ends
    except msgspec.MsgspecError:  # whole, and yet none of ours: another version's
        return None


def _plain(text: str) -> str:
    """Without what no database keeps: NUL and halves of surrogate pairs."""
    if text.isascii():
        return text.replace("\x00", "")
    return text.replace("\x00", "").encode(errors="replace").decode()
