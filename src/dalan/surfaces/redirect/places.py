"""What a visitor should know of the place a link leads to: its name, and whether it may pretend.

A name in letters of one script that passes for another is how one site is taken for its neighbour.
Source: UTS 39, 5 (mixed scripts); which scripts pass for Latin ones is our choice.
"""

import unicodedata
from typing import Final
from urllib.parse import urlsplit

import msgspec

_PASS_FOR_LATIN: Final = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "LISU"})
"""Scripts with letters that look like a to z; of Latin itself those beyond ASCII."""


class Place(msgspec.Struct, frozen=True):
    """A host as people read it and (``ascii``) as computers do. ``is_number``: it has no name;
    ``has_user``: something stands before it that could be taken for it."""

    name: str
    ascii: str
    looks_alike: bool
    is_number: bool
    has_user: bool

    @property
    def is_suspicious(self) -> bool:
        return self.looks_alike or self.is_number or self.has_user


def place_of(address: str) -> Place:
    """Of an address in ASCII, as ``links.destination`` makes them."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    labels = [_read(label) for label in host.split(".")]
    return Place(
        name=".".join(labels),
        ascii=host,
        looks_alike=any(map(_looks_alike, labels)),
        is_number=":" in host or labels[-1][:1].isdecimal(),
        has_user="@" in parts.netloc,
    )


def _read(label: str) -> str:
    """A label in its own letters; as it is where it is none, or hides something."""
    if not label.startswith("xn--"):
        return label
    try:
        read = label.removeprefix("xn--").encode().decode("punycode")
    except UnicodeError:
        return label
    return read if read.isprintable() and not read.isascii() else label


def _looks_alike(label: str) -> bool:
    """Letters of several scripts in one word, or of one that passes for the English alphabet."""
    if label.isascii():
        return label.startswith("xn--")  # which we could not read, so nobody can
    scripts = {_script(one) for one in label if one.isalpha()}
    return len(scripts) > 1 or not scripts.isdisjoint(_PASS_FOR_LATIN)


def _script(letter: str) -> str:
    """The script of a letter, by the first word of its name; near enough for those that matter."""
    return unicodedata.name(letter, "?").partition(" ")[0]
