"""A span of the log to take away: a shell script of curl, a pytest file, an HTTP Archive.

No export holds a secret, for the log holds none: scripts ask the environment for each, by a name
made of its kind (``REPLAY_ACCESS_TOKEN``, ``REPLAY_ACCESS_TOKEN_2`` for the next one).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from dalan.surfaces.console.traffic.exchange import Exchange
from dalan.surfaces.console.traffic.exports import curl, har, replay

__all__ = ["FORMATS", "Format"]

Write = Callable[[Sequence[Exchange], str], str]
"""Exchanges, oldest first, and the address of this world."""


class Format(msgspec.Struct, frozen=True):
    """One way to take it away."""

    write: Write
    filename: str
    content_type: str


FORMATS: Final[Mapping[str, Format]] = {
    "curl": Format(curl.script, "requests.sh", "text/x-shellscript"),
    "pytest": Format(replay.module, "test_requests.py", "text/x-python"),
    "har": Format(har.archive, "requests.har", "application/json"),
}
