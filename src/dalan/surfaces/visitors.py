"""Who asks for what is behind a short link, as far as its rules may want to know."""

from http.cookies import CookieError, SimpleCookie
from typing import Final

from dalan.domains import links
from dalan.kernel import clock
from dalan.surfaces.asgi import Scope
from dalan.surfaces.services import Services

CHOICE: Final = "choice"
"""The cookie that says which of several places a visitor was led to."""

_COOKIES_LENGTH_MAX: Final = 8_192


def visitor(services: Services, scope: Scope, *, query: str = "") -> links.Visitor:
    """Whoever sent this request; what costs something to know waits until a rule asks."""
    told: dict[bytes, str] = {}
    for name, value in scope["headers"]:
        told.setdefault(name, value.decode("latin-1"))
    agent_of = services.agent_of or (lambda _: links.Agent())
    country_of = services.country_of or (lambda _: "")
    return links.Visitor(
        at=clock.now(),
        query=query,
        languages=told.get(b"accept-language", ""),
        choice=_choice(told.get(b"cookie", "")),
        agent=lambda: agent_of(told.get(b"user-agent", "")),
        country=lambda: country_of((scope.get("client") or ("", 0))[0]),
    )


def _choice(cookies: str) -> str:
    if CHOICE not in cookies or len(cookies) > _COOKIES_LENGTH_MAX:
        return ""
    try:
        found = SimpleCookie(cookies).get(CHOICE)
    except CookieError:
        return ""
    return found.value if found is not None else ""
