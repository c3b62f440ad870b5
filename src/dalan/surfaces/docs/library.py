"""The Markdown files that may be read here: which there are, in which languages, in what order."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from dalan.surfaces.html.i18n import Lang, marked

_PACKAGE: Final = Path(__file__).parents[2]
_PERSIAN: Final = ".fa"


class Part(msgspec.Struct, frozen=True):
    """A group of pages in the navigation; a page is its path under ``docs/`` without suffix."""

    title: str
    pages: tuple[str, ...]


PARTS: Final = (
    Part(
        marked("First steps"),
        ("guide/index", "guide/run-it", "guide/point-your-app-at-it", "guide/sample-app"),
    ),
    Part(
        marked("Making an app"),
        (
            "guide/write-an-app",
            "guide/consent-and-tokens",
            "guide/credentials",
            "guide/events",
            "guide/chat",
            "guide/notices",
            "guide/payments",
            "guide/support",
            "guide/businesses",
            "guide/search",
            "guide/short-links",
            "guide/links-pages",
            "guide/links-api",
            "guide/client-libraries",
            "guide/testing-your-app",
            "guide/console",
            "guide/console-requests",
            "guide/console-faults",
            "guide/console-clock",
            "guide/console-personas",
            "guide/kenar-errors",
            "guide/basalam",
        ),
    ),
    Part(
        marked("Running a marketplace"),
        (
            "guide/operate-it",
            "guide/paying",
            "guide/writing-posts",
            "guide/moderating",
            "guide/settings",
            "guide/commands",
        ),
    ),
    Part(
        marked("About Dalan"),
        (
            "compatibility",
            "rfc-table",
            "glossary",
            "guide/architecture",
            "measurements",
            "decisions/index",
        ),
    ),
)


class Document(msgspec.Struct, frozen=True):
    """One page as it was written. ``path`` as in ``Part.pages``; ``lang`` is the text's own."""

    path: str
    lang: Lang
    title: str
    text: str


def folder() -> Path:
    """``docs/`` of the checkout, or the copy that an installed package carries."""
    carried = _PACKAGE / "docs"
    return carried if carried.is_dir() else _PACKAGE.parents[1] / "docs"


def address(path: str) -> str:
    """Where the page of a document is: ``/docs`` for the first one."""
    path = path.removesuffix("/index")
    return "/docs" if path == "guide" else f"/docs/{path}"


def document(path: str, lang: Lang) -> Document | None:
    """The document in the language asked for, else in the one there is; None for no document."""
    found = _files().get(path)
    if found is None:
        return None
    chosen: Lang = lang if lang in found else next(iter(found))
    try:
        text = found[chosen].read_text("utf-8")
    except FileNotFoundError:  # taken away since we looked
        return None
    return Document(path, chosen, _title(text), text)


def titles(lang: Lang) -> dict[str, str]:
    """What every document is called, by path, in the language where it has it."""
    found = {path: document(path, lang) for path in _files()}
    return {path: one.title for path, one in found.items() if one is not None}


def picture(name: str) -> Path | None:
    """A picture that documents show."""
    return _pictures().get(name)


def paths() -> tuple[str, ...]:
    """Every document there is."""
    return tuple(_files())


@cache
def _files() -> Mapping[str, Mapping[Lang, Path]]:
    found: dict[str, dict[Lang, Path]] = {}
    root = folder()
    # English comes first: it is what is shown where a language is missing.
    for file in sorted(root.rglob("*.md"), key=lambda one: (_PERSIAN in one.suffixes, one)):
        path = file.relative_to(root).with_suffix("").as_posix()
        lang: Lang = "fa" if path.endswith(_PERSIAN) else "en"
        found.setdefault(path.removesuffix(_PERSIAN), {})[lang] = file
    return found


@cache
def _pictures() -> Mapping[str, Path]:
    shown = (folder() / "pictures").glob("*")
    return {one.name: one for one in shown if one.suffix in (".png", ".webp", ".svg")}


def _title(text: str) -> str:
    first = text.lstrip().partition("\n")[0]
    return first.lstrip("# ").strip()
