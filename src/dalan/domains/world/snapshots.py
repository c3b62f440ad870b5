"""Whole dev worlds put aside and taken back: a copy of the database, how the clock stood, and which
pictures and files it shows, which are kept for it.

Blocking, and for SQLite alone, on which dev worlds run by design. Who calls sees to it that nobody
else is in the world meanwhile. Decision 0036.
"""

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from dalan.errors import Conflict, FailedPrecondition, Invalid, NotFound, Unavailable
from dalan.kernel import clock
from dalan.kernel.clock import ClockState
from dalan.kernel.db import copies

FURNISHED: Final = "furnished"
"""The world as it was furnished: made by itself, for ``reset``."""

SNAPSHOTS_MAX: Final = 50
NAME_LENGTH_MAX: Final = 40
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")

_REVISION: Final = "SELECT version_num FROM alembic_version"
_SHOWN: Final = (
    "SELECT name FROM image WHERE removed_at IS NULL",
    "SELECT name FROM media_file WHERE removed_at IS NULL",
)


class InvalidName(Invalid):
    """No snapshot can be called so."""

    code = "world.invalid_snapshot_name"


class UnknownSnapshot(NotFound):
    """There is no snapshot of that name."""

    code = "world.unknown_snapshot"


class SnapshotExists(Conflict):
    """A snapshot of that name is there already."""

    code = "world.snapshot_exists"


class TooManySnapshots(Conflict):
    """Some of them have to go first."""

    code = "world.too_many_snapshots"


class SnapshotNeeded(Conflict):
    """The world as it was furnished stays: there would be nothing to reset to."""

    code = "world.snapshot_needed"


class NoSnapshotsHere(FailedPrecondition):
    """Only a world on SQLite can be put aside and taken back."""

    code = "world.no_snapshots_here"


class SnapshotFailed(Unavailable):
    """The disk is full or a file is damaged; the world is as it was."""

    code = "world.snapshot_failed"


class _Manifest(msgspec.Struct, frozen=True):
    """What stands beside the copy. ``clock``: None where it was the machine's."""

    made_at: datetime
    world_at: datetime
    clock: ClockState | None
    shown: list[str]


class Snapshot(msgspec.Struct, frozen=True):
    """A world that was put aside. ``made_at`` by the machine's clock, ``world_at`` by its own;
    of one that is damaged, which can only be deleted, the latter is not known."""

    name: str
    made_at: datetime
    world_at: datetime | None
    size_bytes: int
    is_automatic: bool
    is_damaged: bool = False


