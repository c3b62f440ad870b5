"""A dev world shows one-time codes, so it is nobody's but this machine's, by any name.

A page of ``evil.example`` may have that name resolve to 127.0.0.1 once it is loaded. The browser
then takes the dev world for more of the same site and would let the page read the inbox and
sign in as anybody (DNS rebinding). Only the ``Host`` it was asked under tells.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from dalan.settings import Settings
from dalan.surfaces.asgi import Application, Receive, Scope, Send

_PAGES = frozenset({"console", "web"})
"""Surfaces that show or take codes. Apps may call the others under any name of the machine."""

_PUBLISHED = "divar.ir"
"""Apps send people to pages under this name and names below it (reference 0.3), which whoever
tries one unmodified has lead here. Its owners alone could turn that against a dev world, and even
they get no code: the inbox stays closed to it."""

_SCRIPTS = "/console/api/"
_REFUSED = (
    b"This is a development world, which shows one-time codes, and it was asked for under a name"
    b" it does not know. Open it at its address, or set DALAN_PUBLIC_BASE_URL to the one you use.\n"
)
_FOR_SCRIPTS_ONLY = b"The inbox answers scripts and its own pages, not other sites.\n"


class OwnHosts:
    """Whom a dev world answers. Addresses by number pass, for no name server decides on those."""

    def __init__(self, settings: Settings) -> None:
        self._names = {"localhost", settings.host, urlsplit(settings.base_url).hostname}

    def refusal(self, surface: str, scope: Scope) -> bytes | None:
        """Why a request is not answered; None when it is."""
        if surface not in _PAGES:
            return None
        hosts, sites = [], []
        for name, value in scope["headers"]:
            if name == b"host":
                hosts.append(value.decode("latin-1"))
            elif name == b"sec-fetch-site":
                sites.append(value)
        # Without the header it is no browser.
        if not all(
            self._is_own(host) or (surface == "web" and _is_published(host)) for host in hosts
        ):
            return _REFUSED
        if scope["path"].startswith(_SCRIPTS) and not {*sites} <= {b"none", b"same-origin"}:
            return _FOR_SCRIPTS_ONLY
        return None

    def _is_own(self, host: str) -> bool:
        name = _name_in(host)
        if name in self._names or name.endswith(".localhost"):
            return True
        try:
            ip_address(name)
        except ValueError:
            return False
        return True


def _is_published(host: str) -> bool:
    name = _name_in(host)
    return name == _PUBLISHED or name.endswith(f".{_PUBLISHED}")


def _name_in(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def refusing(reason: bytes) -> Application:
    """An application that answers with nothing but a reason, and 403."""

    async def refuse(_: Scope, __: Receive, send: Send) -> None:
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(reason)).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
        ]
        await send({"type": "http.response.start", "status": 403, "headers": headers})
        await send({"type": "http.response.body", "body": reason, "more_body": False})

    return refuse
