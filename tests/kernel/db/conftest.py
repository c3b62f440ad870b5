"""Databases with a table of marks, on each engine and in each way of committing."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from dalan.kernel.db import Database, database_at
from dalan.kernel.db.sqlite import SqliteDatabase
from tests.databases import Postgres, Sqlite
from tests.kernel.db.counting import make_marks


@pytest.fixture(params=["sqlite", "sqlite durable", "postgresql"])
def bare_url(request: pytest.FixtureRequest) -> Iterator[tuple[str, bool]]:
    """An empty database's address, and whether its commits are to be durable."""
    engine, _, durable = request.param.partition(" ")
    name = "sqlite_databases" if engine == "sqlite" else "postgres_databases"
    databases: Sqlite | Postgres = request.getfixturevalue(name)
    url = databases.empty()
    yield url, bool(durable)
    databases.drop(url)


@pytest.fixture
def postgres_url(postgres_databases: Postgres) -> Iterator[str]:
    """An empty database of PostgreSQL alone; not async, for making it runs a loop of its own."""
    url = postgres_databases.empty()
    yield url
    postgres_databases.drop(url)


@pytest.fixture
async def marked(bare_url: tuple[str, bool]) -> AsyncIterator[Database]:
    """A database with a table of marks."""
    url, durable = bare_url
    db = database_at(url, durable=durable, connections_max=8)
    await db.open()
    await make_marks(db)
    yield db
    await db.close()


@pytest.fixture
async def durable(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    """SQLite with group commit, with a table of marks."""
    db = SqliteDatabase(tmp_path / "durable.db", synchronous="FULL")
    await db.open()
    await make_marks(db)
    yield db
    await db.close()
