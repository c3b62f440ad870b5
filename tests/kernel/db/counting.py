"""A table of marks and the statements on it, for tests of units of work."""

from sqlalchemy import Column, MetaData, Table, Text, bindparam, insert, select, update
from sqlalchemy.schema import CreateTable

from dalan.kernel.db import Database, Id, statement
from dalan.kernel.db.statements import _DIALECTS

mark = Table(
    "mark",
    MetaData(),
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
)

add_mark = statement(insert(mark), sets=("name",))
marks = statement(select(mark.c.name).order_by(mark.c.id))
touch_mark = statement(update(mark).where(mark.c.name == bindparam("which")), sets=("name",))


async def make_marks(db: Database) -> None:
    async with db.write() as tx:
        await tx.execute(str(CreateTable(mark).compile(dialect=_DIALECTS[db.engine])), ())


async def put(db: Database, name: str) -> None:
    async with db.write() as tx:
        await add_mark.execute(tx, name=name)


async def names(db: Database) -> list[str]:
    async with db.read() as tx:
        return [name for (name,) in await marks.all(tx)]
