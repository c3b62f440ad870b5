"""One link of a file, and how its values are read: leniently, but never guessed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import msgspec

from dalan.domains.links.tables import LinkKind
from dalan.kernel.text import fold_digits

CLICKS_MAX: Final = 2**53
_FORMULA_SIGNS: Final = "=+-@\t\r"
_SECONDS_MAX: Final = 253_402_300_799


class ImportRow(msgspec.Struct, frozen=True, kw_only=True):
    """A link as a file has it. ``number`` counts from 1; ``host`` is where it stood before,
    ``clicks`` what was counted there. ``lost`` names what the file says and cannot be taken over;
    ``problem`` says why the whole row cannot."""

    number: int
    target: str = ""
    kind: LinkKind = "link"
    hash: str = ""
    host: str = ""
    title: str = ""
    note: str = ""
    after_address: str = ""
    tags: str = ""
    active: bool = True
    created_at: datetime | None = None
    valid_from: datetime | None = None
    expires_at: datetime | None = None
    visit_limit: int | None = None
    forward_query: bool = False
    clicks: int = 0
    lost: tuple[str, ...] = ()
    problem: str = ""


class Values:
    """The values of one entry by their folded names, and which of them could not be read."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = {name: one for name, one in given.items() if one is not None and one != ""}
        self.lost: list[str] = []

    def __contains__(self, name: str) -> bool:
        return name in self._given

    def raw(self, *names: str) -> Any:
        """The first of these that says something."""
        for name in names:
            if name in self._given:
                return self._given[name]
        return None

    def text(self, *names: str) -> str:
        """As text without the white space around it; "" when absent or no text."""
        value = self.raw(*names)
        if isinstance(value, bool | int | float):
            return str(value)
        return value.strip() if isinstance(value, str) else ""

    def cell(self, *names: str) -> str:
        """A text that we exported ourselves: without the sign that keeps spreadsheets from
        computing it."""
        text = self.text(*names)
        return text[1:] if text[:1] == "'" and text[1:2] and text[1] in _FORMULA_SIGNS else text

    def moment(self, field: str, *names: str) -> datetime | None:
        """A moment; one that cannot be read is noted as lost."""
        text = self.text(*names)
        if not text:
            return None
        found = moment_of(text)
        if found is None:
            self.lost.append(field)
        return found

    def count(self, field: str, *names: str) -> int | None:
        """A whole number from zero up."""
        text = fold_digits(self.text(*names)).replace(",", "")
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= CLICKS_MAX:
            return int(text)
        self.lost.append(field)
        return None

    def flag(self, *names: str, default: bool = False) -> bool:
        """A word that says yes or no."""
        word = self.text(*names).lower()
        return default if not word else word in ("1", "true", "yes", "on", "active", "t")

    def listed(self, *names: str, separator: str = ",") -> str:
        """Names joined by commas, from a list or a text."""
        value = self.raw(*names)
        if isinstance(value, list):
            parts = [str(one) for one in value if isinstance(one, str | int)]
        else:
            parts = self.cell(*names).split(separator)
        return ",".join(part.strip() for part in parts if part.strip())


def moment_of(text: str) -> datetime | None:
    """ISO 8601, the form of MySQL, or the seconds or milliseconds since 1970; without a zone it
    is UTC. None for everything else: of days and months nobody knows which is which."""
    plain = fold_digits(text)
    try:
        if plain.isascii() and plain.isdigit() and 9 <= len(plain) <= 13:
            seconds = int(plain) / (1_000 if int(plain) > _SECONDS_MAX else 1)
            return datetime.fromtimestamp(seconds, UTC)
        found = datetime.fromisoformat(plain.removesuffix(" UTC"))
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.year >= 1_970 else None


def place_of(address: str) -> tuple[str, str]:
    """Host and hash of a short address, with or without its scheme; ("", "") for what is none."""
    text = address.strip()
    if not text:
        return "", ""
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        return parts.hostname or "", unquote(parts.path).strip("/")
    except ValueError:
        return "", ""
