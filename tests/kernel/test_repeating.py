"""Work that is done again and again until it is told to stop."""

import asyncio

from dalan.errors import Unavailable
from dalan.kernel.repeating import Repeating


class Work:
    """Fails as it is told, and lets tests wait for its rounds."""

    def __init__(self, *failures: Exception) -> None:
        self.failures, self.rounds = list(failures), 0
        self.done = asyncio.Event()

    async def once(self) -> None:
        self.rounds += 1
        if self.failures:
            raise self.failures.pop(0)
        self.done.set()


async def test_failing_round_is_followed_by_the_next():
    work = Work(Unavailable("busy"), ZeroDivisionError())
    repeating = Repeating("a test", work.once, seconds=0.001)

    await repeating.start()
    async with asyncio.timeout(30):
        await work.done.wait()
    await repeating.stop()

    rounds = work.rounds
    assert rounds >= 3
    await asyncio.sleep(0)
    assert work.rounds == rounds


async def test_stopping_waits_for_the_round_in_hand_and_may_be_undone():
    begun, may_end = asyncio.Event(), asyncio.Event()
    ended: list[bool] = []

    async def work() -> None:
        begun.set()
        await may_end.wait()
        ended.append(True)

    repeating = Repeating("a test", work, seconds=0.001)
    for round_number in (1, 2):
        await repeating.start()
        async with asyncio.timeout(30):
            await begun.wait()
        stopping = asyncio.create_task(repeating.stop())
        await asyncio.sleep(0)
        assert not stopping.done()
        may_end.set()
        async with asyncio.timeout(30):
            await stopping
        assert len(ended) == round_number
        begun.clear()
        may_end.clear()


async def test_what_was_never_started_is_stopped():
    await Repeating("a test", Work().once, seconds=1).stop()
