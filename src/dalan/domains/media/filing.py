"""Taking in what is more than a picture: videos of posts, and everything sent into chats."""

import asyncio
from collections.abc import Sequence
from typing import IO, Literal

import msgspec

from dalan.domains.media import containers, pixels, queries
from dalan.domains.media.documents import kind_of_document
from dalan.domains.media.errors import FileTooLarge, UnknownFile, UnreadableFile
from dalan.domains.media.store import MediaStore, file_key, is_file_name, is_name, poster_of
from dalan.domains.media.storing import at_the_desk, drawn_anew
from dalan.domains.media.tables import Kind, MediaFile
from dalan.kernel import clock, randomness
from dalan.kernel.db import Database, ReadTransaction, WriteTransaction

FilePurpose = Literal["post", "chat"]

TITLE_LENGTH_MAX = 200


class FileRules(msgspec.Struct, frozen=True):
    """How large and how long files may be, by kind; the operator's settings.

    Source of the defaults: kenar.md 5.4. Of videos of posts no bound is published; theirs are
    those of chats.
    """

    image_bytes_max: int = 5_000_000
    file_bytes_max: int = 5_000_000
    voice_bytes_max: int = 1_500_000
    video_bytes_max: int = 50_000_000
    video_seconds_max: int = 180

    def bytes_max(self, kind: Kind) -> int:
        """The most bytes a file of that kind may have."""
        most: int = getattr(self, f"{kind}_bytes_max")
        return most


class _Examined(msgspec.Struct):
    """What is known of a file before its row is written."""

    extension: str
    size_bytes: int
    container: containers.Container | None = None
    drawn: pixels.Drawn | None = None


async def store_file(
    db: Database,
    store: MediaStore,
    source: IO[bytes],
    *,
    kind: Kind,
    purpose: FilePurpose,
    rules: FileRules,
    title: str = "",
    app_id: int | None = None,
    person_id: int | None = None,
) -> MediaFile:
    """Look a file over, write its row and its bytes; it is temporary until ``attach_file``.

    ``source`` holds the file and nothing else; what a camera wrote into a video about itself is
    overwritten there. A picture is drawn anew. Its own unit of work; the row stands before the
    bytes do. Raises ``FileTooLarge``, ``ImageTooLarge``, ``UnreadableFile``, ``UnreadableImage``,
    ``ImagesQueueFull`` and ``StoreUnavailable``.
    """
    known = await _examined(source, kind, rules)
    container, drawn = known.container, known.drawn
    seen = drawn if kind == "image" else container if kind == "video" else None
    async with db.write() as tx:
        stored = await queries.add_file.one(
            tx,
            name=f"{randomness.uuid4()}.{known.extension}",
            kind=kind,
            purpose=purpose,
            app_id=app_id,
            person_id=person_id,
            title=plain_title(title),
            size_bytes=known.size_bytes,
            width_px=seen.width_px if seen else None,
            height_px=seen.height_px if seen else None,
            duration_ms=container.duration_ms if container else None,
            placeholder=drawn.placeholder if drawn else "",
            created_at=clock.now(),
        )
    if drawn is not None:
        await store.put(poster_of(stored.name), drawn.files)
    if kind != "image":
        await asyncio.to_thread(source.seek, 0)
        await store.put_file(file_key(stored.name), source)
    return stored


async def _examined(source: IO[bytes], kind: Kind, rules: FileRules) -> _Examined:
    if kind == "image":
        drawn = await drawn_anew(source, bytes_max=rules.image_bytes_max)
        return _Examined("jpg", sum(map(len, drawn.files.values())), drawn=drawn)

    def look() -> _Examined:
        size_bytes = source.seek(0, 2)
        if size_bytes > rules.bytes_max(kind):
            raise FileTooLarge(kind, bytes_max=rules.bytes_max(kind))
        if not size_bytes:
            raise UnreadableFile("the file is empty", reason="empty")
        if kind == "file":
            return _Examined(kind_of_document(source, size_bytes), size_bytes)
        container = containers.read_container(source, size_bytes)
        if kind == "voice":
            known = _Examined(_voice(container), size_bytes, container)
        else:
            _check_video(container, rules)
            poster = pixels.draw_poster(container.width_px, container.height_px)
            known = _Examined("mp4", size_bytes, container, poster)
        containers.blank_metadata(source, container)
        return known

    return await at_the_desk(look)


