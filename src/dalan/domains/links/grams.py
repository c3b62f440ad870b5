"""What a link is found by among many: pieces of three letters, and what it is.

Made once, in Python, so that SQLite's FTS5 and PostgreSQL's GIN find the same. A piece is kept as
its checksum: another piece of the same one costs a look at a link that does not fit, no more.
Decision 0039.
"""

from collections.abc import Iterable
from typing import Final
from zlib import crc32

from dalan.domains.links.tables import HASH_METHODS, KINDS, HashMethod, LinkKind

PIECES_MAX: Final = 6_000
"""A longer text is not cut at all, but looked through whenever some text is looked for."""

ASKED_PIECES_MAX: Final = 12
WHOLE: Final = "z"

Condition = tuple[tuple[str, ...], ...]
"""Alternatives, each of tokens that are all there."""


def words_of(
    searchable: str, tags: Iterable[str], *, owner_no: int, kind: LinkKind, method: HashMethod
) -> set[str]:
    """The tokens of a link. ``searchable`` and ``tags`` are folded."""
    found = {f"o{owner_no}", _kind(kind), _method(method), *(_tag(one) for one in tags)}
    pieces = {searchable[at : at + 3] for at in range(len(searchable) - 2)}
    pieces |= {searchable[at : at + 2] for at in range(len(searchable) - 1)}
    pieces |= {one for one in searchable if not _is_common(one)}
    if len(pieces) > PIECES_MAX:
        return found | {WHOLE}
    return found | {_piece(one) for one in pieces}


def asked_of(
    *,
    owner_no: int,
    text: str,
    tags: Iterable[str],
    any_tags: Iterable[str],
    kind: LinkKind | None,
    method: HashMethod | None,
) -> list[Condition]:
    """What a question asks of tokens; the first is whose links. ``text`` "": any."""
    asked: list[Condition] = [((f"o{owner_no}",),)]
    if kind:
        asked.append(((_kind(kind),),))
    if method:
        asked.append(((_method(method),),))
    asked += [((_tag(one),),) for one in tags]
    if some := tuple((_tag(one),) for one in any_tags):
        asked.append(some)
    if pieces := _pieces_of(text):
        asked.append((tuple(_piece(one) for one in pieces), (WHOLE,)))
    return asked


def match_text(engine: str, asked: Iterable[Condition]) -> str:
    """The conditions as the engine's index is asked."""
    both, either = (" AND ", " OR ") if engine == "sqlite" else (" & ", " | ")
    return both.join(
        f"({either.join(f'({both.join(one)})' for one in alternatives)})" for alternatives in asked
    )


def _pieces_of(text: str) -> list[str]:
    """Pieces that a text with ``text`` in it has, few enough to ask for; none where it says so
    little that nearly every link has it."""
    if len(text) < 3:
        return [text] if len(text) == 2 or (text and not _is_common(text)) else []
    pieces = list(dict.fromkeys(text[at : at + 3] for at in range(len(text) - 2)))
    step = -(-len(pieces) // ASKED_PIECES_MAX)
    return pieces[::step]


def _is_common(letter: str) -> bool:
    return letter.isascii() and (letter.isalnum() or letter in "/:.-\x01")


def _piece(text: str) -> str:
    return f"g{crc32(text.encode()) & 0xFFFFFF:x}"


def _tag(folded: str) -> str:
    return f"t{crc32(folded.encode()):x}"


def _kind(kind: LinkKind) -> str:
    return f"k{KINDS.index(kind)}"


def _method(method: HashMethod) -> str:
    return f"m{HASH_METHODS.index(method)}"
