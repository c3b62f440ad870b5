"""Listens to one request as it happens: takes references, makes nothing of them yet."""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from dalan.kernel import clock, logs
from dalan.kernel.outbound import OutboundAnswer, OutboundCall
from dalan.surfaces.asgi import Message, Receive, Scope, Send
from dalan.surfaces.console.traffic.exchange import BODY_BYTES_MAX

RawHeaders = Sequence[tuple[bytes, bytes]]

_NEVER_MORE: Final = 64
"""Parts of a body looked for at once, when an answer leaves before its request was read."""


class Taken:
    """A body as it comes: its beginning, and how long it was."""

    __slots__ = ("kept", "parts", "size")

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.kept = 0
        self.size = 0

    def take(self, part: bytes) -> None:
        """Some more of it."""
        self.size += len(part)
        if self.kept < BODY_BYTES_MAX:
            kept = part if len(part) <= BODY_BYTES_MAX - self.kept else _beginning(part, self.kept)
            self.parts.append(kept)
            self.kept += len(kept)


class Heard:
    """A request to us and what was answered, still as bytes."""

    __slots__ = (
        "_began",
        "_read_on",
        "answer",
        "answer_headers",
        "at",
        "duration",
        "id",
        "problem",
        "request",
        "request_id",
        "scope",
        "status",
        "surface",
    )

    def __init__(self, surface: str, scope: Scope) -> None:
        self.id = 0
        self.surface = surface
        self.at: datetime = clock.now()
        self.request_id = logs.request_id.get()
        self.scope = scope
        self.request, self.answer = Taken(), Taken()
        self.answer_headers: RawHeaders = ()
        self.status = 0
        self.problem = ""
        self.duration = 0.0
        self._read_on: list[Message] = []
        self._began = time.perf_counter()

    def ended(self) -> None:
        """Nothing more will be heard. What is kept of the scope lets the rest of it go."""
        self.duration = time.perf_counter() - self._began
        scope = self.scope
        self.scope = {name: scope[name] for name in _OF_SCOPE if name in scope}

    def receiving(self, receive: Receive) -> Receive:
        """``receive``, overheard."""
        taken, read_on = self.request, self._read_on

        async def overheard() -> Message:
            if read_on:
                return read_on.pop(0)
            message = await receive()
            if message["type"] == "http.request":
                if body := message.get("body"):
                    taken.take(body)
            elif not self.status:
                self.problem = "disconnected"
            return message

        return overheard

    def sending(self, send: Send, receive: Receive) -> Send:
        """``send``, overheard."""
        taken = self.answer

        async def overheard(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]
                self.answer_headers = message.get("headers", ())
                if not self.request.size and self.scope["method"] not in _WITHOUT_BODY:
                    self._look_at_unread(receive)
            elif body := message.get("body"):
                taken.take(body)
            await send(message)

        return overheard

    def _look_at_unread(self, receive: Receive) -> None:
        """An answer that needs no body leaves before anybody read it. What has come already is
        taken for the log and handed on to whoever still asks; nothing is waited for, and nobody
        who wants to be told first is told to send it (``Expect``)."""
        names = {name for name, _ in self.scope["headers"]}
        if b"content-length" not in names or b"expect" in names:
            return
        for _ in range(_NEVER_MORE):
            message = _at_once(receive)
            if message is None:
                return
            self._read_on.append(message)
            if message["type"] != "http.request":
                return
            self.request.take(message.get("body", b""))
            if not message.get("more_body", False) or self.request.kept >= BODY_BYTES_MAX:
                return


class Called:
    """A call of ours and what was answered, still as bytes."""

    __slots__ = (
        "_began",
        "answer",
        "app",
        "at",
        "call",
        "duration",
        "id",
        "operation",
        "problem",
        "request_id",
    )

    def __init__(self, call: OutboundCall, *, app: str = "", operation: str = "") -> None:
        self.app, self.operation = app, operation
        self.id = 0
        self.at: datetime = clock.now()
        self.request_id = logs.request_id.get()
        self.call = call
        self.answer: OutboundAnswer | None = None
        self.problem = ""
        self.duration = 0.0
        self._began = time.perf_counter()

    def ended(self) -> None:
        """Nothing more will be heard."""
        self.duration = time.perf_counter() - self._began


_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})
_OF_SCOPE = (
    "method", "path", "raw_path", "query_string", "headers",
    "route", "path_template", "calling_app", "calling_person", "refusal",
)  # fmt: skip


def _at_once(receive: Receive) -> Message | None:
    """The next message if it is there already."""
    coming = receive()
    step, close = getattr(coming, "send", None), getattr(coming, "close", None)
    if step is None or close is None:
        return None
    try:
        step(None)
    except StopIteration as there:
        message: Message = there.value
        return message
    close()
    return None


def _beginning(part: bytes, kept: int) -> bytes:
    return bytes(part[: BODY_BYTES_MAX - kept])
