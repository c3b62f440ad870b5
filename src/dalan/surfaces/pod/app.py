"""The gateway: a call is read in any of its spellings, its caller known, its service asked.

``doServiceCall`` answers two envelopes, one in the other; ``tinylink/tiny/add`` is the service
without its gateway, and answers the inner one bare. Source: pod-links.md 1, 2 and 7.
"""

import re
from typing import Final

from dalan.domains import developers, links
from dalan.errors import DalanError, Invalid
from dalan.kernel.db import WriteTransaction
from dalan.kernel.logs import get
from dalan.kernel.text import fold_digits
from dalan.surfaces import trouble
from dalan.surfaces.asgi import Receive, Scope, Send
from dalan.surfaces.operations import (
    BodyTooLarge,
    Headers,
    InvalidBody,
    body_of,
    header,
    send_answer,
)
from dalan.surfaces.pod.call import Answer, Call, Counted
from dalan.surfaces.pod.errors import (
    GATEWAY_FAILED,
    SERVICE_FAILED,
    MissingToken,
    Said,
    UnknownProduct,
    WrongIssuer,
    gateway_said,
    headers_of,
    service_said,
)
from dalan.surfaces.pod.form import (
    BYTES_MAX,
    Fields,
    TooMuch,
    UnreadableField,
    fields_of,
    with_document,
)
from dalan.surfaces.pod.routes import ADD, PRODUCTS, Product
from dalan.surfaces.pod.wire import envelopes
from dalan.surfaces.pod.wire.envelopes import Served, inner_refusal
from dalan.surfaces.services import Services

log = get("pod")

_TYPE: Final = (b"content-type", envelopes.JSON.encode())
_NO_STORE: Final = (b"cache-control", b"no-store")
_ALLOW: Final = (b"allow", b"GET, POST")
_DIRECT: Final = re.compile(r"/srv/tinylink/tiny/add/?")
_ISSUERS: Final = ("", "0", "1")

FAULT: Final = "pod.fault"
"""What the log of requests says of a fault of ours."""


class Request:
    """A service call as it came: its fields, and what was wrong with the body, said later."""

    def __init__(self, scope: Scope, body: bytes) -> None:
        self.scope = scope
        self.problem: Invalid | None = None
        query, kind = scope["query_string"], header(scope, b"content-type")
        try:
            self.given: Fields = fields_of(query, body, kind)
        except UnreadableField as problem:
            self.given, self.problem = fields_of(query, b"", ""), problem

    def field(self, name: str) -> str:
        """The last value of a field of the gateway's own."""
        values = self.given.get(name)
        return values[-1].strip() if values else ""

    @property
    def token(self) -> str:
        """The header, else the bearer token, else the field."""
        kind, _, bearer = header(self.scope, b"authorization").strip().partition(" ")
        bearer = bearer.strip() if kind.lower() == "bearer" else ""
        return header(self.scope, b"_token_").strip() or bearer or self.field("_token_")

    @property
    def issuer(self) -> str:
        return header(self.scope, b"_token_issuer_").strip() or self.field("_token_issuer_")

    def parameters(self) -> Fields:
        """What the operation is asked with. Raises UnreadableField."""
        if self.problem is not None:
            raise self.problem
        return with_document(self.given)


