"""A link's terms, asked of a request: who comes, where to, whether one more may come.

Source: pod-links.md 5.1; decision 0039.
"""

from typing import Final
from urllib.parse import quote

from dalan.domains import links
from dalan.kernel.db import WriteTransaction
from dalan.surfaces.asgi import SHORT_DOMAIN, Scope
from dalan.surfaces.operations import Headers
from dalan.surfaces.redirect.refusals import why
from dalan.surfaces.services import Services
from dalan.surfaces.visitors import CHOICE, visitor

CHOICE_SECONDS: Final = 30 * 86_400
"""How long a visitor who was led to one of several places is led there again."""


class Terms:
    """What the redirect asks of a link that is not plain."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._secure = services.settings.base_url.startswith("https://")

    async def use_visit(self, link: links.Link, *, head: bool) -> None:
        """One visitor more, or with ``head`` a look at whether one may come. Raises
        VisitLimitReached."""
        if link.visits_max is None:
            return
        db = self._services.db
        if head:
            async with db.look() as look:
                await links.check_visits_left(look, link)
        else:

            async def work(tx: WriteTransaction) -> int | None:
                return await links.use_visit(tx, link)

            await db.transact(work)

    def lead(self, scope: Scope, link: links.Link, own_target: str) -> Headers:
        """Where the visitor goes, and what their browser is to remember of it."""
        if not link.terms:
            return [(b"location", own_target.encode("ascii"))]
        query = scope["query_string"].decode("latin-1")
        came = visitor(self._services, scope, query=query)
        led = links.lead(link, came, own_target=own_target)
        headers: Headers = [(b"location", led.address.encode("ascii"))]
        if led.choice:
            cookie = (
                f"{CHOICE}={led.choice}; Max-Age={CHOICE_SECONDS}; Path={quote(scope['path'])};"
                f" HttpOnly; SameSite=Lax{'; Secure' if self._secure else ''}"
            )
            headers.append((b"set-cookie", cookie.encode("ascii")))
        return headers


def after(refusal: links.UnknownLink, scope: Scope) -> bytes | None:
    """Where visitors go instead: once a link is over, where its owner said; of a short domain's
    bare address and hashes nobody has, where the operator said. None: nowhere."""
    address = ""
    if isinstance(refusal, links.ExpiredLink | links.VisitLimitReached):
        address = refusal.link.after_address
    elif (domain := scope.get(SHORT_DOMAIN)) and why(refusal) == "missing":
        address = domain.base_address if scope["path"] == "/" else domain.missing_address
    return links.location(address).encode("ascii") if address else None
