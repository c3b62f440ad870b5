"""A request and the fault that strikes it: what is raised, what is done first, what is sent."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

from msgspec.structs import replace

from dalan.surfaces import trouble
from dalan.surfaces.asgi import Application, Message, Receive, Scope, Send
from dalan.surfaces.console.faults.calling import Calling, calling, fields_of
from dalan.surfaces.console.faults.rules import Facts, Rule, Rules
from dalan.surfaces.services import Services

HEADER: Final = b"x-dalan-fault"
"""On an answer that a fault struck: its name."""

CONNECTION: Final = "dalan.connection"
"""The extension of a scope by which our server breaks a connection off (``dalan.protocol``)."""

FORM_BYTES_MAX: Final = 64 * 1024
"""Of a form that is read to learn whose it is; the surface takes no larger ones."""

_PAGE: Final = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
)

ALTERING: Final = frozenset(
    {"connection_reset", "answer_lost", "body_cut", "invalid_json", "empty_answer", "gateway_page"}
)
"""Faults for which the surface's own answer is kept back until it is whole."""


class Connection(Protocol):
    """What our server lets be done to a connection."""

    def reset(self) -> None: ...
    def close(self) -> None: ...


Doing = Callable[["Meeting", Calling], Awaitable[None]]
"""What a fault does before the operation; raises what the surface answers with."""


class Meeting:
    """One request on its way through; ``run`` once."""

    def __init__(
        self,
        rules: Rules,
        doings: Callable[[str], Doing | None],
        services: Services,
        application: Application,
        surface: str,
        *,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        self.services, self.application = services, application
        self.surface, self.scope = surface, scope
        self.rule: Rule | None = None
        self._rules, self._doings = rules, doings
        self._receive, self._send = receive, send
        self._read: list[Message] = []
        self._kept: list[Message] = []

    async def run(self) -> None:
        """Let the surface answer, with whatever trouble its request meets."""
        self.scope[trouble.KEY] = self.meet
        await self.application(self.scope, self._receive_again, self._send_struck)
        if self._kept:
            await self._finish()

    async def meet(self, occasion: trouble.Occasion) -> str:
        """Whether something strikes now (``trouble.Meeting``)."""
        facts = Facts(
            direction="in",
            surface=self.surface,
            moment=occasion.moment,
            operation=occasion.operation,
            path=self.scope["path"],
        )
        if self.rule is not None or not self._rules.candidates(facts):
            return ""
        # Later moments come when the surface has read the body.
        is_form = self.surface == "oauth" and occasion.moment == "call"
        fields = await self._fields() if is_form else {}
        who = await calling(self.services, self.surface, self.scope, occasion, fields)
        app = "" if who.app is None else who.app.slug
        facts = replace(facts, app=app, phone=who.phone)
        rule = self._rules.strike(facts, is_possible=who.brings)
        if rule is None:
            return ""
        await self._struck_by(rule, who)
        return rule.fault.name

    async def _struck_by(self, rule: Rule, who: Calling) -> None:
        self.rule = rule
        self.scope[trouble.FAULTED] = rule.fault.name
        if who.app is not None:
            # The surface may refuse before it knows; for the log of requests.
            self.scope.setdefault("calling_app", who.app.slug)
        doing = self._doings(rule.fault.name)
        if doing is not None:
            await doing(self, who)

    def parameter(self, name: str) -> float:
        """A number of the order."""
        assert self.rule is not None, "nothing struck"
        return self.rule.parameters[name]

    async def body(self) -> bytes:
        """The request's whole body, which the surface reads again; what is longer than forms are
        is left where it stands."""
        size = sum(len(one.get("body", b"")) for one in self._read)
        while not self._read or self._read[-1].get("more_body"):
            message = await self._receive()
            self._read.append(message)
            size += len(message.get("body", b""))
            if size > FORM_BYTES_MAX:
                return b""
        return b"".join(one.get("body", b"") for one in self._read)

    async def run_unseen(self) -> None:
        """Do the very same request once, by itself, and let nobody see the answer."""
        body = await self.body()
        scope = {name: value for name, value in self.scope.items() if name != trouble.KEY}
        asked = False

        async def receive() -> Message:
            nonlocal asked
            if asked:
                return {"type": "http.disconnect"}
            asked = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(_: Message) -> None:
            pass

        await self.application(scope, receive, send)

    async def _fields(self) -> dict[str, str]:
        return fields_of(await self.body()) if self.scope["method"] == "POST" else {}

    async def _receive_again(self) -> Message:
        return self._read.pop(0) if self._read else await self._receive()

    @property
    def _name(self) -> str:
        return "" if self.rule is None else self.rule.fault.name

    async def _send_struck(self, message: Message) -> None:
        if self.rule is None:
            await self._send(message)
            return
        if message["type"] == "http.response.start":
            told = (HEADER, self._name.encode())
            message = {**message, "headers": [*message.get("headers", ()), told]}
        if self._name in ALTERING:
            self._kept.append(message)
        else:
            await self._send(message)

    async def _finish(self) -> None:
        """Send what the fault leaves of the answer that was kept back."""
        name = self._name
        if name in ("connection_reset", "answer_lost"):
            await self._break_off("reset")
            return
        start = self._kept[0]
        body = b"".join(one.get("body", b"") for one in self._kept[1:])
        if name == "body_cut":
            if len(body) < 2:  # nothing to stop in the middle of
                await self._break_off("close")
                return
            await self._send(start)
            half = body[: len(body) // 2]
            await self._send({"type": "http.response.body", "body": half, "more_body": True})
            await self._break_off("close")
        elif name == "invalid_json":
            # Half of a JSON object or text is none; of anything shorter, a brace is.
            cut = body[: len(body) // 2] if body[:1] in (b"{", b"[", b'"') else b""
            await self._answer(start, body=cut or b"{")
        elif name == "empty_answer":
            await self._answer(start, status=200, body=b"")
        else:
            assert name == "gateway_page", f"{name} alters no answer"
            await self._answer(start, status=502, body=_PAGE, content_type=b"text/html")

    async def _answer(
        self, start: Message, *, body: bytes, status: int = 0, content_type: bytes = b""
    ) -> None:
        dropped = {b"content-length", *((b"content-type",) if content_type else ())}
        headers = [one for one in start["headers"] if one[0].lower() not in dropped]
        if content_type:
            headers.append((b"content-type", content_type))
        headers.append((b"content-length", str(len(body)).encode()))
        shown = b"" if self.scope["method"] == "HEAD" else body
        status = status or (200 if start["status"] in (204, 304) else start["status"])
        await self._send({**start, "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": shown, "more_body": False})

    async def _break_off(self, how: str) -> None:
        extensions: dict[str, Any] = self.scope.get("extensions") or {}
        connection: Connection | None = extensions.get(CONNECTION)
        if connection is None:
            # Whoever serves us has no such way, a test without a socket say: the most there is.
            raise ConnectionResetError("a fault that was ordered broke this connection off")
        if how == "reset":
            connection.reset()
        else:
            connection.close()
        while (await self._receive())["type"] != "http.disconnect":
            pass
