"""A file of links as rows: whose file it is found out, bounds kept, nothing stored."""

from collections.abc import Mapping
from itertools import chain
from typing import Any, Final, get_args

import msgspec

from dalan.domains.links.imports.entries import Entry, UnreadableImport, entries_of
from dalan.domains.links.imports.rows import ImportRow
from dalan.domains.links.imports.sources import ImportSource, fits, rows_of, source_of

__all__ = [
    "IMPORT_BYTES_MAX",
    "IMPORT_ROWS_MAX",
    "IMPORT_SOURCES",
    "ImportSource",
    "Reading",
    "UnreadableImport",
    "read_import",
]

IMPORT_BYTES_MAX: Final = 10_000_000
IMPORT_ROWS_MAX: Final = 50_000
VALUE_DEPTH_MAX: Final = 8
IMPORT_SOURCES: Final[tuple[ImportSource, ...]] = get_args(ImportSource)

_BYTE_ORDERS: Final = (b"\xff\xfe", b"\xfe\xff")


class Reading(msgspec.Struct, frozen=True):
    """Whose file it is, and its rows in their order."""

    source: ImportSource
    rows: list[ImportRow]


def read_import(content: bytes, source: ImportSource | None = None) -> Reading:
    """The links of a file, of whoever it is when no ``source`` is named. It takes a second for ten
    megabytes: call it in a thread.

    Raises UnreadableImport: too large, too many rows, no text, no file of links, not that source's.
    A row that cannot be is no reason: its ``problem`` says why.
    """
    if len(content) > IMPORT_BYTES_MAX:
        raise UnreadableImport(f"a file has at most {IMPORT_BYTES_MAX} bytes")
    entries = entries_of(_text(content))
    first = next(entries, None)
    if first is None:
        raise UnreadableImport("the file holds no links")
    names = frozenset(first[1])
    known = source or source_of(names)
    if known is None or not fits(known, names):
        raise UnreadableImport("the file is of none of the kinds that are read")
    rows: list[ImportRow] = []
    for entry in chain([first], entries):
        rows += _checked(known, entry)
        if len(rows) > IMPORT_ROWS_MAX:
            raise UnreadableImport(f"a file has at most {IMPORT_ROWS_MAX} links")
    return Reading(known, rows)


def _text(content: bytes) -> str:
    try:
        if content.startswith(_BYTE_ORDERS):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableImport("the file is not UTF-8") from None


def _checked(source: ImportSource, entry: Entry) -> list[ImportRow]:
    number, given = entry
    if not _storable(given, VALUE_DEPTH_MAX):
        return [ImportRow(number=number, problem="it holds what no link can say")]
    return list(rows_of(source, number, given))


def _storable(value: Any, depth: int) -> bool:
    """No NUL and no half of a surrogate pair in it, and nested no deeper than any of those is."""
    if isinstance(value, str):
        if value.isascii():
            return "\x00" not in value
        try:
            return b"\x00" not in value.encode()
        except UnicodeEncodeError:
            return False
    if isinstance(value, Mapping):
        return depth > 0 and all(_storable(one, depth - 1) for one in value.values())
    if isinstance(value, list):
        return depth > 0 and all(_storable(one, depth - 1) for one in value)
    return True
