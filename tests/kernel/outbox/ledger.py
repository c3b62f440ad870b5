"""The child of the kill test: writes rows and facts, acknowledges, works, until it is killed.

``python -m tests.kernel.outbox.ledger URL durable|fast FIRST`` writes entries FIRST, FIRST + 1,
… in units of one to three, prints ``ok N`` after the commit that holds entry N, and applies the
facts with a worker of its own meanwhile.
"""

import asyncio
import sys
from typing import ClassVar

from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, select
from sqlalchemy.schema import CreateTable

from dalan.kernel import outbox
from dalan.kernel.db import Database, Id, WriteTransaction, database_at, statement
from dalan.kernel.db.statements import _DIALECTS
from dalan.kernel.outbox import Recorded, Worker

THINGS = 7
LISTENERS = ("first", "second")

_metadata = MetaData()
entry = Table("entry", _metadata, Column("number", Integer, primary_key=True, autoincrement=False))
effect = Table(
    "effect",
    _metadata,
    Column("id", Id, primary_key=True),
    Column("listener", Text, nullable=False),
    Column("number", Integer, nullable=False),
)

add_entry = statement(insert(entry), sets=("number",))
add_effect = statement(insert(effect), sets=("listener", "number"))
entries = statement(select(entry.c.number).order_by(entry.c.number))
effects = statement(select(effect.c.listener, effect.c.number).order_by(effect.c.id))


class Entered(outbox.Fact, frozen=True):
    """An entry was written."""

    kind: ClassVar[str] = "ledger.entered"
    number: int

    @property
    def resource(self) -> str:
        return f"thing:{self.number % THINGS}"


async def make_tables(db: Database) -> None:
    async with db.write() as tx:
        for table in (entry, effect):
            await tx.execute(str(CreateTable(table).compile(dialect=_DIALECTS[db.engine])), ())


def make_worker(db: Database) -> Worker:
    def listener(name: str) -> outbox.Listener:
        async def apply(tx: WriteTransaction, recorded: Recorded) -> None:
            await add_effect.execute(tx, listener=name, number=Entered.of(recorded).number)

        return apply

    return Worker(db, {Entered.kind: [(name, listener(name)) for name in LISTENERS]})


async def enter(db: Database, first: int, count: int) -> None:
    """Entries ``first`` and on with their facts, in one unit; acknowledged once it is committed."""
    async with db.write() as tx:
        for number in range(first, first + count):
            await add_entry.execute(tx, number=number)
            await outbox.record(tx, Entered(number=number))
    for number in range(first, first + count):
        print("ok", number, flush=True)  # noqa: T201 (how the parent hears of it)


async def main(url: str, durable: bool, number: int) -> None:
    db = database_at(url, durable=durable, connections_max=6)
    await db.open()
    running = asyncio.create_task(make_worker(db).run())
    while not running.done():
        units = []
        for count in (1, 3, 2):
            units.append(enter(db, number, count))
            number += count
        await asyncio.gather(*units)
        await asyncio.sleep(0.005)  # what is not applied when it is killed, the test applies


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2] == "durable", int(sys.argv[3])))
