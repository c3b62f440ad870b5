"""Where trouble that was ordered in a dev world's console meets a request. A real world has none.

The console wraps the surfaces that apps call and puts a ``Meeting`` into the scope. A surface asks
it, at the places where it can go wrong, by ``meet``; what it raises there is answered like any
other refusal of that surface, so that an ordered 429 has the contract's own body. Some faults
change what the surface itself decides; it learns of them by their name.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Literal

import msgspec

KEY: Final = "dalan.trouble"
"""In a scope: the request's ``Meeting``."""

FAULTED: Final = "faulted"
"""In a scope: the name of the fault that struck, for whoever keeps the request."""

Moment = Literal["call", "asked", "granted", "paid"]
"""``call``: an operation is about to be done; ``asked``: a person is about to be asked for their
consent; ``granted``: they gave it and go back to the app; ``paid``: they paid and go back."""


class Occasion(msgspec.Struct, frozen=True, kw_only=True):
    """What is about to happen.

    ``operation`` is the contract's name of it, or the path where there is none; ``path`` what
    stands in the operation's path, ``scopes`` those of which it needs one. ``app`` (a slug) and
    ``person_id`` where the surface knows them by itself; else the request's credentials tell.
    """

    moment: Moment = "call"
    operation: str = ""
    path: Mapping[str, str] = {}
    scopes: tuple[str, ...] = ()
    app: str = ""
    person_id: int | None = None


Meeting = Callable[[Occasion], Awaitable[str]]
"""Answers the name of the fault that strikes now, "" for none, or raises the refusal it is."""


async def meet(scope: Mapping[str, Any], occasion: Occasion) -> str:
    """Let what was ordered happen. Never inside a transaction: it may take its time."""
    meeting: Meeting | None = scope.get(KEY)
    return "" if meeting is None else await meeting(occasion)


def struck(scope: Mapping[str, Any], name: str) -> bool:
    """Whether the fault of that name struck this request."""
    return bool(scope.get(FAULTED) == name)
