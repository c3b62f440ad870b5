"""The file a backup is: a gzipped tar of a database, files and a manifest, in that order.

Reading trusts nothing: only plain files of names we give ourselves are taken, each once, and
all are compared with the manifest before anybody uses them.
"""

import gzip
import hashlib
import io
import os
import re
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Literal, Self

import msgspec

FORMAT = 1
MANIFEST = "manifest.json"
MANIFEST_BYTES_MAX = 1_000_000_000
CHUNK_BYTES = 1 << 20

Engine = Literal["sqlite", "postgresql"]
DATABASES: dict[Engine, str] = {"sqlite": "database.sqlite", "postgresql": "database.pgdump"}

_UUID = r"([0-9a-f]{2})[0-9a-f]{6}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_FILE = re.compile(
    rf"media/(?:(?:1200|600|200)/(?P<shelf>[0-9a-f]{{2}})/{_UUID}\.(?:jpg|webp)"
    rf"|files/(?P<other>[0-9a-f]{{2}})/{_UUID}\.[a-z0-9]{{3,4}})"
)
_PICTURE = re.compile(rf"pictures/(1200|600|200)/({_UUID}\.jpg)")
"""As backups before there were other files say it."""

_CLICKS = re.compile(r"clicks/([0-9a-f]{16}-[0-9]{10}\.clicks)")


class Damaged(Exception):
    """The file is no backup of ours, or is not as it was written."""


class Member(msgspec.Struct, frozen=True):
    """One file within."""

    sha256: str
    size_bytes: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds. ``pictures_missing``: named by the database, but their bytes were not
    there any more (or not yet); they were temporary ones. Files that are no pictures are among
    them."""

    format: int
    made_at: str
    version: str
    schema_revision: str
    engine: Engine
    world: str
    counts: dict[str, int]
    pictures_missing: list[str]
    members: dict[str, Member]


class Writer:
    """Writes a backup; the file appears under its name when all of it is on the disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._draft = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
        self._members: dict[str, Member] = {}

    def __enter__(self) -> Self:
        descriptor = os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = open(descriptor, "wb")
        self._gzip = gzip.GzipFile(fileobj=self._file, mode="wb", compresslevel=1, filename="")
        self._tar = tarfile.open(fileobj=self._gzip, mode="w|")
        return self

    def add_file(self, name: str, path: Path) -> None:
        """Put the file at ``path`` in, under ``name``."""
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            size_bytes = file.tell()
            file.seek(0)
            self._add(name, file, sha256, size_bytes)

    def finish(self, make: Callable[[dict[str, Member]], Manifest]) -> Manifest:
        """Write the manifest ``make`` makes of the members; the last thing to do."""
        manifest = make(self._members)
        data = msgspec.json.format(msgspec.json.encode(manifest))
        self._tar.addfile(_header(MANIFEST, len(data)), io.BytesIO(data))
        self._tar.close()
        self._gzip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._draft.replace(self._path)
        return manifest

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        self._draft.unlink(missing_ok=True)

    def _add(self, name: str, file: IO[bytes], sha256: str, size_bytes: int) -> None:
        self._tar.addfile(_header(name, size_bytes), file)
        self._members[name] = Member(sha256, size_bytes)


def _header(name: str, size_bytes: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode = size_bytes, 0o600
    return header


def unpack(path: Path, folder: Path) -> Manifest:
    """Take a backup apart into ``folder``: ``database.…``, ``media/…``, ``clicks/…``.

    Answers its manifest, with which everything taken was compared. Raises Damaged, and OSError
    where the disk will not have it.
    """
    taken: dict[str, Member] = {}
    written = b""
    try:
        with gzip.open(path) as plain:
            with tarfile.open(fileobj=plain, mode="r|") as tar:
                for header in tar:
                    file = _contents(tar, header)
                    if header.name in taken or written:
                        raise Damaged(f"there is something after or twice: {header.name!r}")
                    if header.name == MANIFEST:
                        written = file.read(MANIFEST_BYTES_MAX)
                    else:
                        taken[header.name] = _take(file, folder / header.name)
            while plain.read(CHUNK_BYTES):  # to the checksum at its very end
                pass
        manifest = msgspec.json.decode(written, type=Manifest)
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Damaged(f"it cannot be read to its end: {error}") from error
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise Damaged(f"its manifest cannot be read: {error}") from error
    if manifest.format != FORMAT:
        raise Damaged(f"it has format {manifest.format}; this version reads format {FORMAT}")
    for name in sorted(manifest.members.keys() | taken.keys()):
        if manifest.members.get(name) != taken.get(name):
            raise Damaged(f"{name} is not what the manifest says")
    if DATABASES[manifest.engine] not in taken:
        raise Damaged("it holds no database")
    return manifest


def file_of(name: str) -> str | None:
    """Where in the media store the file belongs that a member is; None for other members."""
    if found := _PICTURE.fullmatch(name):
        return f"{found[1]}/{found[3]}/{found[2]}"
    found = _FILE.fullmatch(name)
    if found is None or (found["shelf"] or found["other"]) != (found[2] or found[4]):
        return None
    return name.removeprefix("media/")


def journal_of(name: str) -> str | None:
    """The name of the segment of clicks that a member is; None for other members."""
    found = _CLICKS.fullmatch(name)
    return found[1] if found else None


def _contents(tar: tarfile.TarFile, header: tarfile.TarInfo) -> IO[bytes]:
    ours = (
        header.name in (MANIFEST, *DATABASES.values())
        or file_of(header.name)
        or journal_of(header.name)
    )
    file = tar.extractfile(header) if ours and header.isreg() else None
    if file is None:
        raise Damaged(f"it holds something no backup holds: {header.name!r}")
    return file


def _take(file: IO[bytes], target: Path) -> Member:
    digest, size_bytes = hashlib.sha256(), 0
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as out:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            size_bytes += len(chunk)
            out.write(chunk)
    return Member(digest.hexdigest(), size_bytes)
