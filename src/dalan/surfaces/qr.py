"""QR codes as SVG and PNG: what they may look like, and drawing them.

Every surface that shows one draws it here. Source: pod-links.md 9, point 6.
"""

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any, ClassVar, Final, Literal

import msgspec

from dalan.errors import Invalid
from dalan.kernel.text import fold_digits

Level = Literal["l", "m", "q", "h"]

LEVELS: Final[tuple[Level, ...]] = ("l", "m", "q", "h")
SIZE_MIN: Final = 64
SIZE_MAX: Final = 2_048
MARGIN_MAX: Final = 20
CONTRAST_MIN: Final = 3.0
"""Below it cameras begin to fail; the measure is that of WCAG 2, 1.4.3."""

FIELDS: Final = ("size", "dark", "light", "margin", "level")

_COLOUR: Final = re.compile("#?([0-9a-fA-F]{6})")


class InvalidLook(Invalid):
    """A code cannot look like that, or no camera could read it."""

    code: ClassVar[str] = "qr.invalid_look"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class Look(msgspec.Struct, frozen=True):
    """What a code looks like. ``size_px`` is the most its side may have: every module has the same
    whole number of pixels. ``margin`` is counted in modules. ``level``: how much of it may be
    hidden or torn, 7, 15, 25 or 30 percent."""

    size_px: int = 512
    dark: str = "#000000"
    light: str = "#ffffff"
    margin: int = 4
    level: Level = "m"


def look_from(given: Mapping[str, str]) -> Look:
    """The look that a query or a form asks for, by ``FIELDS``; what is missing or empty is as in
    ``Look``. Raises InvalidLook."""
    plain = Look()
    dark = _colour(given, "dark", plain.dark)
    light = _colour(given, "light", plain.light)
    if _luminance(light) <= _luminance(dark) or _contrast(dark, light) < CONTRAST_MIN:
        raise InvalidLook("the light colour is not light enough beside the dark one", field="light")
    level = given.get("level", "").strip().lower() or plain.level
    if level not in LEVELS:
        raise InvalidLook(f"the level is one of {', '.join(LEVELS)}", field="level")
    return Look(
        size_px=_number(given, "size", plain.size_px, least=SIZE_MIN, most=SIZE_MAX),
        dark=dark,
        light=light,
        margin=_number(given, "margin", plain.margin, least=0, most=MARGIN_MAX),
        level=level,
    )


def svg(text: str, look: Look = Look(), *, inline: bool = True) -> str:  # noqa: B008 (frozen)
    """The code of a text as SVG. ``inline``: to stand in a page, as large as its place; else a
    file of its own, ``size_px`` wide."""
    code = _code(text, look)
    drawn = BytesIO()
    scale = look.size_px / code.symbol_size(border=look.margin)[0]
    code.save(
        drawn,
        kind="svg",
        xmldecl=not inline,
        svgclass=None,
        lineclass=None,
        omitsize=inline,
        scale=1 if inline else scale,
        border=look.margin,
        dark=look.dark,
        light=look.light,
        nl=False,
    )
    return drawn.getvalue().decode()


def png(text: str, look: Look = Look()) -> bytes:  # noqa: B008 (frozen)
    """The code of a text as PNG, at most ``size_px`` wide, and never less than a pixel a module."""
    code = _code(text, look)
    modules = code.symbol_size(border=look.margin)[0]
    drawn = BytesIO()
    code.save(
        drawn,
        kind="png",
        scale=max(1, look.size_px // modules),
        border=look.margin,
        dark=look.dark,
        light=look.light,
    )
    return drawn.getvalue()


def matrix(text: str, look: Look = Look()) -> tuple[tuple[bool, ...], ...]:  # noqa: B008 (frozen)
    """Which modules of the code are dark, row by row, without its margin."""
    return tuple(tuple(bool(one) for one in row) for row in _code(text, look).matrix)


def _code(text: str, look: Look) -> Any:
    import segno  # noqa: PLC0415 (only who asks for a code pays for it)

    return segno.make(text, error=look.level, micro=False, boost_error=False)


def _number(given: Mapping[str, str], field: str, usual: int, *, least: int, most: int) -> int:
    text = fold_digits(given.get(field, "").strip())
    if not text:
        return usual
    if not text.isascii() or not text.isdecimal() or len(text) > 6:
        raise InvalidLook(f"{field} is a whole number", field=field)
    if not least <= int(text) <= most:
        raise InvalidLook(f"{field} is from {least} to {most}", field=field)
    return int(text)


def _colour(given: Mapping[str, str], field: str, usual: str) -> str:
    text = given.get(field, "").strip()
    if not text:
        return usual
    found = _COLOUR.fullmatch(text)
    if found is None:
        raise InvalidLook("a colour is written #rrggbb", field=field)
    return f"#{found.group(1).lower()}"


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
