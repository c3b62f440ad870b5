"""What is SQLite's own: one writer, groups that share an fsync, a file others may hold."""

import asyncio
import json
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any, Self

import apsw
import pytest

from dalan.kernel.db import DatabaseBusy, DatabaseUnavailable, WriteTransaction, sqlite
from dalan.kernel.db.sqlite import READERS_KEPT_MAX, SqliteDatabase
from tests.kernel.db.counting import add_mark, make_marks, marks, names, put


class Refused(Exception):
    """What a room raises in the middle of its work."""


def commits_of(db: SqliteDatabase) -> list[int]:
    """Grows by one with every commit of the writer."""
    commits: list[int] = []

    def committing() -> bool:
        commits.append(1)
        return False

    db._writer.set_commit_hook(committing)
    return commits


async def test_units_that_wait_share_one_fsync(durable: SqliteDatabase):
    commits = commits_of(durable)

    await asyncio.gather(*[put(durable, f"{n:03}") for n in range(200)])

    assert await names(durable) == [f"{n:03}" for n in range(200)]
    assert len(commits) < 20


async def test_raise_in_one_unit_leaves_its_neighbours_of_the_group(durable: SqliteDatabase):
    commits = commits_of(durable)

    async def fails() -> None:
        async with durable.write() as tx:
            await add_mark.execute(tx, name="never")
            raise Refused

    answers = await asyncio.gather(
        put(durable, "a"), fails(), put(durable, "b"), fails(), return_exceptions=True
    )

    assert [type(answer) for answer in answers] == [type(None), Refused, type(None), Refused]
    assert await names(durable) == ["a", "b"]
    assert len(commits) == 1


async def test_nothing_is_answered_before_the_commit(durable: SqliteDatabase, tmp_path: Path):
    async with SecondProcessView(tmp_path / "durable.db") as other:
        await put(durable, "a")

        assert other.names() == ["a"]


class SecondProcessView:
    """What another connection to the file sees at this moment."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def __aenter__(self) -> Self:
        self._connection = apsw.Connection(str(self._path))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._connection.close()

    def names(self) -> list[str]:
        return [name for (name,) in self._connection.execute("SELECT name FROM mark ORDER BY id")]


async def test_failed_commit_fails_all_of_its_group(durable: SqliteDatabase):
    durable._writer.set_commit_hook(lambda: True)  # true: turn the commit into a rollback

    answers = await asyncio.gather(
        *[put(durable, f"{n}") for n in range(5)], return_exceptions=True
    )

    assert all(isinstance(answer, DatabaseUnavailable | apsw.Error) for answer in answers)
    durable._writer.set_commit_hook(None)
    await put(durable, "later")
    assert await names(durable) == ["later"]


async def test_cancelled_waiter_leaves_its_group_alone(durable: SqliteDatabase):
    tasks = [asyncio.create_task(put(durable, f"{n}")) for n in range(5)]
    while not durable._uncommitted:
        await asyncio.sleep(0)
    tasks[0].cancel()

    answers = await asyncio.gather(*tasks, return_exceptions=True)

    assert isinstance(answers[0], asyncio.CancelledError)
    assert answers[1:] == [None] * 4
    assert await names(durable) == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("synchronous", ["NORMAL", "FULL"])
async def test_full_disk_refuses_the_unit_and_loses_nothing_acknowledged(
    tmp_path: Path, synchronous: sqlite.Synchronous
):
    db = SqliteDatabase(tmp_path / "full.db", synchronous=synchronous)
    await db.open()
    await make_marks(db)
    db._writer.pragma("max_page_count", db._writer.pragma("page_count") + 8)
    acknowledged = []

    async def fill(number: int) -> None:
        name = f"{number:04}" + "x" * 3_000
        await put(db, name)
        acknowledged.append(name)

    answers = await asyncio.gather(*[fill(n) for n in range(40)], return_exceptions=True)

    refused = [answer for answer in answers if answer is not None]
    assert refused
    assert {type(answer) for answer in refused} == {DatabaseUnavailable}
    assert set(acknowledged) <= set(await names(db))
    db._writer.pragma("max_page_count", 1_000_000)
    await put(db, "room again")
    assert "room again" in await names(db)
    await db.close()


@pytest.mark.parametrize("synchronous", ["NORMAL", "FULL"])
async def test_unit_that_overlooks_a_full_disk_does_not_commit_its_rest(
    tmp_path: Path, synchronous: sqlite.Synchronous
):
    db = SqliteDatabase(tmp_path / "full.db", synchronous=synchronous)
    await db.open()
    await make_marks(db)
    db._writer.pragma("max_page_count", db._writer.pragma("page_count") + 1)

    async def overlooks(tx: WriteTransaction) -> None:
        await add_mark.execute(tx, name="first")
        with pytest.raises(apsw.FullError):
            await add_mark.execute(tx, name="x" * 50_000)
        await add_mark.execute(tx, name="rest")

    with pytest.raises(DatabaseUnavailable):
        await db.transact(overlooks)

    assert await names(db) == []
    await db.close()


HOLDER = """
    import apsw, sys, time
    connection = apsw.Connection(sys.argv[1])
    connection.execute("BEGIN IMMEDIATE")
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
    connection.execute("COMMIT")
