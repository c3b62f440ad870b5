"""The entries of a file, whatever it is written in: CSV, JSON, XML or a dump of MySQL.

Each is a number and its values by their folded names. Nothing is evaluated, nothing referred to is
followed: XML with a document type is refused, and of a dump only the rows of one table are read.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final
from xml.parsers import expat

import msgspec

from dalan.domains.links.errors import InvalidLink
from dalan.domains.links.imports.sources import folded

Entry = tuple[int, Mapping[str, Any]]

_JSON: Final = msgspec.json.Decoder()
_DELIMITERS: Final = ",;\t"
_DUMPS_BEGIN: Final = ("--", "/*", "#", "insert ", "replace ", "create table", "drop table", "set ")
_HEAD_LENGTH_MAX: Final = 10_000


class UnreadableImport(InvalidLink):
    """A file is none of those that are read, or larger than is read at once."""

    code: ClassVar[str] = "links.import_unreadable"

    def __init__(self, message: str) -> None:
        super().__init__(message, field="file")


def entries_of(text: str) -> Iterator[Entry]:
    """Every entry of a file, in its order, numbered from 1. Raises UnreadableImport."""
    begin = text.lstrip()[:1]
    if not begin:
        raise UnreadableImport("the file is empty")
    if begin in "[{":
        return _of_json(text)
    if begin == "<":
        return _of_xml(text)
    if _head(text).lower().startswith(_DUMPS_BEGIN):
        return _of_dump(text)
    return _of_csv(text)


def _head(text: str) -> str:
    return text.lstrip()[:_HEAD_LENGTH_MAX].splitlines()[0]


def _of_csv(text: str) -> Iterator[Entry]:
    head = _head(text)
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text.lstrip(), newline=""), delimiter=delimiter)
    try:
        names = [folded(name) for name in next(reader)]
        if not any(names):
            raise UnreadableImport("the first line names no columns")
        number = 0
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            number += 1
            yield number, dict(zip(names, cells, strict=False))
    except (csv.Error, StopIteration) as error:
        raise UnreadableImport(f"the table cannot be read: {error}") from None


def _of_json(text: str) -> Iterator[Entry]:
    """A list of links; an answer of an API, or several of them; or one JSON value a line."""
    try:
        value = _JSON.decode(text)
    except (msgspec.DecodeError, RecursionError):
        try:
            value = _JSON.decode_lines(text)
        except (msgspec.DecodeError, RecursionError):
            raise UnreadableImport("this is no JSON") from None
    for number, one in enumerate(_listed(value, 0), start=1):
        yield number, {folded(name): value for name, value in one.items()}


_ENVELOPES: Final = ("links", "data", "shortUrls", "short_urls")
_ENVELOPES_DEPTH_MAX: Final = 4


def _listed(value: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    """The objects that are links, out of the envelopes that APIs put them in."""
    if depth > _ENVELOPES_DEPTH_MAX:
        return
    if isinstance(value, list):
        for one in value:
            yield from _listed(one, depth + 1)
    elif isinstance(value, Mapping):
        held = next((value[name] for name in _ENVELOPES if _holds(value.get(name))), None)
        if held is None:
            yield value
        elif isinstance(held, Mapping) and not any(name in held for name in _ENVELOPES):
            yield from (one for one in held.values() if isinstance(one, Mapping))
        else:
            yield from _listed(held, depth + 1)


def _holds(value: Any) -> bool:
    return isinstance(value, list | Mapping)


class _Xml:
    """An answer of YOURLS's API as XML: every element ``link_N`` is a link of its children."""

    def __init__(self) -> None:
        self.found: list[dict[str, str]] = []
        self._entry: dict[str, str] | None = None
        self._name, self._depth = "", 0
        parser = expat.ParserCreate("utf-8")  # whatever it says: it was read as text already
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._say
        parser.buffer_text = True
        self.parser = parser

    def _refuse(self, *_: object) -> None:
        raise UnreadableImport("a document type is not read")

    def _begin(self, name: str, _: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _ENVELOPES_DEPTH_MAX:
            raise UnreadableImport("the elements are nested too deeply")
        if self._entry is None:
            if re.fullmatch(r"link_\d{1,9}", name):
                self._entry = {}
        else:
            self._name = folded(name)

    def _say(self, text: str) -> None:
        if self._entry is not None and self._name:
            self._entry[self._name] = self._entry.get(self._name, "") + text

    def _end(self, name: str) -> None:
        self._name, self._depth = "", self._depth - 1
        if self._entry is not None and re.fullmatch(r"link_\d{1,9}", name):
            self.found.append(self._entry)
            self._entry = None


def _of_xml(text: str) -> Iterator[Entry]:
    reader = _Xml()
    try:
        reader.parser.Parse(text.lstrip().encode(), True)
    except expat.ExpatError as error:
        raise UnreadableImport(f"this is no XML: {error}") from None
    yield from enumerate(reader.found, start=1)


# A dump is cut at its texts and comments first: what a visitor's browser called itself, which
# stands in another table of the same dump, is never taken for a statement.
_TEXT: Final = r"'(?:[^'\\]|\\.|'')*+(?:'|\\?\Z)"
_INSERT: Final = re.compile(
    rf"""{_TEXT}|"(?:[^"\\]|\\.|"")*+(?:"|\\?\Z)|--[^\n]*|\#[^\n]*|/\*.*?(?:\*/|\Z)
    |(?P<insert>\b(?:INSERT|REPLACE)\s+(?:IGNORE\s+)?INTO\s+`?(?P<table>\w{{1,64}})`?\s*
    (?:\((?P<names>[^()']{{1,500}})\)\s*)?VALUES\s*)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_VALUE: Final = re.compile(
    rf"\s*(?:(?P<text>{_TEXT})|(?P<word>[\w.+-]{{1,64}}))\s*(?P<after>[,)])", re.DOTALL
)
_OPEN: Final = re.compile(r"\s*,?\s*\(")
_COLUMNS: Final = ("keyword", "url", "title", "timestamp", "ip", "clicks")
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "0": "\x00", "Z": "\x1a", "b": "\b"}


def _of_dump(text: str) -> Iterator[Entry]:
    """The rows of the table whose name ends with ``url``: its options and log are passed over."""
    at, number = 0, 0
    while (found := _INSERT.search(text, at)) is not None:
        at = found.end()
        if found["insert"] is None or not found["table"].lower().endswith("url"):
            continue
        named = found["names"] or ",".join(_COLUMNS)
        names = [folded(name) for name in named.split(",")]
        while (opened := _OPEN.match(text, at)) is not None:
            values, at = _tuple(text, opened.end())
            number += 1
            yield number, dict(zip(names, values, strict=False))


def _tuple(text: str, at: int) -> tuple[list[str | None], int]:
    values: list[str | None] = []
    while True:
        found = _VALUE.match(text, at)
        if found is None:
            raise UnreadableImport("the dump cannot be read")
        at = found.end()
        values.append(_unquoted(found["text"]) if found["text"] else _plain(found["word"]))
        if found["after"] == ")":
            return values, at


def _unquoted(text: str) -> str:
    inside = text[1:-1] if text.endswith("'") else text[1:]
    return re.sub(
        r"''|\\(.)",
        lambda found: "'" if found[1] is None else _ESCAPES.get(found[1], found[1]),
        inside,
        flags=re.DOTALL,
    )


def _plain(word: str) -> str | None:
    return None if word.upper() == "NULL" else word
