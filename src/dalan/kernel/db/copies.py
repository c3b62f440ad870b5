"""Whole databases, copied while others write and put in place all at once.

SQLite by its online backup, both ways; PostgreSQL by its own programs, ``pg_dump``,
``pg_restore`` and ``psql``, which must be installed. For commands, not for a running platform:
nothing here is awaited by anybody's request.
"""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import apsw
import asyncpg

Rows = list[tuple[Any, ...]]

BUSY_MILLISECONDS_MAX = 30_000
_INSTALLED = Path("/usr/lib/postgresql")
_NOTHING_OF_OURS = (
    "DO $$ DECLARE one text; BEGIN FOR one IN SELECT tablename FROM pg_tables"
    " WHERE schemaname = 'public' LOOP"
    " EXECUTE format('DROP TABLE public.%I CASCADE', one); END LOOP;"
    " FOR one IN SELECT oid::regprocedure FROM pg_proc"
    " WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS"
    " (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e') LOOP"
    " EXECUTE 'DROP FUNCTION ' || one || ' CASCADE'; END LOOP; END $$"
)


class CopyFailed(Exception):
    """The copy could not be made or put in place; nothing was changed."""


def copy_sqlite(source: Path, target: Path, questions: Sequence[str]) -> list[Rows]:
    """Write the database as it is at one moment to the new file ``target``, without keeping any
    writer waiting; answers ``questions`` (SQL) as of that moment. Raises CopyFailed."""
    try:
        reading = apsw.Connection(str(source), flags=apsw.SQLITE_OPEN_READWRITE)
        writing = apsw.Connection(str(target))
        try:
            reading.set_busy_timeout(BUSY_MILLISECONDS_MAX)
            with writing.backup("main", reading, "main") as backup:
                backup.step(-1)
            writing.pragma("journal_mode", "delete")  # one file, nothing beside it
            return [writing.execute(question).fetchall() for question in questions]
        finally:
            reading.close()
            writing.close()
    except apsw.Error as error:
        raise CopyFailed(f"SQLite could not copy the database: {error}") from error


def ask_sqlite(path: Path, questions: Sequence[str]) -> list[Rows]:
    """Answers of the database at ``path``; it is whole as far as SQLite can tell, or CopyFailed
    is raised."""
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            connection.set_busy_timeout(BUSY_MILLISECONDS_MAX)
            if (faults := connection.pragma("quick_check")) != "ok":
                raise CopyFailed(f"the database is damaged: {faults}")
            return [connection.execute(question).fetchall() for question in questions]
        finally:
            connection.close()
    except apsw.Error as error:
        raise CopyFailed(f"the database cannot be read: {error}") from error


def put_sqlite(source: Path, target: Path) -> None:
    """Make the database at ``target`` what ``source`` is, in one transaction of its own: killed
    at any moment, the older one stands. Processes that have it open go on with the new one.

    ``source`` is a file nobody else writes. Raises CopyFailed, nothing changed.
    """
    try:
        reading = apsw.Connection(str(source), flags=apsw.SQLITE_OPEN_READWRITE)
        writing = apsw.Connection(str(target))
        try:
            reading.pragma("journal_mode", "wal")  # the new one is what the older one was
            writing.set_busy_timeout(BUSY_MILLISECONDS_MAX)
            writing.pragma("journal_mode", "wal")
            writing.pragma("synchronous", "FULL")
            with writing.backup("main", reading, "main") as backup:
                backup.step(-1)
        finally:
            reading.close()
            writing.close()
    except apsw.Error as error:
        raise CopyFailed(f"SQLite could not put the database in place: {error}") from error


def check_postgres_programs() -> None:
    """Whether a copy of PostgreSQL could be made here at all. Raises CopyFailed."""
    _program("pg_dump")


def copy_postgres(url: str, target: Path, questions: Sequence[str]) -> list[Rows]:
    """``pg_dump`` of the database as it is at one moment, into the new file ``target``; answers
    ``questions`` (SQL) as of that moment. Raises CopyFailed."""
    program = _program("pg_dump")

    async def copy() -> list[Rows]:
        connection = await asyncpg.connect(url)
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                if await connection.fetchval("SELECT current_schema()") != "public":
                    raise CopyFailed("the tables do not stand in the schema public")
                moment = await connection.fetchval("SELECT pg_export_snapshot()")
                answers = [
                    [tuple(row) for row in await connection.fetch(question)]
                    for question in questions
                ]
                await asyncio.to_thread(
                    _run,
                    [program, "--format=custom", "--no-owner", "--no-privileges", "--schema=public",
                     f"--snapshot={moment}", f"--file={target}", f"--dbname={_without_word(url)}"],
                    url,
                )  # fmt: skip
                return answers
        finally:
            await connection.close()

    try:
        return asyncio.run(copy())
    except (asyncpg.PostgresError, OSError) as error:
        raise CopyFailed(f"PostgreSQL could not be asked: {error}") from error


def ask_postgres(url: str, questions: Sequence[str]) -> list[Rows]:
    """Answers of the database at ``url``. Raises CopyFailed."""

    async def ask() -> list[Rows]:
        connection = await asyncpg.connect(url)
        try:
            return [
                [tuple(row) for row in await connection.fetch(question)] for question in questions
            ]
        finally:
            await connection.close()

    try:
        return asyncio.run(ask())
    except (asyncpg.PostgresError, OSError) as error:
        raise CopyFailed(f"the database cannot be read: {error}") from error


def put_postgres(source: Path, url: str) -> None:
    """Make the database at ``url`` what ``pg_dump`` wrote to ``source``, in one transaction:
    every table of its schema ``public`` is dropped and made anew. Raises CopyFailed, nothing
    changed."""
    restore, psql = _program("pg_restore"), _program("psql")
    script = source.with_suffix(".sql")
    # Of the schema named, without the schema itself: that is there.
    _run([restore, "--no-owner", "--no-privileges", "--schema=public",
          f"--file={script}", str(source)], url)  # fmt: skip
    # A file, not a pipe: whoever kills us must not make psql see an end and commit half of it.
    _run(
        [psql, "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
         f"--dbname={_without_word(url)}", f"--command={_NOTHING_OF_OURS}", f"--file={script}"],
        url,
    )  # fmt: skip


def _program(name: str) -> str:
    """PostgreSQL's program of that name: on the path, or the newest where Debian keeps them."""
    if found := shutil.which(name):
        return found
    kept = _INSTALLED.glob(f"*/bin/{name}")
    for path in sorted(kept, key=lambda path: int(path.parts[-3]), reverse=True):
        return str(path)
    raise CopyFailed(f"{name} is not installed: it comes with PostgreSQL's client programs")


def _run(command: list[str], url: str) -> None:
    parts = urlsplit(url)
    environment = dict(os.environ)
    if parts.password:  # in the command everybody on this machine could read it
        environment["PGPASSWORD"] = unquote(parts.password)
    done = subprocess.run(  # noqa: S603 (our own words and an address of the operator's)
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        name = Path(command[0]).name
        raise CopyFailed(f"{name} failed: {done.stderr.strip() or done.returncode}")


def _without_word(url: str) -> str:
    parts = urlsplit(url)
    if not parts.password:
        return url
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}@{host}"))
