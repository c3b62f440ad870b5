"""The journal in a backup: what a copy of the database does not know yet goes with it."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from dalan.domains.clicks import journal


@contextlib.contextmanager
def kept_whole(folder: Path) -> Iterator[None]:
    """No segment is deleted while the block runs; they are written and drained as ever."""
    if not folder.is_dir():
        yield
        return
    file = os.open(folder / "keep.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_SH)  # a deletion takes no longer than a moment
        yield
    finally:
        os.close(file)


def copy_segments(folder: Path, target: Path) -> list[Path]:
    """Copies of all segments as they are now, in a folder of their own; torn tails too."""
    copied = []
    for one in journal.segments_in(folder):
        target.mkdir(parents=True, exist_ok=True)
        copied.append(Path(shutil.copyfile(one.path, target / one.path.name)))
    return copied


def put_segments(folder: Path, copies: Sequence[Path]) -> None:
    """Segments of a backup, to be drained into the database they came with. What waits here of the
    world that was goes, but for what a running server still writes."""
    if not copies and not folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    theirs = {one.name for one in copies}
    for segment in journal.segments_in(folder):
        reading = journal.Reading(segment)
        reading.close()
        if reading.is_finished and segment.path.name not in theirs:
            segment.path.unlink(missing_ok=True)
    for one in copies:
        if (folder / one.name).exists():  # the same, and maybe more of it
            continue
        unnamed = folder / f"{one.name}.new"
        shutil.copyfile(one, unnamed)
        unnamed.replace(folder / one.name)
