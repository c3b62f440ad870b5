"""Whatever happens to the drainer or its folder, there is one again."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from dalan.domains import clicks
from dalan.domains.clicks import journal, supervising

SECONDS_MAX = 60.0


async def test_a_folder_that_refuses_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    tries, at_work = 0, asyncio.Event()

    @contextmanager
    def held(_: Path) -> Iterator[bool]:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError("too many open files")
        yield True

    @asynccontextmanager
    async def drainer(_: clicks.Supervisor) -> AsyncIterator[None]:
        at_work.set()
        yield

    async def until_told(supervisor: clicks.Supervisor, _: None) -> None:
        await supervisor._stopping.wait()

    monkeypatch.setattr(journal, "held", held)
    monkeypatch.setattr(supervising, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(clicks.Supervisor, "_drainer", drainer)
    monkeypatch.setattr(clicks.Supervisor, "_until_either_ends", until_told)
    order = clicks.Order("", False, str(tmp_path), clicks.ParsingRules(), "error", "")
    supervisor = clicks.Supervisor(order)
    supervisor.wake()

    await supervisor.start()
    async with asyncio.timeout(SECONDS_MAX):
        await at_work.wait()
    await supervisor.stop()

    assert tries == 2
