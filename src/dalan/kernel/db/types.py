"""Column types that differ between the engines, converted in one place, both ways."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Integer, Text, types
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

Id = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit identity. SQLite counts rows by itself only for a column called exactly INTEGER."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds_of(moment: datetime) -> int:
    """Microseconds since the epoch; exact, where ``datetime.timestamp`` would round."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


class UtcTime(types.TypeDecorator[datetime]):
    """An aware moment in UTC: ``timestamptz`` on PostgreSQL, whole microseconds on SQLite."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("a moment without a zone was given to the database")
        return value if dialect.name == "postgresql" else microseconds_of(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "postgresql":
            moment: datetime = value
            return moment
        return _EPOCH + timedelta(microseconds=value)


class Json(types.TypeDecorator[Any]):
    """A JSON value: ``jsonb`` on PostgreSQL, text on SQLite. SQL NULL is Python's None."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(_JsonbAsText())
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 (SQLAlchemy's signature)
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002 (SQLAlchemy's signature)
        return None if value is None else msgspec.json.decode(value)


class _JsonbAsText(types.UserDefinedType[str]):
    """``jsonb`` handed over as text, which is how the raw driver speaks it."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_: Any) -> str:
        return "JSONB"

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:  # noqa: ARG002 (SQLAlchemy's signature)
        return JSONB() if not isinstance(value, str) else self


class ListOf(types.TypeDecorator[Sequence[Any]]):
    """A list given as one parameter: an array on PostgreSQL, JSON text on SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, item_type: TypeEngine[Any]) -> None:
        super().__init__()
        self.item_type = item_type

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(self.item_type))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:
        if value is None:
            raise TypeError("a list parameter may be empty, not None")
        if dialect.name == "postgresql":
            return list(value)
        one = self.item_type.dialect_impl(dialect).bind_processor(dialect)
        items = [one(item) for item in value] if one else list(value)
        return msgspec.json.encode(items).decode()
