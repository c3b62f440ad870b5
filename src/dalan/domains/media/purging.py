"""Removing what nothing shows: pictures, files, and uploads nobody goes on with."""

from datetime import timedelta

from dalan.domains.media import queries
from dalan.domains.media.resuming import purge_uploads
from dalan.domains.media.store import MediaStore, file_key, is_file_name, picture_keys, poster_of
from dalan.kernel import clock
from dalan.kernel.db import Database

TEMPORARY_LIFE = timedelta(hours=24)
"""Kenar digest 6.2: a picture nothing shows a day after it was sent is removed."""

PURGED_AT_ONCE = 200


async def purge(db: Database, store: MediaStore, *, life: timedelta = TEMPORARY_LIFE) -> int:
    """Remove pictures, files and uploads that were temporary for longer than ``life``; answers
    how many.

    Each batch is first marked, so that nobody can attach what is about to go; then the files go,
    then the rows. Cut short anywhere, the next run finishes it.
    """
    return (
        await _purge_images(db, store, life)
        + await _purge_files(db, store, life)
        + await purge_uploads(db, store, life=life, at_once=PURGED_AT_ONCE)
    )


async def _purge_images(db: Database, store: MediaStore, life: timedelta) -> int:
    removed = 0
    while True:
        async with db.write() as tx:
            old = await queries.temporary_before.all(
                tx, before=clock.now() - life, count=PURGED_AT_ONCE
            )
            marked = await queries.mark_removed.all(
                tx, ids=[image.id for image in old], at=clock.now()
            )
        names = [row[0] for row in marked]
        if not names:
            return removed
        for name in names:
            await store.remove(name)
        async with db.write() as tx:
            await queries.forget_removed.execute(tx, names=names)
        removed += len(names)


async def _purge_files(db: Database, store: MediaStore, life: timedelta) -> int:
    removed = 0
    while True:
        async with db.write() as tx:
            old = await queries.temporary_files_before.all(
                tx, before=clock.now() - life, count=PURGED_AT_ONCE
            )
            marked = await queries.mark_files_removed.all(
                tx, ids=[one.id for one in old], at=clock.now()
            )
        names = [row[0] for row in marked]
        if not names:
            return removed
        for name in names:
            await store.remove_files(keys_of_file(name))
        async with db.write() as tx:
            await queries.forget_removed_files.execute(tx, names=names)
        removed += len(names)


def keys_of_file(name: str) -> list[str]:
    """Everything that may stand in the store of a file: its bytes, and its picture or poster."""
    own = [file_key(name)] if is_file_name(name) else []
    return [*own, *picture_keys(poster_of(name))] if not own or name.endswith(".mp4") else own
