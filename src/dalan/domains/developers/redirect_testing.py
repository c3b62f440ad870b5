"""How a redirect address differs from those that are registered, in words for its developer.

Addresses are compared letter by letter; this only says why two of them are not the same. It asks
nobody: an address is taken apart, never opened.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple
from urllib.parse import SplitResult, urlsplit

Difference = Literal[
    "not_an_address",
    "white_space",
    "scheme",
    "host",
    "host_case",
    "userinfo",
    "port",
    "path",
    "path_case",
    "trailing_slash",
    "query",
    "fragment",
]

COMPARED_LENGTH_MAX = 512
"""Characters that are weighed to find the nearest address; beyond them likeness costs too much."""


class Nearest(NamedTuple):
    """The registered address most like the one presented, and what is not alike.

    ``before``, ``differing`` and ``after`` make up the address presented; the middle is what does
    not stand in the registered one (empty where something is missing there).
    """

    uri: str
    differences: tuple[Difference, ...]
    before: str
    differing: str
    after: str


def nearest_redirect_uri(registered: Sequence[str], presented: str) -> Nearest | None:
    """The registered address a developer most likely meant; None where none is registered."""
    if not registered:
        return None
    start = presented[:COMPARED_LENGTH_MAX]

    def likeness(uri: str) -> tuple[int, float]:
        found = differences(uri, presented)
        return (-len(found), SequenceMatcher(None, uri[:COMPARED_LENGTH_MAX], start).ratio())

    uri = max(registered, key=likeness)
    before, differing, after = _marked(uri, presented)
    return Nearest(uri, differences(uri, presented), before, differing, after)


def differences(registered: str, presented: str) -> tuple[Difference, ...]:
    """Everything in which a presented address differs from a registered one; none: the same."""
    if registered == presented:
        return ()
    found: list[Difference] = []
    if presented != presented.strip():
        found.append("white_space")
        presented = presented.strip()
    ours, theirs = _split(registered), _split(presented)
    if ours is None or theirs is None or not theirs.scheme or not theirs.netloc:
        return (*found, "not_an_address")
    if ours.scheme != theirs.scheme:
        found.append("scheme")
    found += _host_differences(ours, theirs)
    if (theirs.username or theirs.password) and not ours.username:
        found.append("userinfo")
    if ours.port != theirs.port:
        found.append("port")
    found += _path_differences(ours.path, theirs.path)
    if ours.query != theirs.query or ("?" in presented) != ("?" in registered):
        found.append("query")
    if "#" in presented:
        found.append("fragment")
    if not found and registered != presented:
        # Capital letters of the scheme are all that taking it apart does not keep.
        found.append("scheme")
    return tuple(found)


def _host_differences(ours: SplitResult, theirs: SplitResult) -> list[Difference]:
    if ours.hostname != theirs.hostname:
        return ["host"]
    spelled = (theirs.netloc.rpartition("@")[2], ours.netloc.rpartition("@")[2])
    is_other_case = spelled[0].lower().split(":")[0] == spelled[1].lower().split(":")[0]
    return ["host_case"] if is_other_case and spelled[0] != spelled[0].lower() else []


def _path_differences(ours: str, theirs: str) -> list[Difference]:
    if ours == theirs:
        return []
    if ours.rstrip("/") == theirs.rstrip("/"):
        return ["trailing_slash"]
    if ours.rstrip("/").lower() == theirs.rstrip("/").lower():
        return ["path_case"] if ours.lower() == theirs.lower() else ["path_case", "trailing_slash"]
    return ["path"]


def _split(uri: str) -> SplitResult | None:
    try:
        parts = urlsplit(uri)
        _ = parts.hostname, parts.port
    except ValueError:
        return None
    return parts


def _marked(registered: str, presented: str) -> tuple[str, str, str]:
    start = 0
    while start < min(len(registered), len(presented)) and registered[start] == presented[start]:
        start += 1
    end = 0
    most = min(len(registered), len(presented)) - start
    while end < most and registered[-1 - end] == presented[-1 - end]:
        end += 1
    stop = len(presented) - end
    return presented[:start], presented[start:stop], presented[stop:]
