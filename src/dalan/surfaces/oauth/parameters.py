"""What browsers and apps send, read leniently where real apps differ and strictly elsewhere.

``state`` is not ours to change, so query strings are carried as the bytes they were: what is
no UTF-8 goes out again as it came in.
"""

from collections import Counter
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode

import msgspec
from litestar import Request
from litestar.exceptions import InternalServerException

from dalan.domains.oauth import AuthorizationRequest
from dalan.surfaces.html.session import NEXT_LENGTH_MAX

BODY_BYTES_MAX: Final = 64 * 1024
FIELDS_COUNT_MAX: Final = 100
QUERY_LENGTH_MAX: Final = NEXT_LENGTH_MAX - 256
"""Characters of an authorization request: it must survive a detour over the sign-in page, with
our path before it and the mark of when it began behind it."""

_QUERY_SAFE: Final = "/?#[]@!$&'()*+,;=:%-._~"
_KNOWN: Final = frozenset(AuthorizationRequest.__struct_fields__) - {"repeated"}


class Unreadable(Exception):
    """The body of a token request is no form and no JSON object, or is too large."""


def escaped_query(raw: bytes) -> str:
    """A query string, unread, with everything that may not stand in an address escaped."""
    return quote(raw, safe=_QUERY_SAFE)


def authorization_request(query: str) -> AuthorizationRequest:
    """The parameters we know of ``escaped_query``; others are ignored (RFC 6749, 3.1)."""
    pairs = [
        (key, value)
        for key, value in parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
        if key in _KNOWN
    ]
    repeated = frozenset(
        key for key, count in Counter(key for key, _ in pairs).items() if count > 1
    )
    return AuthorizationRequest(**dict(reversed(pairs)), repeated=repeated)


def with_parameters(uri: str, parameters: dict[str, str]) -> str:
    """``uri`` with parameters appended; a query it already has stays in front."""
    query = urlencode(parameters, quote_via=quote, safe="", errors="surrogateescape")
    return f"{uri}{'&' if '?' in uri else '?'}{query}"


async def token_fields(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The fields of a token request, form or JSON, whatever its content type says.

    Empty ones count as absent (RFC 6749, 3.2). Raises ``Unreadable``, also for one that comes
    twice or is no text.
    """
    content = (await body_of(request)).strip()
    return _json_fields(content) if content[:1] == b"{" else _form_fields(content)


async def body_of(request: Request[Any, Any, Any]) -> bytes:
    """The body of a token request. Raises ``Unreadable`` when it is too large or cut off."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > BODY_BYTES_MAX:
                raise Unreadable(f"the body is larger than {BODY_BYTES_MAX} bytes")
    except InternalServerException as error:  # what Litestar calls a client that went away
        raise Unreadable("the connection ended before the body did") from error
    return bytes(body)


def _json_fields(content: bytes) -> dict[str, str]:
    try:
        fields = msgspec.json.decode(content, type=dict[str, str | int | None])
    except msgspec.DecodeError as error:
        raise Unreadable("the body is no JSON object of texts") from error
    return {key: str(value) for key, value in fields.items() if value not in (None, "")}


def _form_fields(content: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            content.decode(), keep_blank_values=True, errors="strict",
            max_num_fields=FIELDS_COUNT_MAX,
        )  # fmt: skip
    except ValueError as error:  # UnicodeDecodeError is one too
        raise Unreadable("the body is neither a form nor a JSON object") from error
    fields = {key: value for key, value in pairs if value}
    if len(fields) < sum(1 for _, value in pairs if value):
        raise Unreadable("a field comes more than once")
    return fields
