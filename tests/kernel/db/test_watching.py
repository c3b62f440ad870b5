"""Other processes' commits are noticed."""

import asyncio
import subprocess
import sys
import textwrap

import pytest

from dalan.kernel.db import Database, database_at
from tests.kernel.db.counting import add_mark, make_marks, put


async def heard_within(heard: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(heard.wait(), seconds)
    except TimeoutError:
        return False
    return True


async def announce(db: Database, name: str) -> None:
    async with db.write() as tx:
        await add_mark.execute(tx, name=name)
        tx.after_commit(db.announce)


async def test_commit_of_another_database_object_is_noticed(bare_url: tuple[str, bool]):
    url, durable = bare_url
    ours, theirs = (database_at(url, durable=durable, connections_max=3) for _ in range(2))
    await ours.open()
    await make_marks(ours)
    await theirs.open()
    heard = asyncio.Event()
    ours.watch(heard.set)
    await asyncio.sleep(0.1)
    heard.clear()

    await announce(theirs, "a")

    assert await heard_within(heard, 20)
    await ours.close()
    await theirs.close()


async def test_own_announcement_is_heard_at_once(marked: Database):
    heard = asyncio.Event()
    marked.watch(heard.set)

    await announce(marked, "a")

    assert await heard_within(heard, 10)


async def test_watching_goes_on_after_closing_and_opening_again(marked: Database):
    heard = asyncio.Event()
    marked.watch(heard.set)
    await marked.close()
    await marked.open()
    await asyncio.sleep(0.1)
    heard.clear()

    await announce(marked, "a")

    assert await heard_within(heard, 20)


async def test_close_at_the_moment_of_a_notification_does_not_hang(marked: Database):
    marked.watch(lambda: None)
    for turn in range(30):
        await announce(marked, f"a{turn}")
        await asyncio.sleep(0.009 + turn * 0.0002)  # about when the word comes back to us
        await asyncio.wait_for(marked.close(), 5)
        await marked.open()


OTHER_PROCESS = """
    import asyncio, sys
    from dalan.kernel.db import database_at
    from tests.kernel.db.test_watching import announce

    async def main():
        db = database_at(sys.argv[1])
        await db.open()
        await announce(db, "theirs")
        await asyncio.sleep(0.1)
        await db.close()

    asyncio.run(main())
"""


async def test_commit_of_another_process_is_noticed(
    marked: Database, bare_url: tuple[str, bool], pytestconfig: pytest.Config
):
    heard = asyncio.Event()
    marked.watch(heard.set)
    await asyncio.sleep(0.1)

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", textwrap.dedent(OTHER_PROCESS), bare_url[0],
        cwd=pytestconfig.rootpath, stderr=subprocess.PIPE,
    )  # fmt: skip
    heard.clear()

    noticed = await heard_within(heard, 30)
    _, complaint = await process.communicate()
    assert process.returncode == 0, complaint.decode()
    assert noticed


async def test_lost_listening_connection_is_made_again(postgres_url: str):
    db = database_at(postgres_url, connections_max=3)
    await db.open()
    heard = asyncio.Event()
    db.watch(heard.set)
    await asyncio.sleep(0.1)

    async with db.look() as tx:
        await tx.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            (),
        )
    await asyncio.sleep(1)
    heard.clear()
    await db.close()
    await db.open()

    assert await heard_within(heard, 20)
    await make_marks(db)
    await put(db, "still working")
    await db.close()
