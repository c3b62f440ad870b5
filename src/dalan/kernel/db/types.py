"""Column types that differ between the engines, converted in one place, both ways."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Integer, Text, types
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP, TSVECTOR
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

Id = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit identity. SQLite counts rows by itself only for a column called exactly INTEGER."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


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

    # The processors themselves, not ``process_…``: SQLAlchemy would wrap those in another call,
    # for every value of every row.

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        return _finite if dialect.name == "postgresql" else _microseconds

    def result_processor(
        self, dialect: Dialect, _: object
    ) -> Callable[[Any], datetime | None] | None:
        return None if dialect.name == "postgresql" else _moment


def _aware(moment: datetime | None) -> datetime | None:
    if moment is not None and moment.tzinfo is None:
        raise TypeError("a moment without a zone was given to the database")
    return moment


def _finite(moment: datetime | None) -> datetime | None:
    """PostgreSQL's driver takes Python's first and last moments for its infinities, and gives those
    back without a zone: they are kept a microsecond off."""
    if moment is None or _FIRST < (_aware(moment) or moment) < _LAST:
        return moment
    return _FIRST + _TICK if moment <= _FIRST else _LAST - _TICK


def _microseconds(moment: datetime | None) -> int | None:
    return None if moment is None else microseconds_of(_aware(moment) or moment)


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)


class Json(types.TypeDecorator[Any]):
    """A JSON value: ``jsonb`` on PostgreSQL, text on SQLite. SQL NULL is Python's None."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(_JsonbAsText())
        return dialect.type_descriptor(Text())

    def bind_processor(self, _: Dialect) -> Callable[[Any], str | None]:
        return _json_text

    def result_processor(self, _: Dialect, __: object) -> Callable[[str | None], Any]:
        return _json_value


_encode_json = msgspec.json.Encoder().encode
_decode_json = msgspec.json.Decoder().decode


def _json_text(value: Any) -> str | None:
    return None if value is None else _encode_json(value).decode()


def _json_value(text: str | None) -> Any:
    return None if text is None else _decode_json(text)


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


class Tokens(types.TypeDecorator[Collection[str]]):
    """A set of tokens: ``tsvector`` on PostgreSQL; on SQLite text with a space around each."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TSVECTOR())
        return dialect.type_descriptor(Text())

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str]:
        return _quoted if dialect.name == "postgresql" else _spaced

    def result_processor(self, dialect: Dialect, _: object) -> Callable[[str], frozenset[str]]:
        return _from_quoted if dialect.name == "postgresql" else _from_spaced


def _quoted(tokens: Collection[str]) -> str:
    return " ".join(f"'{token}'" for token in tokens)  # letters, digits, -, _, : and * alone


def _spaced(tokens: Collection[str]) -> str:
    return f" {' '.join(tokens)} "


def _from_quoted(text: str) -> frozenset[str]:
    return frozenset(text.replace("'", "").split())


def _from_spaced(text: str) -> frozenset[str]:
    return frozenset(text.split())
