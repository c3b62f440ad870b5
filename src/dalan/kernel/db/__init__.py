"""The database: statements compiled once, run on raw drivers, rows straight into structs.

A unit of work is ``async with db.write() as tx``; a look is ``async with db.read() as tx``.
Rooms write Core tables on ``metadata`` and statements with ``statement``; nobody else speaks SQL.
"""

from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import MetaData

from dalan.kernel.db.statements import Statement, StatementError, in_list, statement, upsert
from dalan.kernel.db.transactions import (
    Database,
    DatabaseBusy,
    DatabaseUnavailable,
    OutcomeUnknown,
    ReadTransaction,
    WriteTransaction,
)
from dalan.kernel.db.types import Id, Json, Tokens, UtcTime

__all__ = [
    "Database",
    "DatabaseBusy",
    "DatabaseUnavailable",
    "Id",
    "Json",
    "OutcomeUnknown",
    "ReadTransaction",
    "Statement",
    "StatementError",
    "Tokens",
    "UtcTime",
    "WriteTransaction",
    "database_at",
    "in_list",
    "metadata",
    "sqlite_path",
    "statement",
    "upsert",
]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Every room's tables; migrations are compared with it."""


def sqlite_path(url: str) -> Path | None:
    """The file of a ``sqlite:///…`` address, or None for another engine's."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def database_at(url: str, *, durable: bool = True, connections_max: int = 10) -> Database:
    """The database at ``url``, unopened: ``sqlite:///path`` or ``postgresql://…``.

    ``durable``: on SQLite, every commit survives a power cut (``synchronous=FULL``); otherwise
    it survives a killed process only. PostgreSQL decides that for itself.
    """
    path = sqlite_path(url)
    if path is not None:
        from dalan.kernel.db.sqlite import SqliteDatabase  # noqa: PLC0415 (one engine is loaded)

        return SqliteDatabase(path, synchronous="FULL" if durable else "NORMAL")
    if urlsplit(url).scheme in ("postgresql", "postgres"):
        from dalan.kernel.db.postgres import PostgresDatabase  # noqa: PLC0415 (as above)

        return PostgresDatabase(url, connections_max=connections_max)
    raise ValueError("a database address begins with sqlite:/// or postgresql://")