class Pod:
    """An ASGI application for the gateway's addresses."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._references = envelopes.References()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http", "the gateway speaks HTTP alone"
        if scope["method"] not in ("GET", "POST"):
            scope["refusal"] = "pod.wrong_method"
            await _send(send, 405, b'{"message":"GET or POST"}', [_ALLOW])
            return
        try:
            request = Request(scope, await body_of(receive, bytes_max=BYTES_MAX))
        except (BodyTooLarge, TooMuch) as error:
            scope["refusal"] = error.code
            headers = headers_of(self._services, error)
            await _send(send, 413, b'{"message":"the request is too large"}', headers)
            return
        except InvalidBody as error:  # nobody is left to read it
            scope["refusal"] = error.code
            await _send(send, 400, b'{"message":"the request was cut off"}', [])
            return
        if _DIRECT.fullmatch(scope["path"]):
            await self._direct(request, send)
        else:
            await self._through_gateway(request, send)

    async def _through_gateway(self, request: Request, send: Send) -> None:
        reference = self._references.next()
        headers: Headers = []
        try:
            caller, product = await self._admitted(request)
            answer, headers = await self._served(request, caller, product, reference)
        except DalanError as error:
            request.scope["refusal"] = error.code
            said = gateway_said(error)
            body = envelopes.refusal(reference, code=said.code, message=said.message)
            headers = headers_of(self._services, error)
        except Exception:  # the last line of defence: log it whole, answer in shape
            log.exception("gateway failed", reference=reference)
            request.scope["refusal"] = FAULT
            code, message, _ = GATEWAY_FAILED
            body = envelopes.refusal(reference, code=code, message=message)
        else:
            served = Served(
                answer.text, answer.header or {"Content-Type": envelopes.JSON}, answer.status
            )
            body = envelopes.success(reference, served)
        await _send(send, 200, body, headers)

    async def _direct(self, request: Request, send: Send) -> None:
        """The service without its gateway: it alone can say that nobody is known."""
        reference = self._references.next()
        headers: Headers = []
        try:
            caller, product = await self._admitted(request, product_id=ADD)
            answer, headers = await self._served(request, caller, product, reference)
        except DalanError as error:
            request.scope["refusal"] = error.code
            text, headers = _refused(service_said(error)), headers_of(self._services, error)
        except Exception:  # as above
            log.exception("service failed", reference=reference)
            request.scope["refusal"] = FAULT
            text = _refused(SERVICE_FAILED)
        else:
            text = answer.text
        await _send(send, 200, text.encode(), headers)

    async def _admitted(
        self, request: Request, *, product_id: int | None = None
    ) -> tuple[developers.PodCaller, Product]:
        """Who calls which service, in the gateway's order of checks: token, product, key,
        permission, rate. Raises what ``errors.GATEWAY`` lists."""
        services, held = self._services, None
        if not request.token:
            raise MissingToken
        if request.issuer not in _ISSUERS:
            raise WrongIssuer("_token_issuer_ is 0 or 1")
        caller = None
        async with services.db.look() as look:
            try:
                caller = await developers.pod_caller(
                    look,
                    token=request.token,
                    service_key=request.field("scApiKey"),
                    keys=services.keys,
                    needs_service_key=services.settings.service_keys_required,
                )
            except (developers.InvalidServiceKey, developers.AppNotActive) as error:
                held = error
        product = PRODUCTS.get(product_id or _number(request.field("scProductId")))
        if product is None:
            raise UnknownProduct("scProductId names no service")
        if held is not None:
            raise held
        assert caller is not None, "whoever is not held is known"
        request.scope["calling_app"] = caller.slug
        request.scope["route"] = product.name
        if trouble.KEY in request.scope:
            occasion = trouble.Occasion(operation=product.name, app=caller.slug)
            await trouble.meet(request.scope, occasion)
        if (refusal := services.quotas.count(Counted.of(caller))) is not None:
            raise refusal
        if services.credential_uses is not None:
            services.credential_uses.note("pod", caller.credential_id)
            if caller.service_key_id is not None:
                services.credential_uses.note("pod", caller.service_key_id)
        return caller, product

    async def _served(
        self, request: Request, caller: developers.PodCaller, product: Product, reference: str
    ) -> tuple[Answer, Headers]:
        """What the service answers; its refusals are answers too, except of too much, which is
        the gateway's to say. Raises LinkLimit."""
        try:
            call = Call(
                services=self._services,
                caller=caller,
                given=request.parameters(),
                scope=request.scope,
            )
            return await self._asked(call, product), []
        except links.LinkLimit:
            raise
        except DalanError as error:
            request.scope["refusal"] = error.code
            said = service_said(error)
            if said is SERVICE_FAILED:
                log.error("service failed", reference=reference, error=error.code)
            return Answer(_refused(said)), headers_of(self._services, error)
        except Exception:  # as above
            log.exception("service failed", reference=reference)
            request.scope["refusal"] = FAULT
            return Answer(_refused(SERVICE_FAILED)), []

    async def _asked(self, call: Call, product: Product) -> Answer:
        if product.writes is None:
            return await product.handle(call)
        if not product.writes:
            async with self._services.db.read() as look:
                call.tx = look
                return await product.handle(call)

        async def work(tx: WriteTransaction) -> Answer:
            call.tx = tx
            return await product.handle(call)

        return await self._services.db.transact(work)


def _number(text: str) -> int:
    """A product's number in any digits, 0 for what is none."""
    plain = fold_digits(text)
    return int(plain) if re.fullmatch(r"[0-9]{1,9}", plain) else 0


def _refused(said: Said) -> str:
    return inner_refusal(said.code, message=said.message, constant=said.constant)


async def _send(send: Send, status: int, body: bytes, headers: Headers) -> None:
    await send_answer(send, status, body, headers=[_NO_STORE, *headers], content_type=_TYPE)
