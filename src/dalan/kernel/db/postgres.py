"""PostgreSQL through asyncpg: prepared statements, many processes side by side."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from types import TracebackType
from typing import Any, ClassVar

import asyncpg

from dalan.kernel.db.connections import Connections
from dalan.kernel.db.statements import POSTGRESQL, StatementError
from dalan.kernel.db.transactions import (
    Database,
    DatabaseBusy,
    DatabaseUnavailable,
    OutcomeUnknown,
    ReadUnit,
    RetryUnit,
    WriteTransaction,
    WriteUnit,
)
from dalan.kernel.logs import get

log = get("database")

CHANNEL = "dalan_look"
ANNOUNCE_SECONDS = 0.01
WATCH_SECONDS = 0.5
STREAM_ROWS = 200
CONNECTION_WAIT_SECONDS_MAX = 10.0
STATEMENT_SECONDS_MAX = 60.0

_LOST_RACE = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
_DOWN = (
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.InternalClientError,  # asked in the moment between the breaking and its notice
    ConnectionError,
    TimeoutError,
)
"""What goes wrong with the server or the way to it, not with the statement."""


class _Transaction(WriteTransaction):
    __slots__ = ("_after_commit", "_connection", "database")
    engine = POSTGRESQL

    def __init__(self, database: "PostgresDatabase", connection: Any) -> None:
        self.database = database
        self._connection = connection
        self._after_commit = []

    async def rows(self, sql: str, arguments: Sequence[Any]) -> Sequence[Sequence[Any]]:
        rows: list[Sequence[Any]] = await self._connection.fetch(sql, *arguments)
        return rows

    async def execute(self, sql: str, arguments: Sequence[Any]) -> int:
        tag: str = await self._connection.execute(sql, *arguments)
        count = tag.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def execute_many(self, sql: str, many: Sequence[Sequence[Any]]) -> None:
        await self._connection.executemany(sql, many)

    async def stream(self, sql: str, arguments: Sequence[Any]) -> AsyncIterator[Sequence[Any]]:
        async for row in self._connection.cursor(sql, *arguments, prefetch=STREAM_ROWS):
            yield row


class _Unit:
    """A connection for the length of a block, given back whatever happens to the block."""

    __slots__ = ("_connection", "_connections", "_database", "_tx")

    _begin: ClassVar[str]
    """How its transaction is begun; empty: every statement stands alone."""

    def __init__(self, database: "PostgresDatabase") -> None:
        self._database, self._connections = database, database._connections

    async def __aenter__(self) -> _Transaction:
        try:
            self._connection = await self._connections.take(
                wait_seconds=CONNECTION_WAIT_SECONDS_MAX
            )
        except TimeoutError as waited:
            raise DatabaseBusy("every connection to the database is in use") from waited
        except (*_DOWN, OSError, asyncpg.InterfaceError) as down:
            raise DatabaseUnavailable("the database cannot be reached") from down
        self._tx = _Transaction(self._database, self._connection)
        if self._begin:
            try:
                await self._connection.execute(self._begin)
            except BaseException as error:
                await self.__aexit__(type(error), error, None)
                raise
        return self._tx

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._begin:
            self._leave_look(error)
            return
        # A client that hangs up now must not leave a commit half-way or its listeners unwoken.
        leaving = asyncio.ensure_future(self._leave(error))
        leaving.add_done_callback(_retrieve)
        await asyncio.shield(leaving)

    def _leave_look(self, error: BaseException | None) -> None:
        """There is nothing to settle; only what a cancelled statement left behind is unsure."""
        is_down = self._is_down(error)
        self._connections.give_back(
            self._connection, broken=isinstance(error, asyncio.CancelledError)
        )
        if is_down:
            raise DatabaseUnavailable("the connection to the database broke") from error

    async def _leave(self, error: BaseException | None) -> None:
        is_down = self._is_down(error)
        try:
            if error is None:
                if self._is_closed():
                    raise DatabaseUnavailable("the connection broke before the commit")
                if await self._connection.execute("COMMIT") != "COMMIT":
                    raise StatementError("a failed statement was overlooked; it took all back")
            elif not self._is_closed():
                await self._connection.execute("ROLLBACK")
        except _LOST_RACE as lost:
            raise RetryUnit("a race was lost") from lost
        except (*_DOWN, asyncpg.InterfaceError) as down:
            if error is None:
                raise OutcomeUnknown("the connection broke during the commit") from down
        finally:
            self._connections.give_back(self._connection)
        if isinstance(error, _LOST_RACE):
            raise RetryUnit("a race was lost") from error
        if is_down:
            raise DatabaseUnavailable("the connection to the database broke") from error
        if error is None:
            for call in self._tx._after_commit:
                call()

    def _is_down(self, error: BaseException | None) -> bool:
        # InterfaceError is said of our own mistakes too, but of a closed connection always.
        return isinstance(error, _DOWN) or (
            isinstance(error, asyncpg.InterfaceError) and self._is_closed()
        )

    def _is_closed(self) -> bool:
        return bool(self._connection.is_closed())


class _Look(_Unit, ReadUnit):
    __slots__ = ()
    _begin = ""


class _Read(_Unit, ReadUnit):
    __slots__ = ()
    _begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class _Write(_Unit, WriteUnit):
    __slots__ = ()
    _begin = "BEGIN"


def _retrieve(leaving: "asyncio.Task[None]") -> None:
    """A failure nobody waits for any more is no news."""
    if not leaving.cancelled():
        leaving.exception()


class PostgresDatabase(Database):
    """One database of a PostgreSQL server, by URL (``postgresql://…``)."""

    engine = POSTGRESQL

    def __init__(self, url: str, *, connections_max: int = 10) -> None:
        self._url = url
        self._connections = Connections(self._connect, most=connections_max)
        self._announcing: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._watchers: list[Callable[[], None]] = []

    async def open(self) -> None:
        self._connections.open()
        try:
            # One at once, so that a wrong address is known at the start.
            first = await self._connections.take(wait_seconds=CONNECTION_WAIT_SECONDS_MAX)
        except (*_DOWN, OSError) as down:
            raise DatabaseUnavailable("the database cannot be reached") from down
        self._connections.give_back(first)
        if self._watchers:
            self._watching = asyncio.create_task(self._watch())

    async def _connect(self) -> Any:
        return await asyncpg.connect(
            self._url,
            statement_cache_size=1_000,
            max_cached_statement_lifetime=0,
            command_timeout=STATEMENT_SECONDS_MAX,
            server_settings={"application_name": "dalan", "timezone": "UTC", "jit": "off"},
        )

    async def close(self) -> None:
        for task in (self._watching, self._announcing):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        self._watching = self._announcing = None
        await self._connections.close(wait_seconds=CONNECTION_WAIT_SECONDS_MAX)

    def read(self) -> ReadUnit:
        return _Read(self)

    def look(self) -> ReadUnit:
        return _Look(self)

    def write(self) -> WriteUnit:
        return _Write(self)

    def watch(self, changed: Callable[[], None]) -> None:
        self._watchers.append(changed)
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch())

    def announce(self) -> None:
        for changed in self._watchers:
            changed()
        if self._announcing is None or self._announcing.done():
            self._announcing = asyncio.create_task(self._notify())

    async def _notify(self) -> None:
        """One NOTIFY for all that was committed in the last moment: in every transaction it
        would cost two to five times the throughput."""
        await asyncio.sleep(ANNOUNCE_SECONDS)
        # A word lost here is no loss: the others look every half second by themselves.
        with contextlib.suppress(DatabaseUnavailable, DatabaseBusy):
            async with self.look() as tx:
                await tx.execute(f"NOTIFY {CHANNEL}", ())

    async def _watch(self) -> None:
        """Listen on a connection of its own; poll besides, for a notification may be lost."""
        heard = asyncio.Event()
        while True:
            connection = None
            try:
                connection = await asyncpg.connect(self._url)
                await connection.add_listener(CHANNEL, lambda *_: heard.set())
                while not connection.is_closed():
                    # Not wait_for: on Python 3.11 it forgets a cancellation that comes together
                    # with the word it waits for (cpython issue 86296), and we would never close.
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(WATCH_SECONDS):
                            await heard.wait()
                    heard.clear()
                    for changed in self._watchers:
                        changed()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                log.warning("not listening for changes", again_in_seconds=WATCH_SECONDS)
                await asyncio.sleep(WATCH_SECONDS)
            finally:
                if connection is not None:
                    connection.terminate()
