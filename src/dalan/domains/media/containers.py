"""Videos and voices: what a file in an ISO base media container (MP4, M4A, 3GP) is.

Only the boxes that say what there is are read, never a frame. Where something was filmed is
nobody's business: ``blank_metadata`` overwrites what cameras say of it with nothing, in place, so
that no offset of the media moves. Blocking: runs in a thread.

Source: ISO/IEC 14496-12, 4.2 (boxes), 4.3 (ftyp), 8.2 (mvhd), 8.3.2 (tkhd), 8.4.3 (hdlr); the box
``udta`` and, inside it, ``©xyz`` are what phones write places into.
"""

from collections.abc import Iterator
from typing import IO, Final

import msgspec

from dalan.domains.media.errors import UnreadableFile

BOXES_MAX: Final = 5_000
"""Read of one file: real ones have tens, and a few thousand when cut into fragments."""

MOVIE_BYTES_MAX: Final = 8_000_000
"""What is said about the media, beside it: 0.1 MB a minute."""

SIDE_PX_MAX: Final = 4_096

_WITHIN: Final = {b"moov", b"trak", b"mdia"}
"""Boxes of boxes that lead to what we ask."""

_BLANKED: Final = {b"udta", b"meta", b"uuid"}
_AUDIO_BRANDS: Final = {b"M4A ", b"M4B "}
_MATROSKA: Final = b"\x1aE\xdf\xa3"


class Box(msgspec.Struct, frozen=True):
    """Where a box stands in its file."""

    kind: bytes
    start: int
    body: int
    end: int
    inside: tuple[bytes, ...]
    """The boxes around it, outermost first."""


class Container(msgspec.Struct, frozen=True):
    """What a file says of itself. Sides are 0 where there is nothing to see."""

    brand: bytes
    duration_ms: int
    width_px: int
    height_px: int
    has_video: bool
    has_audio: bool
    metadata: tuple[Box, ...]


def is_container(head: bytes) -> bool:
    """Whether a file that begins so is one of these."""
    return head[4:8] == b"ftyp"


def read_container(file: IO[bytes], size_bytes: int) -> Container:
    """What a file in this container holds.

    Raises ``UnreadableFile`` for what is no such file, is not whole, or holds no media at all.
    """
    head = _at(file, 0, 12)
    if head.startswith(_MATROSKA):
        raise UnreadableFile("WebM and Matroska are not taken; send MP4", reason="unknown_type")
    if not is_container(head):
        raise UnreadableFile("not an MP4 or 3GP file", reason="unknown_type")
    boxes = list(_boxes(file, 0, size_bytes, (), [BOXES_MAX]))
    kinds = [box.kind for box in boxes if not box.inside]
    if kinds.count(b"moov") != 1 or b"mdat" not in kinds:
        raise UnreadableFile(
            "the file is not whole: its index or its media is missing", reason="broken"
        )
    handlers = {_at(file, box.body + 8, 4) for box in boxes if box.kind == b"hdlr"}
    sides = [_sides(file, box) for box in boxes if box.kind == b"tkhd"]
    header = next((box for box in boxes if box.kind == b"mvhd"), None)
    tracks = [box for box in boxes if box.kind == b"mdhd"]
    if header is None or not handlers & {b"vide", b"soun"}:
        raise UnreadableFile("the file holds neither picture nor sound", reason="broken")
    return Container(
        brand=head[8:12],
        # What one of them says shorter than another, a player plays to its end all the same.
        duration_ms=max(_duration_ms(file, box) for box in (header, *tracks)),
        width_px=max((width for width, _ in sides), default=0),
        height_px=max((height for _, height in sides), default=0),
        has_video=b"vide" in handlers,
        has_audio=b"soun" in handlers,
        metadata=tuple(box for box in boxes if box.kind in _BLANKED),
    )


def is_audio_brand(container: Container) -> bool:
    """Whether the file calls itself one of sound alone."""
    return container.brand in _AUDIO_BRANDS


def blank_metadata(file: IO[bytes], container: Container) -> None:
    """Make every box of metadata one of free space, in place, and its body zeros."""
    for box in container.metadata:
        file.seek(box.start + 4)
        file.write(b"free")
        file.seek(box.body)
        for at in range(box.body, box.end, 65_536):
            file.write(bytes(min(65_536, box.end - at)))
    file.seek(0)


def _boxes(
    file: IO[bytes], start: int, end: int, inside: tuple[bytes, ...], budget: list[int]
) -> Iterator[Box]:
    """``budget`` holds how many more may be read of the whole file."""
    at = start
    while at < end:
        budget[0] -= 1
        if budget[0] < 0:
            raise UnreadableFile("the file is cut into too many pieces", reason="broken")
        head = _at(file, at, 16)
        size, kind, body = int.from_bytes(head[:4]), head[4:8], at + 8
        if size == 1:
            size, body = int.from_bytes(head[8:16]), at + 16
        elif size == 0:  # to the end of what it stands in
            size = end - at
        if len(head) < 8 or size < body - at or at + size > end:
            raise UnreadableFile("the file is damaged or not whole", reason="broken")
        if kind == b"moov" and size > MOVIE_BYTES_MAX:
            raise UnreadableFile("the file says more about its media than we read", reason="broken")
        yield Box(kind, at, body, at + size, inside)
        if kind in _WITHIN and len(inside) < 4:
            yield from _boxes(file, body, at + size, (*inside, kind), budget)
        at += size


def _duration_ms(file: IO[bytes], header: Box) -> int:
    """Of ``mvhd``: version, flags, two times, timescale, duration; 32 bits each or, of the times
    and the duration, 64."""
    data = _at(file, header.body, 32)
    if len(data) < 32:
        raise UnreadableFile("the file is damaged", reason="broken")
    if data[0] == 1:
        scale, length = int.from_bytes(data[20:24]), int.from_bytes(data[24:32])
        unknown = 2**64 - 1
    else:
        scale, length = int.from_bytes(data[12:16]), int.from_bytes(data[16:20])
        unknown = 2**32 - 1
    if not scale:
        raise UnreadableFile("the file is damaged", reason="broken")
    return 0 if length == unknown else length * 1_000 // scale


def _sides(file: IO[bytes], header: Box) -> tuple[int, int]:
    """Of ``tkhd``: its last eight bytes, in 16.16 fixed point, after a matrix of nine numbers
    that lays the picture on its side when the first and the fifth are nothing."""
    if header.end - header.body < 84:
        raise UnreadableFile("the file is damaged", reason="broken")
    data = _at(file, header.end - 44, 44)
    sides = (int.from_bytes(data[36:38]), int.from_bytes(data[40:42]))
    lies = not any(data[0:4]) and not any(data[16:20]) and any(data[4:8])
    return (sides[1], sides[0]) if lies else sides


def _at(file: IO[bytes], offset: int, count: int) -> bytes:
    file.seek(offset)
    return file.read(count)
