"""Uploads that come in parts: begun once, gone on with after every cut, finished once.

A part is an object of the store first and a row second: what a crash leaves in between belongs
to no upload and goes with its folder. The row's ``received_bytes`` moves only from where the part
began, so of two parts for one place one counts, whoever sends them and in whatever order.
"""

import tempfile
from datetime import datetime, timedelta
from typing import IO

from dalan.domains.media import upload_queries as queries
from dalan.domains.media.errors import (
    FileTooLarge,
    ImageTooLarge,
    TooManyUploads,
    UnknownFile,
    UnknownUpload,
    UnreadableFile,
    UnreadableImage,
    UploadOverfull,
    UploadRefused,
    WrongOffset,
)
from dalan.domains.media.filing import FilePurpose, FileRules, file, plain_title, store_file
from dalan.domains.media.store import MediaStore
from dalan.domains.media.storing import image, store_image
from dalan.domains.media.tables import Image, Kind, MediaFile, Upload
from dalan.errors import DalanError
from dalan.kernel import clock, randomness
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import Database, ReadTransaction, WriteTransaction

OPEN_PER_APP_MAX = 32
PARTS_MAX = 1_000

_TOKEN_KIND, _TOKEN_PREFIX = "up", "dalan"


async def begin_upload(
    tx: WriteTransaction,
    *,
    keys: Keyring,
    kind: Kind,
    purpose: FilePurpose,
    app_id: int,
    size_bytes: int,
    rules: FileRules,
    life: timedelta,
    title: str = "",
) -> tuple[Upload, str]:
    """Begin an upload of ``size_bytes``; the upload and the secret part of its address.

    Whoever has the address may go on with it: it is given once and stored as a MAC. Raises
    ``UnreadableFile`` for no bytes, ``FileTooLarge`` and ``TooManyUploads``.
    """
    if size_bytes < 1:
        raise UnreadableFile("the file is empty", reason="empty")
    if size_bytes > rules.bytes_max(kind):
        raise FileTooLarge(kind, bytes_max=rules.bytes_max(kind))
    now = clock.now()
    if await queries.open_uploads_of_app.scalar(tx, app_id=app_id, after=now - life) >= (
        OPEN_PER_APP_MAX
    ):
        raise TooManyUploads(most=OPEN_PER_APP_MAX)
    token = keys.new_token(_TOKEN_KIND, _TOKEN_PREFIX)
    begun = await queries.add_upload.one(
        tx,
        mac=keys.token_mac(token),
        kind=kind,
        purpose=purpose,
        app_id=app_id,
        title=plain_title(title),
        size_bytes=size_bytes,
        received_bytes=0,
        created_at=now,
    )
    return begun, token


async def upload(tx: ReadTransaction, token: str, *, keys: Keyring, life: timedelta) -> Upload:
    """The upload of that address. Raises ``UnknownUpload``, also when its time is over."""
    mac = keys.token_mac(token) if token.startswith(f"{_TOKEN_PREFIX}_{_TOKEN_KIND}_") else None
    found = await queries.upload_by_mac.one_or_none(tx, mac=mac) if mac else None
    if found is None or expires_at(found, life) <= clock.now():
        raise UnknownUpload
    return found


def expires_at(begun: Upload, life: timedelta) -> datetime:
    """When an upload is forgotten, finished or not."""
    return begun.created_at + life


async def expire_upload(
    tx: WriteTransaction, token: str, *, keys: Keyring, life: timedelta
) -> None:
    """Let the time of that upload be over; nothing happens when there is none. For dev worlds."""
    mac = keys.token_mac(token) if token.startswith(f"{_TOKEN_PREFIX}_{_TOKEN_KIND}_") else None
    if mac is not None:
        await queries.set_begun.execute(tx, of_mac=mac, begun_at=clock.now() - life)


async def receive_part(
    db: Database,
    store: MediaStore,
    begun: Upload,
    source: IO[bytes],
    *,
    offset: int,
    size_bytes: int,
) -> Upload:
    """Keep ``size_bytes`` of ``source`` as the part that begins at ``offset``; the upload as it
    is then. Its own unit of work.

    A part for a place that is filled changes nothing. Raises ``WrongOffset``, ``UploadOverfull``,
    ``UploadRefused`` for one that was refused, ``StoreUnavailable``.
    """
    refuse_part(begun, offset=offset, size_bytes=size_bytes)
    if not size_bytes:
        return begun
    name = _part_key(begun, str(randomness.uuid4()))
    source.seek(0)
    await store.put_file(name, source)

    async def count(tx: WriteTransaction) -> Upload | None:
        moved = await queries.advance.one_or_none(
            tx, upload_id=begun.id, offset=offset, count=size_bytes
        )
        if moved is not None:
            await queries.add_part.execute(
                tx, upload_id=begun.id, offset_bytes=offset, size_bytes=size_bytes, name=name
            )
            if len(await queries.parts_of_upload.all(tx, upload_id=begun.id)) > PARTS_MAX:
                raise UploadOverfull(f"an upload may come in at most {PARTS_MAX} parts")
        return moved

    try:
        moved = await db.transact(count)
    except UploadOverfull:
        await store.remove_files([name])
        raise
    if moved is not None:
        return moved
    await store.remove_files([name])
    async with db.look() as look:
        now = await queries.upload_by_mac.one_or_none(look, mac=begun.mac)
    if now is None:
        raise UnknownUpload
    refuse_part(now, offset=offset, size_bytes=size_bytes)
    raise WrongOffset(received_bytes=now.received_bytes)


