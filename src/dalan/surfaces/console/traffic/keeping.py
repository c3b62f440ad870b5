"""What is kept: the newest exchanges in memory, and on disk beside the world's database.

The file is JSON lines, written to its end in batches and turned over when it is large; of two
files one is always whole. A line that was cut by a kill is skipped when they are read.
"""

import contextlib
import os
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from dalan.surfaces.console.traffic.exchange import Exchange, Filter

KEPT_MAX: Final = 2_000
KEPT_BYTES_MAX: Final = 16_777_216
FILE_BYTES_MAX: Final = 8_388_608

FILE: Final = "requests.jsonl"
FILE_BEFORE: Final = "requests.1.jsonl"


class Ring:
    """The newest exchanges, by their ids, oldest first."""

    def __init__(self) -> None:
        self._kept: deque[Exchange] = deque()
        self._size = 0
        self.last = 0
        """The largest id there ever was."""

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, one: Exchange) -> None:
        """Keep one more, and let the oldest go where there are too many."""
        self._kept.append(one)
        self._size += one.size
        self.last = max(self.last, one.id)
        while len(self._kept) > KEPT_MAX or (self._size > KEPT_BYTES_MAX and len(self._kept) > 1):
            self._size -= self._kept.popleft().size

    def clear(self) -> None:
        """Forget them; ids go on where they were."""
        self._kept.clear()
        self._size = 0

    def one(self, number: int) -> Exchange | None:
        """The exchange of that id, while it is kept."""
        return next((one for one in reversed(self._kept) if one.id == number), None)

    def newest(self, chosen: Filter, most: int) -> list[Exchange]:
        """The newest that fit, newest first."""
        return _first(reversed(self._kept), chosen, most)

    def oldest(self, chosen: Filter, most: int) -> list[Exchange]:
        """The oldest that fit, oldest first."""
        return _first(self._kept, chosen, most)

    def apps(self) -> list[str]:
        """The slugs of the apps in it."""
        return sorted({one.app for one in self._kept if one.app})


def _first(among: Iterable[Exchange], chosen: Filter, most: int) -> list[Exchange]:
    found: list[Exchange] = []
    for one in among:
        if len(found) == most:
            break
        if chosen.fits(one):
            found.append(one)
    return found


class File:
    """The log on disk, for its owner alone."""

    def __init__(self, home: Path) -> None:
        self._path, self._before = home / FILE, home / FILE_BEFORE
        self._encoder = msgspec.json.Encoder()
        self._size: int | None = None

    def read(self) -> Iterator[Exchange]:
        """What was kept, oldest first; nothing where there is no file, or none that can be read."""
        decoder = msgspec.json.Decoder(Exchange)
        for path in (self._before, self._path):
            with contextlib.suppress(OSError), path.open("rb") as file:
                for line in file:
                    with contextlib.suppress(msgspec.MsgspecError, ValueError):
                        yield decoder.decode(line)

    def write(self, batch: Iterable[Exchange]) -> None:
        """Add to its end. A disk that is full or gone loses the lines and no request."""
        lines = self._encoder.encode_lines(batch)
        with contextlib.suppress(OSError):
            if self._size is None:
                self._size = self._mended()
            if self._size and self._size + len(lines) > FILE_BYTES_MAX:
                self._path.replace(self._before)
                self._size = 0
            self._append(lines)
            self._size += len(lines)

    def clear(self) -> None:
        """Nothing is left of it."""
        self._size = None
        for path in (self._before, self._path):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)

    def _append(self, lines: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        handle = os.open(self._path, flags, 0o600)
        with os.fdopen(handle, "ab") as file:
            file.write(lines)

    def _mended(self) -> int:
        """Its size, after a line end where a kill left none."""
        if not self._path.exists():
            return 0
        with self._path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            if not size:
                return 0
            file.seek(-1, os.SEEK_END)
            if file.read(1) == b"\n":
                return size
        self._append(b"\n")
        return size + 1
