"""What is told of a click: read from what was noted, beside the server, not in it.

Source: pod-links.md 5.3.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from dalan.domains.clicks import agents
from dalan.domains.clicks.counters import UNKNOWN, Seen
from dalan.domains.clicks.places import Places
from dalan.domains.clicks.records import Head, Source, Visit

REMEMBERED_MAX: Final = 20_000
HOST_LENGTH_MAX: Final = 128
_EARLY: Final = re.compile("prefetch|prerender|preview", re.IGNORECASE)
"""What a browser asks for before anybody clicked."""

_LANGUAGE: Final = re.compile(r"\s*([A-Za-z]{2,3})(?:[-_;,\s]|$)")


class ParsingRules(msgspec.Struct, frozen=True):
    """What the operator decides. ``places``: a file of networks' places; "": none.
    ``counts_bots``: programs' clicks count like anybody's."""

    places: str = ""
    counts_bots: bool = False


class Parser:
    """Reads what was noted. Remembers what is asked often, within bounds."""

    def __init__(self, rules: ParsingRules) -> None:
        self.counts_bots = rules.counts_bots
        self._places = Places(Path(rules.places) if rules.places else None)

    def seen(self, visit: Visit, head: Head, source: Source) -> tuple[Seen, bool]:
        """What is told of a click, and whether it is nobody's."""
        country, city = self._places.of(visit.cut)
        agent = agents.agent_of(head.agent)
        seen = Seen(
            country, city, referrer_of(head.referrer), agent.browser, agent.os, agent.device,
            language_of(head.language), source,
        )  # fmt: skip
        if source == "api":  # a program asks, but for somebody: that is what it is there for
            return seen, visit.is_excluded
        is_nobodys = agent.is_bot or visit.is_excluded or bool(_EARLY.search(head.purpose))
        return seen, is_nobodys

    def close(self) -> None:
        """Let files go."""
        self._places.close()


@lru_cache(maxsize=REMEMBERED_MAX)
def referrer_of(text: str) -> str:
    """The bare host a visitor came from."""
    try:
        host = urlsplit(text.strip()).hostname
    except ValueError:
        return UNKNOWN
    host = (host or "").rstrip(".")
    # Apps say android-app://org.telegram.messenger/: that is a host too.
    return host if 0 < len(host) <= HOST_LENGTH_MAX and host.isprintable() else UNKNOWN


@lru_cache(maxsize=REMEMBERED_MAX)
def language_of(text: str) -> str:
    """The first language asked for, without its country: ``fa`` of ``fa-IR,fa;q=0.9``."""
    found = _LANGUAGE.match(text)
    return found[1].lower() if found else UNKNOWN
