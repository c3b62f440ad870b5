"""Cursors: where a listing goes on, as one opaque text.

A cursor holds the sort values of the last row given out, so that rows added or removed in
between neither repeat nor skip others. It is opaque, not secret, and grants nothing: whoever
lists with it is checked as for the first page.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from datetime import datetime
from functools import lru_cache
from math import isfinite
from typing import Any, ClassVar, TypeVar

import msgspec

from dalan.errors import Invalid

CURSOR_LENGTH_MAX = 512

Value = int | float | str | bool | datetime | None

Values = TypeVar("Values", bound=tuple[Any, ...])


class InvalidCursor(Invalid):
    """A cursor that no listing of this kind gave out."""

    code: ClassVar[str] = "paging.invalid_cursor"

    def __init__(self) -> None:
        super().__init__("the cursor is not one of this listing")


def encode(values: tuple[Value, ...]) -> str:
    """The cursor after a row with these sort values; URL-safe, times in UTC.

    Texts in it are short ones (tokens, slugs): a cursor has at most 512 characters.
    """
    cursor = urlsafe_b64encode(msgspec.msgpack.encode(values)).rstrip(b"=").decode()
    assert len(cursor) <= CURSOR_LENGTH_MAX, "sort by something shorter"
    return cursor


def decode(text: str, shape: type[Values]) -> Values:
    """The values of a cursor, of the types ``shape`` names: ``tuple[datetime, int]``.

    Numbers fit 64 bits and texts any column. Raises ``InvalidCursor`` for everything else.
    """
    if not text or len(text) > CURSOR_LENGTH_MAX or not text.isascii():
        raise InvalidCursor
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        values: Values = _decoder(shape).decode(raw)
    except (Base64Error, msgspec.DecodeError, ValueError):
        raise InvalidCursor from None
    if not all(map(_fits_a_column, values)):
        raise InvalidCursor
    return values


@lru_cache(maxsize=128)
def _decoder(shape: type[Values]) -> msgspec.msgpack.Decoder[Values]:
    return msgspec.msgpack.Decoder(shape)


def _fits_a_column(value: Value) -> bool:
    match value:
        case int():
            return -(2**63) <= value < 2**63
        case float():
            return isfinite(value)
        case str():
            return "\0" not in value
        case datetime():
            return value.tzinfo is not None
        case _:
            return value is None
