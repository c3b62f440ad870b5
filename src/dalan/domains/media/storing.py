"""Taking a picture in, keeping it, and removing what nothing shows."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal
from weakref import WeakKeyDictionary

from dalan.domains.media import pixels, queries
from dalan.domains.media.errors import ImagesQueueFull, ImageTooLarge, UnknownImage
from dalan.domains.media.store import MediaStore, Size, is_name
from dalan.domains.media.tables import Image
from dalan.kernel import clock, randomness
from dalan.kernel.db import Database, ReadTransaction, WriteTransaction

Purpose = Literal["post", "addon", "avatar", "person"]

IMAGE_BYTES_MAX = 5_000_000
TEMPORARY_LIFE = timedelta(hours=24)
"""Kenar digest 6.2: a picture nothing shows a day after it was sent is removed."""

DRAWN_AT_ONCE_MAX = 2
WAITING_MAX = 32
PURGED_AT_ONCE = 200


class _Desk:
    """Pictures are drawn a few at a time, in threads: each holds its pixels in memory."""

    def __init__(self) -> None:
        self.turns = asyncio.Semaphore(DRAWN_AT_ONCE_MAX)
        self.waiting = 0


_desks: WeakKeyDictionary[asyncio.AbstractEventLoop, _Desk] = WeakKeyDictionary()


async def store_image(
    db: Database,
    store: MediaStore,
    data: bytes,
    *,
    purpose: Purpose,
    app_id: int | None = None,
    person_id: int | None = None,
    bytes_max: int = IMAGE_BYTES_MAX,
) -> Image:
    """Draw a picture anew, write its row and its files; it is temporary until ``attach``.

    Opens its own unit of work, for the drawing must not happen inside one. The row stands
    before the files do: after a crash in between, ``purge`` finds both. Avatars are cropped to
    their middle square. Raises ``ImageTooLarge``, ``UnreadableImage``, ``ImagesQueueFull``.
    """
    if len(data) > bytes_max:
        raise ImageTooLarge(bytes_max=bytes_max)
    drawn = await _draw(data, crop_square=purpose in ("avatar", "person"))
    async with db.write() as tx:
        stored = await queries.add_image.one(
            tx,
            name=f"{randomness.uuid4()}.jpg",
            purpose=purpose,
            app_id=app_id,
            person_id=person_id,
            width_px=drawn.width_px,
            height_px=drawn.height_px,
            size_bytes=sum(map(len, drawn.files.values())),
            created_at=clock.now(),
        )
    await store.put(stored.name, drawn.files)
    return stored


async def _draw(data: bytes, *, crop_square: bool) -> pixels.Drawn:
    desk = _desks.setdefault(asyncio.get_running_loop(), _Desk())
    if desk.waiting >= WAITING_MAX:
        raise ImagesQueueFull
    desk.waiting += 1
    try:
        async with desk.turns:
            return await asyncio.to_thread(pixels.draw, data, crop_square=crop_square)
    finally:
        desk.waiting -= 1


async def image(tx: ReadTransaction, name: str) -> Image:
    """The picture of that name, temporary or not. Raises ``UnknownImage``."""
    found = await queries.image_by_name.one_or_none(tx, wanted=name) if is_name(name) else None
    if found is None:
        raise UnknownImage(name)
    return found


async def images(tx: ReadTransaction, names: Sequence[str]) -> list[Image]:
    """The pictures of these names, in their order. Raises ``UnknownImage``."""
    asked = [name for name in names if is_name(name)]
    found = {image.name: image for image in await queries.images_by_name.all(tx, names=asked)}
    for name in names:
        if name not in found:
            raise UnknownImage(name)
    return [found[name] for name in names]


async def images_by_id(tx: ReadTransaction, ids: Sequence[int]) -> dict[int, Image]:
    """Those of the numbered pictures that are there."""
    found = await queries.images_by_id.all(tx, ids=list(ids))
    return {image.id: image for image in found}


async def attach(tx: WriteTransaction, image_id: int) -> None:
    """Keep a picture for good, in the caller's transaction; attaching again changes nothing
    that matters. Raises ``UnknownImage`` when it is gone or about to be."""
    if not await queries.attach.execute(tx, image_id=image_id, at=clock.now()):
        raise UnknownImage(str(image_id))


async def read(store: MediaStore, name: str, size_px: Size) -> bytes:
    """The JPEG of one size. Raises ``UnknownImage``."""
    return await store.read(name, size_px)


async def purge(db: Database, store: MediaStore, *, life: timedelta = TEMPORARY_LIFE) -> int:
    """Remove pictures that were temporary for longer than ``life``; answers how many.

    Each batch is first marked, so that nobody can attach what is about to go; then the files go,
    then the rows. Cut short anywhere, the next run finishes it.
    """
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
