"""Saying a post's category fields in Persian, line by line, for its page."""

from collections.abc import Mapping

from dalan.domains.taxonomy.amending import remembered
from dalan.domains.taxonomy.fields import PRICE_MODE
from dalan.domains.taxonomy.forms import submit_schema
from dalan.domains.taxonomy.terms import Field, FieldLine

THOUSANDS = "٬"
MINUS = "\u200e-"  # with a left-to-right mark, or it jumps behind the number in Persian text

_FLOORS = {0: "همکف", -1: "زیرزمین"}


def describe_fields(category_slug: str, values: Mapping[str, object]) -> list[FieldLine]:
    """A line per known field that has a value, in form order: ``متراژ`` / ``90 متر``.

    Digits are Latin (the page's font shows Persian ones), thousands are parted by ``٬``, money
    is in tomans. Takes what ``check_fields`` gave; keys the form does not know and values of
    another type are passed over, so that an old post can still be shown after its form changed.
    Pricing is left out: it is told by the price itself.

    Raises ``UnknownCategory`` and ``NotALeafCategory``.
    """
    displays = _displays(category_slug)
    lines = []
    for field in submit_schema(category_slug).fields:
        if field.name == PRICE_MODE.name:
            continue
        text = _say(field, values.get(field.name), displays[field.name])
        if text:
            lines.append(
                FieldLine(
                    name=field.name,
                    title=field.title,
                    title_en=field.title_en,
                    text=text,
                    kind=field.kind,
                )
            )
    return lines


def _say(field: Field, value: object, displays: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return ("بله" if value else "خیر") if field.kind == "flag" else ""
    if isinstance(value, int | float):
        return _say_number(field, value)
    if isinstance(value, str):
        return displays.get(value, value)
    if isinstance(value, list | tuple):
        return "، ".join(displays.get(item, item) for item in value if isinstance(item, str))
    return ""


def _say_number(field: Field, value: float) -> str:
    if field.kind == "year":
        return str(value)
    if field.name == "floor" and value in _FLOORS:
        return _FLOORS[int(value)]
    if field.name in {"work_hours_start", "work_hours_end"}:
        return f"ساعت {value}"
    if field.name == "usage" and value == 0:
        return "صفر کیلومتر"
    digits = f"{abs(value):,}".replace(",", THOUSANDS).removesuffix(".0")
    sign = MINUS if value < 0 else ""
    return f"{sign}{digits} {field.unit}".strip()


@remembered()
def _displays(category_slug: str) -> dict[str, dict[str, str]]:
    """Per field, what each option is called."""
    return {
        field.name: {option.slug: option.display for option in (*field.retired, *field.options)}
        for field in submit_schema(category_slug).fields
    }
