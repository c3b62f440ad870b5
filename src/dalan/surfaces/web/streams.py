"""Pages that move by themselves: server-sent events, or JSON asked for again and again."""

import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from litestar import Response

from dalan.errors import Unavailable
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.watching import Watch

BEAT_SECONDS: Final = 15.0
STREAM_SECONDS: Final = 300.0
"""After so long a stream ends and the browser comes again, as whoever it is by then."""

STREAMS_MAX: Final = 2_000
"""Of one kind in one process; whoever comes then asks again and again instead."""

HELLO: Final = b": hello\n\nretry: 2000\n\n"
BEAT: Final = b": beat\n\n"
HEADERS: Final = {"cache-control": "no-store", "x-accel-buffering": "no"}

_encode = msgspec.json.Encoder().encode


class TooManyStreams(Unavailable):
    """As many browsers listen as one process takes."""

    code = "chat.too_many_streams"


def turns() -> Iterator[None]:
    """One for each thing a stream says, for as long as it may last."""
    until = time.monotonic() + STREAM_SECONDS
    while time.monotonic() < until:
        yield


def wants_events(visitor: Visitor) -> bool:
    """Whether whoever asks takes server-sent events, as every ``EventSource`` says it does."""
    return "text/event-stream" in visitor.request.headers.get("accept", "")


def json_answer(body: Mapping[str, Any], *, status: int = 200) -> Response[bytes]:
    """JSON for a script of ours."""
    return Response(
        _encode(body),
        status_code=status,
        media_type="application/json",
        headers={"cache-control": "no-store", "x-content-type-options": "nosniff"},
    )


def event(body: Mapping[str, Any], *, id: str = "") -> bytes:  # noqa: A002 (the standard's word)
    """One server-sent event. JSON has no line ends of its own."""
    named = f"id: {id}\n".encode() if id else b""
    return named + b"data: " + _encode(body) + b"\n\n"


def refuse_crowd(watch: Watch[Any]) -> None:
    """Raises TooManyStreams."""
    if watch.count >= STREAMS_MAX:
        raise TooManyStreams("too many listen")
