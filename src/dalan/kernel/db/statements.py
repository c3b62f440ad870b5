"""Statements: written once with SQLAlchemy Core, compiled once per engine, run on the raw driver.

Only public interfaces of SQLAlchemy are used. The rules below were found by trying what goes
wrong quietly, and each is refused when the statement is compiled:

- every parameter has a type (an untyped one would reach the driver unconverted);
- no column of an inserted table has a Python-side default (compiled once, it would stay NULL);
- no ``IN`` over an expanding parameter (its text would depend on the values): use ``in_list``;
- an insert or update names what it sets, by ``sets`` or ``.values()``.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar, overload

import msgspec
from sqlalchemy import ColumnElement, Table, Text, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import asyncpg as postgres_dialect
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.dialects.sqlite import pysqlite as sqlite_dialect
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import Executable, Insert
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import Boolean, NullType

from dalan.kernel.db.types import ListOf

Row = TypeVar("Row")
Given = TypeVar("Given")

SQLITE, POSTGRESQL = "sqlite", "postgresql"

_DIALECTS: dict[str, Dialect] = {
    SQLITE: sqlite_dialect.dialect(paramstyle="qmark"),
    POSTGRESQL: postgres_dialect.dialect(paramstyle="numeric_dollar"),  # type: ignore[no-untyped-call]  # SQLAlchemy left its __init__ without types
}


class StatementError(Exception):
    """A statement breaks a rule of the house; the message names the rule and the place."""


class Runner(Protocol):
    """What a statement needs of a transaction, on either engine."""

    engine: str

    async def rows(self, sql: str, arguments: Sequence[Any]) -> Sequence[Sequence[Any]]: ...
    async def execute(self, sql: str, arguments: Sequence[Any]) -> int: ...
    async def execute_many(self, sql: str, many: Sequence[Sequence[Any]]) -> None: ...
    def stream(self, sql: str, arguments: Sequence[Any]) -> AsyncIterator[Sequence[Any]]: ...


class Upsert:
    """An insert that updates, or leaves, the row it collides with. Made by ``upsert``."""

    def __init__(
        self,
        table: Table,
        *,
        key: Sequence[str],
        update: Sequence[str] | Callable[[Any], Mapping[str, Any]],
        returning: Sequence[ColumnElement[Any]],
    ) -> None:
        self.table, self.key, self.update, self.returning = table, key, update, returning

    def element(self, engine: str) -> Insert:
        insert = sqlite_insert if engine == SQLITE else postgres_insert
        element = insert(self.table)
        if callable(self.update):
            changes = dict(self.update(element.excluded))
        else:
            changes = {name: element.excluded[name] for name in self.update}
        if changes:
            made = element.on_conflict_do_update(index_elements=list(self.key), set_=changes)
        else:
            made = element.on_conflict_do_nothing(index_elements=list(self.key))
        return made.returning(*self.returning) if self.returning else made


def upsert(
    table: Table,
    *,
    key: Sequence[str],
    update: Sequence[str] | Callable[[Any], Mapping[str, Any]] = (),
    returning: Sequence[ColumnElement[Any]] = (),
) -> Upsert:
    """Insert into ``table``, or on a clash over ``key`` update these columns.

    ``update`` lists columns that take the new value, or is a function from the would-be row
    to column values (for counters). Empty: the row that stands is left as it is.
    """
    return Upsert(table, key=key, update=update, returning=returning)


class in_list(ColumnElement[bool]):  # noqa: N801 (reads as an operator, as SQLAlchemy's own do)
    """``column`` is one of the values of the list parameter ``name``; no values, no rows."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column = column
        self.bind = bindparam(name, type_=ListOf(column.type))

    def self_group(self, against: OperatorType | None = None) -> "in_list":  # noqa: ARG002 (SQLAlchemy's signature)
        """As it stands. For SQLite, which has no booleans, SQLAlchemy would add ``= 1`` to a
        condition, and a condition so wrapped is looked up in no index: every row is read."""
        return self


