"""Which strings pages say, and which of them have no Persian yet.

    python -m dalan.surfaces.html.words missing [folder under surfaces]

prints entries ready to be filled in and put into ``locale/fa/<area>.po``. Not imported by pages.
"""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import msgspec
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

SURFACES: Final = Path(__file__).resolve().parents[1]
KEYWORDS: Final[Mapping[str, tuple[int, ...] | None]] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "marked": None,
    "marked_plural": (1, 2),
}
_TEMPLATE_OPTIONS: Final = {"trimmed": "false", "newstyle_gettext": "true", "silent": "false"}
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%|%")


class Message(msgspec.Struct):
    """A string as it stands in the code: its plural, if it has one, and where it is said."""

    singular: str
    plural: str
    places: list[str]


class Translation(msgspec.Struct, frozen=True):
    """An entry of a catalog."""

    msgid: str
    text: str
    place: str


def said(root: Path = SURFACES) -> dict[str, Message]:
    """Every marked string of templates and Python under ``root``, by message id."""
    messages: dict[str, Message] = {}
    for path in sorted(root.rglob("*")):
        if "templates" in path.parts and path.suffix in (".html", ".txt", ".xml"):
            method: str | Callable[..., Any] = babel_extract
        elif path.suffix == ".py":
            method = "python"
        else:
            continue
        for line, found in _strings(path, method):
            singular, plural = found
            message = messages.setdefault(singular, Message(singular, plural, []))
            message.plural = message.plural or plural
            message.places.append(f"{path.relative_to(SURFACES)}:{line}")
    return messages


def translated(root: Path = SURFACES) -> Iterator[Translation]:
    """Every entry of every Persian catalog under ``root``, untranslated ones with empty text."""
    for path in sorted(root.rglob("locale/fa/*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="fa"):
                msgid, text = _first(message.id), _first(message.string)
                if msgid:
                    place = f"{path.relative_to(SURFACES)}:{message.lineno}"
                    yield Translation(msgid, text, place)


def placeholders(text: str) -> Counter[str]:
    """Which values a string asks for."""
    return Counter(match.group() for match in _PLACEHOLDER.finditer(text))


def missing(root: Path = SURFACES) -> list[Message]:
    """Strings under ``root`` that no catalog anywhere translates."""
    known = {entry.msgid for entry in translated() if entry.text}
    return [message for msgid, message in said(root).items() if msgid not in known]


def entries(messages: Iterable[Message]) -> str:
    """The messages as entries of a catalog, their Persian empty."""
    lines: list[str] = []
    for message in messages:
        lines += [f"#: {place}" for place in message.places[:3]]
        lines.append(f"msgid {_quoted(message.singular)}")
        if message.plural:
            lines += [f"msgid_plural {_quoted(message.plural)}", 'msgstr[0] ""', ""]
        else:
            lines += ['msgstr ""', ""]
    return "\n".join(lines)


def _strings(path: Path, method: str | Callable[..., Any]) -> Iterator[tuple[int, tuple[str, str]]]:
    options: dict[str, Any] = {} if method == "python" else dict(_TEMPLATE_OPTIONS)
    found = extract(
        method, BytesIO(path.read_bytes()), keywords=KEYWORDS, comment_tags=(), options=options
    )
    for line, message, _comments, _context in found:
        forms = [message] if isinstance(message, str) else [form for form in message if form]
        if forms and forms[0]:
            yield line, (forms[0], forms[1] if len(forms) > 1 else "")


def _first(forms: Any) -> str:
    return forms if isinstance(forms, str) else forms[0] if forms else ""


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


if __name__ == "__main__":
    folder = SURFACES / sys.argv[2] if len(sys.argv) > 2 else SURFACES
    sys.stdout.write(entries(missing(folder)) + "\n")
