"""Looking for secrets in whatever a dump of an installation would hold, byte by byte."""

import base64
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

KEY_BYTES = 8
"""Every spelling is looked up by its first bytes: one pass over a dump, however many secrets."""

NOTHING = re.compile(rb"\0{8,}")
TOKEN = re.compile(r"\A(?:[a-z]+_[a-z]+_)?([\w-]{43})\.([\w-]{43})\Z")
API_KEY = re.compile(r"\Adalan_ak_[0-9A-Za-z]+_([0-9A-Za-z]{43})_[0-9A-Za-z]{6}\Z")


class Leak(NamedTuple):
    """A secret that was found, how it was spelled, and where."""

    kind: str
    spelling: str
    place: str


class Secrets:
    """Secrets by kind, each once."""

    def __init__(self) -> None:
        self._kinds: dict[str, str] = {}

    def add(self, kind: str, *secrets: str) -> None:
        """Remember what was shown or sent to somebody."""
        for secret in secrets:
            assert len(secret) >= KEY_BYTES, f"too short to be found: {kind}"
            self._kinds.setdefault(secret, kind)

    def __len__(self) -> int:
        return len(self._kinds)

    def of(self, kind: str) -> list[str]:
        """Those of one kind, the oldest first."""
        return [secret for secret, its in self._kinds.items() if its == kind]

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind."""
        counted: dict[str, int] = defaultdict(int)
        for kind in self._kinds.values():
            counted[kind] += 1
        return dict(counted)

    def found_in(self, files: Iterable[Path]) -> list[Leak]:
        """Every secret that stands in one of these files in any spelling."""
        needles: dict[bytes, list[tuple[bytes, str, str]]] = defaultdict(list)
        for secret, kind in self._kinds.items():
            for how, spelled in spellings(secret):
                needles[spelled[:KEY_BYTES]].append((spelled, kind, how))
        leaks = []
        for file in files:
            for part in NOTHING.split(file.read_bytes()):
                for at in range(len(part) - KEY_BYTES + 1):
                    for spelled, kind, how in needles.get(part[at : at + KEY_BYTES], ()):
                        if part.startswith(spelled, at):
                            leaks.append(Leak(kind, how, str(file)))
        return leaks


def spellings(secret: str) -> Iterator[tuple[str, bytes]]:
    """A secret as it may stand in a dump: itself, its parts without prefix, and both encoded."""
    whole = secret.encode()
    yield from _encoded("whole", whole)
    if quote(secret, safe="") != secret:
        yield "whole, url-encoded", quote(secret, safe="").encode()
    if key := API_KEY.match(secret):
        yield from _encoded("secret part", key[1].encode())
    if token := TOKEN.match(secret):
        for name, part in zip(("random part", "signature"), token.groups(), strict=True):
            yield from _encoded(name, part.encode())
            yield from _encoded(f"{name}, decoded", base64.urlsafe_b64decode(part + "="))


def _encoded(name: str, raw: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, raw
    yield f"{name}, hex", raw.hex().encode()
    yield f"{name}, capital hex", raw.hex().upper().encode()
    for skipped in range(3):  # base64 of it, wherever in a longer text it begins
        inside = base64.b64encode(b"\0" * skipped + raw)
        cut = inside[(skipped * 4 + 2) // 3 : -4]
        yield f"{name}, base64", cut
        if b"+" in cut or b"/" in cut:
            yield f"{name}, base64url", cut.translate(bytes.maketrans(b"+/", b"-_"))
