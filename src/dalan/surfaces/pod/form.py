"""The fields of a service call, however a client spells them: query, form, multipart, JSON.

A field's values stay a list, for SDKs repeat keys and number them in brackets. Source:
pod-links.md 1.1 and 1.3.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from multipart import (  # type: ignore[import-untyped]  # it ships no hints
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
    parse_options_header,
)

from dalan.errors import Invalid

FIELDS_MAX: Final = 64
BYTES_MAX: Final = 1_048_576

_BRACKETS = re.compile(r"\[\d*\]$")

Fields = dict[str, list[str]]


class TooMuch(Invalid):
    """The request has more bytes or fields than the gateway reads; HTTP 413."""

    code = "pod.too_much"

    def __init__(self) -> None:
        super().__init__(f"at most {BYTES_MAX} bytes and {FIELDS_MAX} parameters are read")


class UnreadableField(Invalid):
    """A body that is no JSON object, no form, or holds characters that no text has."""

    code = "pod.unreadable"

    def __init__(self, message: str, *, field: str = "body") -> None:
        super().__init__(message)
        self.field = field


def fields_of(query: bytes, body: bytes, content_type: str) -> Fields:
    """Every field of a request; of one that stands in both, the body's. Raises TooMuch and
    UnreadableField."""
    given = _grouped(_url_encoded(query))
    given.update(_grouped(_pairs_of_body(body, content_type)))
    if sum(map(len, given.values())) > FIELDS_MAX:
        raise TooMuch
    return given


def with_document(given: Fields) -> Fields:
    """The fields with those of the JSON object in ``body`` beneath them. Raises UnreadableField."""
    text = (given.get("body") or [""])[-1].strip()
    if not text:
        return given
    return _grouped(_pairs_of_json(text.encode(errors="replace"))) | given


def _pairs_of_body(body: bytes, content_type: str) -> Iterable[tuple[str, str]]:
    if not body.strip():
        return []
    kind, options = parse_options_header(content_type)
    if kind == "multipart/form-data":
        return _multipart(body, options.get("boundary", ""))
    if kind == "application/json" or body.lstrip()[:1] == b"{":
        return _pairs_of_json(body)
    return _url_encoded(body)


def _url_encoded(raw: bytes) -> Iterable[tuple[str, str]]:
    try:
        return parse_qsl(
            raw.decode("utf-8", errors="replace"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=FIELDS_MAX,
        )
    except ValueError:
        raise TooMuch from None


def _multipart(body: bytes, boundary: str) -> Iterable[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    segment: MultipartSegment | None = None
    content = bytearray()
    try:
        with PushMultipartParser(boundary, max_segment_count=FIELDS_MAX + 1) as parser:
            for event in [*parser.parse(body), *parser.parse(b"")]:
                if isinstance(event, MultipartSegment):
                    segment, content = event, bytearray()
                elif event:
                    content += event
                elif segment is not None and segment.filename is None:
                    pairs.append((segment.name, content.decode("utf-8", errors="replace")))
    except (MultipartError, UnicodeDecodeError):
        raise UnreadableField("the multipart body cannot be read") from None
    return pairs


def _pairs_of_json(raw: bytes) -> Iterable[tuple[str, str]]:
    try:
        value = msgspec.json.decode(raw)
        if isinstance(value, Mapping):
            # What was just shallow enough to be read may be too deep to be written.
            return [
                (name, text)
                for name, one in value.items()
                if one is not None
                for text in (_texts(one) if isinstance(one, list) else [_text(one)])
            ]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    raise UnreadableField("this is not a JSON object")


def _texts(values: list[Any]) -> list[str]:
    return [_text(one) for one in values if one is not None]


def _text(value: Any) -> str:
    """``true`` and ``false`` as words, numbers as their digits, objects as the JSON they are."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _grouped(pairs: Iterable[tuple[str, str]]) -> Fields:
    grouped: Fields = {}
    for name, value in pairs:
        grouped.setdefault(_BRACKETS.sub("", name), []).append(value)
    return grouped
