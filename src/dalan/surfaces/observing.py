"""True of every request of every surface: it has an id, a line in the log, is counted."""

import time

from dalan.kernel import logs, request_ids
from dalan.kernel.access_log import AccessLog
from dalan.kernel.metrics import Metrics
from dalan.surfaces.asgi import UNLOGGED, Application, Message, Receive, Scope, Send

_HEADER = request_ids.HEADER.encode()


async def observed(
    application: Application,
    surface: str,
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    metrics: Metrics,
    access_log: AccessLog,
) -> None:
    """Let ``application`` answer, under a request id that its answer carries.

    A surface may name the route it took in ``scope["route"]`` and the calling app in
    ``scope["calling_app"]``; neither is ever the path, which may hold a phone number. For a dev
    world's request log it also names ``scope["calling_person"]``, by their id, and in
    ``scope["refusal"]`` the stable code of the rule it refused by.
    """
    given = None
    for name, value in scope["headers"]:
        if name == _HEADER:
            given = value.decode("latin-1")
            break
    request_id = request_ids.accepted(given)
    logs.request_id.set(request_id)
    status, size = 500, 0
    began = time.perf_counter()

    async def send_observed(message: Message) -> None:
        nonlocal status, size
        if message["type"] == "http.response.start":
            status = message["status"]
            message["headers"] = [*message.get("headers", ()), (_HEADER, request_id.encode())]
        else:
            size += len(message.get("body", b""))
        await send(message)

    try:
        await application(scope, receive, send_observed)
    finally:
        seconds = time.perf_counter() - began
        route = _route_of(scope)
        metrics.request(surface, route, status, seconds)
        if UNLOGGED not in scope:
            access_log.append(
                request_id,
                scope["method"],
                surface,
                route,
                status,
                seconds,
                size,
                scope.get("calling_app", ""),
            )


def _route_of(scope: Scope) -> str:
    route: str | None = scope.get("route")
    return route or scope.get("path_template") or ""
