"""A whole world in one file, and back: database, pictures and files, taken while people use it.

Secrets are not in it: what is stored is worthless without ``DALAN_SECRET``, which is kept
elsewhere. This stands beside the composition root, for it knows the database as a whole.

The order of things is what keeps it safe. Taking: the database first, as of one moment, then
every file that copy names; files never change. Restoring: the archive is unpacked and checked,
then the files are added beside those that are there, then the database is replaced in one
transaction, then the journal of clicks, and only then the files of the world that was are
removed. Killed at any moment, there is the older world or the newer one.

What is on its way in in parts is not in it: who sends it begins anew.
"""

import asyncio
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from dalan import __version__, migrations
from dalan.backups.archive import (
    DATABASES,
    Damaged,
    Engine,
    Manifest,
    Writer,
    file_of,
    journal_of,
    unpack,
)
from dalan.domains import clicks, media
from dalan.kernel import clock
from dalan.kernel.db import sqlite_path
from dalan.kernel.db.copies import (
    CopyFailed,
    Rows,
    ask_postgres,
    ask_sqlite,
    check_postgres_programs,
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
_FILES = "SELECT name FROM media_file WHERE removed_at IS NULL ORDER BY name"
_COUNTED = {
    "people": "person",
    "posts": "post",
    "apps": "app",
    "pictures": "image",
    "files": "media_file",
}
_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
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
        if engine == "postgresql":
            check_postgres_programs()
        copied = Path(folder) / DATABASES[engine]
        # A world of before has no files but pictures; a query of tables has no other way to ask.
        counted = {name: table for name, table in _COUNTED.items() if table in _tables(settings)}
        named = [_PICTURES, _FILES] if "files" in counted else [_PICTURES]
        counts = [f"SELECT count(*) FROM {table}" for table in counted.values()]  # noqa: S608 (our words)
        # What the copy's moment found in the journal of clicks must still be there afterwards; how
        # far that was drained by then, the copy itself says.
        with clicks.kept_whole(settings.clicks_folder):
            (revision, *found) = _copy(settings, copied, [_REVISION, *named, *counts])
            journals = clicks.copy_segments(settings.clicks_folder, Path(folder) / "clicks")
        writer.add_file(copied.name, copied)
        copied.unlink()
        for one in journals:
            writer.add_file(f"clicks/{one.name}", one)
        names = [row[0] for rows in found[: len(named)] for row in rows]
        missing = asyncio.run(_add_files(settings, writer, names, Path(folder)))
        return writer.finish(
            lambda members: Manifest(
                format=1,
                made_at=clock.now().isoformat(timespec="seconds"),
                version=__version__,
                schema_revision=revision[0][0],
                engine=engine,
                world=settings.world,
                counts={
                    name: rows[0][0]
                    for name, rows in zip(counted, found[len(named) :], strict=True)
                },
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
        older = _names_there(settings)
        if older is not None and not replace:
            raise Refused("there is a world here already; --replace puts this one in its place")
        database = folder / DATABASES[engine]
        if engine == "sqlite":
            ask_sqlite(database, [_REVISION])
            migrations.upgrade(f"sqlite:///{database}")
        newer = {key: folder / one for one in manifest.members if (key := file_of(one))}
        asyncio.run(_put_files(settings, newer))
        _put(settings, database)
        journals = [folder / one for one in manifest.members if journal_of(one)]
        clicks.put_segments(settings.clicks_folder, journals)
        there = {key for name in older or () for key in _keys_of(name)}
        asyncio.run(_remove_files(settings, sorted(there - newer.keys())))
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


def _names_there(settings: Settings) -> list[str] | None:
    """Names of the pictures and files of the world that is there; None where there is none, or
    nobody in it."""
    tables = _tables(settings)
    if "person" not in tables or not _ask(settings, "SELECT id FROM person LIMIT 1"):
        return None
    questions = [_PICTURES, _FILES] if "media_file" in tables else [_PICTURES]
    return [row[0] for question in questions for row in _ask(settings, question)]


def _tables(settings: Settings) -> set[str]:
    path = sqlite_path(settings.database_address)
    if path is not None and (not path.exists() or not path.stat().st_size):
        return set()
    return {row[0] for row in _ask(settings, _TABLES[_engine(settings)])}


def _ask(settings: Settings, question: str) -> Rows:
    path = sqlite_path(settings.database_address)
    if path is not None:
        return ask_sqlite(path, [question])[0]
    return ask_postgres(settings.database_address, [question])[0]


def _store(settings: Settings) -> media.MediaStore:
    return media.MediaStore(settings.media_address, settings.media_options)


def _keys_of(name: str) -> list[str]:
    """Everything in the store that a name of the database stands for."""
    return media.keys_of_file(name)


def _has_all(name: str, keys: set[str]) -> bool:
    """Whether what was found is enough: pictures of before were not kept as WebP."""
    return {key for key in _keys_of(name) if not key.endswith(".webp")} <= keys


async def _add_files(
    settings: Settings, writer: Writer, names: list[str], folder: Path
) -> list[str]:
    """Put the files of these names in; answers the names of which some are not there."""
    store, missing = _store(settings), []
    for some in _in_parts(names):
        found = await asyncio.gather(
            *[_fetched(store, key, folder) for name in some for key in _keys_of(name)]
        )
        keys = {key for key, path in found if path is not None}
        for key, path in found:
            if path is not None:
                writer.add_file(f"media/{key}", path)
                path.unlink()
        missing += [name for name in some if not _has_all(name, keys)]
    return missing


async def _fetched(store: media.MediaStore, key: str, folder: Path) -> tuple[str, Path | None]:
    path = folder / key.replace("/", "-")
    try:
        opened = await store.open_file(key)
        with path.open("wb") as out:
            async for piece in opened.pieces:
                out.write(piece)
    except media.UnknownFile:
        path.unlink(missing_ok=True)
        return key, None
    return key, path


async def _put_files(settings: Settings, files: Mapping[str, Path]) -> None:
    store = _store(settings)

    async def put(key: str) -> None:
        with files[key].open("rb") as file:
            await store.put_file(key, file)

    for some in _in_parts(sorted(files)):
        await asyncio.gather(*[put(key) for key in some])


async def _remove_files(settings: Settings, keys: list[str]) -> None:
    store = _store(settings)
    for key in keys:
        try:
            await store.remove_files([key])
        except (OSError, media.StoreUnavailable) as error:
            # The world stands already; what is left over is only in the way of the disk.
            print(f"{key} could not be removed: {error}", file=sys.stderr)  # noqa: T201 (a command)
            return


def _in_parts(names: list[str]) -> Iterable[list[str]]:
    return (names[at : at + AT_ONCE_MAX] for at in range(0, len(names), AT_ONCE_MAX))
