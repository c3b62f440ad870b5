"""The public address of a short link: a redirect, a text, a preview, or a page that says no.

Plain ASGI: what is asked most is answered with the least. Source: pod-links.md 5.1 and 7.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from dalan.domains import clicks, links
from dalan.errors import Unavailable
from dalan.kernel.logs import get
from dalan.surfaces import visits
from dalan.surfaces.asgi import SHORT_DOMAIN, UNLOGGED, Receive, Scope, Send
from dalan.surfaces.operations import Headers, header, send_answer
from dalan.surfaces.redirect import accepting, passwords, refusals
from dalan.surfaces.redirect.terms import Terms, after
from dalan.surfaces.services import Services

log = get("redirect")

PREFIXES: Final = ("/l/", "/srv/tinylink/")
PREVIEW: Final = "+"
FOLDER: Final = Path(__file__).parent

_ALWAYS: Final[Headers] = [
    (b"cache-control", b"private, no-store"),
    (b"referrer-policy", b"no-referrer-when-downgrade"),
    (b"x-robots-tag", b"noindex"),
]
"""A redirect that was stored would hide visits, and freeze a target that is edited later."""

_TEXT: Final = (b"content-type", b"text/plain; charset=utf-8")
_NO_SCRIPT: Final = (b"content-security-policy", b"default-src 'none'; sandbox")
_VARY: Final = (b"vary", b"accept")
_SOON: Final = (b"retry-after", b"1")
_ALLOW: Final = (b"allow", b"GET, HEAD")


class Redirect:
    """An ASGI application for everything under ``PREFIXES``. It reads no body but a password's."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._base_url = services.settings.base_url
        self._terms = Terms(services)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http", "links are visited over HTTP alone"
        head = scope["method"] == "HEAD"
        if scope["method"] not in ("GET", "HEAD", "POST"):
            await _send(send, 405, b"", [_TEXT, _ALLOW])
            return
        try:
            hash_ = _hash_in(scope)
            if scope["method"] == "POST":
                await self._enter(scope, receive, send, hash_)
            else:
                await self._answer(scope, send, hash_, head=head)
        except Unavailable as trouble:
            log.error("visit not answered", reason=str(trouble))
            await _send(send, 503, b"", [_TEXT, _SOON], head=head)
        except Exception:  # the last line of defence: log it whole, answer in shape
            log.exception("visit failed")
            await _send(send, 500, b"", [_TEXT], head=head)

    async def _answer(self, scope: Scope, send: Send, hash_: str, *, head: bool) -> None:
        try:
            if hash_.endswith(PREVIEW):
                scope["route"] = "preview"
                await self._preview(scope, send, hash_[:-1], head=head)
            else:
                scope["route"] = "visit"
                await self._visit(scope, send, hash_, head=head)
        except links.UnknownLink as refusal:
            await self._say_no(scope, send, refusal, head=head)

    async def _say_no(
        self, scope: Scope, send: Send, refusal: links.UnknownLink, *, head: bool
    ) -> None:
        is_preview = scope.get("route") == "preview"  # whoever asks for one is led nowhere
        if not is_preview and (elsewhere := after(refusal, scope)) is not None:
            try:
                await self._check_open(elsewhere)
            except links.BlockedLink as blocked:
                refusal = blocked
            else:
                await _send(send, 302, b"", [(b"location", elsewhere)], head=head)
                return
        is_gone = self._services.settings.expired_links_gone
        status = refusals.status(refusal, expired_is_gone=is_gone)
        await self._page(
            scope, send, status, "refused.html", head=head, why=refusals.why(refusal),
            begins_at=refusals.begins_at(refusal),
        )  # fmt: skip

    async def _visit(self, scope: Scope, send: Send, hash_: str, *, head: bool) -> None:
        known = self._services.known
        mark = known.mark() if known is not None else 0
        link = await self._live(scope, hash_)
        if link.has_password:
            await self._ask(scope, send, link, head=head)
        elif link.is_plain:
            if not head:
                await visits.record(self._services, scope, link.id)
                send = send if known is None else known.keeping(scope, link, send, mark)
            scope[UNLOGGED] = True
            await _send(send, 302, b"", [(b"location", self._destination(link))], head=head)
        else:
            await self._let_in(scope, send, link, head=head)

    async def _let_in(
        self, scope: Scope, send: Send, link: links.Link, *, head: bool, status: int = 302
    ) -> None:
        """Behind whatever was asked: to where its terms lead this visitor, or to its text."""
        led: Headers = []
        if link.kind != "content":
            led = self._terms.lead(scope, link, self._destination(link).decode())
            if link.terms:
                await self._check_open(led[0][1])
        await self._terms.use_visit(link, head=head)
        if not head:
            await visits.record(self._services, scope, link.id)
        if self._shows_card(scope, link):
            leads_to = "" if link.has_password else led[0][1].decode()
            values = self._of(link)
            await self._page(scope, send, 200, "card.html", head=head, leads_to=leads_to, **values)
        elif led:
            scope[UNLOGGED] = True
            await _send(send, status, b"", led, head=head)
        elif accepting.prefers_html(header(scope, b"accept")):
            await self._page(scope, send, 200, "text.html", head=head, **self._of(link))
        else:
            headers = [_TEXT, _NO_SCRIPT, _VARY]
            await _send(send, 200, link.target.encode(), headers, head=head)

    async def _ask(
        self,
        scope: Scope,
        send: Send,
        link: links.Link,
        *,
        head: bool,
        wrong: bool = False,
        wait_seconds: int = 0,
    ) -> None:
        """The form that a password is given in. Nothing is used or counted by looking at it."""
        hidden = {passwords.TOKEN: passwords.token(self._services.keys, link)}
        status = 429 if wait_seconds else 403 if wrong else 200
        await self._page(
            scope, send, status, "password.html", head=head, hidden=hidden, wrong=wrong,
            wait_seconds=wait_seconds, **self._of(link),
        )  # fmt: skip

    async def _enter(self, scope: Scope, receive: Receive, send: Send, hash_: str) -> None:
        """A password that was given. The answer leads on at once: no cookie is needed."""
        scope["route"] = "enter"
        try:
            link = await self._live(scope, hash_)
            if not link.has_password:
                await _send(send, 405, b"", [_TEXT, _ALLOW])
                return
            try:
                await passwords.check(self._services, scope, receive, link)
            except links.ProtectedLink:
                await self._ask(scope, send, link, head=False, wrong=True)
            except links.TooManyGuesses as refusal:
                wait = refusal.retry_after_seconds or 0
                await self._ask(scope, send, link, head=False, wait_seconds=wait)
            else:
                await self._let_in(scope, send, link, head=False, status=303)
        except links.UnknownLink as refusal:
            await self._say_no(scope, send, refusal, head=False)

    async def _preview(self, scope: Scope, send: Send, hash_: str, *, head: bool) -> None:
        link = await self._live(scope, hash_)
        if link.has_password:  # what is behind it is not for everybody
            await self._ask(scope, send, link, head=head)
            return
        await self._terms.use_visit(link, head=True)
        leads_to = "" if link.kind == "content" else self._destination(link).decode()
        await self._check_open(leads_to.encode())
        values = self._of(link)
        await self._page(scope, send, 200, "preview.html", head=head, leads_to=leads_to, **values)

    async def _page(
        self, scope: Scope, send: Send, status: int, template: str, *, head: bool, **values: object
    ) -> None:
        from dalan.surfaces.redirect import pages  # noqa: PLC0415 (redirects need no templates)

        text, headers = pages.page(self._services, scope, status, template, **values)
        await _send(send, status, text.encode(), [*headers, _VARY], head=head)

    async def _live(self, scope: Scope, hash_: str) -> links.Link:
        domain = scope.get(SHORT_DOMAIN)
        async with self._services.db.look() as look:
            return await links.live(look, hash_, domain=domain.name if domain else "")

    async def _check_open(self, location: bytes) -> None:
        """Raises BlockedLink where nobody is led."""
        async with self._services.db.look() as look:
            await links.check_open(look, location.decode("ascii"))

    def _shows_card(self, scope: Scope, link: links.Link) -> bool:
        """A fetcher of previews asks for a link that its owner described."""
        if not link.has_card or link.kind == "content":
            return False
        return clicks.is_preview(header(scope, b"user-agent"))

    def _of(self, link: links.Link) -> dict[str, object]:
        """What every page of a link knows of it."""
        return {"link": link, "short_url": links.short_address(link, base_url=self._base_url)}

    def _destination(self, link: links.Link) -> bytes:
        return links.destination(link, base_url=self._base_url).encode("ascii")


def _hash_in(scope: Scope) -> str:
    """What follows the prefix, which on a short domain is the first slash; "" where something
    follows that as well."""
    path: str = scope["path"]
    for prefix in ("/",) if SHORT_DOMAIN in scope else PREFIXES:
        if path.startswith(prefix):
            rest = path[len(prefix) :].removesuffix("/")
            return "" if "/" in rest else rest
    return ""


async def _send(
    send: Send,
    status: int,
    body: bytes,
    headers: Iterable[tuple[bytes, bytes]],
    *,
    head: bool = False,
) -> None:
    """An answer with the headers all have; the first of ``headers`` that is a type is its type."""
    said = [*_ALWAYS, *headers]
    kind = next((one for one in said if one[0] == b"content-type"), _TEXT)
    rest = [one for one in said if one[0] not in (b"content-type", b"x-content-type-options")]
    await send_answer(send, status, body, headers=rest, head=head, content_type=kind)
