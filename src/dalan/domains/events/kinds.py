"""What one kind of event is: which facts it comes from, and who hears of them.

To add one: a file with a ``Kind`` beside the others, named in ``hearing.KINDS``, and how its
subject is spelled on the wire in the contract's surface.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec

from dalan.kernel import outbox
from dalan.kernel.db import WriteTransaction


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """One app that is to be told. ``subject`` is what happened in our own terms; ``metadata``
    what the app left with its subscription, None where there is none. ``resource`` is the thing
    whose events stay in order, the fact's own unless it is named; ``endpoint`` the one of the app's
    that is told, the main one unless it is named."""

    app_id: int
    subject: Any
    metadata: Any = None
    resource: str = ""
    endpoint: str = ""


Hear = Callable[[WriteTransaction, outbox.Recorded], Awaitable[Sequence[Telling]]]


class Kind(msgspec.Struct, frozen=True):
    """A kind of event: its name in the contract, and by kind of fact who is told."""

    type: str
    hears: Mapping[str, Hear]


Spell = Callable[[str, Any], dict[str, Any]]
"""How a kind's subject reads in the contract: the type's name and the subject to the members that
stand beside ``type`` and ``metadata``. The composition root takes it from the surface."""
