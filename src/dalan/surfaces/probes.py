"""What operators and tools ask: is it alive, is it ready, what did it count, what does it speak."""

from collections.abc import Callable
from typing import Any

import msgspec

from dalan import __version__
from dalan.errors import DalanError
from dalan.kernel import outbox
from dalan.kernel.metrics import Metrics
from dalan.surfaces.asgi import Receive, Scope, Send
from dalan.surfaces.operations import Operation, document, send_answer
from dalan.surfaces.services import Services


class Operator:
    """``/health/…``, ``/metrics`` and ``/openapi/…``."""

    def __init__(self, services: Services, metrics: Metrics) -> None:
        self._services, self._metrics = services, metrics
        self._documents: dict[str, bytes] = {}

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        path, head = scope["path"], scope["method"] == "HEAD"
        if scope["method"] not in ("GET", "HEAD"):
            await send_answer(send, 405, b'{"message":"only GET"}', headers=[(b"allow", b"GET")])
        elif path == "/health/live":
            await send_answer(send, 200, b'{"status":"live"}', head=head)
        elif path == "/health/ready":
            await self._ready(send, head=head)
        elif path == "/metrics":
            await self._count(send, head=head)
        elif path in DOCUMENTS:
            if path not in self._documents:
                self._documents[path] = msgspec.json.encode(DOCUMENTS[path](self._services))
            await send_answer(send, 200, self._documents[path], head=head)
        else:
            await send_answer(send, 404, b'{"message":"no such page"}', head=head)

    async def _ready(self, send: Send, *, head: bool) -> None:
        """Ready means: the database answers."""
        try:
            async with self._services.db.look() as look:
                await outbox.owed(look)
        except (DalanError, OSError) as error:
            body = msgspec.json.encode({"status": "not ready", "reason": type(error).__name__})
            await send_answer(send, 503, body, head=head)
            return
        await send_answer(send, 200, b'{"status":"ready"}', head=head)

    async def _count(self, send: Send, *, head: bool) -> None:
        body = self._metrics.render()
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-type", b"text/plain; version=0.0.4; charset=utf-8")],
            }
        )
        await send(
            {"type": "http.response.body", "body": b"" if head else body, "more_body": False}
        )


def _kenar(services: Services) -> dict[str, Any]:
    from dalan.surfaces.kenar.errors import RpcStatus  # noqa: PLC0415 (loaded when first asked)
    from dalan.surfaces.kenar.routes import OPERATIONS  # noqa: PLC0415 (as above)

    return document(
        [_secured(one) for one in OPERATIONS],
        title="Dalan: Kenar",
        version=__version__,
        base_url=services.settings.base_url,
        security_schemes={
            "APIKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            "OAuth": {"type": "http", "scheme": "bearer"},
        },
        error=RpcStatus,
    )


def _secured(operation: Operation) -> Operation:
    if operation.anonymous:
        return operation
    needs: dict[str, list[str]] = {"APIKey": []}
    if operation.scopes:
        needs["OAuth"] = []
    rights = {"x-permission": operation.permission, "x-scopes": list(operation.scopes)}
    return msgspec.structs.replace(
        operation, extra={**operation.extra, **rights, "security": [needs]}
    )


def _basalam(services: Services) -> dict[str, Any]:
    from dalan.surfaces.basalam.errors import Refusal  # noqa: PLC0415 (loaded when first asked)
    from dalan.surfaces.basalam.routes import OPERATIONS  # noqa: PLC0415 (as above)

    rights = [
        msgspec.structs.replace(
            one, extra={**one.extra, "x-scopes": list(one.scopes), "security": [{"OAuth": []}]}
        )
        for one in OPERATIONS
    ]
    return document(
        rights,
        title="Dalan: Basalam",
        version=__version__,
        base_url=services.settings.base_url,
        security_schemes={"OAuth": {"type": "http", "scheme": "bearer"}},
        error=Refusal,
    )


def _api(services: Services) -> dict[str, Any]:
    from dalan.surfaces.api.errors import Refusal  # noqa: PLC0415 (loaded when first asked)
    from dalan.surfaces.api.routes import OPERATIONS  # noqa: PLC0415 (as above)

    return document(
        [
            msgspec.structs.replace(one, extra={**one.extra, "security": [{"APIKey": []}]})
            for one in OPERATIONS
        ],
        title="Dalan: our own API",
        version=__version__,
        base_url=services.settings.base_url,
        security_schemes={"APIKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"}},
        error=Refusal,
    )


DOCUMENTS: dict[str, Callable[[Services], dict[str, Any]]] = {
    "/openapi/kenar.json": _kenar,
    "/openapi/basalam.json": _basalam,
    "/openapi/dalan.json": _api,
}
"""The OpenAPI documents by their addresses, made when first asked for."""
