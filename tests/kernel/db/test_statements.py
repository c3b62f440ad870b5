"""One statement, two engines, the same answer."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.schema import CreateTable

from dalan.kernel.db import (
    Database,
    Id,
    Json,
    StatementError,
    UtcTime,
    in_list,
    statement,
    upsert,
)
from dalan.kernel.db.statements import _DIALECTS

thing = Table(
    "thing",
    MetaData(),
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("body", Json),
    Column("kept", Boolean),
    Column("made_at", UtcTime),
    Column("mac", LargeBinary),
    Column("count", Integer),
)
COLUMNS = ("name", "body", "kept", "made_at", "mac", "count")


class Thing(msgspec.Struct, frozen=True):
    id: int
    name: str
    body: Any
    kept: bool | None
    made_at: datetime | None
    mac: bytes | None
    count: int | None


add = statement(insert(thing).returning(thing.c.id), sets=COLUMNS)
by_name = statement(select(thing).where(thing.c.name == bindparam("name")), into=Thing)
by_names = statement(
    select(thing).where(in_list(thing.c.name, "names")).order_by(thing.c.name), into=Thing
)
by_times = statement(
    select(thing.c.name).where(in_list(thing.c.made_at, "times")).order_by(thing.c.name)
)
rename = statement(update(thing).where(thing.c.id == bindparam("thing_id")), sets=("name",))
add_or_count = statement(
    upsert(
        thing,
        key=("name",),
        update=lambda new: {"count": thing.c.count + new.count},
        returning=[thing.c.count],
    ),
    sets=("name", "count"),
)
keep_first = statement(upsert(thing, key=("name",)), sets=("name", "count"))


@pytest.fixture
async def things(db: Database) -> Database:
    async with db.write() as tx:
        await tx.execute(str(CreateTable(thing).compile(dialect=_DIALECTS[db.engine])), ())
    return db


def values(**given: Any) -> dict[str, Any]:
    blank: dict[str, Any] = dict.fromkeys(COLUMNS)
    return blank | given


async def test_every_type_comes_back_as_it_went_in(things: Database):
    made_at = datetime(2026, 11, 21, 8, 30, 1, 234_567, tzinfo=UTC)
    given: dict[str, Any] = {
        "name": "چراغ",
        "body": {"a": [1, None, "ی"], "big": 2**53},
        "kept": True,
        "made_at": made_at,
        "mac": b"\x00\xff",
        "count": -3,
    }

    async with things.write() as tx:
        thing_id = await add.scalar(tx, **given)

    async with things.read() as tx:
        row = await by_name.one(tx, name="چراغ")
    assert row == Thing(id=thing_id, **given)
    assert row.made_at is not None
    assert row.made_at.tzinfo is UTC or row.made_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)], ids=str
)
async def test_first_and_last_moments_come_back_aware(things: Database, at: datetime):
    async with things.write() as tx:
        await add.execute(tx, **values(name="far", made_at=at))

    async with things.read() as tx:
        row = await by_name.one(tx, name="far")
    assert row.made_at is not None
    assert row.made_at.utcoffset() == timedelta(0)
    assert abs(row.made_at - at) <= timedelta(microseconds=1)


async def test_null_comes_back_as_none_in_every_type(things: Database):
    async with things.write() as tx:
        await add.execute(tx, **values(name="bare"))

    async with things.read() as tx:
        row = await by_name.one(tx, name="bare")
    assert (row.body, row.kept, row.made_at, row.mac, row.count) == (None,) * 5


async def test_a_moment_in_another_zone_is_the_same_moment(things: Database):
    tehran = timezone(timedelta(hours=3, minutes=30))
    async with things.write() as tx:
        await add.execute(
            tx, **values(name="noon", made_at=datetime(2026, 11, 21, 12, 0, tzinfo=tehran))
        )

    async with things.read() as tx:
        row = await by_name.one(tx, name="noon")
    assert row.made_at == datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


async def test_a_moment_without_a_zone_is_refused(things: Database):
    async with things.write() as tx:
        with pytest.raises(TypeError):
            await add.execute(tx, **values(name="x", made_at=datetime(2026, 1, 1)))  # noqa: DTZ001 (the point)


async def test_in_list_takes_none_one_and_many(things: Database):
    at = datetime(2026, 1, 1, tzinfo=UTC)
    async with things.write() as tx:
        await add.execute_many(
            tx, [values(name=name, made_at=at + timedelta(days=n)) for n, name in enumerate("abc")]
        )

    async with things.read() as tx:
        assert await by_names.all(tx, names=[]) == []
        assert [row.name for row in await by_names.all(tx, names=["b"])] == ["b"]
        assert [row.name for row in await by_names.all(tx, names=["a", "c", "z"])] == ["a", "c"]
        assert await by_times.all(tx, times=[at, at + timedelta(days=2)]) == [("a",), ("c",)]


async def test_in_list_is_looked_up_and_reads_no_other_rows(things: Database):
    """A condition that SQLAlchemy wraps (``… = 1``, for an engine without booleans) is looked up
    in no index; 40 statements once walked their whole table so."""
    by_ids = select(thing.c.name).where(in_list(thing.c.id, "ids"))
    both = select(thing.c.name).where(in_list(thing.c.id, "ids"), thing.c.name == "a")
    neither = select(thing.c.name).where(~in_list(thing.c.id, "ids"))
    async with things.write() as tx:
        await add.execute_many(tx, [values(name=name) for name in "abc"])
        for number, question in enumerate((by_ids, both)):
            sql = statement(question).compiled(tx.engine).sql
            given: tuple[Any, ...] = ("[1]", "a") if number else ("[1]",)
            if tx.engine == "sqlite":
                rows = await tx.rows(f"EXPLAIN QUERY PLAN {sql}", given)
                assert rows[0][-1].startswith("SEARCH thing"), rows
            else:
                await tx.execute("SET LOCAL enable_seqscan = off", ())
                rows = await tx.rows(f"EXPLAIN {sql}", ([1], *given[1:]))
                assert "Seq Scan" not in " ".join(row[0] for row in rows), rows
        first = await by_name.one(tx, name="a")
        assert await statement(neither).all(tx, ids=[first.id]) == [("b",), ("c",)]


async def test_upsert_counts_up_or_leaves_what_stands(things: Database):
    async with things.write() as tx:
        assert await add_or_count.scalar(tx, name="n", count=2) == 2
        assert await add_or_count.scalar(tx, name="n", count=3) == 5
        await keep_first.execute(tx, name="n", count=9)

        assert (await by_name.one(tx, name="n")).count == 5


async def test_update_answers_how_many_rows_it_touched(things: Database):
    async with things.write() as tx:
        thing_id = await add.scalar(tx, **values(name="old"))

        assert await rename.execute(tx, thing_id=thing_id, name="new") == 1
        assert await rename.execute(tx, thing_id=thing_id + 1, name="none") == 0


async def test_stream_gives_every_row(things: Database):
    async with things.write() as tx:
        await add.execute_many(tx, [values(name=f"{n:04}") for n in range(450)])

    everything = statement(select(thing).order_by(thing.c.name), into=Thing)
    async with things.read() as tx:
        names = [row.name async for row in everything.stream(tx)]
    assert names == [f"{n:04}" for n in range(450)]


async def test_one_row_too_many_is_our_mistake(things: Database):
    async with things.write() as tx:
        await add.execute_many(tx, [values(name="a"), values(name="b")])
        anything = statement(select(thing), into=Thing)

        with pytest.raises(LookupError):
            await anything.one_or_none(tx)
        with pytest.raises(LookupError):
            await by_name.one(tx, name="nobody")


async def test_unknown_and_missing_parameters_are_refused(things: Database):
    async with things.read() as tx:
        with pytest.raises(TypeError, match="name"):
            await by_name.one_or_none(tx)
        with pytest.raises(TypeError, match="other"):
            await by_name.one_or_none(tx, name="a", other=1)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
class TestRulesOfTheHouse:
    def test_parameter_without_type_is_refused(self, engine: str):
        with pytest.raises(StatementError, match="type"):
            statement(select(bindparam("x"))).compiled(engine)

    def test_expanding_in_is_refused(self, engine: str):
        one = statement(select(thing).where(thing.c.id.in_(bindparam("ids", expanding=True))))
        with pytest.raises(StatementError, match="in_list"):
            one.compiled(engine)

    def test_python_side_default_is_refused(self, engine: str):
        table = Table("t", MetaData(), Column("a", Integer, default=1))
        with pytest.raises(StatementError, match="default"):
            statement(insert(table), sets=("a",)).compiled(engine)

    def test_insert_sets_only_what_it_names(self, engine: str):
        assert "count" not in statement(insert(thing), sets=("name",)).compiled(engine).sql

    def test_struct_that_does_not_fit_the_rows_is_refused(self, engine: str):
        with pytest.raises(StatementError, match="Thing"):
            statement(select(thing.c.id, thing.c.name), into=Thing).compiled(engine)

    def test_literal_becomes_a_parameter(self, engine: str):
        compiled = statement(
            select(thing.c.id).where(thing.c.made_at > datetime(2026, 1, 1, tzinfo=UTC))
        ).compiled(engine)
        assert "2026" not in compiled.sql
        assert len(compiled.arguments({})) == 1
