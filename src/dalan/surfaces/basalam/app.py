"""The surface: a request is matched, its token checked, its operation called, answered.

Everything the rules of the wire demand of all operations (reference 2.6, 3, 9.3) is done here,
once. Browser apps call the gateway directly, so every answer may be read from any origin: what
opens doors is the token, and no cookie is looked at.
"""

from typing import Any, Final

import msgspec

from dalan.errors import DalanError, Invalid
from dalan.kernel.db import WriteTransaction
from dalan.kernel.logs import get
from dalan.surfaces import trouble
from dalan.surfaces.asgi import Receive, Scope, Send
from dalan.surfaces.basalam.auth import identified, require_scope, token_of
from dalan.surfaces.basalam.call import Call
from dalan.surfaces.basalam.errors import (
    INTERNAL,
    MissingScope,
    NoSuchOperation,
    Refusal,
    headers_of,
    status_of,
)
from dalan.surfaces.basalam.routes import OPERATIONS
from dalan.surfaces.operations import (
    Headers,
    Operation,
    Router,
    body_of,
    json_value,
    send_answer,
)
from dalan.surfaces.services import Services

log = get("basalam")

_encode = msgspec.json.encode

_JSON_TYPE: Final = (b"content-type", b"application/json; charset=utf-8")

_ALWAYS: Final[Headers] = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"x-request-id, x-dalan-hint, x-dalan-fault, retry-after"),
    (b"cache-control", b"no-store"),
]
_PREFLIGHT: Final[Headers] = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE"),
    (b"access-control-allow-headers", b"Authorization, Content-Type, Prefer, X-Request-Id"),
    (b"access-control-max-age", b"600"),
]


class Basalam:
    """An ASGI application for everything under the gateway's and the older hosts' paths."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._router = Router(OPERATIONS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http", "the gateway speaks HTTP alone"
        method, head = scope["method"], scope["method"] == "HEAD"
        if method == "OPTIONS":
            await _send_nothing(send, _PREFLIGHT)
            return
        try:
            # Both forms of a path are taken, for clients that follow no redirect.
            match = self._router.find(method, scope["path"].rstrip("/") or "/")
            if match.operation is None:
                await self._refuse_route(scope, send, match.allowed, head=head)
                return
            scope["route"] = match.operation.name
            if trouble.KEY in scope:
                await trouble.meet(scope, _occasion(match.operation, match.parameters))
            answer = await self._answer(scope, receive, match.operation, match.parameters)
            await _send(send, match.operation.status, answer, [], head=head)
        except DalanError as error:
            scope["refusal"] = error.code
            status, body = status_of(error)
            headers = headers_of(self._services, error)
            await _send(send, status, _encode(body), headers, head=head)
        except Exception:  # the last line of defence: log it whole, answer in shape
            scope["refusal"] = "basalam.fault"
            log.exception("operation failed", path=scope["path"], method=method)
            await _send(send, 500, _encode(INTERNAL), [], head=head)

    async def _answer(
        self, scope: Scope, receive: Receive, operation: Operation, path: dict[str, str]
    ) -> bytes:
        services = self._services
        for value in path.values():
            if "\x00" in value or "\ufffd" in value:
                raise Invalid("the path holds characters that no id has")
        async with services.db.look() as look:
            caller = await identified(services, look, look.memory(), token_of(scope))
            if (refusal := services.quotas.count(caller)) is not None:
                raise refusal
            scope["calling_app"] = caller.slug
            scope["calling_person"] = caller.bearer.person_id
            if services.last_uses is not None:
                services.last_uses.note(caller.bearer)
                services.last_uses.note_family(caller.bearer)
            if operation.scopes and trouble.struck(scope, "scope_missing"):
                raise MissingScope(operation.scopes)
            require_scope(caller, operation.scopes)
            call = Call(services=services, scope=scope, caller=caller, path=path)
            if operation.looks:
                call.tx = look
                return _encode(await operation.handle(call))
        call.content = await self._content(receive, operation)
        if operation.access == "own":
            return _encode(await operation.handle(call))

        async def work(tx: WriteTransaction) -> bytes:
            call.tx = tx
            return _encode(await operation.handle(call))

        return await services.db.transact(work)

    async def _content(self, receive: Receive, operation: Operation) -> Any:
        """The body as a JSON value; what is sent where none is taken is read and not looked at."""
        body = await body_of(receive, bytes_max=self._services.settings.request_body_bytes_max)
        return {} if operation.takes == "nothing" else json_value(body)

    async def _refuse_route(
        self, scope: Scope, send: Send, allowed: tuple[str, ...], *, head: bool
    ) -> None:
        if not allowed:
            raise NoSuchOperation("nothing is served under this path")
        scope["refusal"] = "basalam.wrong_method"
        said = f"this path takes {' or '.join(allowed)}"
        headers: Headers = [(b"allow", ", ".join(allowed).encode())]
        await _send(send, 405, _encode(Refusal(said, said)), headers, head=head)


def _occasion(operation: Operation, path: dict[str, str]) -> trouble.Occasion:
    return trouble.Occasion(operation=operation.name, path=path, scopes=operation.scopes)


async def _send(send: Send, status: int, body: bytes, headers: Headers, *, head: bool) -> None:
    await send_answer(
        send, status, body, headers=[*_ALWAYS, *headers], head=head, content_type=_JSON_TYPE
    )


async def _send_nothing(send: Send, headers: Headers) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
