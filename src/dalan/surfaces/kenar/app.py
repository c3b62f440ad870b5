"""The surface: a request is matched, its key and token checked, its operation called, answered.

An operation's handler takes a ``Call`` and gives a wire struct; see ``routes/``. Everything the
rules of the wire demand of all operations (reference 5.0, 10) is done here, once.
"""

from typing import Any

import msgspec
from msgspec.structs import replace

from dalan.domains import developers
from dalan.errors import DalanError, Invalid
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.logs import get
from dalan.surfaces import trouble
from dalan.surfaces.asgi import Receive, Scope, Send
from dalan.surfaces.kenar.auth import (
    bearer_for,
    credentials_of,
    identified,
    refused_key,
    require_permission,
    require_scope,
)
from dalan.surfaces.kenar.call import Call
from dalan.surfaces.kenar.errors import (
    INTERNAL,
    NoSuchOperation,
    RpcStatus,
    headers_of,
    status_of,
)
from dalan.surfaces.kenar.routes import OPERATIONS
from dalan.surfaces.operations import Operation, Router, body_of, json_value, send_answer
from dalan.surfaces.services import Services

log = get("kenar")

_encode = msgspec.json.Encoder(decimal_format="number").encode


class Kenar:
    """An ASGI application for everything under the open platform's paths."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._router = Router(OPERATIONS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http", "the open platform speaks HTTP alone"
        head = scope["method"] == "HEAD"
        call: Call | None = None
        try:
            match = self._router.find(scope["method"], scope["path"])
            if match.operation is None:
                await self._refuse_route(scope, send, match.allowed, head=head)
                return
            scope["route"] = match.operation.name
            call = Call(
                services=self._services, scope=scope, caller=None, bearer=None,
                path=match.parameters, tx=None,
            )  # fmt: skip
            if trouble.KEY in scope:
                await trouble.meet(scope, _occasion(match.operation, match.parameters))
            answer = await self._answer(call, receive, match.operation)
            await send_answer(
                send, call.status or match.operation.status, answer, headers=call.headers, head=head
            )
        except DalanError as error:
            scope["refusal"] = error.code
            http_status, body = status_of(error)
            await send_answer(
                send,
                http_status,
                _encode(body),
                headers=[*headers_of(self._services, error), *(call.headers if call else ())],
                head=head,
            )
        except Exception:  # the last line of defence: log it whole, answer in shape
            scope["refusal"] = "kenar.fault"
            log.exception("operation failed", path=scope["path"], method=scope["method"])
            await send_answer(send, 500, _encode(INTERNAL), head=head)

    async def _answer(self, call: Call, receive: Receive, operation: Operation) -> bytes:
        services = self._services
        for value in call.path.values():
            if "\x00" in value or "\ufffd" in value:
                raise Invalid("the path holds characters that no id has")
        if not operation.anonymous:
            async with services.db.look() as look:
                await self._identify(call, look, operation)
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

    async def _identify(self, call: Call, look: ReadTransaction, operation: Operation) -> None:
        services = self._services
        key, token = credentials_of(call.scope)
        call.memory = memory = look.memory()
        try:
            caller, bearer = await identified(services, look, memory, key, token)
        except developers.InvalidKey as error:
            raise refused_key(operation, error) from None
        call.caller = caller
        require_permission(operation, caller)
        refusal = services.quotas.count(caller)
        if refusal is not None:
            raise refusal
        call.scope["calling_app"] = caller.slug
        call.bearer = bearer_for(operation, caller, bearer, token)
        if call.bearer is not None:
            call.scope["calling_person"] = call.bearer.person_id
            if services.last_uses is not None:
                services.last_uses.note(call.bearer)
            if trouble.struck(call.scope, "scope_missing"):
                call.bearer = replace(call.bearer, scopes=frozenset())
        if operation.scopes:
            require_scope(operation, call.person, call.path.get(operation.resource, ""))

    async def _content(self, receive: Receive, operation: Operation) -> Any:
        settings = self._services.settings
        if operation.takes == "stream":
            return receive
        if operation.method == "DELETE":  # it takes no body: what old clients send is not read
            return {}
        return json_value(await body_of(receive, bytes_max=settings.request_body_bytes_max))

    async def _refuse_route(
        self, scope: Scope, send: Send, allowed: tuple[str, ...], *, head: bool
    ) -> None:
        if allowed:
            scope["refusal"] = "kenar.wrong_method"
            await send_answer(
                send,
                405,
                _encode(RpcStatus(12, f"this path takes {' or '.join(allowed)}")),
                headers=[(b"allow", ", ".join(allowed).encode())],
                head=head,
            )
            return
        raise NoSuchOperation("there is no such operation; check the path and its version")


def _occasion(operation: Operation, path: dict[str, str]) -> trouble.Occasion:
    return trouble.Occasion(operation=operation.name, path=path, scopes=operation.scopes)
