"""The surface: a request is matched, its key checked, its operation called, answered."""

from typing import Final

from dalan.domains import developers
from dalan.errors import DalanError, Invalid
from dalan.kernel.logs import get
from dalan.surfaces import trouble
from dalan.surfaces.api.answers import Answer, send_whatever
from dalan.surfaces.api.call import Call, Changes
from dalan.surfaces.api.errors import (
    FAULT,
    Error,
    NoSuchOperation,
    Refusal,
    headers_of,
    status_of,
)
from dalan.surfaces.api.routes import OPERATIONS
from dalan.surfaces.asgi import Receive, Scope, Send
from dalan.surfaces.operations import Headers, Router, body_of, header, json_value
from dalan.surfaces.services import Services

log = get("api")

_NO_STORE: Final[Headers] = [(b"cache-control", b"no-store")]


class Api:
    """An ASGI application for everything under ``/api/dalan``."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._router = Router(OPERATIONS)
        self._changes = Changes(services.db)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http", "the API speaks HTTP alone"
        head = scope["method"] == "HEAD"
        headers = list(_NO_STORE)
        try:
            match = self._router.find(scope["method"], scope["path"])
            if match.operation is None and match.allowed:
                scope["refusal"] = "api.wrong_method"
                said = Refusal(
                    Error("api.wrong_method", f"this path takes {' or '.join(match.allowed)}")
                )
                allow = [(b"allow", ", ".join(match.allowed).encode())]
                await send_whatever(send, Answer(said, 405, allow), headers, head=head)
                return
            if match.operation is None:
                raise NoSuchOperation("there is no such operation")
            scope["route"] = match.operation.name
            if trouble.KEY in scope:
                name = match.operation.name
                await trouble.meet(scope, trouble.Occasion(operation=name, path=match.parameters))
            call = await self._call(scope, match.parameters)
            if match.operation.takes == "stream":
                call.receive = receive
            elif match.operation.body is not None:
                most = self._services.settings.request_body_bytes_max
                call.content = json_value(await body_of(receive, bytes_max=most))
            answer = await match.operation.handle(call)
        except DalanError as error:
            scope["refusal"] = error.code
            status, refusal = status_of(error)
            answer = Answer(refusal, status, headers_of(error))
        except Exception:  # the last line of defence: log it whole, answer in shape
            scope["refusal"] = "api.fault"
            log.exception("operation failed", path=scope["path"], method=scope["method"])
            answer = Answer(FAULT, 500)
        await send_whatever(send, answer, headers, head=head)

    async def _call(self, scope: Scope, path: dict[str, str]) -> Call:
        for value in path.values():
            if "\x00" in value or "\ufffd" in value:
                raise Invalid("the path holds characters that no id has")
        services = self._services
        async with services.db.look() as look:
            key = header(scope, b"x-api-key")
            caller = await developers.caller(look, key, keys=services.keys)
        if (refusal := services.quotas.count(caller)) is not None:
            raise refusal
        scope["calling_app"] = caller.slug
        return Call(services=services, changes=self._changes, scope=scope, caller=caller, path=path)
