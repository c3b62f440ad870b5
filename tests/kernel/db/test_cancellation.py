"""A client hangs up at any moment: no lock stays held, no connection is lost, nothing half done."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from dalan.kernel.db import Database
from tests.kernel.db.counting import add_mark, marks, names, put

STEPS = 40
"""Turns of the loop after which the work is cancelled; by then it is long done."""


async def cancelled_after(turns: int, work: Coroutine[Any, Any, None]) -> bool:
    """Whether the cancellation arrived before the work was over."""
    task = asyncio.create_task(work)
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    return isinstance((await asyncio.gather(task, return_exceptions=True))[0], BaseException)


async def writes(db: Database, name: str) -> None:
    async with db.write() as tx:
        await add_mark.execute(tx, name=name)
        await asyncio.sleep(0)
        await marks.all(tx)


async def reads(db: Database, name: str) -> None:
    async with db.read() as tx:
        await marks.all(tx)
        await asyncio.sleep(0)
        await marks.all(tx)


async def looks(db: Database, name: str) -> None:
    async with db.look() as tx:
        await marks.all(tx)
        await asyncio.sleep(0)


@pytest.mark.parametrize("work", [writes, reads, looks])
async def test_cancelled_at_any_turn_leaves_nothing_held(
    marked: Database, work: Callable[[Database, str], Coroutine[Any, Any, None]]
):
    """More turns than there are connections: one lost each time would soon be noticed."""
    finished = [
        f"n{turns}"
        for turns in range(STEPS)
        if not await cancelled_after(turns, work(marked, f"n{turns}"))
    ]

    await asyncio.wait_for(put(marked, "after"), 5)
    there = await asyncio.wait_for(names(marked), 5)

    assert "after" in there
    if work is writes:
        assert set(finished) <= set(there)


async def test_cancelled_while_waiting_for_its_turn_lets_the_next_one_in(marked: Database):
    async with marked.write() as tx:
        await add_mark.execute(tx, name="first")
        waiting = [asyncio.create_task(writes(marked, f"w{n}")) for n in range(4)]
        await asyncio.sleep(0.01)
        waiting[0].cancel()
        waiting[2].cancel()

    await asyncio.gather(*waiting, return_exceptions=True)

    there = await names(marked)
    assert {"first", "w1", "w3"} <= set(there)


async def test_unit_cancelled_during_its_commit_is_announced_if_it_is_there(marked: Database):
    for turns in range(STEPS):
        heard: list[str] = []

        async def work(name: str, heard: list[str] = heard) -> None:
            async with marked.write() as tx:
                tx.after_commit(lambda: heard.append(name))
                await add_mark.execute(tx, name=name)

        await cancelled_after(turns, work(f"c{turns}"))
        await put(marked, f"p{turns}")  # behind it in every queue
        for _ in range(100):
            if (f"c{turns}" in await names(marked)) == (heard == [f"c{turns}"]):
                break
            await asyncio.sleep(0.01)

        assert (f"c{turns}" in await names(marked)) == (heard == [f"c{turns}"])


async def test_cancelled_twice_still_gives_the_connection_back(marked: Database):
    for turns in range(20):
        task = asyncio.create_task(writes(marked, f"d{turns}"))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    await asyncio.wait_for(asyncio.gather(*[put(marked, f"e{n}") for n in range(12)]), 5)