"""


def held_by_another_process(path: Path, seconds: float) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HOLDER), str(path), str(seconds)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


async def test_another_process_holding_the_lock_is_waited_for_without_blocking(
    durable: SqliteDatabase,
):
    with held_by_another_process(durable._path, 1.5):
        began = time.monotonic()
        writing = asyncio.create_task(put(durable, "a"))
        turns = 0
        while not writing.done():
            assert await asyncio.wait_for(names(durable), 10) in ([], ["a"])
            await asyncio.sleep(0.01)
            turns += 1
        await writing

    assert time.monotonic() - began > 0.5
    assert turns > 5, "readers waited as well"


async def test_lock_held_for_too_long_is_refused_and_the_turn_passes_on(
    durable: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sqlite, "BUSY_WAIT_SECONDS_MAX", 0.1)
    with held_by_another_process(durable._path, 0.5):
        answers = await asyncio.gather(put(durable, "a"), put(durable, "b"), return_exceptions=True)

    assert [type(answer) for answer in answers] == [DatabaseBusy, DatabaseBusy]
    await put(durable, "c")
    assert await names(durable) == ["c"]


async def test_cancelled_while_another_process_holds_the_lock_frees_the_turn(
    durable: SqliteDatabase,
):
    with held_by_another_process(durable._path, 0.3):
        writing = asyncio.create_task(put(durable, "a"))
        await asyncio.sleep(0.05)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        assert not durable._turn.locked()

    await put(durable, "b")
    assert await names(durable) == ["b"]


async def test_burst_of_readers_keeps_only_so_many_connections(durable: SqliteDatabase):
    async def read() -> None:
        async with durable.read() as tx:
            await marks.all(tx)
            await asyncio.sleep(0.01)

    await asyncio.gather(*[read() for _ in range(READERS_KEPT_MAX * 3)])

    assert len(durable._readers) == READERS_KEPT_MAX


def logged(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


async def test_long_hold_is_logged_with_the_place_it_was_asked_for(
    durable: SqliteDatabase, capsys: pytest.CaptureFixture[str]
):
    async def work(tx: WriteTransaction) -> None:
        await asyncio.sleep(0.08)

    async with durable.write():
        await asyncio.sleep(0.08)
    await durable.transact(work)

    lines = [line for line in logged(capsys) if line["event"] == "write lock held long"]
    assert len(lines) == 2
    assert all(line["site"].startswith(__file__) for line in lines)


async def test_slow_statement_is_logged_with_its_plan(
    durable: SqliteDatabase, capsys: pytest.CaptureFixture[str]
):
    slow = """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000)
        SELECT count(*) FROM n
    """

    async with durable.read() as tx:
        await tx.rows(slow, ())

    (line,) = logged(capsys)
    assert line["event"] == "slow statement"
    assert "SCAN n" in line["plan"]
    assert line["seconds"] > sqlite.SLOW_STATEMENT_SECONDS


async def test_slow_write_says_how_many_rows_it_changed_all_the_same(
    durable: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sqlite, "SLOW_STATEMENT_SECONDS", -1.0)  # every statement is explained

    async with durable.write() as tx:
        await tx.execute("CREATE TABLE slowly (id INTEGER PRIMARY KEY, n INTEGER)", ())
        assert await tx.execute("INSERT INTO slowly (n) VALUES (1), (2), (3)", ()) == 3
        assert await tx.execute("UPDATE slowly SET n = 7 WHERE n > ?", (1,)) == 2
        assert await tx.execute("UPDATE slowly SET n = 8 WHERE n = ?", (9,)) == 0
        assert await tx.execute("DELETE FROM slowly WHERE n = ?", (7,)) == 2
