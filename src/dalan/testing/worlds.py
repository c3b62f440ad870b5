"""Furnished worlds, made once a day and version on a machine and copied for every run.

Furnishing takes seconds, for it draws pictures; copying takes milliseconds. Worlds grow old: their
posts would be a month gone one day, so yesterday's is made anew.
"""

import fcntl
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dalan import __version__

POSTS_COUNT = 8
FRESH_SECONDS = 86_400
KEPT = 4
"""Worlds of other versions that stay: whoever changes Dalan itself makes one with each change."""

_LIGHT_BYTES = 256 * 1024 * 1024

Furnish = Callable[[Path], None]


def cache_folder() -> Path:
    """The user's own; ``DALAN_CACHE`` names another."""
    if given := os.environ.get("DALAN_CACHE"):
        return Path(given)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "dalan"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "dalan"


def copy_world(home: Path, *, furnish: Furnish, cache: Path | None = None) -> None:
    """Put a furnished world at ``home``, which does not exist yet; ``furnish`` makes one where
    there is none to copy. Without a cache that can be written one is made for this run alone."""
    try:
        shelf = _private(cache or cache_folder())
    except OSError:
        furnish(home)
        return
    wanted = shelf / f"world-{_version()}"
    with _alone(shelf / "lock"):
        if not _is_fresh(wanted, shelf / "lock"):
            _make(wanted, furnish)
            _tidy(shelf, wanted)
        shutil.copytree(wanted, home)


def light_folder() -> str | None:
    """Where files are kept in memory, if this machine has such a place and room in it."""
    place = "/dev/shm"  # noqa: S108 (what is made there is a folder of ours alone, by mkdtemp)
    with suppress(OSError):
        room = os.statvfs(place)
        if os.access(place, os.W_OK) and room.f_bavail * room.f_frsize >= _LIGHT_BYTES:
            return place
    return None


def _private(folder: Path) -> Path:
    """A world has secrets in it: others of this machine read none."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} is somebody else's")
    folder.chmod(0o700)
    return folder


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Runs beside ours wait; the lock is the kernel's, so it goes with a process that dies."""
    with path.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        os.utime(path)
        yield


def _version() -> str:
    """This installation: another one, or one changed file, is another version."""
    root = Path(__file__).parents[1]
    seen = hashlib.sha256(f"{__version__} {POSTS_COUNT}".encode())
    for path in sorted(root.rglob("*.py")):
        found = path.stat()
        seen.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return seen.hexdigest()[:24]


def _is_fresh(world: Path, touched: Path) -> bool:
    """``touched`` was just now: the files' own clock says how long that is after the world."""
    with suppress(OSError):
        return 0 <= touched.stat().st_mtime - world.stat().st_mtime < FRESH_SECONDS
    return False


def _make(wanted: Path, furnish: Furnish) -> None:
    """Whole or not at all: it gets its name when it is finished."""
    made = Path(tempfile.mkdtemp(prefix="unfinished-", dir=wanted.parent))
    try:
        furnish(made / "world")
        shutil.rmtree(wanted, ignore_errors=True)
        (made / "world").rename(wanted)
        os.utime(wanted)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _tidy(shelf: Path, kept: Path) -> None:
    worlds = sorted(shelf.glob("world-*"), key=lambda one: one.stat().st_mtime, reverse=True)
    # We hold the lock: nobody is making one, so what is unfinished never will be.
    for one in [*worlds[KEPT:], *shelf.glob("unfinished-*")]:
        if one != kept:
            shutil.rmtree(one, ignore_errors=True)
