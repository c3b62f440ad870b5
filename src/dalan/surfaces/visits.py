"""What is written down of whoever visits a short link; the same in front of us and behind.

Source: pod-links.md 5.3.
"""

from collections.abc import Iterable
from typing import Any, Final

from dalan.domains import clicks
from dalan.surfaces.asgi import Scope
from dalan.surfaces.services import Services

QR: Final = b"qr"
"""In the query of an address that is printed as a QR code."""

_AGENT: Final = b"user-agent"
_REFERRER: Final = b"referer"
_LANGUAGE: Final = b"accept-language"
_PURPOSES: Final = (b"sec-purpose", b"purpose", b"x-purpose", b"x-moz")


def told(headers: Iterable[tuple[bytes, bytes]]) -> clicks.Told:
    """What a request says of itself; of a header that comes twice the first is taken."""
    said: dict[bytes, str] = {}
    for name, value in headers:
        said.setdefault(name, str(value, "latin-1"))
    return clicks.Told(
        said.get(_AGENT, ""),
        said.get(_REFERRER, ""),
        said.get(_LANGUAGE, ""),
        next((said[name] for name in _PURPOSES if name in said), ""),
    )


def source_of(query: bytes) -> clicks.Source:
    """Whether somebody followed a link or pointed a camera at it."""
    names = (part.partition(b"=")[0] for part in query.split(b"&"))
    return "qr" if QR in names else "web"


async def record(
    services: Services, scope: Scope, link_id: int, source: clicks.Source | None = None
) -> None:
    """Write a visit down before it is answered; ``source`` None: as its address says. Raises
    DatabaseUnavailable when that cannot be done: it must not be answered then."""
    recorder: Any = services.clicks
    if recorder is not None:
        address = (scope.get("client") or ("", 0))[0]
        source = source or source_of(scope["query_string"])
        await recorder.record(link_id, address, told(scope["headers"]), source)
