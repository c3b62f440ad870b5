"""The text of a link that is searched."""

from typing import Final

from dalan.kernel.text import fold

_HASH_FROM_TEXT: Final = "\x01"
"""Between hash and target in what is searched: folding leaves it in no word looked for."""


def searchable(hash_: str, target: str) -> str:
    """What a text is looked for in."""
    return f"{fold(hash_)}{_HASH_FROM_TEXT}{fold(target)}"
