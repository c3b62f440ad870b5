"""Files that come with messages and receipts: known by what is in them, bounded, and private."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from dalan.domains import media
from dalan.domains.support import queries
from dalan.domains.support.errors import RefusedFile, TooMuch, UnknownFile
from dalan.domains.support.tables import File, FileKind
from dalan.kernel import clock, randomness
from dalan.kernel.db import ReadTransaction, WriteTransaction

FILES_MAX: Final = 3
"""Files of one message."""

FILE_BYTES_MAX: Final = 2_000_000
"""Of a document, as it came. A picture may be as large as any picture; it is kept drawn anew."""

APP_BYTES_MAX: Final = 100_000_000
"""What the files of one app may take together."""

NAME_LENGTH_MAX: Final = 100
CONTENT_TYPES: Final[dict[FileKind, str]] = {
    "image": "image/jpeg",
    "pdf": "application/pdf",
    "text": "text/plain; charset=utf-8",
    "zip": "application/zip",
}
_ENDINGS: Final[dict[FileKind, str]] = {
    "image": ".jpg",
    "pdf": ".pdf",
    "text": ".txt",
    "zip": ".zip",
}
_TEXT_ENDINGS: Final = (".txt", ".log", ".json", ".csv", ".md", ".xml", ".yml", ".yaml", ".har")
_IDS: Final = 2**53 - 1


class Sent(NamedTuple):
    """A file as somebody sent it; the name is a claim."""

    name: str
    content: bytes


class Prepared(NamedTuple):
    """A file as it is kept."""

    name: str
    kind: FileKind
    content: bytes


async def prepare(sent: Sequence[Sent], *, image_bytes_max: int) -> list[Prepared]:
    """Look at what was sent and draw pictures anew; outside any transaction, for that takes time.

    What a file is, its first bytes say, not its name. Raises RefusedFile; ``too_many`` past
    three, and ``ImagesQueueFull`` of media.
    """
    if len(sent) > FILES_MAX:
        raise RefusedFile("", "too_many", most=FILES_MAX)
    return [await _prepared(one, image_bytes_max) for one in sent]


async def keep(
    tx: WriteTransaction,
    app_id: int,
    files: Iterable[Prepared],
    *,
    entry_id: int | None = None,
    deposit_id: str | None = None,
) -> None:
    """Write files beside the entry or deposit they belong to. Raises TooMuch past 100 MB of one
    app; the caller has locked what keeps two members of a team apart."""
    kept = list(files)
    if not kept:
        return
    held = int(await queries.bytes_of_app.scalar(tx, app_id=app_id))
    if held + sum(len(one.content) for one in kept) > APP_BYTES_MAX:
        raise TooMuch("files", APP_BYTES_MAX)
    for one in kept:
        await queries.add_file.execute(
            tx,
            id=1 + randomness.below(_IDS),
            app_id=app_id,
            entry_id=entry_id,
            deposit_id=deposit_id,
            name=one.name,
            kind=one.kind,
            size_bytes=len(one.content),
            content=one.content,
            created_at=clock.now(),
        )


async def file_of_app(
    tx: ReadTransaction, file_id: int, *, app_id: int | None, with_notes: bool
) -> File:
    """A file for a member of its app, or (``app_id`` None, ``with_notes``) for an operator.

    Raises UnknownFile for other apps' files and, without ``with_notes``, for those of notes.
    """
    found = await queries.file_by_id.one_or_none(tx, file_id=file_id)
    if found is None or (app_id is not None and found.app_id != app_id):
        raise UnknownFile
    if found.entry_id is not None and not with_notes:
        entry = await queries.entry_by_id.one(tx, entry_id=found.entry_id)
        if entry.kind == "note":
            raise UnknownFile
    return found


async def content_of(tx: ReadTransaction, file: File) -> bytes:
    """What is in a file."""
    return bytes(await queries.content_of_file.scalar(tx, file_id=file.id))


async def _prepared(sent: Sent, image_bytes_max: int) -> Prepared:
    data = sent.content
    if not data:
        raise RefusedFile(sent.name, "empty")
    kind = kind_of(data)
    if kind is None:
        raise RefusedFile(sent.name, "unknown_type")
    most = image_bytes_max if kind == "image" else FILE_BYTES_MAX
    if len(data) > most:
        raise RefusedFile(sent.name, "too_large", most=most)
    if kind == "image":
        try:
            data = await media.redraw(data, bytes_max=image_bytes_max)
        except media.UnreadableImage as error:
            raise RefusedFile(sent.name, "broken") from error
    return Prepared(_name(sent.name, kind), kind, data)


def kind_of(data: bytes) -> FileKind | None:
    """What the bytes are, of the kinds we take."""
    if media.is_picture(data):
        return "image"
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if any(_is_no_text(one) for one in text) else "text"


def _is_no_text(character: str) -> bool:
    return character < " " and character not in "\t\n\r\f\x1b"


def _name(claimed: str, kind: FileKind) -> str:
    """A name that is only a name, with an ending that says what the file is."""
    last = claimed.replace("\\", "/").rpartition("/")[2]
    kept = "".join(
        one for one in last if one.isprintable() and unicodedata.category(one) != "Cf"
    ).strip(" .")
    ending = _ENDINGS[kind]
    stem, dot, own = kept.rpartition(".")
    if kind == "text" and dot and f".{own.lower()}" in _TEXT_ENDINGS:
        ending = f".{own.lower()}"
    if not dot:
        stem = kept
    return f"{stem[:NAME_LENGTH_MAX] or 'file'}{ending}"
