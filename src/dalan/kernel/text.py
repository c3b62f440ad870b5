"""Text as people type it: how we store it, and how we compare it.

What is stored and shown is what was typed (``clean``); searches and slug lookups compare
what it folds to (``fold``), where both kinds of yeh and kaf, every kind of digit, half-spaces,
tatweel and vowel marks make no difference.
"""

import re
import unicodedata
from typing import ClassVar, Literal

from dalan.errors import Invalid

_DIGITS = {
    **{0x06F0 + value: str(value) for value in range(10)},  # Persian
    **{0x0660 + value: str(value) for value in range(10)},  # Arabic-Indic
}

# After NFKD: hamza and madda have come off as marks, presentation forms are letters again.
_FOLDED_LETTERS = {
    **_DIGITS,
    0x064A: "\u06cc",  # Arabic yeh
    0x0649: "\u06cc",  # alef maksura
    0x06D0: "\u06cc",  # e (Uyghur yeh)
    0x06D2: "\u06cc",  # yeh barree
    0x06CE: "\u06cc",  # yeh with small v
    0x0643: "\u06a9",  # Arabic kaf
    0x06AA: "\u06a9",  # swash kaf
    0x0629: "\u0647",  # teh marbuta
    0x06C1: "\u0647",  # heh goal
    0x06C3: "\u0647",  # teh marbuta goal
    0x06BE: "\u0647",  # heh doachashmee
    0x06D5: "\u0647",  # ae
    0x0671: "\u0627",  # alef wasla
    0x066B: ".",  # Arabic decimal separator
    0x066C: ",",  # Arabic thousands separator
    0x060C: ",",  # Arabic comma
    0x061B: ";",
    0x061F: "?",
    0x0640: None,  # tatweel
}

# Marks, and everything invisible: ZWNJ, ZWJ, direction marks, soft hyphen, controls, surrogates.
_FOLDED_AWAY = frozenset({"Mn", "Me", "Cf", "Cc", "Cs", "Co", "Cn"})

# Embeddings, overrides and isolates turn the rest of a page around; direction marks do not.
_BIDI_CONTROLS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
# Sorting a run of marks takes the square of its length. No letter of any language bears thirty
# (UAX 15, stream-safe text); only a text made to keep us busy does. Two signs are letters that
# become marks.
_MARKS_IN_A_ROW_MAX = 30
_LETTERS_TO_MARKS = "\uff9e\uff9f"
_LONG_RUN = re.compile(rf"[\W{_LETTERS_TO_MARKS}]{{{_MARKS_IN_A_ROW_MAX + 1},}}")

_INVISIBLE_ENDS = " \t\n\r\v\f\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
_INVISIBLE_ENDS += "\u200a\u202f\u205f\u3000\u200c\u200e\u200f\u061c"


class TextTooLong(Invalid):
    """A text has more characters than its place allows."""

    code: ClassVar[str] = "text.too_long"

    def __init__(self, *, longest: int) -> None:
        super().__init__(f"the text is longer than {longest} characters")
        self.longest = longest


class _FoldTable(dict[int, str | None]):
    """What ``str.translate`` asks: code points not met before are looked up and remembered."""

    def __missing__(self, point: int) -> str | None:
        character = chr(point)
        if character.isspace():
            folded: str | None = " "
        else:
            folded = None if unicodedata.category(character) in _FOLDED_AWAY else character
        # Bounded, so that nobody fills the memory by sending all of Unicode.
        if len(self) < 8_192:
            self[point] = folded
        return folded


class _CleanTable(dict[int, str | None]):
    """The same for ``clean``: drops what may not be stored, keeps all else as it is."""

    def __missing__(self, point: int) -> str | None:
        character = chr(point)
        is_dropped = (
            unicodedata.category(character) in ("Cc", "Cs")
            or point & 0xFFFE == 0xFFFE
            or 0xFDD0 <= point <= 0xFDEF
        )
        kept = None if is_dropped else character
        if len(self) < 8_192:
            self[point] = kept
        return kept


_fold_table = _FoldTable(_FOLDED_LETTERS)

_DROPPED: dict[int, str | None] = dict.fromkeys((*_BIDI_CONTROLS, 0x200B, 0x2060, 0xFEFF))
_clean_line_table = _CleanTable(
    {**_DROPPED, **dict.fromkeys((0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029), " ")}
)
_clean_lines_table = _CleanTable(
    {**_DROPPED, 0x09: " ", **dict.fromkeys((0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029), "\n")}
)


def fold_digits(text: str) -> str:
    """The same text with Persian and Arabic-Indic digits made Latin."""
    return text if text.isascii() else text.translate(_DIGITS)


def fold(text: str) -> str:
    """What searches and lookups compare: never shown, and folding it again changes nothing.

    Letters lose marks and variants, half-spaces vanish, runs of white space become one space.
    """
    if not text.isascii():
        # Case folding can bring marks back, and NFKD capitals: so fold the case in between.
        text = unicodedata.normalize("NFKD", _normalized("NFKD", text).casefold())
        text = text.translate(_fold_table)
    elif text.isprintable():
        text = text.lower()
    else:
        text = text.lower().translate(_fold_table)
    return " ".join(text.split())


def clean(text: str, *, longest: int, multiline: bool = False) -> str:
    """What we store of a text somebody typed: NFC, trimmed, without what hides or harms.

    Control characters, halves of surrogate pairs, byte order marks, zero-width spaces and the
    characters that turn the direction of what follows are dropped; ZWNJ, ZWJ and direction
    marks stay. Line ends become ``\\n``, or a space where the text is one line.

    Raises ``TextTooLong`` when more than ``longest`` code points remain.
    """
    # Nothing here shrinks a text that much; do not normalise megabytes to refuse them after.
    if len(text) > 8 * longest + 1_024:
        raise TextTooLong(longest=longest)
    if not (text.isascii() and text.isprintable()):
        if multiline:
            text = text.replace("\r\n", "\n").translate(_clean_lines_table)
        else:
            text = text.translate(_clean_line_table)
        text = _normalized("NFC", text)
    text = text.strip(_INVISIBLE_ENDS)
    if len(text) > longest:
        raise TextTooLong(longest=longest)
    return text


def _normalized(form: Literal["NFC", "NFKD"], text: str) -> str:
    """The text in that form, without the marks of a letter beyond its thirtieth."""
    return unicodedata.normalize(form, _LONG_RUN.sub(_with_fewer_marks, text))


def _with_fewer_marks(run: re.Match[str]) -> str:
    kept: list[str] = []
    marks_count = 0
    for one in run[0]:
        is_mark = one in _LETTERS_TO_MARKS or unicodedata.category(one) in ("Mn", "Mc", "Me")
        marks_count = marks_count + len(unicodedata.normalize("NFKD", one)) if is_mark else 0
        if marks_count <= _MARKS_IN_A_ROW_MAX:
            kept.append(one)
    return "".join(kept)