class Snapshots:
    """The snapshots of the world whose database is at ``database``, in a folder of their own."""

    def __init__(self, folder: Path, database: Path | None) -> None:
        self._folder, self._database = folder, database
        self._intent = folder / "restoring"
        self._kept: frozenset[str] | None = None
        self._stems: frozenset[str] | None = None

    def all(self) -> list[Snapshot]:
        """What there is, the newest first."""
        found = [self._read(path.stem) for path in self._folder.glob("*.db")]
        return sorted(found, key=lambda one: (one.made_at, one.name), reverse=True)

    def has(self, name: str) -> bool:
        """Whether there is one of that name."""
        return self._copy(name).exists()

    def take(self, name: str, state: ClockState | None) -> Snapshot:
        """Put the world aside as it is at this moment; ``state``: how its clock is set, None as
        the machine's.

        Raises ``InvalidName``, ``SnapshotExists``, ``TooManySnapshots`` and ``SnapshotFailed``.
        """
        database = self._needed()
        _check(name)
        if self.has(name):
            raise SnapshotExists(f"there is a snapshot {name}")
        if name != FURNISHED and len(list(self._folder.glob("*.db"))) > SNAPSHOTS_MAX:
            raise TooManySnapshots(f"at most {SNAPSHOTS_MAX} snapshots are kept")
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = self._folder / f"{name}.unfinished"
        unfinished.unlink(missing_ok=True)  # of somebody who was killed over it
        try:
            answers = copies.copy_sqlite(database, unfinished, _SHOWN)
            shown = sorted({str(row[0]) for rows in answers for row in rows})
            manifest = _Manifest(clock.machine(), clock.now(), state, shown)
            _write(self._beside(name), msgspec.json.encode(manifest))
            unfinished.replace(self._copy(name))  # from here on it is there
        except (copies.CopyFailed, OSError) as error:
            unfinished.unlink(missing_ok=True)
            raise SnapshotFailed("the world could not be put aside") from error
        self._kept = self._stems = None
        return self._read(name)

    def delete(self, name: str) -> set[str]:
        """Forget a snapshot; answers which pictures and files were kept for it alone."""
        if name == FURNISHED:
            raise SnapshotNeeded("the world as it was furnished stays, to reset to")
        self._found(name)
        shown = self._shown(name) - _shown_by(self._needed())
        self._copy(name).unlink(missing_ok=True)
        self._beside(name).unlink(missing_ok=True)
        self._kept = self._stems = None
        return shown - self.kept()

    def put(
        self, name: str, follow: Callable[[ClockState | None], None], source: Path | None = None
    ) -> set[str]:
        """Make the world what the snapshot is, and have ``follow`` set its clock; answers which
        pictures and files nothing shows any more and nobody keeps.

        Whatever is killed when, the old world stands or the new one: once begun it is finished
        by the next start (``finish``). ``source``: the snapshot, brought to this version.
        Raises ``UnknownSnapshot`` and ``SnapshotFailed``.
        """
        database, manifest = self._needed(), self._manifest(name)
        try:
            before = _shown_by(database)
            _write(self._intent, name.encode())
            copies.put_sqlite(source or self._copy(name), database)
        except (copies.CopyFailed, OSError) as error:
            self._intent.unlink(missing_ok=True)
            raise SnapshotFailed("the world could not be taken back") from error
        follow(_continued(manifest.clock))
        self._intent.unlink(missing_ok=True)
        return before - self.kept()

    def finish(self, follow: Callable[[ClockState | None], None]) -> None:
        """Finish what a killed process began, before anybody looks at the world."""
        if self._intent.exists():
            name = self._intent.read_text().strip()
            if _is_name(name) and self.has(name):
                self.put(name, follow)
            self._intent.unlink(missing_ok=True)

    def kept(self) -> frozenset[str]:
        """The names of all pictures and files that snapshots show."""
        if self._kept is None:
            names: set[str] = set()
            for path in self._folder.glob("*.db"):
                names |= self._shown(path.stem)
            self._kept = frozenset(names)
        return self._kept

    def keeps(self, key: str) -> bool:
        """Whether a snapshot shows what stands in the store of files under this key: a picture in
        any size, a file, the poster of a film."""
        if self._stems is None:
            self._stems = frozenset(_stem(name) for name in self.kept())
        return _stem(key.rpartition("/")[2]) in self._stems

    def is_current(self, name: str) -> bool:
        """Whether it is of the same version as the world that is there."""
        copy, database = self._found(name), self._needed()
        try:
            return copies.ask_sqlite(copy, [_REVISION]) == copies.ask_sqlite(database, [_REVISION])
        except copies.CopyFailed as error:
            raise SnapshotFailed("the snapshot is damaged") from error

    def copy_of(self, name: str) -> Path:
        """A copy of the snapshot's own, for whoever brings it to this version."""
        other = self._folder / f"{name}.upgraded"
        other.unlink(missing_ok=True)
        try:
            copies.copy_sqlite(self._found(name), other, [])
        except copies.CopyFailed as error:
            raise SnapshotFailed("the snapshot is damaged") from error
        return other

    def _needed(self) -> Path:
        if self._database is None:
            raise NoSnapshotsHere("snapshots are of worlds on SQLite")
        return self._database

    def _copy(self, name: str) -> Path:
        return self._folder / f"{name}.db"

    def _beside(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def _found(self, name: str) -> Path:
        self._needed()
        if not _is_name(name) or not self.has(name):
            raise UnknownSnapshot("there is no such snapshot")
        return self._copy(name)

    def _manifest(self, name: str) -> _Manifest:
        self._found(name)
        try:
            return msgspec.json.decode(self._beside(name).read_bytes(), type=_Manifest)
        except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
            raise SnapshotFailed(f"the snapshot {name} is damaged") from error

    def _read(self, name: str) -> Snapshot:
        file = self._copy(name).stat()
        try:
            manifest = self._manifest(name)
        except SnapshotFailed:
            made_at, world_at = datetime.fromtimestamp(file.st_mtime, UTC), None
        else:
            made_at, world_at = manifest.made_at, manifest.world_at
        is_automatic, is_damaged = name == FURNISHED, world_at is None
        return Snapshot(name, made_at, world_at, file.st_size, is_automatic, is_damaged)

    def _shown(self, name: str) -> set[str]:
        """The pictures and files it shows. Where the manifest is damaged the copy itself tells;
        where that is damaged too, nothing can be taken back that would show them."""
        try:
            return set(self._manifest(name).shown)
        except SnapshotFailed:
            try:
                return _shown_by(self._copy(name))
            except copies.CopyFailed:
                return set()


def _shown_by(database: Path) -> set[str]:
    return {str(row[0]) for rows in copies.ask_sqlite(database, _SHOWN) for row in rows}


def _stem(name: str) -> str:
    return name.rpartition(".")[0]


def _is_name(name: str) -> bool:
    return len(name) <= NAME_LENGTH_MAX and _NAME.fullmatch(name) is not None


def _check(name: str) -> None:
    if not _is_name(name):
        raise InvalidName(
            f"name: from 1 to {NAME_LENGTH_MAX} of a-z, 0-9, - and _; the first a letter or a digit"
        )


def _continued(state: ClockState | None) -> ClockState | None:
    """The clock goes on from where it stood when the world was put aside."""
    return state and msgspec.structs.replace(state, machine_at=clock.machine())


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    with unfinished.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
