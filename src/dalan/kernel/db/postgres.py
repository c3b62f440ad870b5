"""PostgreSQL through asyncpg: a pool with prepared statements, many processes side by side."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from types import TracebackType
from typing import Any

import asyncpg
from asyncpg.transaction import Transaction

from dalan.kernel.db.statements import POSTGRESQL
from dalan.kernel.db.transactions import (
    Database,
    ReadTransaction,
    ReadUnit,
    RetryUnit,
    WriteTransaction,
    WriteUnit,
)

CHANNEL = "dalan_look"
ANNOUNCE_SECONDS = 0.01
WATCH_SECONDS = 0.5
STREAM_ROWS = 200

_LOST_RACE = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)


class _Connection(asyncpg.Connection):
    """We never change a session's state, so giving a connection back needs no reset."""

    def get_reset_query(self) -> str:
        return ""


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


class _Look(ReadUnit):
    __slots__ = ("_connection", "_database", "_pool")

    def __init__(self, database: "PostgresDatabase") -> None:
        self._database, self._pool = database, database._pool

    async def __aenter__(self) -> ReadTransaction:
        self._connection = await self._pool.acquire()
        return _Transaction(self._database, self._connection)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._pool.release(self._connection)


class _Read(_Look):
    __slots__ = ("_transaction",)

    async def __aenter__(self) -> ReadTransaction:
        tx = await super().__aenter__()
        self._transaction: Transaction = self._connection.transaction(
            isolation="repeatable_read", readonly=True
        )
        try:
            await self._transaction.start()
        except BaseException:
            await self._pool.release(self._connection)
            raise
        return tx

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            await (self._transaction.commit() if error is None else self._transaction.rollback())
        finally:
            await self._pool.release(self._connection)


class _Write(WriteUnit):
    __slots__ = ("_connection", "_database", "_pool", "_transaction", "_tx")

    def __init__(self, database: "PostgresDatabase") -> None:
        self._database, self._pool = database, database._pool

    async def __aenter__(self) -> WriteTransaction:
        self._connection = await self._pool.acquire()
        self._transaction: Transaction = self._connection.transaction()
        try:
            await self._transaction.start()
        except BaseException:
            await self._pool.release(self._connection)
            raise
        self._tx = _Transaction(self._database, self._connection)
        return self._tx

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                await self._transaction.commit()
            else:
                await self._transaction.rollback()
        except _LOST_RACE as lost:
            raise RetryUnit from lost
        finally:
            await self._pool.release(self._connection)
        if isinstance(error, _LOST_RACE):
            raise RetryUnit from error
        if error is None:
            for call in self._tx._after_commit:
                call()


class PostgresDatabase(Database):
    """One database of a PostgreSQL server, by URL (``postgresql://…``)."""

    engine = POSTGRESQL

    def __init__(self, url: str, *, connections_max: int = 10) -> None:
        self._url = url
        self._connections_max = connections_max
        self._announcing: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._watchers: list[Callable[[], None]] = []

    async def open(self) -> None:
        self._pool = await asyncpg.create_pool(
            self._url,
            min_size=1,
            max_size=self._connections_max,
            connection_class=_Connection,
            statement_cache_size=1_000,
            max_cached_statement_lifetime=0,
            command_timeout=60,
            server_settings={"application_name": "dalan", "timezone": "UTC", "jit": "off"},
        )

    async def close(self) -> None:
        for task in (self._watching, self._announcing):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        await self._pool.close()

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
        async with self._pool.acquire() as connection:
            await connection.execute(f"NOTIFY {CHANNEL}")

    async def _watch(self) -> None:
        """Listen on a connection of its own; poll besides, for a notification may be lost."""
        heard = asyncio.Event()
        while True:
            connection = None
            try:
                connection = await asyncpg.connect(self._url)
                await connection.add_listener(CHANNEL, lambda *_: heard.set())
                while not connection.is_closed():
                    try:
                        await asyncio.wait_for(heard.wait(), WATCH_SECONDS)
                    except TimeoutError:
                        pass
                    heard.clear()
                    for changed in self._watchers:
                        changed()
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(WATCH_SECONDS)
            finally:
                if connection is not None:
                    connection.terminate()
