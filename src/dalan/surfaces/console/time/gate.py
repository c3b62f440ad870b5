"""The door of a dev world: shut while another world takes the place of this one.

Whoever is inside is let finish; who only waits for news is sent out, and let in again afterwards.
So a request is answered by one world, the old or the new.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextvars import ContextVar
from typing import Any, Final

from dalan.errors import Conflict
from dalan.surfaces.asgi import Application, Message, Receive, Scope, Send

GRACE_SECONDS: Final = 0.5
"""So long even those who wait for news may take to answer by themselves."""

EMPTY_SECONDS_MAX: Final = 15.0
"""More than an app is given to answer what we ask it."""

_LOOKING = ("GET", "HEAD")


class WorldBusy(Conflict):
    """Requests were under way that did not end; nothing was changed."""

    code = "console.world_busy"


class _Inside:
    """A request under way."""

    __slots__ = ("is_ended", "is_read", "is_sent_out", "is_started", "method", "task", "told")

    def __init__(self, method: str, task: "asyncio.Task[Any]") -> None:
        self.method, self.task = method, task
        self.told = asyncio.Event()
        self.is_read = self.is_started = self.is_ended = self.is_sent_out = False

    @property
    def only_waits(self) -> bool:
        """Nobody loses anything when it is sent out: it streams, or can be asked again. What is
        done after a whole answer cannot be."""
        return (self.is_started and not self.is_ended) or self.method in _LOOKING


_own: ContextVar[_Inside | None] = ContextVar("_own", default=None)


class Gate:
    """Everybody's requests pass here."""

    def __init__(self) -> None:
        self._inside: set[_Inside] = set()
        self._is_open = asyncio.Event()
        self._is_open.set()
        self._is_shut = False
        self._calls_count = 0

    @property
    def is_open(self) -> bool:
        """Whoever comes now is let in at once."""
        return not self._is_shut and (self._is_open.is_set() or self._calls_count > 0)

    async def around(
        self, application: Application, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Let ``application`` answer, in one world."""
        was_read = False
        while True:
            if not self.is_open:
                await self._is_open.wait()
            task = asyncio.current_task()
            assert task is not None, "requests are answered in tasks"
            one = _Inside(scope["method"], task)
            self._inside.add(one)
            reset = _own.set(one)
            try:
                await application(scope, _hearing(one, receive, was_read), _saying(one, send))
                return
            except asyncio.CancelledError:
                if not one.is_sent_out:
                    raise
                task.uncancel()
            finally:
                self._inside.discard(one)
                _own.reset(reset)
            was_read = one.is_read
            if one.is_ended:
                return
            if one.is_started:
                # A stream that ends is opened again by whoever read it.
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                return

    @contextlib.contextmanager
    def calling(self) -> Iterator[None]:
        """We ask an app something; it may ask us back before it answers, and is let in."""
        self._calls_count += 1
        try:
            yield
        finally:
            self._calls_count -= 1

    @contextlib.asynccontextmanager
    async def emptied(self) -> AsyncIterator[None]:
        """Nobody is inside while the block runs, but whoever asked for it. Raises WorldBusy."""
        with self.aside():
            self._is_open.clear()
            try:
                await self._empty()
                self._is_shut = True
                yield
            finally:
                self._is_shut = False
                self._is_open.set()

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """The request that runs the block is not counted as inside: two that wait for each
        other's end would never see it."""
        own = _own.get()
        was_inside = own in self._inside
        if own is not None:
            self._inside.discard(own)
        try:
            yield
        finally:
            if own is not None and was_inside:
                self._inside.add(own)

    async def _empty(self) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        while self._inside:
            gone_seconds = loop.time() - began
            for one in self._inside:
                one.told.set()
                if gone_seconds > GRACE_SECONDS and one.only_waits and not one.is_sent_out:
                    one.is_sent_out = True
                    one.task.cancel()
            if gone_seconds > EMPTY_SECONDS_MAX:
                raise WorldBusy("requests are under way that do not end; try again")
            await asyncio.sleep(0.005)


def _hearing(one: _Inside, receive: Receive, was_read: bool) -> Receive:
    """``was_read``: it is let in again, and what it asked was heard to the end: who only looks
    has nothing to say."""

    async def heard() -> Message:
        if was_read and not one.is_read:
            one.is_read = True
            return {"type": "http.request", "body": b"", "more_body": False}
        if one.is_read:  # nothing but its end can come any more
            return await _first(receive, one)
        message = await receive()
        if message["type"] != "http.request" or not message.get("more_body"):
            one.is_read = True
        return message

    return heard


async def _first(receive: Receive, one: _Inside) -> Message:
    message, told = asyncio.ensure_future(receive()), asyncio.ensure_future(one.told.wait())
    try:
        await asyncio.wait((message, told), return_when=asyncio.FIRST_COMPLETED)
        return message.result() if message.done() else {"type": "http.disconnect"}
    finally:
        message.cancel()
        told.cancel()


def _saying(one: _Inside, send: Send) -> Send:
    async def said(message: Message) -> None:
        one.is_started = True
        await send(message)
        one.is_ended = message["type"] == "http.response.body" and not message.get("more_body")

    return said
