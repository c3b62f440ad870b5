"""Parts of a file, and whether somebody has it already. Source: RFC 9110, 13.1 and 14."""

import re
from typing import Final, Literal

UNSATISFIABLE: Final = "unsatisfiable"
Stretch = tuple[int, int]
"""From the first byte to one past the last."""

_ONE = re.compile(rb"bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*", re.IGNORECASE)
_TAG = re.compile(rb'(?:W/)?("[^"]*")')


def stretch_of(header: bytes, size_bytes: int) -> Stretch | Literal["unsatisfiable"] | None:
    """What a ``Range`` header asks of a file of ``size_bytes``; None: all of it.

    Of several ranges none is given: all of the file is a good answer to that (14.2), and many
    small ones are how a server is made to work.
    """
    found = _ONE.fullmatch(header)
    if found is None or (not found[1] and not found[2]):
        return None
    if not found[1]:  # the last so many
        count = int(found[2])
        return (max(0, size_bytes - count), size_bytes) if count and size_bytes else UNSATISFIABLE
    start = int(found[1])
    end = min(int(found[2]) + 1, size_bytes) if found[2] else size_bytes
    if found[2] and int(found[2]) < start:
        return None  # no range at all, so as if it were not there
    return (start, end) if start < size_bytes else UNSATISFIABLE


def lists(header: bytes, etag: bytes) -> bool:
    """Whether ``If-None-Match`` lists the tag, by weak comparison, or takes any."""
    return header.strip() == b"*" or etag in _TAG.findall(header)


def fresh(header: bytes, etag: bytes) -> bool:
    """Whether ``If-Range`` lets a range be answered: it is not there, or has this very tag."""
    return not header or header.strip() == etag