def _voice(container: containers.Container) -> str:
    if container.has_video or not container.has_audio:
        raise UnreadableFile("a voice has sound and nothing else", reason="unknown_type")
    _check_duration(container)
    return "3gp" if container.brand.startswith(b"3gp") else "m4a"


def _check_video(container: containers.Container, rules: FileRules) -> None:
    if not container.has_video:
        raise UnreadableFile("there is no picture in the video", reason="unknown_type")
    if container.brand.startswith((b"qt", b"3g")):
        raise UnreadableFile("QuickTime and 3GP are not taken; send MP4", reason="unknown_type")
    _check_duration(container)
    if container.duration_ms > rules.video_seconds_max * 1_000:
        raise UnreadableFile(
            f"a video may play for at most {rules.video_seconds_max} seconds", reason="too_long"
        )
    sides = (container.width_px, container.height_px)
    if min(sides) < 1:
        raise UnreadableFile("the video does not say how large it is", reason="broken")
    if max(sides) > containers.SIDE_PX_MAX:
        raise UnreadableFile(
            f"a video may have at most {containers.SIDE_PX_MAX} pixels a side",
            reason="too_many_pixels",
        )


def _check_duration(container: containers.Container) -> None:
    if container.duration_ms <= 0:
        raise UnreadableFile("the file does not say how long it plays", reason="broken")


def plain_title(title: str) -> str:
    """A name to be shown: the last part of a path, without what cannot be seen."""
    last = title.replace("\\", "/").rpartition("/")[2]
    return "".join(one for one in last if one.isprintable()).strip()[:TITLE_LENGTH_MAX]


async def file(
    tx: ReadTransaction, name: str, *, purpose: FilePurpose | None = None, app_id: int | None = None
) -> MediaFile:
    """The file of that name, temporary or not. Raises ``UnknownFile``.

    ``purpose`` and ``app_id``: one sent for something else, or by another app, is as good as
    unknown.
    """
    known = is_file_name(name) or is_name(name)
    found = await queries.file_by_name.one_or_none(tx, wanted=name) if known else None
    if (
        found is None
        or (purpose is not None and found.purpose != purpose)
        or (app_id is not None and found.app_id not in (None, app_id))
    ):
        raise UnknownFile(name)
    return found


async def files_by_id(tx: ReadTransaction, ids: Sequence[int]) -> dict[int, MediaFile]:
    """Those of the numbered files that are there."""
    return {one.id: one for one in await queries.files_by_id.all(tx, ids=list(ids))}


async def known_files(tx: ReadTransaction, names: Sequence[str]) -> dict[str, MediaFile]:
    """Those of the named files that are there, by name."""
    asked = [name for name in names if is_file_name(name)]
    return {file.name: file for file in await queries.files_by_name.all(tx, names=asked)}


async def attach_file(tx: WriteTransaction, file_id: int) -> None:
    """Keep a file for good, in the caller's transaction. Raises ``UnknownFile`` when it is gone
    or about to be."""
    if not await queries.attach_file.execute(tx, file_id=file_id, at=clock.now()):
        raise UnknownFile(str(file_id))


async def pin_file(tx: WriteTransaction, name: str) -> None:
    """Hold a file beside whatever it is attached to, until ``unpin_file``, in the caller's
    transaction. Raises ``UnknownFile`` when it is gone or about to be."""
    if not await queries.pin_file.execute(tx, wanted=name):
        raise UnknownFile(name)


async def unpin_file(tx: WriteTransaction, name: str) -> None:
    """Let go of a file: ``purge`` removes it where nobody else shows it."""
    await queries.unpin_file.execute(tx, wanted=name)


async def release_files(tx: WriteTransaction, ids: Sequence[int]) -> None:
    """Nothing shows these files any more, in the caller's transaction: ``purge`` removes them."""
    await queries.release_files.execute(tx, ids=list(ids))
