"""SQLite inside the process: one writer behind a fair queue, readers beside it.

Statements run inline on the event loop, for a query costs less than a thread hop; only the
fsync of a durable commit goes to a thread. ``synchronous=FULL`` comes with group commit: each
unit is a savepoint, and the commit stands in the writers' queue like everybody else, so units
that were already waiting run first and share its fsync.
"""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from types import CodeType, TracebackType
from typing import Any, Literal
from weakref import WeakKeyDictionary

import apsw

from dalan.kernel.db import transactions
from dalan.kernel.db.statements import SQLITE
from dalan.kernel.db.transactions import (
    Database,
    DatabaseBusy,
    DatabaseUnavailable,
    ReadTransaction,
    ReadUnit,
    WriteTransaction,
    WriteUnit,
)
from dalan.kernel.logs import get

log = get("database")

Synchronous = Literal["NORMAL", "FULL"]

BUSY_WAIT_SECONDS_MAX = 10.0
BUSY_READ_MILLISECONDS_MAX = 1_000
"""Readers wait inline: only for another process that recovers or closes the file."""
SLOW_STATEMENT_SECONDS = 0.05
LONG_HOLD_SECONDS = 0.05
WATCH_SECONDS = 0.5
STREAM_ROWS = 200
MEMORY_MAX = 1_000
"""Things remembered by one reader; past it, it begins anew."""

READERS_KEPT_MAX = 16
"""Reading connections kept for later; a burst may open more, each with a cache of its own."""

_DOWN = (
    apsw.FullError,
    apsw.IOError,
    apsw.ReadOnlyError,
    apsw.CantOpenError,
    apsw.CorruptError,
    apsw.NotADBError,
    apsw.ConnectionClosedError,
    apsw.BusyError,
)
"""What goes wrong with the file or the disk, not with the statement."""


class _Gone:
    """Stands where the connection was once SQLite took the whole transaction back by itself, as
    it may when the disk is full: what came after would otherwise commit on its own."""

    def _refuse(self, *_: Any) -> Any:
        raise DatabaseUnavailable("the transaction was rolled back by the database")

    execute = executemany = total_changes = _refuse


class _Transaction(WriteTransaction):
    """A transaction of either kind: SQLite tells them apart by how it was begun."""

    __slots__ = ("_after_commit", "_connection", "_open_cursors", "_rolled_back", "database")
    engine = SQLITE

    database: "SqliteDatabase"

    def __init__(self, database: "SqliteDatabase", connection: apsw.Connection) -> None:
        self.database = database
        self._connection: Any = connection
        self._after_commit = []
        self._open_cursors: list[apsw.Cursor] = []
        self._rolled_back = False

    async def rows(self, sql: str, arguments: Sequence[Any]) -> Sequence[Sequence[Any]]:
        return self._run(sql, arguments)[0]

    async def execute(self, sql: str, arguments: Sequence[Any]) -> int:
        return self._run(sql, arguments)[1]

    def _run(self, sql: str, arguments: Sequence[Any]) -> tuple[list[Sequence[Any]], int]:
        """Its rows, and how many rows it changed."""
        connection = self._connection
        began, before = time.perf_counter(), connection.total_changes()
        try:
            rows: list[Sequence[Any]] = connection.execute(sql, arguments).fetchall()
        except _DOWN:
            self._notice_rollback()
            raise
        # total_changes counts cascades too, changes only what the statement itself touched. Both
        # are asked before a plan is: explaining a write leaves none behind.
        changes = connection.changes() if connection.total_changes() != before else 0
        if time.perf_counter() - began > SLOW_STATEMENT_SECONDS:
            self._log_slow(sql, arguments, time.perf_counter() - began)
        return rows, changes

    async def execute_many(self, sql: str, many: Sequence[Sequence[Any]]) -> None:
        began = time.perf_counter()
        try:
            for _ in self._connection.executemany(sql, many):  # lazy: rows of RETURNING drive it
                pass
        except _DOWN:
            self._notice_rollback()
            raise
        if time.perf_counter() - began > SLOW_STATEMENT_SECONDS:
            self._log_slow(sql, many[0], time.perf_counter() - began)

    async def stream(self, sql: str, arguments: Sequence[Any]) -> AsyncIterator[Sequence[Any]]:
        cursor = self._connection.execute(sql, arguments)
        self._open_cursors.append(cursor)
        for number, row in enumerate(cursor, start=1):
            yield row
            if number % STREAM_ROWS == 0:
                await asyncio.sleep(0)

    def memory(self) -> dict[Any, Any]:
        version: int = self._connection.execute("PRAGMA data_version").fetchall()[0][0]
        memories = self.database._memories
        kept = memories.get(self._connection)
        if kept is None or kept[0] != version or len(kept[1]) >= MEMORY_MAX:
            kept = memories[self._connection] = (version, {})
        return kept[1]

    def close_cursors(self) -> None:
        """A stream that was left half-way would keep its snapshot beyond the block."""
        for cursor in self._open_cursors:
            cursor.close(True)

    def _notice_rollback(self) -> None:
        if isinstance(self._connection, apsw.Connection) and not self._connection.in_transaction:
            self._rolled_back, self._connection = True, _Gone()

    def _log_slow(self, sql: str, arguments: Sequence[Any], seconds: float) -> None:
        try:
            plan = self._connection.execute(f"EXPLAIN QUERY PLAN {sql}", arguments).fetchall()
        except apsw.Error:  # the statement itself may have taken away what it spoke of
            plan = []
        log.warning(
            "slow statement", sql=sql, seconds=round(seconds, 4), plan=[row[-1] for row in plan]
        )


