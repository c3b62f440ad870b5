"""Facts reach their listeners: at least once, in order per resource, effect and note together."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, select
from sqlalchemy.schema import CreateTable

from dalan.kernel import outbox
from dalan.kernel.clock import AdjustableClock
from dalan.kernel.db import Database, Id, WriteTransaction, database_at, statement
from dalan.kernel.db.statements import _DIALECTS
from dalan.kernel.metrics import Metrics
from dalan.kernel.outbox import Recorded, Worker, queries
from dalan.kernel.outbox.worker import ATTEMPTS_MAX, KEEP, LEASE, PAUSES_SECONDS

applied = Table(
    "applied",
    MetaData(),
    Column("id", Id, primary_key=True),
    Column("listener", Text, nullable=False),
    Column("number", Integer, nullable=False),
)
apply = statement(insert(applied), sets=("listener", "number"))
all_applied = statement(select(applied.c.listener, applied.c.number).order_by(applied.c.id))


class Counted(outbox.Fact, frozen=True):
    """Somebody counted one further."""

    kind: ClassVar[str] = "tests.counted"
    number: int
    thing: int = 0

    @property
    def resource(self) -> str:
        return f"thing:{self.thing}"


class Failing(Exception):
    """What a listener raises."""


class Book:
    """A listener that writes each number down and can be told to fail on some."""

    def __init__(self, name: str = "book", failing: Sequence[int] = ()) -> None:
        self.name, self.failing = name, set(failing)
        self.calls: list[int] = []

    async def __call__(self, tx: WriteTransaction, recorded: Recorded) -> None:
        number = Counted.of(recorded).number
        self.calls.append(number)
        await apply.execute(tx, listener=self.name, number=number)
        if number in self.failing:
            raise Failing(f"{number} is not to my taste")


@pytest.fixture
async def book_db(db: Database) -> Database:
    async with db.write() as tx:
        await tx.execute(str(CreateTable(applied).compile(dialect=_DIALECTS[db.engine])), ())
    return db


def worker_of(db: Database, *books: Book, metrics: Metrics | None = None) -> Worker:
    return Worker(db, {Counted.kind: [(book.name, book) for book in books]}, metrics)


async def record(db: Database, *numbers: int, thing: int = 0) -> None:
    async with db.write() as tx:
        for number in numbers:
            await outbox.record(tx, Counted(number=number, thing=thing))


async def written(db: Database, listener: str = "book") -> list[int]:
    async with db.read() as tx:
        return [number for name, number in await all_applied.all(tx) if name == listener]


async def owed(db: Database) -> tuple[int, int]:
    async with db.read() as tx:
        return await outbox.owed(tx)


async def test_fact_reaches_every_listener_once(book_db: Database):
    worker = worker_of(book_db, Book("one"), Book("two"))
    await record(book_db, 1, 2, 3)

    await worker.drain()
    await worker.drain()

    assert await written(book_db, "one") == [1, 2, 3]
    assert await written(book_db, "two") == [1, 2, 3]
    assert await owed(book_db) == (0, 0)


async def test_fact_of_work_that_was_rolled_back_was_never_recorded(book_db: Database):
    worker = worker_of(book_db, book := Book())
    with pytest.raises(Failing):
        async with book_db.write() as tx:
            await outbox.record(tx, Counted(number=1))
            raise Failing

    await worker.drain()

    assert book.calls == []


async def test_fact_without_listener_is_no_debt(book_db: Database):
    await record(book_db, 1)

    await Worker(book_db, {}).drain()

    assert await owed(book_db) == (0, 0)


async def test_failure_takes_the_effect_back_and_holds_only_its_own_resource(
    book_db: Database, moment: AdjustableClock
):
    worker = worker_of(book_db, book := Book(failing=[1]))
    await record(book_db, 1, 2, thing=1)
    await record(book_db, 10, 11, thing=2)

    await worker.drain()
    assert await written(book_db) == [10, 11]

    book.failing.clear()
    moment.advance(timedelta(seconds=PAUSES_SECONDS[0] * 1.2))
    await worker.drain()
    assert await written(book_db) == [10, 11, 1, 2]


async def test_listener_that_fails_holds_no_other_listener(book_db: Database):
    worker = worker_of(book_db, Book("bad", failing=[1]), Book("good"))
    await record(book_db, 1, 2)

    await worker.drain()

    assert await written(book_db, "good") == [1, 2]
    assert await written(book_db, "bad") == []


async def test_failures_pause_longer_and_longer_and_are_given_up_after_ten(
    book_db: Database, moment: AdjustableClock
):
    worker = worker_of(book_db, book := Book(failing=[1]))
    await record(book_db, 1, 2)
    await worker.drain()

    for attempt, pause_seconds in enumerate(PAUSES_SECONDS, start=1):
        assert len(book.calls) == attempt
        moment.advance(timedelta(seconds=pause_seconds * 0.79))
        await worker.drain()
        assert len(book.calls) == attempt, "it came back too early"
        moment.advance(timedelta(seconds=pause_seconds * 0.42))
        await worker.drain()

    assert book.calls == [1] * ATTEMPTS_MAX + [2]
    assert await written(book_db) == [2]
    assert await owed(book_db) == (0, 1)


async def test_waiting_behind_a_failed_one_keeps_nobody_busy(
    book_db: Database, moment: AdjustableClock
):
    worker = worker_of(book_db, Book(failing=[1]))
    await record(book_db, 1, 2, 3)
    await worker.drain()

    assert await worker._until_next() > 3


async def test_worker_that_slept_through_its_lease_writes_nothing(
    book_db: Database, moment: AdjustableClock
):
    slow, quick = worker_of(book_db, Book()), worker_of(book_db, Book())
    await record(book_db, 1)
    await slow._relay()
    (claimed,) = await slow._claim()
    assert await quick._claim() == []

    moment.advance(LEASE)
    await quick.drain()
    await slow._do(claimed)

    assert await written(book_db) == [1]


async def test_failure_after_the_lease_passed_moves_nothing(
    book_db: Database, moment: AdjustableClock
):
    slow, quick = worker_of(book_db, Book()), worker_of(book_db, Book(failing=[1]))
    await record(book_db, 1)
    await slow._relay()
    (claimed,) = await slow._claim()
    moment.advance(LEASE)
    (again,) = await quick._claim()

    await slow._failed(claimed, Failing("too late"))
    await quick._failed(again, Failing("in time"))

    async with book_db.read() as tx:
        ((last_error,),) = await tx.rows("SELECT last_error FROM outbox_job", ())
    assert last_error == "Failing: in time"


async def test_stop_hands_back_what_was_not_begun(book_db: Database):
    book = Book()
    worker = worker_of(book_db, book)
    for thing in range(5):
        await record(book_db, thing, thing=thing)

    async def stopping(tx: WriteTransaction, recorded: Recorded) -> None:
        await book(tx, recorded)
        worker.stop()

    worker._listeners["book"] = stopping
    await worker.run()

    assert book.calls == [0]
    await worker_of(book_db, book).drain()
    assert await written(book_db) == [0, 1, 2, 3, 4]
    async with book_db.read() as tx:
        attempts = await tx.rows("SELECT DISTINCT attempts_count FROM outbox_job", ())
    assert [tuple(row) for row in attempts] == [(1,)]


class Shelf(Book):
    """A book that is told several numbers at a time."""

    def __init__(self, failing: Sequence[int] = ()) -> None:
        super().__init__("book", failing)
        self.told: list[list[int]] = []

    async def hear(self, tx: WriteTransaction, news: Sequence[Recorded]) -> None:
        self.told.append([Counted.of(one).number for one in news])
        for one in news:
            await self(tx, one)


def worker_of_shelf(db: Database, shelf: Shelf, *books: Book, **said: Any) -> Worker:
    together = ("book", outbox.Together(shelf.hear))
    return Worker(db, {Counted.kind: [together, *((one.name, one) for one in books)]}, **said)


async def test_facts_taken_together_are_told_at_once_and_those_of_one_resource_in_turn(
    book_db: Database,
):
    shelf, metrics = Shelf(), Metrics()
    worker = worker_of_shelf(book_db, shelf, Book("other"), metrics=metrics)
    for thing in range(4):
        await record(book_db, thing, 10 + thing, thing=thing)

    await worker.drain()

    assert shelf.told == [[0, 1, 2, 3], [10, 11, 12, 13]]
    assert await written(book_db) == [0, 1, 2, 3, 10, 11, 12, 13]
    assert sorted(await written(book_db, "other")) == sorted(await written(book_db))
    assert await owed(book_db) == (0, 0)
    assert 'dalan_outbox_jobs_total{outcome="done"} 16.0' in metrics.render().decode()


async def test_one_fact_that_fails_among_others_holds_none_of_them(
    book_db: Database, moment: AdjustableClock
):
    shelf = Shelf(failing=[2])
    worker = worker_of_shelf(book_db, shelf)
    for thing in range(4):
        await record(book_db, thing, thing=thing)

    await worker.drain()

    assert shelf.told == [[0, 1, 2, 3], [0], [1], [2], [3]]
    assert await written(book_db) == [0, 1, 3]
    assert await owed(book_db) == (1, 0)
    shelf.failing.clear()
    moment.advance(timedelta(hours=1))
    await record(book_db, 5, thing=5)
    await record(book_db, 6, thing=6)
    await worker.drain()
    assert [2] in shelf.told[5:], "what failed before is tried alone"
    assert [5, 6] in shelf.told[5:]
    assert sorted(await written(book_db)) == [0, 1, 2, 3, 5, 6]


async def test_facts_taken_together_whose_lease_passed_are_left_to_whoever_has_it(
    book_db: Database,
):
    shelf = Shelf()
    worker = worker_of_shelf(book_db, shelf)
    for thing in range(3):
        await record(book_db, thing, thing=thing)
    await worker._relay()
    claimed = await worker._claim()
    async with book_db.write() as tx:
        await tx.execute(
            f"UPDATE outbox_job SET lease_no = 7 WHERE id = {claimed[1].id}",
            (),
        )

    assert await worker._do_together(claimed)

    assert shelf.told == [[0, 2]]
    assert await written(book_db) == [0, 2]
    assert await owed(book_db) == (1, 0)


async def test_running_worker_hears_of_a_fact_at_once(book_db: Database):
    worker = worker_of(book_db, Book())
    running = asyncio.create_task(worker.run())
    await asyncio.sleep(0.05)

    await record(book_db, 1)
    for _ in range(3_000):
        if await written(book_db) == [1]:
            break
        await asyncio.sleep(0.01)

    assert await written(book_db) == [1]
    worker.stop()
    await asyncio.wait_for(running, 30)


async def test_worker_outlives_a_database_that_goes_away(
    book_db: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("dalan.kernel.outbox.worker.FAULT_SECONDS", 0.05)
    worker = worker_of(book_db, Book())
    await record(book_db, 1)
    await book_db.close()
    running = asyncio.create_task(worker.run())
    await asyncio.sleep(0.1)
    assert not running.done()

    await book_db.open()
    for _ in range(3_000):
        if await owed(book_db) == (0, 0) and await written(book_db):
            break
        await asyncio.sleep(0.01)

    assert await written(book_db) == [1]
    worker.stop()
    await asyncio.wait_for(running, 30)


async def test_two_workers_share_the_work_without_doubling(book_db: Database, database_url: str):
    other_db = database_at(database_url, durable=False, connections_max=4)
    await other_db.open()
    for thing in range(20):
        await record(book_db, *range(thing * 10, thing * 10 + 10), thing=thing)
    workers = [worker_of(one, Book()) for one in (book_db, other_db, book_db)]

    async def until_done(worker: Worker) -> None:
        while (await owed(book_db))[0] or len(await written(book_db)) < 200:
            await worker.work_once()

    await asyncio.wait_for(asyncio.gather(*[until_done(worker) for worker in workers]), 60)

    numbers = await written(book_db)
    assert sorted(numbers) == list(range(200))
    for thing in range(20):
        of_thing = [number for number in numbers if number // 10 == thing]
        assert of_thing == sorted(of_thing)
    await other_db.close()


async def test_job_whose_listener_is_gone_is_given_up(book_db: Database):
    worker = worker_of(book_db, Book("old"))
    await record(book_db, 1)
    await worker._relay()

    await worker_of(book_db, Book("new")).drain()

    assert await owed(book_db) == (0, 1)


async def test_job_that_ends_its_worker_each_time_is_given_up(
    book_db: Database, moment: AdjustableClock
):
    worker = worker_of(book_db, book := Book())
    await record(book_db, 1)
    await worker._relay()
    for _ in range(ATTEMPTS_MAX):
        assert len(await worker._claim()) == 1  # and the process ends
        moment.advance(LEASE)

    await worker.drain()

    assert book.calls == []
    assert await owed(book_db) == (0, 1)


async def test_purge_keeps_what_is_young_owed_or_given_up(
    book_db: Database, moment: AdjustableClock
):
    worker = worker_of(book_db, book := Book(failing=[2]))
    await record(book_db, 1, thing=1)
    await record(book_db, 2, thing=2)
    await worker.drain()
    await worker_of(book_db, Book("gone"))._relay()
    moment.advance(KEEP + timedelta(seconds=1))
    await record(book_db, 3, thing=3)  # neither relayed nor old

    assert await worker.purge() == 1

    async with book_db.read() as tx:
        facts = await queries.facts_from.all(tx, after=0, most=10)
        jobs = await tx.rows("SELECT count(*) FROM outbox_job", ())
    assert len(facts) == 2
    assert jobs[0][0] == 1
    assert book.calls == [1, 2]


async def test_what_became_of_jobs_is_counted(book_db: Database):
    metrics = Metrics()
    worker = worker_of(book_db, Book(failing=[1]), metrics=metrics)
    await record(book_db, 1, 2, 3)
    await record(book_db, 4, thing=4)
    await worker.drain()
    worker._count_at = 0
    await worker._keep_house()

    text = metrics.render().decode()

    assert 'dalan_outbox_jobs_total{outcome="done"} 1.0' in text
    assert 'dalan_outbox_jobs_total{outcome="failed"} 1.0' in text
    assert "dalan_outbox_jobs_open 3.0" in text


async def test_fact_reads_as_it_was_recorded(book_db: Database, moment: AdjustableClock):
    seen: list[Any] = []

    async def look(tx: WriteTransaction, recorded: Recorded) -> None:
        seen.append((recorded.kind, recorded.resource, Counted.of(recorded), recorded.recorded_at))

    await record(book_db, 7, thing=9)
    await Worker(book_db, {Counted.kind: [("look", look)]}).drain()

    assert seen == [(Counted.kind, "thing:9", Counted(number=7, thing=9), moment())]
