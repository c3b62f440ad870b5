"""Taking a picture in and keeping it."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import IO, Literal, TypeVar
from weakref import WeakKeyDictionary

from dalan.domains.media import pixels, queries
from dalan.domains.media.errors import ImagesQueueFull, ImageTooLarge, UnknownImage
from dalan.domains.media.store import Form, MediaStore, Size, is_name
from dalan.domains.media.tables import Image
from dalan.kernel import clock, randomness
from dalan.kernel.db import Database, ReadTransaction, WriteTransaction

Purpose = Literal["post", "addon", "avatar", "person"]
Done = TypeVar("Done")

IMAGE_BYTES_MAX = 5_000_000

DRAWN_AT_ONCE_MAX = 2
WAITING_MAX = 32


class _Desk:
    """Pictures are drawn a few at a time, in threads: each holds its pixels in memory."""

    def __init__(self) -> None:
        self.turns = asyncio.Semaphore(DRAWN_AT_ONCE_MAX)
        self.waiting = 0


_desks: WeakKeyDictionary[asyncio.AbstractEventLoop, _Desk] = WeakKeyDictionary()


async def store_image(
    db: Database,
    store: MediaStore,
    source: bytes | IO[bytes],
    *,
    purpose: Purpose,
    app_id: int | None = None,
    person_id: int | None = None,
    bytes_max: int = IMAGE_BYTES_MAX,
) -> Image:
    """Draw a picture anew, write its row and its files; it is temporary until ``attach``.

    ``source`` is the picture, or a file that holds it and nothing else. Opens its own unit of
    work, for the drawing must not happen inside one. The row stands before the files do: after a
    crash in between, ``purge`` finds both. Avatars are cropped to their middle square. Raises
    ``ImageTooLarge``, ``UnreadableImage``, ``ImagesQueueFull`` and ``StoreUnavailable``.
    """
    drawn = await drawn_anew(
        source, bytes_max=bytes_max, crop_square=purpose in ("avatar", "person")
    )
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
            placeholder=drawn.placeholder,
        )
    await store.put(stored.name, drawn.files)
    return stored


async def drawn_anew(
    source: bytes | IO[bytes], *, bytes_max: int, crop_square: bool = False
) -> pixels.Drawn:
    """The files of a picture. Raises what ``store_image`` raises of the picture."""

    def draw() -> pixels.Drawn:
        data = source if isinstance(source, bytes) else _all_of(source, bytes_max)
        if len(data) > bytes_max:
            raise ImageTooLarge(bytes_max=bytes_max)
        return pixels.draw(data, crop_square=crop_square)

    if isinstance(source, bytes) and len(source) > bytes_max:
        raise ImageTooLarge(bytes_max=bytes_max)
    return await at_the_desk(draw)


async def at_the_desk(work: Callable[[], Done]) -> Done:
    """Do work that takes a core and memory in a thread, when its turn comes.

    Raises ``ImagesQueueFull`` when too many wait already.
    """
    desk = _desks.setdefault(asyncio.get_running_loop(), _Desk())
    if desk.waiting >= WAITING_MAX:
        raise ImagesQueueFull
    desk.waiting += 1
    try:
        async with desk.turns:
            return await asyncio.to_thread(work)
    finally:
        desk.waiting -= 1


def _all_of(file: IO[bytes], bytes_max: int) -> bytes:
    file.seek(0)
    return file.read(bytes_max + 1)


async def image(tx: ReadTransaction, name: str) -> Image:
    """The picture of that name, temporary or not. Raises ``UnknownImage``."""
    found = await queries.image_by_name.one_or_none(tx, wanted=name) if is_name(name) else None
    if found is None:
        raise UnknownImage(name)
    return found


async def images(
    tx: ReadTransaction,
    names: Sequence[str],
    *,
    app_id: int | None = None,
    shown: Collection[str] = (),
) -> list[Image]:
    """The pictures of these names, in their order. Raises ``UnknownImage``.

    ``app_id``: those that somebody else sent, another app or a person, or that were sent for
    something else than a post, are as good as unknown, unless they are ``shown`` already.
    """
    found = await known_images(tx, names)
    for name in names:
        there = found.get(name)
        if there is None or (
            app_id is not None and name not in shown and not _is_of_app(there, app_id)
        ):
            raise UnknownImage(name)
    return [found[name] for name in names]


def _is_of_app(image: Image, app_id: int) -> bool:
    """Nobody's (of a furnished world) is everybody's."""
    return image.purpose == "post" and (
        image.app_id == app_id or (image.app_id is None and image.person_id is None)
    )


async def images_by_id(tx: ReadTransaction, ids: Sequence[int]) -> dict[int, Image]:
    """Those of the numbered pictures that are there."""
    found = await queries.images_by_id.all(tx, ids=list(ids))
    return {image.id: image for image in found}


async def known_images(tx: ReadTransaction, names: Sequence[str]) -> dict[str, Image]:
    """Those of the named pictures that are there, by name."""
    asked = [name for name in names if is_name(name)]
    return {image.name: image for image in await queries.images_by_name.all(tx, names=asked)}


async def attach(tx: WriteTransaction, image_id: int) -> None:
    """Keep a picture for good, in the caller's transaction; attaching again changes nothing
    that matters. Raises ``UnknownImage`` when it is gone or about to be."""
    if not await queries.attach.execute(tx, image_id=image_id, at=clock.now()):
        raise UnknownImage(str(image_id))


async def read(store: MediaStore, name: str, size_px: Size, form: Form = "jpg") -> bytes:
    """One size of a picture. Raises ``UnknownImage``."""
    return await store.read(name, size_px, form)
