"""Forms that people fill in: read within bounds, checked, and shown again as typed.

Numbers may be typed in Persian, Arabic-Indic or Latin digits, with or without thousands marks.
"""

from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from litestar.exceptions import InternalServerException
from multipart import (  # type: ignore[import-untyped]  # it ships no hints
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
    parse_options_header,
)

from dalan.errors import Invalid
from dalan.kernel.text import fold_digits

SIZE_BYTES_MAX: Final = 256 * 1024
FIELDS_COUNT_MAX: Final = 200

_NUMBER_MARKS = str.maketrans("", "", " ,٬\u200c\u200f\u00a0_")


class FormUnreadable(Invalid):
    """The body is no form, or is larger or has more fields than this form can have."""

    code = "html.form_unreadable"


class UploadedFile(msgspec.Struct, frozen=True):
    """A file as the browser sent it. Name and type are claims, not facts."""

    filename: str
    content_type: str
    content: bytes


class Form:
    """The fields of one submitted form, and what was found wrong with them.

    ``values`` keeps what was typed, for showing it again; ``errors`` has one message a field.
    """

    def __init__(
        self,
        values: dict[str, list[str]] | None = None,
        files: dict[str, list[UploadedFile]] | None = None,
    ) -> None:
        self.values = values or {}
        self.files = files or {}
        self.errors: dict[str, str] = {}

    @property
    def ok(self) -> bool:
        return not self.errors

    def fail(self, field: str, message: str) -> None:
        """Note what is wrong with a field; the first message stands."""
        self.errors.setdefault(field, message)

    def raw(self, field: str, default: str = "") -> str:
        """What was typed, untouched."""
        values = self.values.get(field)
        return values[0] if values else default

    def text(self, field: str, default: str = "") -> str:
        """What was typed, without the white space around it and with line ends as ``\\n``."""
        return self.raw(field, default).replace("\r\n", "\n").strip()

    def all(self, field: str) -> list[str]:
        """Every value of a field that may repeat, empty ones left out."""
        return [value.strip() for value in self.values.get(field, []) if value.strip()]

    def flag(self, field: str) -> bool:
        """Whether a checkbox was ticked."""
        return self.raw(field).lower() in ("1", "on", "true", "yes")

    def whole_number(self, field: str) -> int | None:
        """A whole number in any of the digits people type, None when it is empty or is none.

        At most 18 digits are read, so that the result always fits 64 bits.
        """
        text = fold_digits(self.text(field)).translate(_NUMBER_MARKS)
        unsigned = text.removeprefix("-")
        if not unsigned.isascii() or not unsigned.isdecimal() or len(unsigned) > 18:
            return None
        return int(text)

    def file(self, field: str) -> UploadedFile | None:
        """The file chosen in a field; None when none was."""
        return next((f for f in self.files.get(field, []) if f.filename or f.content), None)


def number_in(text: str, *, digits_max: int = 18) -> int | None:
    """The number that stands in an address or a hidden field: plain digits, so many at the most
    (18 always fit 64 bits); None where it is anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits_max else None


async def read(
    request: Request[Any, Any, Any],
    *,
    size_bytes_max: int = SIZE_BYTES_MAX,
    fields_count_max: int = FIELDS_COUNT_MAX,
) -> Form:
    """The form in a request's body, url-encoded or multipart; an empty one when there is no body.

    Raises ``FormUnreadable`` past either bound and for a body that cannot be parsed. Routes that
    take larger bodies than Litestar's default raise its own limit as well.
    """
    body = await _bounded_body(request, size_bytes_max)
    if not body:
        return Form()
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind == "application/x-www-form-urlencoded":
        return Form(_url_encoded(body, fields_count_max))
    if kind == "multipart/form-data":
        return _multipart(body, options.get("boundary", ""), fields_count_max)
    raise FormUnreadable(f"a form cannot have the content type {kind or 'unstated'!r}")


async def _bounded_body(request: Request[Any, Any, Any], size_bytes_max: int) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > size_bytes_max:
                raise FormUnreadable(f"the form is larger than {size_bytes_max} bytes")
    except InternalServerException as error:  # what Litestar calls a browser that went away
        raise FormUnreadable("the connection ended before the form did") from error
    return bytes(body)


def _url_encoded(body: bytes, fields_count_max: int) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=fields_count_max,
        )
    except ValueError as error:  # UnicodeDecodeError is one too
        raise FormUnreadable("the form cannot be read") from error
    for key, value in pairs:
        values.setdefault(key, []).append(value)
    return values


def _multipart(body: bytes, boundary: str, fields_count_max: int) -> Form:
    values: dict[str, list[str]] = {}
    files: dict[str, list[UploadedFile]] = {}
    segment: MultipartSegment | None = None
    content = bytearray()
    try:
        with PushMultipartParser(boundary, max_segment_count=fields_count_max) as parser:
            for event in [*parser.parse(body), *parser.parse(b"")]:
                if isinstance(event, MultipartSegment):
                    segment, content = event, bytearray()
                elif event:
                    content += event
                elif segment is not None:
                    _keep(segment, bytes(content), values, files)
    except (MultipartError, UnicodeDecodeError) as error:
        raise FormUnreadable("the form cannot be read") from error
    return Form(values, files)


def _keep(
    segment: MultipartSegment,
    content: bytes,
    values: dict[str, list[str]],
    files: dict[str, list[UploadedFile]],
) -> None:
    if segment.filename is None:
        values.setdefault(segment.name, []).append(content.decode("utf-8"))
        return
    file = UploadedFile(
        filename=segment.filename,
        content_type=segment.content_type or "application/octet-stream",
        content=content,
    )
    files.setdefault(segment.name, []).append(file)
