"""A whole world in one file, and back: database and pictures, taken while people use it.

Secrets are not in it: what is stored is worthless without ``DALAN_SECRET``, which is kept
elsewhere. This stands beside the composition root, for it knows the database as a whole.

The order of things is what keeps it safe. Taking: the database first, as of one moment, then
every picture that copy names; pictures never change. Restoring: the archive is unpacked and
checked, then the pictures are added beside those that are there, then the database is replaced
in one transaction, and only then the pictures of the world that was are removed. Killed at any
moment, there is the older world or the newer one.
"""

import asyncio
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from dalan import __version__, migrations
from dalan.backups.archive import DATABASES, Damaged, Engine, Manifest, Writer, picture_of, unpack
from dalan.domains import media
from dalan.kernel import clock
from dalan.kernel.db import sqlite_path
from dalan.kernel.db.copies import (
    CopyFailed,
    Rows,
    ask_postgres,
    ask_sqlite,
    copy_postgres,
    copy_sqlite,
    put_postgres,
    put_sqlite,
)
from dalan.settings import Settings

__all__ = ["CopyFailed", "Damaged", "Manifest", "Refused", "restore", "take"]

AT_ONCE_MAX = 32

_REVISION = "SELECT version_num FROM alembic_version"
_PICTURES = "SELECT name FROM image WHERE removed_at IS NULL ORDER BY name"
_COUNTED = {"people": "person", "posts": "post", "apps": "app", "pictures": "image"}
_COUNTS = [f"SELECT count(*) FROM {table}" for table in _COUNTED.values()]  # noqa: S608 (our words)
_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE name = 'person'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    " AND tablename = 'person'",
}


class Refused(Exception):
    """This archive is not put here; nothing was changed."""


def take(settings: Settings, path: Path) -> Manifest:
    """Write the world of ``settings`` to ``path``, which must not be there yet.

    Others may write meanwhile: it is the world of one moment. Raises Refused, CopyFailed.
    """
    if path.exists():
        raise Refused(f"{path} is there already")
    with (
        tempfile.TemporaryDirectory(prefix="backup-", dir=path.parent) as folder,
        Writer(path) as writer,
    ):
        engine = _engine(settings)
        copied = Path(folder) / DATABASES[engine]
        (revision, pictures, *counts) = _copy(settings, copied, [_REVISION, _PICTURES, *_COUNTS])
        writer.add_file(copied.name, copied)
        copied.unlink()
        missing = asyncio.run(_add_pictures(settings, writer, [row[0] for row in pictures]))
        return writer.finish(
            lambda members: Manifest(
                format=1,
                made_at=clock.now().isoformat(timespec="seconds"),
                version=__version__,
                schema_revision=revision[0][0],
                engine=engine,
                world=settings.world,
                counts={name: rows[0][0] for name, rows in zip(_COUNTED, counts, strict=True)},
                pictures_missing=missing,
                members=members,
            )
        )


def restore(settings: Settings, path: Path, *, replace: bool) -> Manifest:
    """Put the world in ``path`` where ``settings`` say, brought up to this version's schema.

    ``replace``: even where there is one already, whose place it takes. Raises Refused, Damaged
    and CopyFailed, the world that was there unchanged.
    """
    engine = _engine(settings)
    home = settings.home
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="restoring-", dir=home) as name:
        folder = Path(name)
        manifest = unpack(path, folder)
        _refuse_other(manifest, engine)
        older = _pictures_there(settings)
        if older is not None and not replace:
            raise Refused("there is a world here already; --replace puts this one in its place")
        database = folder / DATABASES[engine]
        if engine == "sqlite":
            ask_sqlite(database, [_REVISION])
            migrations.upgrade(f"sqlite:///{database}")
        newer = {found[1] for one in manifest.members if (found := picture_of(one))}
        asyncio.run(_put_pictures(settings, folder / "pictures", sorted(newer)))
        _put(settings, database)
        asyncio.run(_remove_pictures(settings, sorted(set(older or ()) - newer)))
        return manifest


def _engine(settings: Settings) -> Engine:
    return "sqlite" if sqlite_path(settings.database_address) is not None else "postgresql"


def _copy(settings: Settings, target: Path, questions: list[str]) -> list[Rows]:
    path = sqlite_path(settings.database_address)
    if path is None:
        return copy_postgres(settings.database_address, target, questions)
    if not path.exists():
        raise Refused(f"there is no database at {path}")
    return copy_sqlite(path, target, questions)


def _put(settings: Settings, database: Path) -> None:
    path = sqlite_path(settings.database_address)
    if path is None:
        put_postgres(database, settings.database_address)
        # Each change is a transaction of its own: killed between, `dalan migrate` finishes it.
        migrations.upgrade(settings.database_address)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        put_sqlite(database, path)


def _refuse_other(manifest: Manifest, engine: Engine) -> None:
    if manifest.schema_revision > migrations.head():
        raise Refused(
            f"it was made by a newer version ({manifest.version}, schema"
            f" {manifest.schema_revision}); install that one first"
        )
    if manifest.schema_revision not in migrations.revisions():
        raise Refused(f"its schema {manifest.schema_revision} is none this version knows")
    if manifest.engine != engine:
        raise Refused(f"it holds a database of {manifest.engine}, and here is one of {engine}")


def _pictures_there(settings: Settings) -> list[str] | None:
    """Names of the pictures of the world that is there; None where there is none, or nobody in
    it."""
    engine, path = _engine(settings), sqlite_path(settings.database_address)
    if path is not None and (not path.exists() or not path.stat().st_size):
        return None

    def ask(question: str) -> Rows:
        if path is not None:
            return ask_sqlite(path, [question])[0]
        return ask_postgres(settings.database_address, [question])[0]

    if not ask(_TABLES[engine]) or not ask("SELECT id FROM person LIMIT 1"):
        return None
    return [row[0] for row in ask(_PICTURES)]


async def _add_pictures(settings: Settings, writer: Writer, names: list[str]) -> list[str]:
    store, missing = media.MediaStore(settings.media_address), []
    for some in _in_parts(names):
        read = await asyncio.gather(*[_sizes(store, name) for name in some])
        for name, files in zip(some, read, strict=True):
            for size_px, data in files.items():
                writer.add_picture(size_px, name, data)
            if len(files) < len(media.SIZES):
                missing.append(name)
    return missing


async def _sizes(store: media.MediaStore, name: str) -> dict[media.Size, bytes]:
    files: dict[media.Size, bytes] = {}
    for size_px in media.SIZES:
        try:
            files[size_px] = await store.read(name, size_px)
        except media.UnknownImage:
            continue
    return files


async def _put_pictures(settings: Settings, folder: Path, names: list[str]) -> None:
    store = media.MediaStore(settings.media_address)
    for some in _in_parts(names):
        await asyncio.gather(
            *[
                store.put(
                    name,
                    {
                        size_px: path.read_bytes()
                        for size_px in media.SIZES
                        if (path := folder / str(size_px) / name).exists()
                    },
                )
                for name in some
            ]
        )


async def _remove_pictures(settings: Settings, names: list[str]) -> None:
    store = media.MediaStore(settings.media_address)
    for name in names:
        try:
            await store.remove(name)
        except OSError as error:
            # The world stands already; what is left over is only in the way of the disk.
            print(f"{name} could not be removed: {error}", file=sys.stderr)  # noqa: T201 (a command)
            return


def _in_parts(names: list[str]) -> Iterable[list[str]]:
    return (names[at : at + AT_ONCE_MAX] for at in range(0, len(names), AT_ONCE_MAX))