@compiles(in_list, SQLITE)
def _in_list_sqlite(element: in_list, compiler: SQLCompiler, **kw: Any) -> str:
    values = select(literal_column("value", Text())).select_from(func.json_each(element.bind))
    column, inner = compiler.process(element.column, **kw), compiler.process(values, **kw)
    return f"{column} IN ({inner})"


@compiles(in_list, POSTGRESQL)
def _in_list_postgresql(element: in_list, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = compiler.process(element.column, **kw), compiler.process(element.bind, **kw)
    return f"{column} = ANY ({values})"


class _Compiled:
    """A statement's text for one engine, with what its values and its rows go through."""

    __slots__ = ("_binds", "_conversions", "_into", "_names", "sql")

    def __init__(
        self,
        sql: str,
        binds: list[tuple[str | None, Any]],
        into: Callable[..., Any] | None,
        converters: list[Callable[[Any], Any] | None],
    ) -> None:
        self.sql = sql
        self._binds = binds
        self._names = frozenset(name for name, _ in binds if name is not None)
        self._into = into
        self._conversions = [(n, convert) for n, convert in enumerate(converters) if convert]

    def arguments(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values in the order of the text. An unknown or a missing name is a TypeError."""
        if values.keys() != self._names:
            missing, unknown = self._names - values.keys(), values.keys() - self._names
            raise TypeError(f"parameters missing {sorted(missing)}, unknown {sorted(unknown)}")
        return tuple(
            [
                (process(values[name]) if process is not None else values[name])
                if name is not None
                else process
                for name, process in self._binds
            ]
        )

    def row(self, row: Sequence[Any]) -> Any:
        if self._conversions:
            values = list(row)
            for n, convert in self._conversions:
                values[n] = convert(values[n])
            row = values
        return self._into(*row) if self._into is not None else tuple(row)

    def first(self, row: Sequence[Any]) -> Any:
        """A row's first value."""
        n, convert = self._conversions[0] if self._conversions else (1, None)
        return convert(row[0]) if n == 0 and convert is not None else row[0]


class Statement(Generic[Row]):
    """A named question or order. Compiled on first use, remembered for the life of the process."""

    __slots__ = ("_compiled", "_element", "_into", "_sets")

    def __init__(
        self, element: Executable | Upsert, into: type[Any] | None, sets: Sequence[str]
    ) -> None:
        self._element, self._into, self._sets = element, into, sets
        self._compiled: dict[str, _Compiled] = {}

    async def one(self, tx: Runner, **values: Any) -> Row:
        """The only row. None, or more than one, is our mistake and raises LookupError."""
        row = await self.one_or_none(tx, **values)
        if row is None:
            raise LookupError("no row where there must be one")
        return row

    async def one_or_none(self, tx: Runner, **values: Any) -> Row | None:
        """The only row, or None. More than one raises LookupError."""
        compiled = self._compiled.get(tx.engine) or self.compiled(tx.engine)
        rows = await tx.rows(compiled.sql, compiled.arguments(values))
        if not rows:
            return None
        if len(rows) > 1:
            raise LookupError("more rows than one where there may be only one")
        row: Row = compiled.row(rows[0])
        return row

    async def all(self, tx: Runner, **values: Any) -> list[Row]:
        """Every row, in the statement's order."""
        compiled = self._compiled.get(tx.engine) or self.compiled(tx.engine)
        rows = await tx.rows(compiled.sql, compiled.arguments(values))
        return [compiled.row(row) for row in rows]

    async def scalar(self, tx: Runner, **values: Any) -> Any:
        """The first column of the first row, or None without rows."""
        compiled = self._compiled.get(tx.engine) or self.compiled(tx.engine)
        rows = await tx.rows(compiled.sql, compiled.arguments(values))
        if not rows:
            return None
        return compiled.first(rows[0])

    async def execute(self, tx: Runner, **values: Any) -> int:
        """Run it for its effect; answers how many rows it touched."""
        compiled = self._compiled.get(tx.engine) or self.compiled(tx.engine)
        return await tx.execute(compiled.sql, compiled.arguments(values))

    async def execute_many(self, tx: Runner, many: Iterable[Mapping[str, Any]]) -> None:
        """Run it once per set of values, in order, as one batch."""
        compiled = self._compiled.get(tx.engine) or self.compiled(tx.engine)
        batch = [compiled.arguments(values) for values in many]
        if batch:
            await tx.execute_many(compiled.sql, batch)

    async def stream(self, tx: Runner, **values: Any) -> AsyncIterator[Row]:
        """Rows one by one, without holding them all. The transaction stays open meanwhile."""
        compiled = self._compiled.get(tx.engine) or self.compiled(tx.engine)
        async for row in tx.stream(compiled.sql, compiled.arguments(values)):
            yield compiled.row(row)

    def compiled(self, engine: str) -> _Compiled:
        """The text for one engine. Raises StatementError where it breaks a rule of the house."""
        if engine not in self._compiled:
            element = self._element
            concrete = element.element(engine) if isinstance(element, Upsert) else element
            self._compiled[engine] = _compile(concrete, self._into, self._sets, _DIALECTS[engine])
        return self._compiled[engine]


@overload
def statement(
    element: Executable | Upsert, *, into: type[Given], sets: Sequence[str] = ()
) -> Statement[Given]: ...
@overload
def statement(
    element: Executable | Upsert, *, sets: Sequence[str] = ()
) -> Statement[tuple[Any, ...]]: ...
def statement(
    element: Executable | Upsert, *, into: type[Any] | None = None, sets: Sequence[str] = ()
) -> Statement[Any]:
    """A statement of the house.

    ``into``: the struct a row becomes; the selected columns are its fields, by name and in their
    order. ``sets``: for inserts, upserts and updates, the columns that take a parameter of their
    own name; parameters elsewhere (a WHERE) need another name, such as ``post_id`` for ``id``.
    """
    return Statement(element, into, sets)


def _compile(
    element: Executable, into: type[Any] | None, sets: Sequence[str], dialect: Dialect
) -> _Compiled:
    writes = isinstance(element, UpdateBase)
    if isinstance(element, Insert):
        _refuse_python_defaults(element)
    compiled = element.compile(dialect=dialect, column_keys=list(sets) if writes else None)  # type: ignore[attr-defined]  # every Executable compiles; its stub says only ClauseElement does
    assert isinstance(compiled, SQLCompiler)
    binds = [
        _bind(compiled, name, dialect, given=name in sets) for name in compiled.positiontup or ()
    ]
    columns = _columns(element)
    if into is not None:
        _refuse_other_columns(into, [name for name, _ in columns])
    converters = [kind.dialect_impl(dialect).result_processor(dialect, None) for _, kind in columns]
    return _Compiled(str(compiled), binds, into, converters)


def _columns(element: Executable) -> list[tuple[str, Any]]:
    exported = getattr(element, "exported_columns", None)
    return [] if exported is None else [(column.key, column.type) for column in exported]


def _bind(
    compiled: SQLCompiler, name: str, dialect: Dialect, *, given: bool
) -> tuple[str | None, Any]:
    bind = compiled.binds[name]
    if bind.expanding:
        raise StatementError(f"{name}: an expanding IN; use in_list()")
    if isinstance(bind.type, NullType):
        raise StatementError(f"{name}: a parameter without a type; give bindparam a type_")
    process = bind.type.dialect_impl(dialect).bind_processor(dialect)
    if given or bind.required:
        return name, process
    value = bind.effective_value
    return None, process(value) if process is not None else value


def _refuse_python_defaults(element: Insert) -> None:
    table = element.table
    if isinstance(table, Table):
        for column in table.columns:
            if column.default is not None or column.onupdate is not None:
                raise StatementError(f"{column}: a Python-side default; give the value instead")


def _refuse_other_columns(into: type[Any], names: list[str]) -> None:
    fields = list(msgspec.structs.fields(into)) if issubclass(into, msgspec.Struct) else None
    expected = [field.name for field in fields] if fields is not None else None
    if expected is not None and expected != names:
        raise StatementError(f"{into.__name__} has the fields {expected}, the rows have {names}")
