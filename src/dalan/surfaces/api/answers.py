"""What a handler may answer with beside a message: another status, headers, a file, a stream."""

from collections.abc import AsyncIterator
from typing import Any, Final

import msgspec

from dalan.surfaces.asgi import Send
from dalan.surfaces.operations import Headers, send_answer

_encode = msgspec.json.encode
JSON: Final = b"application/json"


class Answer(msgspec.Struct, frozen=True):
    """A message with a status and headers of its own."""

    message: Any
    status: int = 200
    headers: Headers = []


class File(msgspec.Struct, frozen=True):
    """Bytes of some type; JSON that is text already, too."""

    content: bytes
    content_type: bytes
    status: int = 200
    headers: Headers = []


class Stream(msgspec.Struct, frozen=True):
    """A file as it is made: ``first`` is made before the answer begins, so that a refusal can
    still be one. What breaks off later breaks the connection: nobody takes half of it for whole."""

    first: bytes
    rest: AsyncIterator[bytes]
    content_type: bytes
    name: str


async def stream(parts: AsyncIterator[bytes], *, content_type: bytes, name: str) -> Stream:
    """A file of these parts. Raises what making the first of them raises."""
    return Stream(await anext(parts, b""), parts, content_type, name)


async def send_whatever(send: Send, answer: Any, headers: Headers, *, head: bool) -> None:
    """Answer with what a handler gave back."""
    if isinstance(answer, Stream):
        await _send_stream(send, answer, headers, head=head)
        return
    if isinstance(answer, File):
        status, body, content_type = answer.status, answer.content, answer.content_type
        headers = [*headers, *answer.headers]
    elif isinstance(answer, Answer):
        status, body, content_type = answer.status, _encode(answer.message), JSON
        headers = [*headers, *answer.headers]
    else:
        status, body, content_type = 200, _encode(answer), JSON
    kind = (b"content-type", content_type)
    await send_answer(send, status, body, headers=headers, head=head, content_type=kind)


async def _send_stream(send: Send, answer: Stream, headers: Headers, *, head: bool) -> None:
    said: Headers = [
        (b"content-type", answer.content_type),
        (b"x-content-type-options", b"nosniff"),
        (b"content-disposition", f'attachment; filename="{answer.name}"'.encode()),
        *headers,
    ]
    await send({"type": "http.response.start", "status": 200, "headers": said})
    if not head:
        await send({"type": "http.response.body", "body": answer.first, "more_body": True})
        async for part in answer.rest:
            await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
