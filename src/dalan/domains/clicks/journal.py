"""Segment files: a process appends blocks to one of its own, whoever drains reads and deletes.

A writer is a life of a process; its segments are numbered. It holds a lock on the segment it
writes, which the kernel lets go with the process: what nobody holds is finished, whether it was
closed in order or its writer was killed. A segment gets its name only once it is locked.
"""

import contextlib
import fcntl
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from dalan.domains.clicks.errors import JournalTrouble
from dalan.domains.clicks.records import MAGIC

SEGMENT_BYTES_MAX: Final = 8 << 20
_NAME: Final = re.compile(r"([0-9a-f]{16})-([0-9]{10})\.clicks")


class Segment(msgspec.Struct, frozen=True, order=True):
    """One file; of one writer they are in the order of their numbers."""

    writer: str
    number: int
    path: Path


def segments_in(folder: Path) -> list[Segment]:
    """Every segment there, a writer's in their order."""
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    found = [(match, name) for name in names if (match := _NAME.fullmatch(name))]
    return sorted(Segment(match[1], int(match[2]), folder / name) for match, name in found)


def backlog_bytes(folder: Path) -> int:
    """How much all segments hold."""
    total = 0
    for one in segments_in(folder):
        with contextlib.suppress(OSError):
            total += one.path.stat().st_size
    return total


def set_aside(segment: Segment) -> None:
    """Keep a segment that only another version can read, under a name that nobody drains."""
    with contextlib.suppress(OSError):
        segment.path.rename(segment.path.with_suffix(".unread"))


class Writer:
    """Appends to segments of its own. Not for threads; a fork must make its own."""

    def __init__(self, folder: Path, *, segment_bytes_max: int = SEGMENT_BYTES_MAX) -> None:
        self._folder, self._most = folder, segment_bytes_max
        self.name = os.urandom(8).hex()  # never seeded: two lives must never be taken for one
        self._number = 0
        self._file = -1
        self.size_bytes = 0
        self.is_unsynced = False
        self._full: list[int] = []
        self._syncing = threading.Lock()

    def append(self, block: bytes) -> None:
        """Write one block, whole or not at all. Raises JournalTrouble."""
        if self._file < 0 or self.size_bytes + len(block) > self._most:
            self._turn_over()
        try:
            written = os.write(self._file, block)
        except OSError as error:
            self._cut()
            raise JournalTrouble(f"the disk refuses: {error.strerror}") from error
        if written != len(block):
            self._cut()
            raise JournalTrouble("the disk is full")
        self.size_bytes += written
        self.is_unsynced = True

    def finish(self) -> None:
        """End the segment, if there is one; the next write begins another. It is let go by the
        next ``sync``."""
        if self._file >= 0:
            self._full.append(self._file)
            self._file, self.size_bytes, self.is_unsynced = -1, 0, True

    def sync(self) -> None:
        """See to it that what was written survives a power cut. Blocking; one thread does so at a
        time, beside which another may go on writing: nobody else closes a file."""
        with self._syncing:
            self._sync()

    def _sync(self) -> None:
        self.is_unsynced = False
        full, self._full = self._full, []
        current = self._file
        file = os.dup(current) if current >= 0 else -1
        try:
            for one in full:
                os.fdatasync(one)
            if file >= 0:
                os.fdatasync(file)
        finally:
            for one in (*full, file):
                if one >= 0:
                    os.close(one)

    def _turn_over(self) -> None:
        """Begin the next segment. What is full is let go by the next ``sync``."""
        number = self._number + 1
        path = self._folder / f"{self.name}-{number:010}.clicks"
        unnamed = path.with_suffix(".new")
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC
            file = os.open(unnamed, flags, 0o600)
        except OSError as error:
            raise JournalTrouble(f"no segment can be begun: {error.strerror}") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.write(file, MAGIC) != len(MAGIC):
                raise OSError("the disk is full")
            unnamed.rename(path)
        except OSError as error:
            os.close(file)
            with contextlib.suppress(OSError):
                unnamed.unlink()
            raise JournalTrouble("no segment can be begun") from error
        if self._file >= 0:
            self._full.append(self._file)
        self._file, self._number, self.size_bytes = file, number, len(MAGIC)

    def _cut(self) -> None:
        """Take back what was half written; where even that fails, the segment ends there."""
        try:
            os.ftruncate(self._file, self.size_bytes)
        except OSError:
            self.finish()


@contextlib.contextmanager
def held(path: Path, *, shared: bool = False) -> Iterator[bool]:
    """The lock of that file for the length of the block, if nobody else holds it now."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(file)


class Reading:
    """A segment that is being read: its bytes from an offset on, and whether more may come."""

    def __init__(self, segment: Segment) -> None:
        self._file = os.open(segment.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            # Asked before the size is: what is let go does not grow any more.
            fcntl.flock(self._file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            self.is_finished = True
        except OSError:
            self.is_finished = False
        self.size_bytes = os.fstat(self._file).st_size

    def data(self, offset: int, most: int) -> bytes:
        """What stands there."""
        return os.pread(self._file, most, offset)

    def close(self) -> None:
        os.close(self._file)
