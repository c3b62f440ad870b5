"""SQLite inside the process: one writer behind a fair queue, readers beside it.

Statements run inline on the event loop, for a query costs less than a thread hop; only the
fsync of a durable commit goes to a thread. ``synchronous=FULL`` comes with group commit: the
commit stands in the writers' queue like everybody else, so units that were already waiting
run first and share its fsync.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import apsw

from dalan.kernel.db.statements import SQLITE
from dalan.kernel.db.transactions import (
    Database,
    DatabaseBusy,
    ReadTransaction,
    ReadUnit,
    WriteTransaction,
    WriteUnit,
)
from dalan.kernel.logs import get

log = get("database")

Synchronous = Literal["NORMAL", "FULL"]

BUSY_WAIT_SECONDS_MAX = 10.0
SLOW_STATEMENT_SECONDS = 0.05
LONG_HOLD_SECONDS = 0.05
WATCH_SECONDS = 0.5
STREAM_ROWS = 200


class _Transaction(WriteTransaction):
    """A transaction of either kind: SQLite tells them apart by how it was begun."""

    __slots__ = ("_after_commit", "_connection", "database")
    engine = SQLITE

    def __init__(self, database: "SqliteDatabase", connection: apsw.Connection) -> None:
        self.database = database
        self._connection = connection
        self._after_commit = []

    async def rows(self, sql: str, arguments: Sequence[Any]) -> Sequence[Sequence[Any]]:
        began = time.perf_counter()
        rows = self._connection.execute(sql, arguments).fetchall()
        if time.perf_counter() - began > SLOW_STATEMENT_SECONDS:
            self._log_slow(sql, arguments, time.perf_counter() - began)
        return rows

    async def execute(self, sql: str, arguments: Sequence[Any]) -> int:
        before = self._connection.total_changes()
        await self.rows(sql, arguments)
        return self._connection.total_changes() - before

    async def execute_many(self, sql: str, many: Sequence[Sequence[Any]]) -> None:
        for _ in self._connection.executemany(sql, many):  # lazy: rows of RETURNING drive it
            pass

    async def stream(self, sql: str, arguments: Sequence[Any]) -> AsyncIterator[Sequence[Any]]:
        cursor = self._connection.execute(sql, arguments)
        for number, row in enumerate(cursor, start=1):
            yield row
            if number % STREAM_ROWS == 0:
                await asyncio.sleep(0)

    def _log_slow(self, sql: str, arguments: Sequence[Any], seconds: float) -> None:
        plan = self._connection.execute(f"EXPLAIN QUERY PLAN {sql}", arguments).fetchall()
        log.warning(
            "slow statement", sql=sql, seconds=round(seconds, 4), plan=[row[-1] for row in plan]
        )


class _Read(ReadUnit):
    __slots__ = ("_connection", "_database")

    def __init__(self, database: "SqliteDatabase") -> None:
        self._database = database

    async def __aenter__(self) -> ReadTransaction:
        readers = self._database._readers
        self._connection = readers.pop() if readers else self._database._connect()
        self._connection.execute("BEGIN")
        return _Transaction(self._database, self._connection)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.execute("COMMIT")
        self._database._readers.append(self._connection)


class _Look(_Read):
    """A reader without a snapshot around it: two statements fewer."""

    __slots__ = ()

    async def __aenter__(self) -> ReadTransaction:
        readers = self._database._readers
        self._connection = readers.pop() if readers else self._database._connect()
        return _Transaction(self._database, self._connection)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database._readers.append(self._connection)


class _Write(WriteUnit):
    __slots__ = ("_database", "_held_from", "_site", "_tx")

    def __init__(self, database: "SqliteDatabase", site: str) -> None:
        self._database, self._site = database, site

    async def __aenter__(self) -> WriteTransaction:
        database = self._database
        await database._turn.acquire()
        try:
            await database._begin()
            database._writer.execute("SAVEPOINT unit")
        except BaseException:
            database._turn.release()
            raise
        self._held_from = time.perf_counter()
        self._tx = _Transaction(database, database._writer)
        return self._tx

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        database, writer = self._database, self._database._writer
        durable: asyncio.Future[None] | None = None
        try:
            if error is not None:
                if writer.in_transaction:  # a full disk, say, has already rolled it all back
                    writer.execute("ROLLBACK TO unit")
                    writer.execute("RELEASE unit")
                    if not database._uncommitted:
                        writer.execute("ROLLBACK")
                return
            writer.execute("RELEASE unit")
            if database._groups_commits:
                durable = database._commit_soon()
            else:
                database._commit_now()
        finally:
            held_seconds = time.perf_counter() - self._held_from
            database._turn.release()
            if held_seconds > LONG_HOLD_SECONDS:
                log.warning("write lock held long", site=self._site, seconds=round(held_seconds, 4))
        if durable is not None:
            await asyncio.shield(durable)
        for call in self._tx._after_commit:
            call()


class SqliteDatabase(Database):
    """One file. Any process of this machine may open it; one at a time writes."""

    engine = SQLITE

    def __init__(self, path: Path, *, synchronous: Synchronous = "FULL") -> None:
        self._path = path
        self._synchronous = synchronous
        self._groups_commits = synchronous == "FULL"
        self._readers: list[apsw.Connection] = []
        self._turn = asyncio.Lock()
        self._uncommitted: list[asyncio.Future[None]] = []
        self._committer: asyncio.Task[None] | None = None
        self._watchers: list[Callable[[], None]] = []
        self._watching: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self._writer = self._connect()
        self._readers.append(self._connect())

    async def close(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
        if self._committer is not None:
            await self._committer
        async with self._turn:
            for connection in [*self._readers, self._writer]:
                connection.close()
            self._readers.clear()

    def read(self) -> ReadUnit:
        return _Read(self)

    def look(self) -> ReadUnit:
        return _Look(self)

    def write(self) -> WriteUnit:
        frame = sys._getframe(1)
        return _Write(self, f"{frame.f_code.co_filename}:{frame.f_lineno}")

    def watch(self, changed: Callable[[], None]) -> None:
        self._watchers.append(changed)
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch())

    def announce(self) -> None:
        for changed in self._watchers:
            changed()

    async def _watch(self) -> None:
        """Other processes' commits show as a new data version; our own do not."""
        connection = self._connect()
        seen = connection.pragma("data_version")
        try:
            while True:
                await asyncio.sleep(WATCH_SECONDS)
                version = connection.pragma("data_version")
                if version != seen:
                    seen = version
                    self.announce()
        finally:
            connection.close()

    def _connect(self) -> apsw.Connection:
        connection = apsw.Connection(str(self._path), statementcachesize=500)
        connection.set_busy_timeout(0)  # waiting is ours, and awaited
        connection.pragma("journal_mode", "wal")
        connection.pragma("synchronous", self._synchronous)
        connection.pragma("foreign_keys", True)
        connection.pragma("temp_store", "memory")
        connection.pragma("cache_size", -16_000)
        return connection

    async def _begin(self) -> None:
        if self._writer.in_transaction:  # the group before us is not committed yet: join it
            return
        deadline = time.monotonic() + BUSY_WAIT_SECONDS_MAX
        pause_seconds = 0.001
        while True:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                return
            except apsw.BusyError as busy:
                if time.monotonic() > deadline:
                    raise DatabaseBusy("another process holds the database") from busy
            await asyncio.sleep(pause_seconds)
            pause_seconds = min(pause_seconds * 2, 0.05)

    def _commit_now(self) -> None:
        try:
            self._writer.execute("COMMIT")
        except BaseException:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            raise

    def _commit_soon(self) -> asyncio.Future[None]:
        durable = asyncio.get_running_loop().create_future()
        self._uncommitted.append(durable)
        if self._committer is None or self._committer.done():
            self._committer = asyncio.create_task(self._commit_group())
        return durable

    async def _commit_group(self) -> None:
        while self._uncommitted:
            async with self._turn:
                group, self._uncommitted = self._uncommitted, []
                try:
                    await asyncio.to_thread(self._commit_now)
                except apsw.Error as error:
                    for durable in group:
                        if not durable.done():
                            durable.set_exception(error)
                else:
                    for durable in group:
                        if not durable.done():
                            durable.set_result(None)
