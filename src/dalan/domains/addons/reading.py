"""Reading what an app sent, field by field, so that a refusal names the very field.

Null counts as absent, a zero as not given, and every name may be spelled in snake_case or
camelCase, as the protobuf JSON mapping allows. Fields we do not know are ignored: the published
SDKs send many. Source: reference/kenar.md 5.0.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from dalan.domains.addons.errors import InvalidAddon
from dalan.kernel.text import TextTooLong, clean

DATA_DEPTH_MAX = 16
DATA_ITEMS_MAX = 2_000
DATA_CHARACTERS_MAX = 20_000
"""Together for one action's ``data``; nothing is published, real apps send a few words."""

_NUMBER = re.compile(r"-?[0-9]{1,10}")


class Fields:
    """One JSON object of a body. ``where`` is its place, as refusals spell it.

    ``lenient``: an object of the first generation, whose limits were never published; its texts
    are bounded by ``LENIENT_MAX`` instead.
    """

    LENIENT_MAX = 1_000

    def __init__(self, value: Any, where: str, *, lenient: bool = False) -> None:
        if not isinstance(value, Mapping):
            raise InvalidAddon(where, "must be an object")
        self._value = value
        self.where = where
        self.lenient = lenient

    def get(self, name: str, *others: str) -> Any:
        """The first of these that is given, or None."""
        for one in (name, *others):
            for spelled in (one, camel_case(one)):
                if (value := self._value.get(spelled)) is not None:
                    return value
        return None

    def without(self, *names: str) -> dict[str, Any]:
        """A copy of the object without some of its members."""
        return {name: value for name, value in self._value.items() if name not in names}

    def refuse(self, name: str, rule: str) -> InvalidAddon:
        """The error that says which rule the field breaks."""
        return InvalidAddon(f"{self.where}.{name}", rule)

    def text(self, name: str, *others: str, most: int, multiline: bool = False) -> str:
        """A text of at most ``most`` code points, cleaned; "" when absent."""
        value = self.get(name, *others)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.refuse(name, "must be a string")
        longest = max(most, self.LENIENT_MAX) if self.lenient else most
        try:
            return clean(value, longest=longest, multiline=multiline)
        except TextTooLong:
            raise self.refuse(name, f"at most {longest} characters") from None

    def flag(self, name: str) -> bool:
        value = self.get(name)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise self.refuse(name, "must be true or false")
        return value

    def integer(self, name: str, *, least: int, most: int) -> int | None:
        """A whole number, also when written as text, as protobuf JSON allows."""
        value = self.get(name)
        if value is None:
            return None
        is_text = isinstance(value, str) and _NUMBER.fullmatch(value) is not None
        if is_text or (isinstance(value, float) and value.is_integer()):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.refuse(name, "must be a whole number")
        if not least <= value <= most:
            raise self.refuse(name, f"must be between {least} and {most}")
        return value

    def part(self, name: str) -> "Fields | None":
        """The object in that field, or None."""
        value = self.get(name)
        if value is None:
            return None
        return Fields(value, f"{self.where}.{name}", lenient=self.lenient)

    def parts(self, name: str, *, least: int, most: int) -> "list[Fields]":
        """The list of objects in that field, which counts as empty when absent."""
        value = self.get(name)
        value = [] if value is None else value
        if not isinstance(value, list):
            raise self.refuse(name, "must be a list")
        if not least <= len(value) <= most:
            rule = f"{least} to {most} items" if least else f"at most {most} items"
            raise self.refuse(name, rule)
        return [
            Fields(item, f"{self.where}.{name}[{index}]", lenient=self.lenient)
            for index, item in enumerate(value)
        ]

    def data(self, name: str) -> dict[str, Any]:
        """An object of the app's own making, given back to it unchanged; {} when absent."""
        value = self.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.refuse(name, "must be an object")
        _check_data(value, f"{self.where}.{name}")
        return value

    def texts(self, *, keys_max: int, key_length_max: int, text_length_max: int) -> dict[str, str]:
        """The whole object as texts by keys of the app's own choosing. Nulls are left out."""
        given = {key: value for key, value in self._value.items() if value is not None}
        if len(given) > keys_max:
            raise InvalidAddon(self.where, f"at most {keys_max} keys")
        for key, value in given.items():
            if not 0 < len(key) <= key_length_max or not key.isprintable():
                raise InvalidAddon(self.where, f"keys are 1 to {key_length_max} plain characters")
            if not isinstance(value, str):
                raise self.refuse(key, "must be a string")
            if len(value) > text_length_max:
                raise self.refuse(key, f"at most {text_length_max} characters")
            if "\0" in value:
                raise self.refuse(key, "may not hold a NUL character")
        return given


@cache
def camel_case(name: str) -> str:
    """``has_divider`` as ``hasDivider``."""
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


def _check_data(value: dict[str, Any], where: str) -> None:
    """Both engines can keep it, and it is no larger than it need be."""
    items_count = characters_count = 0
    todo: list[tuple[Any, int]] = [(value, 0)]
    while todo:
        one, depth = todo.pop()
        items_count += 1
        if depth > DATA_DEPTH_MAX:
            raise InvalidAddon(where, f"nested deeper than {DATA_DEPTH_MAX}")
        if isinstance(one, dict):
            todo += [(key, depth + 1) for key in one]
            todo += [(item, depth + 1) for item in one.values()]
        elif isinstance(one, list):
            todo += [(item, depth + 1) for item in one]
        elif isinstance(one, str):
            characters_count += len(one)
            # PostgreSQL keeps no NUL inside JSON.
            if "\0" in one:
                raise InvalidAddon(where, "may not hold a NUL character")
        elif isinstance(one, int) and not -(2**63) <= one < 2**63:
            raise InvalidAddon(where, "numbers must fit into 64 bits; send larger ones as text")
        if items_count > DATA_ITEMS_MAX or characters_count > DATA_CHARACTERS_MAX:
            raise InvalidAddon(
                where,
                f"at most {DATA_ITEMS_MAX} values and {DATA_CHARACTERS_MAX} characters together",
            )
