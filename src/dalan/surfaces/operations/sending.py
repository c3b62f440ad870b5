"""Reading a request's parts and sending an answer, straight over ASGI."""

from collections.abc import Iterable
from urllib.parse import parse_qs

from dalan.surfaces.asgi import Scope, Send

Headers = list[tuple[bytes, bytes]]

JSON_TYPE = (b"content-type", b"application/json")
NO_SNIFF = (b"x-content-type-options", b"nosniff")

QUERY_FIELDS_MAX = 100


def header(scope: Scope, name: bytes) -> str:
    """A request header's value, empty when absent. ``name`` is lower case."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value, "latin-1")
    return ""


def query_of(scope: Scope) -> dict[str, str]:
    """The query's fields, each with its last value; an unreadable query is an empty one."""
    raw = scope["query_string"]
    if not raw:
        return {}
    try:
        fields = parse_qs(raw.decode(), keep_blank_values=True, max_num_fields=QUERY_FIELDS_MAX)
    except (ValueError, UnicodeDecodeError):
        return {}
    return {name: values[-1] for name, values in fields.items()}


async def send_answer(
    send: Send,
    status: int,
    body: bytes,
    *,
    headers: Iterable[tuple[bytes, bytes]] = (),
    head: bool = False,
    content_type: tuple[bytes, bytes] = JSON_TYPE,
) -> None:
    """One whole JSON answer. ``head``: without its body, as HEAD wants it; 204 and 304 never have
    one."""
    said: Headers = [content_type, NO_SNIFF, (b"content-length", str(len(body)).encode())]
    if status in (204, 304):
        said, body = [], b""
    await send({"type": "http.response.start", "status": status, "headers": [*said, *headers]})
    await send({"type": "http.response.body", "body": b"" if head else body, "more_body": False})
