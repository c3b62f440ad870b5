"""What is PostgreSQL's own: races that are lost and run again, connections that break."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from dalan.kernel.db import (
    Database,
    DatabaseBusy,
    DatabaseUnavailable,
    StatementError,
    WriteTransaction,
)
from dalan.kernel.db import postgres as engine
from dalan.kernel.db.postgres import PostgresDatabase
from dalan.kernel.db.transactions import RetryUnit
from tests.kernel.db.counting import add_mark, make_marks, names, put, touch_mark

BREAK = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
async def postgres(postgres_url: str) -> AsyncIterator[PostgresDatabase]:
    db = PostgresDatabase(postgres_url, connections_max=4)
    await db.open()
    await make_marks(db)
    yield db
    await db.close()


async def test_deadlock_runs_the_loser_again(postgres: PostgresDatabase):
    await put(postgres, "a")
    await put(postgres, "b")
    both_hold_one = asyncio.Barrier(2)
    runs = {"ab": 0, "ba": 0}

    def crossing(way: str):
        async def work(tx: WriteTransaction) -> None:
            runs[way] += 1
            await touch_mark.execute(tx, which=way[0], name=way[0])
            if runs[way] == 1:
                await both_hold_one.wait()
            await touch_mark.execute(tx, which=way[1], name=way[1])

        return work

    await asyncio.gather(*[postgres.transact(crossing(way)) for way in runs])

    assert sorted(runs.values()) == [1, 2]


async def test_race_lost_again_and_again_is_busy(postgres: PostgresDatabase):
    runs = 0

    async def work(tx: WriteTransaction) -> None:
        nonlocal runs
        runs += 1
        await tx.execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$", ())

    with pytest.raises(DatabaseBusy) as busy:
        await postgres.transact(work)

    assert not isinstance(busy.value, RetryUnit)
    assert runs == 4


async def test_broken_connection_is_unavailable_and_the_next_one_works(postgres: PostgresDatabase):
    with pytest.raises(DatabaseUnavailable):
        async with postgres.write() as tx:
            await touch_mark.execute(tx, which="a", name="b")
            async with postgres.look() as other:
                await other.rows(BREAK, ())
            await touch_mark.execute(tx, which="a", name="b")

    await put(postgres, "after")
    assert await names(postgres) == ["after"]


async def test_connection_that_breaks_before_the_commit_is_not_taken_for_committed(
    postgres: PostgresDatabase,
):
    with pytest.raises(DatabaseUnavailable):
        async with postgres.write() as tx:
            await touch_mark.execute(tx, which="a", name="b")
            async with postgres.look() as other:
                await other.rows(BREAK, ())
            await asyncio.sleep(0.05)

    assert await names(postgres) == []


async def test_overlooked_failure_is_not_taken_for_committed(postgres: PostgresDatabase):
    await put(postgres, "a")

    with pytest.raises(StatementError):
        async with postgres.write() as tx:
            await add_mark.execute(tx, name="b")
            with pytest.raises(asyncpg.UniqueViolationError):
                await add_mark.execute(tx, name="a")

    assert await names(postgres) == ["a"]


async def test_no_free_connection_is_busy_after_a_while(
    postgres: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(engine, "CONNECTION_WAIT_SECONDS_MAX", 0.1)

    async def hold(units: int) -> None:
        if units:
            async with postgres.look():
                await hold(units - 1)
        else:
            with pytest.raises(DatabaseBusy):
                async with postgres.look():
                    pass

    await hold(4)

    assert await names(postgres) == []


async def test_server_that_is_not_there_is_unavailable(tmp_path):
    nowhere: Database = PostgresDatabase(f"postgresql://dalan@/none?host={tmp_path}")

    with pytest.raises(DatabaseUnavailable):
        await nowhere.open()
    await nowhere.close()
