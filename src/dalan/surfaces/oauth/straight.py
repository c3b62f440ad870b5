"""The endpoints apps call most, answered without the framework around them.

A token request has one path, one method and one body; routing, injection and a response object
built for everything cost more than answering it. What is not a POST to one of these paths goes
on to the ordinary application, which knows the same handlers and answers the same.

Measured: docs/measurements.md.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Final

import msgspec
from litestar import Response

from dalan.errors import DalanError, Unavailable
from dalan.surfaces import trouble
from dalan.surfaces.asgi import Application, Receive, Scope, Send
from dalan.surfaces.oauth import introspection, revocation, token
from dalan.surfaces.oauth.errors import refusal_answer, unavailable_answer, unexpected_answer
from dalan.surfaces.oauth.parameters import Unreadable
from dalan.surfaces.operations import send_answer
from dalan.surfaces.services import Services

Handler = Callable[..., Awaitable[Response[Any]]]

HANDLERS: Final[Mapping[str, Handler]] = {
    token.PATH: token.token.fn,
    token.FIRST_CONTRACT_PATH: token.access_token.fn,
    introspection.PATH: introspection.introspect.fn,
    revocation.PATH: revocation.revoke.fn,
}

GUARD: Final = (
    (b"cache-control", b"no-store"),
    (b"pragma", b"no-cache"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)
"""What every answer of this surface says, besides what no answer of ours goes without
(``app._guard`` says it of the others)."""

_encode = msgspec.json.Encoder().encode


class Asked:
    """A request as far as these handlers read it, in the words of the framework's."""

    __slots__ = ("_receive", "headers", "method", "scope", "url")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self.url = _Url(scope["path"])
        self._receive = receive
        self.headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            self.headers.setdefault(name.decode("latin-1"), value.decode("latin-1"))

    async def stream(self) -> AsyncIterator[bytes]:
        """The body, part by part. Raises ``Unreadable`` when the client went away."""
        more = True
        while more:
            message = await self._receive()
            if message["type"] != "http.request":
                raise Unreadable("the connection ended before the body did")
            yield message.get("body", b"")
            more = message.get("more_body", False)


class _Url:
    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path


class Straight:
    """An ASGI application in front of ``ordinary``."""

    def __init__(self, services: Services, ordinary: Application) -> None:
        self._services = services
        self.ordinary = ordinary

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        handler = HANDLERS.get(scope["path"]) if scope["type"] == "http" else None
        if handler is None or scope["method"] != "POST":
            await self.ordinary(scope, receive, send)
            return
        scope["route"] = scope["path"]
        await _send(send, await self._answer(handler, scope, Asked(scope, receive)))

    async def _answer(self, handler: Handler, scope: Scope, asked: Asked) -> Response[Any]:
        try:
            if trouble.KEY in scope:
                await trouble.meet(scope, trouble.Occasion(operation=scope["path"]))
            return await handler(request=asked, services=self._services)
        except Unavailable as error:
            return unavailable_answer(asked, error)
        except DalanError as error:
            return refusal_answer(asked, error)
        except Exception as error:  # noqa: BLE001 (logged whole, answered in shape)
            return unexpected_answer(asked, error)


async def _send(send: Send, answer: Response[Any]) -> None:
    await send_answer(
        send,
        answer.status_code or 200,
        _encode(answer.content),
        headers=[*GUARD, *_named(answer)],
    )


def _named(answer: Response[Any]) -> list[tuple[bytes, bytes]]:
    return [
        (name.lower().encode("latin-1"), str(value).encode("latin-1"))
        for name, value in answer.headers.items()
    ]
