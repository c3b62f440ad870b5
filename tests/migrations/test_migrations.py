"""Migrations on both engines: there and back again, to exactly the tables the rooms declare."""

import asyncio
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

import dalan.domains
from dalan import migrations
from dalan.domains.search.tables import FULL_TEXT
from dalan.kernel import outbox
from dalan.kernel.db import database_at, metadata
from tests.databases import Postgres, Sqlite

VERSIONS = sorted((migrations.HERE / "versions").glob("[0-9]*.py"))


@pytest.fixture
def empty_url(databases: Sqlite | Postgres) -> Iterator[str]:
    url = databases.empty()
    yield url
    databases.drop(url)


def import_every_room() -> None:
    """So that ``metadata`` knows every table there is."""
    assert outbox.__name__
    for room in pkgutil.iter_modules(dalan.domains.__path__, "dalan.domains."):
        importlib.import_module(room.name)


async def asked(url: str, question: Callable[[Connection], Any]) -> Any:
    """What SQLAlchemy's inspection says of a database of either engine."""
    address = migrations.driver_url(url)
    if address.startswith("sqlite"):
        engine = create_engine(address, poolclass=pool.NullPool)
        with engine.connect() as connection:
            return question(connection)
    async_engine = create_async_engine(address, poolclass=pool.NullPool)
    try:
        async with async_engine.connect() as connection:
            return await connection.run_sync(question)
    finally:
        await async_engine.dispose()


def is_declared(name: str | None, kind: str, _: object) -> bool:
    """SQLite's full text is a virtual table and some of its own making beside it: they are made
    by what ``search`` declares, and compared to the letter below, but are no ``Table``."""
    return kind != "table" or name is None or not name.startswith((FULL_TEXT, "link_text"))


def names_of(connection: Connection) -> dict[str, set[str | None]]:
    """Every table with the names of its constraints and indexes."""
    found = inspect(connection)
    return {
        table: {
            found.get_pk_constraint(table)["name"],
            *[one["name"] for one in found.get_unique_constraints(table)],
            *[one["name"] for one in found.get_check_constraints(table)],
            *[one["name"] for one in found.get_foreign_keys(table)],
            *[one["name"] for one in found.get_indexes(table)],
        }
        for table in found.get_table_names()
        if table != "alembic_version"
    }


def checks_of(connection: Connection) -> dict[str, dict[str | None, str]]:
    found = inspect(connection)
    return {
        table: {one["name"]: one["sqltext"] for one in found.get_check_constraints(table)}
        for table in found.get_table_names()
        if table != "alembic_version"
    }


async def test_up_down_and_up_again(empty_url: str):
    await migrations.upgrade_in_thread(empty_url)
    first = await asked(empty_url, names_of)
    assert "outbox_fact" in first

    await run_in_thread(migrations.downgrade, empty_url)
    assert await asked(empty_url, names_of) == {}

    await migrations.upgrade_in_thread(empty_url)
    assert await asked(empty_url, names_of) == first


async def test_every_step_goes_down_and_up_by_itself(empty_url: str):
    await migrations.upgrade_in_thread(empty_url)
    whole = await asked(empty_url, names_of)

    for _ in VERSIONS:
        await run_in_thread(migrations.downgrade, empty_url, "-1")
    assert await asked(empty_url, names_of) == {}
    for _ in VERSIONS:
        await run_in_thread(migrations.upgrade, empty_url, "+1")

    assert await asked(empty_url, names_of) == whole


async def test_migrated_schema_is_what_the_rooms_declare(domain_url: str):
    import_every_room()

    def differences(connection: Connection) -> list[Any]:
        opts = {"compare_type": False, "include_name": is_declared}
        context = MigrationContext.configure(connection, opts=opts)
        found = compare_metadata(context, metadata)
        if connection.dialect.name == "sqlite":  # Alembic cannot read a descending index there
            found = [one for one in found if one[0] not in ("add_index", "remove_index")]
        return list(found)

    assert await asked(domain_url, differences) == []


async def test_migrated_tables_are_to_the_letter_what_the_rooms_declare(
    databases: Sqlite | Postgres, domain_url: str, empty_url: str
):
    """Alembic compares no check constraints and few names: make the tables a second time
    straight from the declarations and compare what the engine made of both."""
    import_every_room()

    def make(connection: Connection) -> None:
        metadata.create_all(connection)
        connection.commit()

    await asked(empty_url, make)

    assert await asked(domain_url, names_of) == await asked(empty_url, names_of)
    assert await asked(domain_url, checks_of) == await asked(empty_url, checks_of)
    assert await asked(domain_url, columns_of) == await asked(empty_url, columns_of)
    assert await asked(domain_url, indexes_of) == await asked(empty_url, indexes_of)


def indexes_of(connection: Connection) -> set[str]:
    """Every index, trigger and virtual table as the engine would write it down."""
    where = (
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"
        " AND (type IN ('index', 'trigger') OR sql LIKE 'CREATE VIRTUAL%')"
        if connection.dialect.name == "sqlite"
        else "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()"
        " AND tablename <> 'alembic_version'"
    )
    return {" ".join(sql.split()) for (sql,) in connection.execute(text(where))}


def columns_of(connection: Connection) -> dict[str, list[tuple[str, str, bool]]]:
    """Every table's columns by name, in the engine's own words, and whether null may be."""
    found = inspect(connection)
    return {
        table: sorted(
            (column["name"], str(column["type"].compile(connection.dialect)), column["nullable"])
            for column in found.get_columns(table)
        )
        for table in found.get_table_names()
        if table != "alembic_version" and is_declared(table, "table", None)
    }


async def test_current_follows_the_migrations(empty_url: str):
    db = database_at(empty_url, durable=False, connections_max=2)
    await db.open()
    assert await migrations.current(db) is None
    await db.close()

    await migrations.upgrade_in_thread(empty_url)
    await db.open()
    assert await migrations.current(db) == migrations.head()
    await db.close()

    await run_in_thread(migrations.downgrade, empty_url)
    await db.open()
    assert await migrations.current(db) is None
    await db.close()


def test_head_is_alembics_head_and_the_only_one():
    script = ScriptDirectory.from_config(migrations._config("sqlite:///unused"))

    assert script.get_heads() == [migrations.head()]


def test_files_stand_in_the_order_of_their_revisions():
    script = ScriptDirectory.from_config(migrations._config("sqlite:///unused"))

    in_order = [Path(step.path).name for step in script.walk_revisions()][::-1]

    assert in_order == [path.name for path in VERSIONS]
    for path in VERSIONS:
        assert re.fullmatch(r"\d{4}_\d\d_\d\d_\d{4}_[a-z_]+\.py", path.name)


async def run_in_thread(change: Callable[..., None], *arguments: str) -> None:
    await asyncio.to_thread(change, *arguments)
