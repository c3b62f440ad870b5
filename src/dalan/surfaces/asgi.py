"""The three things an ASGI application is given, as plain as they are."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]
"""Any of ours, or a framework's with narrower types of its own."""

ASKED_FOR_HEAD = "dalan.asked_for_head"
"""Set in a scope that is answered as GET though it came as HEAD."""

SHORT_DOMAIN = "dalan.short_domain"
"""Set in a scope that came to a short domain: the ``links.ShortDomain``."""

UNLOGGED = "dalan.unlogged"
"""Set in a scope whose request is no line of the access log: there are too many of its kind."""
