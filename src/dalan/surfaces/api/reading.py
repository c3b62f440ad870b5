"""What a call says of itself beside its body: its query, its headers, moments."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from msgspec import UnsetType

from dalan.errors import Invalid
from dalan.kernel.text import fold_digits

Word = TypeVar("Word", bound=str)

_NUMBER_LENGTH_MAX: Final = 19


class InvalidQuery(Invalid):
    """A field of the query or the body cannot be."""

    code = "api.invalid"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(f"{field}: {message}" if field else message)
        self.field = field


class Fields:
    """The fields of a query, each read within its bounds. What cannot be is InvalidQuery."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = given

    def text(self, name: str, *, most: int = 500) -> str:
        """A text; "" when absent."""
        text = self._given.get(name, "")
        if len(text) > most:
            raise InvalidQuery(f"at most {most} characters", field=name)
        if "\x00" in text or "\ufffd" in text or any("\ud800" <= one <= "\udfff" for one in text):
            raise InvalidQuery("holds what no text has", field=name)
        return text

    def word(self, name: str, among: Sequence[Word]) -> Word | None:
        """One of these words; None when absent or empty."""
        text = self._given.get(name, "")
        if not text:
            return None
        for word in among:
            if word == text:
                return word
        raise InvalidQuery(f"must be one of {', '.join(among)}", field=name)

    def number(self, name: str, usual: int, *, least: int, most: int) -> int:
        """A whole number in any digits."""
        text = fold_digits(self._given.get(name, ""))
        if not text:
            return usual
        if not (text.isascii() and text.isdigit() and len(text) <= _NUMBER_LENGTH_MAX):
            raise InvalidQuery("must be a whole number", field=name)
        if not least <= int(text) <= most:
            raise InvalidQuery(f"from {least} to {most}", field=name)
        return int(text)

    def flag(self, name: str) -> bool:
        """``true`` or ``false``, or the number for it."""
        return self.word(name, ("true", "false", "1", "0")) in ("true", "1")

    def moment(self, name: str) -> datetime | None:
        """ISO 8601 with its zone; None when absent. A plus sign that came as a space is one."""
        text = self.text(name, most=40).strip().replace(" ", "+")
        if not text:
            return None
        try:
            return moment(datetime.fromisoformat(text), field=name)
        except ValueError:
            raise InvalidQuery("must be a moment as in ISO 8601", field=name) from None


def moment(at: datetime, *, field: str) -> datetime:
    """A moment of a body or a query, in UTC. Raises InvalidQuery."""
    if at.tzinfo is None:
        raise InvalidQuery("a moment needs its time zone", field=field)
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise InvalidQuery("the moment lies beyond the calendar", field=field) from None


def moment_or_not(at: Any, *, field: str) -> Any:
    """The same where there may be none, or nothing was said."""
    return at if at is None or isinstance(at, UnsetType) else moment(at, field=field)
