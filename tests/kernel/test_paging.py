from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalan.kernel import paging
from dalan.kernel.paging import InvalidCursor

AT = datetime(2026, 3, 21, 8, 30, 0, 123456, tzinfo=UTC)


def cursor_of(value: object) -> str:
    return urlsafe_b64encode(msgspec.msgpack.encode(value)).rstrip(b"=").decode()


def test_cursor_gives_its_values_back_with_their_types() -> None:
    cursor = paging.encode((AT, 42, "AZTH74V2", None, 1.5))

    values = paging.decode(cursor, tuple[datetime, int, str, int | None, float])
    assert values == (AT, 42, "AZTH74V2", None, 1.5)
    assert cursor.replace("-", "").replace("_", "").isalnum()


@given(st.integers(-(2**63), 2**63 - 1), st.text(max_size=20).filter(lambda text: "\0" not in text))
def test_any_column_value_can_be_a_cursor(number: int, text: str) -> None:
    assert paging.decode(paging.encode((number, text)), tuple[int, str]) == (number, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!",
        "a",
        "x" * 513,
        "ی",
        cursor_of([AT]),
        cursor_of([AT, 1, 2]),
        cursor_of([AT, "1"]),
        cursor_of(["2026-03-21", 1]),
        cursor_of({"a": 1}),
        cursor_of([AT, 2**63]),
        cursor_of([AT.replace(tzinfo=None), 1]),
        paging.encode((AT, 1))[:-2],
    ],
)
def test_cursor_of_another_shape_is_refused(text: str) -> None:
    with pytest.raises(InvalidCursor):
        paging.decode(text, tuple[datetime, int])


@pytest.mark.parametrize("value", ["a\0b", float("nan"), float("inf")])
def test_value_that_no_column_holds_is_refused(value: str | float) -> None:
    with pytest.raises(InvalidCursor):
        paging.decode(cursor_of([value]), tuple[str | float])


@given(st.text(max_size=600))
def test_any_text_is_a_cursor_or_refused(text: str) -> None:
    with pytest.raises(InvalidCursor):
        paging.decode(text, tuple[datetime, int, str])
