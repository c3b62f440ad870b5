"""Persian and English for pages: the message id is the English text, the catalogs hold Persian.

Each ``locale/fa/<area>.po`` is one area's catalog; all are merged. They are read on the first
Persian message of the process, not at import. There is no Accept-Language guess: a marketplace
of this country speaks Persian until the person asks for English.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, Literal, get_args

Lang = Literal["fa", "en"]

DEFAULT_LANG: Final[Lang] = "fa"
LANG_COOKIE: Final = "lang"
LANG_QUERY: Final = "lang"

_folders: list[Path] = [Path(__file__).parent / "locale"]


def register(folder: Path) -> None:
    """Add a ``locale`` folder of another surface (``<folder>/fa/*.po``)."""
    if folder not in _folders:
        _folders.append(folder)
        catalog.cache_clear()


def folders() -> tuple[Path, ...]:
    """The registered ``locale`` folders, ours first."""
    return tuple(_folders)


def choose(query: Mapping[str, str], cookies: Mapping[str, str]) -> Lang:
    """The language of a page: ``?lang=``, else the cookie, else Persian."""
    for asked in (query.get(LANG_QUERY), cookies.get(LANG_COOKIE)):
        if asked == "fa":
            return "fa"
        if asked == "en":
            return "en"
    return DEFAULT_LANG


def asked_for(query: Mapping[str, str]) -> Lang | None:
    """The language the address itself asks for: the surface then sets the cookie."""
    asked = query.get(LANG_QUERY)
    return choose(query, {}) if asked in get_args(Lang) else None


def gettext(lang: Lang, message: str) -> str:
    """The message in ``lang``; the message itself where it has no translation."""
    if lang == "en" or not message:
        return message
    return catalog().get(message) or message


def ngettext(lang: Lang, singular: str, plural: str, count: int) -> str:
    """The form of the message for ``count``. Persian nouns keep their form after a number."""
    if lang == "en":
        return singular if count == 1 else plural
    return catalog().get(singular) or plural


def marked(message: str) -> str:
    """The message itself: marks a constant for the catalogs, to be translated where it is shown."""
    return message


def marked_plural(singular: str, plural: str) -> tuple[str, str]:
    """Both forms themselves: ``marked`` for messages with a count."""
    return singular, plural


def translator(lang: Lang) -> Callable[..., str]:
    """A ``_`` bound to one language: ``_("Hello %(name)s", name="…")``."""

    def translate(message: str, /, **values: object) -> str:
        text = gettext(lang, message)
        return text % values if values else text

    return translate


def plural_translator(lang: Lang) -> Callable[..., str]:
    """An ``ngettext`` bound to one language; fills ``num`` with the count."""

    def translate(singular: str, plural: str, count: int, /, **values: object) -> str:
        return ngettext(lang, singular, plural, count) % {"num": count, **values}

    return translate


@cache
def catalog() -> Mapping[str, str]:
    """All Persian messages by message id. A message translated twice must be translated alike."""
    # Heavy, and only the first Persian page needs it.
    from babel.messages.pofile import read_po  # noqa: PLC0415

    merged: dict[str, str] = {}
    for folder in _folders:
        for path in sorted((folder / "fa").glob("*.po")):
            with path.open("rb") as file:
                for message in read_po(file, locale="fa", domain=path.stem):
                    if (msgid := _first(message.id)) and (text := _first(message.string)):
                        merged.setdefault(msgid, text)
    return merged


def _first(forms: str | Sequence[str] | None) -> str:
    """The singular of a message with plural forms: in Persian the only one there is."""
    return forms if isinstance(forms, str) else forms[0] if forms else ""