class _Look(ReadUnit):
    """A reader without a snapshot around it: two statements fewer."""

    __slots__ = ("_connection", "_database", "_tx")

    def __init__(self, database: "SqliteDatabase") -> None:
        self._database = database

    async def __aenter__(self) -> ReadTransaction:
        self._connection = self._database._reader()
        self._tx = _Transaction(self._database, self._connection)
        return self._tx

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._tx._open_cursors:
            self._tx.close_cursors()
        self._database._give_back(self._connection)
        if isinstance(error, _DOWN) and not isinstance(error, apsw.ReadOnlyError):
            raise DatabaseUnavailable("the database could not be read") from error


class _Read(_Look):
    __slots__ = ()

    async def __aenter__(self) -> ReadTransaction:
        tx = await super().__aenter__()
        self._connection.execute("BEGIN")
        return tx


class _Write(WriteUnit):
    __slots__ = ("_database", "_held_from", "_site", "_tx")

    def __init__(self, database: "SqliteDatabase", site: tuple[CodeType, int]) -> None:
        self._database, self._site = database, site

    async def __aenter__(self) -> WriteTransaction:
        database = self._database
        await database._turn.acquire()
        try:
            await database._begin()
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
        # Nothing is awaited while the turn is ours, so no cancellation can find it half-way.
        database, tx = self._database, self._tx
        durable: asyncio.Future[None] | None = None
        try:
            tx.close_cursors()
            if error is not None:
                database._roll_back_unit()
            elif tx._rolled_back or not database._writer.in_transaction:
                database._roll_back_unit()
                raise DatabaseUnavailable("the transaction was rolled back by the database")
            elif database._groups_commits:
                durable = database._commit_soon(tx._after_commit)
            else:
                database._commit_now()
        except _DOWN as down:
            raise DatabaseUnavailable("the database could not be written") from down
        finally:
            held_seconds = time.perf_counter() - self._held_from
            database._turn.release()
            if held_seconds > LONG_HOLD_SECONDS:
                self._log_long_hold(held_seconds)
        if isinstance(error, _DOWN):
            raise DatabaseUnavailable("the database could not be written") from error
        if durable is not None:
            await asyncio.shield(durable)
        elif error is None:
            for call in tx._after_commit:
                call()

    def _log_long_hold(self, seconds: float) -> None:
        code, line = self._site
        log.warning(
            "write lock held long",
            site=f"{code.co_filename}:{line}",
            unit=code.co_qualname,
            seconds=round(seconds, 4),
        )


