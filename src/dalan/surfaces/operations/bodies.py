"""Bodies as real clients send them: JSON whatever the header says, nothing for an empty object."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from dalan.errors import Invalid
from dalan.surfaces.asgi import Receive

Wire = TypeVar("Wire")

DEPTH_MAX = 40


class InvalidBody(Invalid):
    """The body is no JSON, or not the JSON this operation takes; the message names the place,
    and so does ``field`` when it is one member that does not fit."""

    code = "request.invalid_body"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class BodyTooLarge(Invalid):
    """The body is larger than we read."""

    code = "request.body_too_large"


async def body_of(receive: Receive, *, bytes_max: int) -> bytes:
    """The whole body; BodyTooLarge as soon as there is more than ``bytes_max`` of it."""
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        if len(body) > bytes_max:
            raise BodyTooLarge(f"the body may have at most {bytes_max} bytes")
        return body
    parts, size = [body], len(body)
    while message.get("more_body"):
        message = await receive()
        if message["type"] != "http.request":
            raise InvalidBody("the connection ended before the body did")
        parts.append(message["body"])
        size += len(message["body"])
        if size > bytes_max:
            raise BodyTooLarge(f"the body may have at most {bytes_max} bytes")
    return b"".join(parts)


def json_value(body: bytes, *, empty: Any = None) -> Any:
    """The JSON value of a body; ``empty`` when there is none. Strings are safe to store: text
    that no database takes (NUL, half a surrogate pair) is refused here, once. Nulls stay, for
    inside an app's own data they mean what they say."""
    if not body or body.isspace():
        return {} if empty is None else empty
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidBody("the body is not valid JSON") from error
    except RecursionError as error:
        raise InvalidBody("the body is nested too deeply") from error
    _check(value, "", 0)
    return value


def decode_body(value: Any, kind: type[Wire], *, nulls: bool = False) -> Wire:
    """``value`` as the struct of an operation: unknown members ignored, null as absent (unless
    ``nulls`` mean something there), and the first misfit refused by the name of its place."""
    try:
        return msgspec.convert(value if nulls else _without_nulls(value), kind, strict=True)
    except msgspec.ValidationError as error:
        place, what = _misfit(str(error))
        raise InvalidBody(f"{place or 'body'}: {what}", field=place) from error


def _without_nulls(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_nulls(one) for one in value]
    if isinstance(value, Mapping):
        return {key: _without_nulls(one) for key, one in value.items() if one is not None}
    return value


def _check(value: Any, place: str, depth: int) -> None:
    """Raises on what nobody can store."""
    if isinstance(value, str):
        _refuse_unstorable(value, place)
    elif depth > DEPTH_MAX:
        raise InvalidBody("the body is nested too deeply")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            _check(one, f"{place}[{number}]", depth + 1)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            _refuse_unstorable(key, place)
            _check(one, f"{place}.{key}" if place else key, depth + 1)
    elif isinstance(value, int) and not -(2**63) <= value < 2**64:
        raise InvalidBody(f"{place or 'body'}: the number is too large", field=place)


def _refuse_unstorable(text: str, place: str) -> None:
    if "\x00" in text:
        raise InvalidBody(f"{place or 'body'}: text may not hold the NUL character", field=place)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        message = f"{place or 'body'}: text with half a surrogate pair"
        raise InvalidBody(message, field=place) from error


def _misfit(message: str) -> tuple[str, str]:
    """``Expected `str`, got `int` - at `$.a[0]``` as ``a[0]`` and ``expected str, got int``."""
    what, _, where = message.replace("`", "").partition(" - at ")
    return where.removeprefix("$").removeprefix("."), f"{what[:1].lower()}{what[1:]}"
