"""What both engines offer: a database that reads from snapshots and writes all or nothing."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from types import TracebackType
from typing import Any, TypeVar

from dalan.errors import Unavailable
from dalan.kernel import randomness

Result = TypeVar("Result")

RETRIES_MAX = 3
RETRY_PAUSE_SECONDS = (0.002, 0.02)


class DatabaseBusy(Unavailable):
    """Somebody else held the database for longer than we are willing to wait."""

    code = "database.busy"


class DatabaseUnavailable(Unavailable):
    """The database cannot be reached, its disk is full, or it was closed. Nothing was changed,
    unless it is ``OutcomeUnknown``."""

    code = "database.unavailable"


class OutcomeUnknown(DatabaseUnavailable):
    """The connection broke during the commit itself: all of the work is done or nothing of it,
    and only reading again can tell."""

    code = "database.outcome_unknown"


class RetryUnit(DatabaseBusy):
    """The engine asks that the whole unit of work be run again, as ``transact`` does."""


class ReadTransaction(ABC):
    """One look at the database. Statements run on it; it has no commit of its own.

    Its methods are for ``Statement`` alone; rooms never see SQL.
    """

    engine: str

    @abstractmethod
    async def rows(self, sql: str, arguments: Sequence[Any]) -> Sequence[Sequence[Any]]: ...

    @abstractmethod
    async def execute(self, sql: str, arguments: Sequence[Any]) -> int: ...

    @abstractmethod
    async def execute_many(self, sql: str, many: Sequence[Sequence[Any]]) -> None: ...

    @abstractmethod
    def stream(self, sql: str, arguments: Sequence[Any]) -> AsyncIterator[Sequence[Any]]: ...

    def memory(self) -> dict[Any, Any] | None:
        """A dict for what was just read, emptied as soon as anybody commits anything.

        Whoever finds something in it knows that reading again would give the same; only time
        may have passed. None on an engine that cannot tell so cheaply.
        """
        return None


class WriteTransaction(ReadTransaction):
    """One unit of work. It is committed on leaving its block and rolled back on any raise."""

    database: "Database"
    _after_commit: list[Callable[[], None]]

    def after_commit(self, call: Callable[[], None]) -> None:
        """Run ``call`` once the work is durable; never if it rolls back. It must not raise.

        It runs even when the task that did the work was cancelled meanwhile.
        """
        self._after_commit.append(call)


class Unit(ABC):
    """An ``async with`` block around one transaction."""

    @abstractmethod
    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class ReadUnit(Unit):
    @abstractmethod
    async def __aenter__(self) -> ReadTransaction: ...


class WriteUnit(Unit):
    @abstractmethod
    async def __aenter__(self) -> WriteTransaction: ...


class Database(ABC):
    """A database of either engine. Opened and closed by the composition root alone."""

    engine: str

    @abstractmethod
    async def open(self) -> None:
        """Connect; raises if the database cannot be used."""

    @abstractmethod
    async def close(self) -> None:
        """Finish what is under way and let every connection go."""

    @abstractmethod
    def read(self) -> ReadUnit:
        """A snapshot: every statement in the block sees the same moment."""

    @abstractmethod
    def look(self) -> ReadUnit:
        """Like ``read`` without the promise of one moment for all statements.

        Cheaper on PostgreSQL by two round trips; for lookups that stand alone.
        """

    @abstractmethod
    def write(self) -> WriteUnit:
        """A unit of work. Inside it nothing but statements is awaited."""

    @abstractmethod
    def watch(self, changed: Callable[[], None]) -> None:
        """Call ``changed`` soon after any process committed something worth a look."""

    @abstractmethod
    def announce(self) -> None:
        """Tell the other processes, soon, that there is something worth a look."""

    async def transact(self, work: Callable[[WriteTransaction], Awaitable[Result]]) -> Result:
        """Run ``work`` in a unit, again from the start if the engine says it lost a race.

        At most three times more, after a random pause; then DatabaseBusy, nothing changed.
        """
        for attempt in range(RETRIES_MAX + 1):
            if attempt:
                await asyncio.sleep(randomness.between(*RETRY_PAUSE_SECONDS) * attempt)
            try:
                async with self.write() as tx:
                    return await work(tx)
            except RetryUnit as retry:
                lost = retry
        raise DatabaseBusy("the database was too busy; nothing was changed") from lost
