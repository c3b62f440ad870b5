"""One call of an operation, as its handler sees it. Handlers open transactions themselves: one of
them waits for news, and holds none meanwhile."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any, Final, TypeVar

import msgspec

from dalan.domains import developers
from dalan.kernel.db import Database
from dalan.surfaces.api.reading import Fields
from dalan.surfaces.asgi import Scope
from dalan.surfaces.operations import decode_body, query_of
from dalan.surfaces.services import Services

Wire = TypeVar("Wire")

PREFIX: Final = "/api/dalan/v1"


class Changes:
    """Lets many wait for the next commit that announces something."""

    def __init__(self, db: Database) -> None:
        self._next = asyncio.Event()
        db.watch(self._changed)

    def _changed(self) -> None:
        happened, self._next = self._next, asyncio.Event()
        happened.set()

    async def wait(self, seconds: float) -> None:
        """Return at the next change, or when the time is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._next.wait()


class Call(msgspec.Struct, kw_only=True):
    """Which app calls, with what."""

    services: Services
    changes: Changes
    scope: Scope
    caller: developers.Caller
    path: dict[str, str]
    content: Any = None
    receive: Any = None
    """The body as it comes, where the operation reads it itself."""

    @property
    def query(self) -> Mapping[str, str]:
        """The query's fields."""
        return query_of(self.scope)

    @property
    def fields(self) -> Fields:
        """The query's fields, to be read within bounds."""
        return Fields(query_of(self.scope))

    def body(self, kind: type[Wire], *, nulls: bool = False) -> Wire:
        """The body as ``kind``; raises InvalidBody naming the misfit. ``nulls``: null is not what
        is left out."""
        return decode_body(self.content, kind, nulls=nulls)
