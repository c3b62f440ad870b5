"""A dev world shows one-time codes, so it is nobody's but this machine's, by any name.

A page of ``evil.example`` may have that name resolve to 127.0.0.1 once it is loaded. The browser
then takes the dev world for more of the same site and would let the page read the inbox and
sign in as anybody (DNS rebinding). Only the ``Host`` it was asked under tells.
"""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from dalan.settings import Settings
from dalan.surfaces.asgi import Application, Receive, Scope, Send
from dalan.surfaces.published_hosts import PUBLISHED_HOSTS

_PAGES = frozenset({"bank", "console", "web"})
"""Surfaces that show or take codes. Apps may call the others under any name of the machine."""

_SCRIPTS = "/console/api/"
_SLASHES = re.compile("/{2,}")
_REFUSED = (
    b"This is a development world, which shows one-time codes, and it was asked for under a name"
    b" it does not know. Open it at its address, or set DALAN_PUBLIC_BASE_URL to the one you use.\n"
)
_FOR_SCRIPTS_ONLY = b"The console answers scripts and its own pages, not other sites.\n"


class OwnHosts:
    """Whom a dev world answers. Addresses by number pass, for no name server decides on those."""

    def __init__(self, settings: Settings) -> None:
        base = urlsplit(settings.base_url)
        self._names = {"localhost", settings.host, base.hostname}
        self._place = base.netloc.lower()

    def refusal(self, surface: str, scope: Scope) -> bytes | None:
        """Why a request is not answered; None when it is."""
        if surface not in _PAGES:
            return None
        hosts, sites, origins = [], [], []
        for name, value in scope["headers"]:
            if name == b"host":
                hosts.append(value.decode("latin-1"))
            elif name == b"sec-fetch-site":
                sites.append(value)
            elif name == b"origin":
                origins.append(value.decode("latin-1"))
        if not all(
            self._is_own(host) or (surface == "web" and _is_published(host)) for host in hosts
        ):
            return _REFUSED
        # The framework takes many slashes for one.
        if not _SLASHES.sub("/", scope["path"]).startswith(_SCRIPTS):
            return None
        # With neither header it is no browser. Where the address is neither https nor this
        # machine's own, browsers leave the first one out.
        places = {self._place, *(host.lower() for host in hosts)}
        is_own = {*sites} <= {b"none", b"same-origin"} and all(
            origin.partition("://")[2].lower() in places for origin in origins
        )
        return None if is_own else _FOR_SCRIPTS_ONLY

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
    """Apps send people to pages under these names, which whoever tries one unmodified has led
    here. Their owners alone could turn that against a dev world, and even they get no code: the
    inbox stays closed to them."""
    return _name_in(host) in PUBLISHED_HOSTS


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