def refuse_part(begun: Upload, *, offset: int, size_bytes: int = 0) -> None:
    """Raises what ``receive_part`` raises of a part that cannot be kept, before it is read."""
    if begun.refused_because is not None:
        raise UploadRefused(begun.refused_because)
    if offset != begun.received_bytes:
        raise WrongOffset(received_bytes=begun.received_bytes)
    if offset + size_bytes > begun.size_bytes:
        raise UploadOverfull(f"the upload was said to have {begun.size_bytes} bytes")


async def finish_upload(
    db: Database, store: MediaStore, begun: Upload, *, rules: FileRules
) -> Image | MediaFile:
    """Make a picture or a file of an upload that is whole; again, the same one.

    Safe to be cut short anywhere and to be asked twice at once: one of two results counts, the
    other one is shown nowhere and purged. Raises what ``store_image`` and ``store_file`` raise;
    for what is wrong with the bytes the upload is then refused for good (``UploadRefused``).
    """
    assert begun.is_whole, "only what is whole is finished"
    if begun.refused_because is not None:
        raise UploadRefused(begun.refused_because)
    if begun.result_name is not None:
        async with db.look() as look:
            return await result(look, begun)
    async with db.look() as look:
        parts = await queries.parts_of_upload.all(look, upload_id=begun.id)
    refusal: DalanError | None = None
    made: Image | MediaFile | None = None
    try:
        with tempfile.TemporaryFile() as whole:
            for part in parts:
                pieces = (await store.open_file(part.name)).pieces
                async for piece in pieces:
                    whole.write(piece)
            made = await _made(db, store, begun, whole, rules)
    except (UnreadableImage, UnreadableFile, ImageTooLarge, FileTooLarge) as error:
        refusal = error
    except UnknownFile:
        refusal = UploadRefused("a part of the upload is lost")

    async def settle(tx: WriteTransaction) -> Upload | None:
        await queries.settle.execute(
            tx,
            upload_id=begun.id,
            result_name=made.name if made else None,
            refused_because=str(refusal) if refusal else None,
        )
        await queries.forget_parts.execute(tx, upload_id=begun.id)
        return await queries.upload_by_mac.one_or_none(tx, mac=begun.mac)

    settled = await db.transact(settle)
    await store.remove_files(part.name for part in parts)
    if refusal is not None:
        raise refusal
    if settled is None:
        raise UnknownUpload
    async with db.look() as look:
        return await result(look, settled)


async def _made(
    db: Database, store: MediaStore, begun: Upload, whole: IO[bytes], rules: FileRules
) -> Image | MediaFile:
    if begun.kind == "image" and begun.purpose == "post":
        return await store_image(
            db, store, whole, purpose="post", app_id=begun.app_id, bytes_max=rules.image_bytes_max
        )
    purpose: FilePurpose = "post" if begun.purpose == "post" else "chat"
    return await store_file(
        db,
        store,
        whole,
        kind=begun.kind,
        purpose=purpose,
        rules=rules,
        title=begun.title,
        app_id=begun.app_id,
    )


async def result(tx: ReadTransaction, begun: Upload) -> Image | MediaFile:
    """What an upload became. Raises ``UnknownUpload`` while it became nothing, and
    ``UnknownImage`` or ``UnknownFile`` when that is gone."""
    if begun.result_name is None:
        raise UnknownUpload
    if begun.kind == "image" and begun.purpose == "post":
        return await image(tx, begun.result_name)
    return await file(tx, begun.result_name)


async def drop_upload(db: Database, store: MediaStore, begun: Upload) -> None:
    """Forget an upload and what came of it; what it became stays. Its own unit of work."""
    async with db.write() as tx:
        await queries.forget_uploads.execute(tx, ids=[begun.id])
    await store.remove_files(await store.keys_under(_folder(begun)))


async def purge_uploads(db: Database, store: MediaStore, *, life: timedelta, at_once: int) -> int:
    """Forget uploads begun longer than ``life`` ago, and what a crash left beside their parts;
    answers how many. The bytes go first, so that a run cut short is finished by the next."""
    purged = 0
    while True:
        async with db.look() as look:
            old = await queries.uploads_before.all(look, before=clock.now() - life, count=at_once)
        if not old:
            return purged
        for one in old:
            await store.remove_files(await store.keys_under(_folder(one)))
        async with db.write() as tx:
            await queries.forget_uploads.execute(tx, ids=[one.id for one in old])
        purged += len(old)


def _folder(begun: Upload) -> str:
    # Not the id: SQLite gives one that was dropped to somebody else.
    return f"incoming/{begun.mac.hex()[:32]}"


def _part_key(begun: Upload, name: str) -> str:
    return f"{_folder(begun)}/{name}"
