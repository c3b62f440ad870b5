"""Units of work and looks: the same promises on both engines, durable or not."""

import asyncio

import pytest

from dalan.kernel.db import Database, DatabaseUnavailable, database_at
from tests.kernel.db.counting import add_mark, marks, names, put


class Refused(Exception):
    """What a room raises in the middle of its work."""


async def test_unit_is_there_after_its_block(marked: Database):
    await put(marked, "a")

    assert await names(marked) == ["a"]


async def test_raise_takes_the_whole_unit_back(marked: Database):
    with pytest.raises(Refused):
        async with marked.write() as tx:
            await add_mark.execute(tx, name="a")
            await add_mark.execute(tx, name="b")
            raise Refused

    await put(marked, "c")
    assert await names(marked) == ["c"]


async def test_statement_that_fails_takes_the_whole_unit_back(marked: Database):
    await put(marked, "a")

    with pytest.raises(Exception, match=r"(?i)unique"):
        async with marked.write() as tx:
            await add_mark.execute(tx, name="b")
            await add_mark.execute(tx, name="a")

    await put(marked, "c")
    assert await names(marked) == ["a", "c"]


async def test_two_hundred_units_at_once_are_all_there(marked: Database):
    await asyncio.gather(*[put(marked, f"{n:03}") for n in range(200)])

    assert sorted(await names(marked)) == [f"{n:03}" for n in range(200)]


async def test_after_commit_runs_only_after_a_commit(marked: Database):
    heard: list[str] = []

    async with marked.write() as tx:
        tx.after_commit(lambda: heard.append("kept"))
        await add_mark.execute(tx, name="a")
        assert heard == []
    with pytest.raises(Refused):
        async with marked.write() as tx:
            tx.after_commit(lambda: heard.append("refused"))
            raise Refused

    assert heard == ["kept"]


async def test_read_sees_one_moment(marked: Database):
    await put(marked, "before")

    async with marked.read() as tx:
        first = await marks.all(tx)
        await put(marked, "meanwhile")
        again = await marks.all(tx)

    assert first == again == [("before",)]
    assert await names(marked) == ["before", "meanwhile"]


async def test_look_sees_what_was_committed_between_its_statements(marked: Database):
    async with marked.look() as tx:
        assert await marks.all(tx) == []
        await put(marked, "meanwhile")
        assert await marks.all(tx) == [("meanwhile",)]


async def test_reader_is_not_blocked_by_a_writer(marked: Database):
    await put(marked, "a")

    async with marked.write() as tx:
        await add_mark.execute(tx, name="b")
        assert await asyncio.wait_for(names(marked), 20) == ["a"]

    assert await names(marked) == ["a", "b"]


async def test_read_refuses_to_write(marked: Database):
    with pytest.raises(Exception, match=r"(?i)read.?only"):
        async with marked.read() as tx:
            await add_mark.execute(tx, name="a")

    assert await names(marked) == []


async def test_stream_left_half_way_keeps_no_snapshot(marked: Database):
    async with marked.write() as tx:
        await add_mark.execute_many(tx, [{"name": f"{n:04}"} for n in range(1_000)])

    async with marked.read() as tx:
        rows = marks.stream(tx)
        async for _ in rows:
            break
    await put(marked, "later")

    assert (await names(marked))[-1] == "later"
    del rows


async def test_execute_counts_what_the_statement_touched_and_no_cascade(marked: Database):
    async with marked.write() as tx:
        await tx.execute("CREATE TABLE whole (id INTEGER PRIMARY KEY)", ())
        await tx.execute(
            "CREATE TABLE part (whole_id INTEGER REFERENCES whole(id) ON DELETE CASCADE)", ()
        )
        await tx.execute("INSERT INTO whole VALUES (1), (2)", ())
        await tx.execute("INSERT INTO part VALUES (1), (1), (2)", ())

        assert await tx.execute("DELETE FROM whole WHERE id = 1", ()) == 1
        assert await tx.execute("DELETE FROM whole WHERE id = 1", ()) == 0


async def test_writers_get_their_turn_in_the_order_they_asked(marked: Database):
    order: list[int] = []

    async def work(number: int) -> None:
        async with marked.write() as tx:
            await add_mark.execute(tx, name=str(number))
            order.append(number)

    await asyncio.gather(*[work(number) for number in range(6)])

    if marked.engine == "sqlite":  # PostgreSQL lets them work side by side
        assert order == list(range(6))
    assert sorted(order) == list(range(6))


async def test_close_while_busy_finishes_what_has_begun(bare_url: tuple[str, bool]):
    url, is_durable = bare_url
    db = database_at(url, durable=is_durable, connections_max=4)
    await db.open()
    async with db.write() as tx:
        await tx.execute("CREATE TABLE mark (id INTEGER PRIMARY KEY, name TEXT)", ())
    begun = asyncio.Event()

    async def work() -> None:
        async with db.write() as tx:
            begun.set()
            await asyncio.sleep(0.05)
            await tx.execute("INSERT INTO mark VALUES (1, 'a')", ())

    working = asyncio.create_task(work())
    await begun.wait()
    await db.close()
    await working

    with pytest.raises(DatabaseUnavailable):
        async with db.write():
            pass
    with pytest.raises(DatabaseUnavailable):
        async with db.read():
            pass
    await db.open()
    assert await names(db) == ["a"]
    await db.close()