class SqliteDatabase(Database):
    """One file. Any process of this machine may open it; one at a time writes."""

    engine = SQLITE

    def __init__(self, path: Path, *, synchronous: Synchronous = "FULL") -> None:
        self._path = path
        self._synchronous = synchronous
        self._groups_commits = synchronous == "FULL"
        self._open = False
        self._readers: list[apsw.Connection] = []
        self._memories: WeakKeyDictionary[apsw.Connection, tuple[int, dict[Any, Any]]] = (
            WeakKeyDictionary()
        )
        self._turn = asyncio.Lock()
        self._uncommitted: list[tuple[asyncio.Future[None], list[Callable[[], None]]]] = []
        self._committer: asyncio.Task[None] | None = None
        self._watchers: list[Callable[[], None]] = []
        self._watching: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self._writer = self._connect()
        self._writer.set_busy_timeout(0)  # waiting to write is ours, and awaited
        self._open = True
        self._give_back(self._reader())
        if self._watchers:
            self._watching = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Units that already wait for their turn still run; later ones are refused."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
            self._watching = None
        async with self._turn:
            if not self._open:
                return
            await self._commit_uncommitted()
            self._open = False
            for connection in [*self._readers, self._writer]:
                connection.close()
            self._readers.clear()
        if self._committer is not None:
            await self._committer

    def read(self) -> ReadUnit:
        return _Read(self)

    def look(self) -> ReadUnit:
        return _Look(self)

    def write(self) -> WriteUnit:
        frame = sys._getframe(1)
        if frame.f_code.co_filename == transactions.__file__ and frame.f_back is not None:
            frame = frame.f_back  # transact() is nobody's call site
        return _Write(self, (frame.f_code, frame.f_lineno))

    @contextlib.asynccontextmanager
    async def exclusively(self) -> AsyncIterator[None]:
        """Everything of ours is committed and nobody of us writes while the block runs: for
        whoever puts another database in the place of this one."""
        async with self._turn:
            await self._commit_uncommitted()
            yield

    def watch(self, changed: Callable[[], None]) -> None:
        self._watchers.append(changed)
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch())

    def announce(self) -> None:
        for changed in self._watchers:
            changed()

    async def _watch(self) -> None:
        """A commit on any other connection shows as a new data version. Our own writer is such
        a connection too: watchers of this process look once more than they must."""
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
        connection.set_busy_timeout(BUSY_READ_MILLISECONDS_MAX)
        connection.pragma("journal_mode", "wal")
        connection.pragma("synchronous", self._synchronous)
        connection.pragma("foreign_keys", True)
        connection.pragma("temp_store", "memory")
        # A plan once made is kept: otherwise a join is planned anew at every bind, because its
        # values might matter, which costs four times what running it does (12 µs against 3).
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        connection.pragma("cache_size", -16_000)
        return connection

    def _reader(self) -> apsw.Connection:
        if self._readers:
            return self._readers.pop()
        if not self._open:
            raise DatabaseUnavailable("the database is closed")
        try:
            connection = self._connect()
        except _DOWN as down:
            raise DatabaseUnavailable("the database could not be opened") from down
        connection.pragma("query_only", True)
        return connection

    def _give_back(self, connection: apsw.Connection) -> None:
        try:
            if connection.in_transaction:
                connection.execute("COMMIT")
        except apsw.Error:
            connection.close()
            raise
        if self._open and len(self._readers) < READERS_KEPT_MAX:
            self._readers.append(connection)
        else:
            connection.close()

    async def _begin(self) -> None:
        """Our turn is held. A group that is not committed yet is joined."""
        if not self._open:
            raise DatabaseUnavailable("the database is closed")
        if not self._writer.in_transaction:
            await self._begin_immediate()
        if self._groups_commits:
            self._writer.execute("SAVEPOINT unit")

    async def _begin_immediate(self) -> None:
        deadline = time.monotonic() + BUSY_WAIT_SECONDS_MAX
        pause_seconds = 0.001
        while True:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                return
            except apsw.BusyError as busy:
                if time.monotonic() > deadline:
                    raise DatabaseBusy("another process holds the database") from busy
            except _DOWN as down:
                raise DatabaseUnavailable("the database could not be written") from down
            await asyncio.sleep(pause_seconds)
            pause_seconds = min(pause_seconds * 2, 0.05)

    def _roll_back_unit(self) -> None:
        if not self._writer.in_transaction:
            # SQLite took everything back by itself, and with it what the group had done.
            self._settle(DatabaseUnavailable("the transaction was rolled back by the database"))
        elif self._uncommitted:
            self._writer.execute("ROLLBACK TO unit")
            self._writer.execute("RELEASE unit")
        else:
            self._writer.execute("ROLLBACK")

    def _commit_now(self) -> None:
        try:
            self._writer.execute("COMMIT")
        except BaseException:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            raise

    def _commit_soon(self, after_commit: list[Callable[[], None]]) -> asyncio.Future[None]:
        self._writer.execute("RELEASE unit")
        durable = asyncio.get_running_loop().create_future()
        durable.add_done_callback(_retrieve)
        self._uncommitted.append((durable, after_commit))
        if self._committer is None or self._committer.done():
            self._committer = asyncio.create_task(self._commit_group())
        return durable

    async def _commit_group(self) -> None:
        while self._uncommitted:
            async with self._turn:
                await self._commit_uncommitted()

    async def _commit_uncommitted(self) -> None:
        """Our turn is held, and kept until the disk has answered, whoever is cancelled."""
        if not self._uncommitted:
            return
        commit = asyncio.ensure_future(asyncio.to_thread(self._commit_now))
        try:
            await asyncio.wait([commit])
        finally:
            while not commit.done():  # the loop is being torn down; the thread must end first
                try:
                    await asyncio.wait([commit])
                except asyncio.CancelledError:
                    continue
            self._settle(commit.exception())

    def _settle(self, error: BaseException | None) -> None:
        """Tell the group: all of it is durable, or none of it is."""
        group, self._uncommitted = self._uncommitted, []
        for durable, after_commit in group:
            assert not durable.done(), "waiters shield it, so nobody else settles it"
            if error is None:
                # A waiter that was cancelled has nevertheless committed: others must hear of it.
                for call in after_commit:
                    asyncio.get_running_loop().call_soon(call)
                durable.set_result(None)
            else:
                unavailable = DatabaseUnavailable("the database could not be written")
                unavailable.__cause__ = error
                durable.set_exception(unavailable)


def _retrieve(durable: "asyncio.Future[None]") -> None:
    """A failure nobody waits for any more is no news."""
    if not durable.cancelled():
        durable.exception()
