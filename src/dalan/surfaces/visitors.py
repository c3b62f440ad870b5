"""Who asks for what is behind a short link, as far as its rules may want to know."""

from http.cookies import CookieError, SimpleCookie
from typing import Final

from dalan.domains import clicks, links
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
    return links.Visitor(
        at=clock.now(),
        query=query,
        languages=told.get(b"accept-language", ""),
        choice=_choice(told.get(b"cookie", "")),
        agent=lambda: _agent_of(told.get(b"user-agent", "")),
        country=lambda: _country_of(services, (scope.get("client") or ("", 0))[0]),
    )


def _agent_of(text: str) -> links.Agent:
    found = clicks.agent_of(text)
    return links.Agent(found.browser, found.os, found.device)


def _country_of(services: Services, address: str) -> str:
    code: str = services.places.code_of(clicks.cut_of(address)) if services.places else ""
    return code


def _choice(cookies: str) -> str:
    if CHOICE not in cookies or len(cookies) > _COOKIES_LENGTH_MAX:
        return ""
    try:
        found = SimpleCookie(cookies).get(CHOICE)
    except CookieError:
        return ""
    return found.value if found is not None else ""
