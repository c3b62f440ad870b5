"""A name for each request, to be found again in logs, answers and the console.

Not secret and not deterministic: cheap, and different in every process.
"""

import os
import re
from itertools import count
from secrets import token_hex

HEADER = "x-request-id"

_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,64}")

_prefix = ""
_numbers = count()


def new() -> str:
    """A new id of 16 characters: eight random ones of this process, then a number in hex."""
    return f"{_prefix}{next(_numbers):08x}"


def accepted(given: str | None) -> str:
    """The caller's own id when it is 8 to 64 letters, digits, dots, hyphens, underscores.

    Anything else is not echoed back: a new id takes its place.
    """
    return given if given and _ACCEPTED.fullmatch(given) else new()


def _begin() -> None:
    global _prefix, _numbers
    # Not from kernel.randomness: a seeded world's own stream must not depend on processes.
    _prefix, _numbers = token_hex(4), count()


_begin()
# A forked worker would go on with the numbers of its parent.
os.register_at_fork(after_in_child=_begin)
