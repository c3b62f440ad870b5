"""Bodies, ids and headers as Basalam's clients send them.

Empty, ``null`` and ``[]`` are the empty object (the PHP SDK sends ``[]``), null is absent, unknown
members are ignored, numbers may come as texts and texts of digits as numbers, in any digits.

Source: basalam.md 3.1.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, TypeVar

import msgspec

from dalan.kernel.text import fold_digits
from dalan.surfaces.basalam.errors import Misfit, Unprocessable, misfit

Wire = TypeVar("Wire", bound=msgspec.Struct)

ID_MAX: Final = 2**63 - 1
TEXT_LENGTH_MAX: Final = 5_000

_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")


def body_as(value: Any, kind: type[Wire]) -> Wire:
    """A body as ``kind``. Raises Unprocessable, with every required member that is missing."""
    if value is None or value == [] or value == "":
        value = {}
    if not isinstance(value, Mapping):
        raise misfit("body", msg="value is not a valid dict", kind="type_error.dict")
    given = {name: one for name, one in value.items() if one is not None}
    missing = [
        Misfit(("body", field.encode_name), "field required", "value_error.missing")
        for field in msgspec.structs.fields(kind)
        if field.required and field.encode_name not in given
    ]
    if missing:
        raise Unprocessable(missing)
    try:
        return msgspec.convert(_without_nulls(given), kind, strict=False)
    except msgspec.ValidationError as error:
        what, _, where = str(error).replace("`", "").partition(" - at $")
        steps = [name or int(number) for name, number in _STEP.findall(where)]
        place = (*steps,) if steps else ()
        raise misfit("body", *place, msg=what[:1].lower() + what[1:], kind="type_error") from error


def path_id(name: str, text: str) -> int:
    """A number out of a path. Raises Unprocessable."""
    plain = fold_digits(text)
    if re.fullmatch(r"[0-9]{1,19}", plain) is None or not 0 < int(plain) <= ID_MAX:
        raise misfit("path", name, msg="value is not a valid integer", kind="type_error.integer")
    return int(plain)


def digits(value: int | str, *loc: str) -> str:
    """A code of digits, sent as a number or as a text. Raises Unprocessable."""
    plain = fold_digits(str(value)).strip()
    if re.fullmatch(r"[0-9]{1,12}", plain) is None:
        raise misfit(*loc, msg="value is not a valid integer", kind="type_error.integer")
    return plain


def text(value: int | str) -> str:
    """A number that may have come as one, such as a card's, as the text it is."""
    return str(value)


def flag(header: str) -> bool:
    """A boolean out of a header: ``true`` and ``1``, whatever the case."""
    return header.strip().lower() in ("true", "1")


def preference(header: str) -> str:
    """What follows ``return=`` in a ``prefer`` header, "" without it."""
    for part in header.lower().split(","):
        name, _, value = part.strip().partition("=")
        if name.strip() == "return":
            return value.partition(";")[0].strip().strip('"')
    return ""


def _without_nulls(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_nulls(one) for one in value]
    if isinstance(value, Mapping):
        return {key: _without_nulls(one) for key, one in value.items() if one is not None}
    return value
