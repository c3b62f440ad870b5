"""Where the bytes stand: a folder, or an object store, behind one name.

Names are ours (``is_name``, ``is_file_name``) and are checked before one becomes part of a key,
so that nothing a caller says ever is a path.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Literal, get_args

import msgspec

from dalan.domains.media.errors import StoreUnavailable, UnknownFile, UnknownImage
from dalan.kernel import logs

if TYPE_CHECKING:
    from obstore.store import ObjectStore

log = logs.get("media")

Size = Literal[1200, 600, 200]
SIZES: tuple[Size, ...] = get_args(Size)
"""Longest side in pixels of what is kept of a picture, largest first."""

Form = Literal["jpg", "webp"]
FORMS: tuple[Form, ...] = get_args(Form)
"""Each size is kept as JPEG, which the contract's names promise, and as WebP, a third smaller."""

FILE_TYPES: Final[Mapping[str, str]] = {
    "mp4": "video/mp4",
    "m4a": "audio/mp4",
    "3gp": "audio/3gpp",
    "pdf": "application/pdf",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
"""Content types of files by the end of their names, which the bytes decided."""

_RETRY_SECONDS: Final = timedelta(seconds=20)

PIECE_BYTES: Final = 256 * 1024
"""How much of a file is in memory while it is sent."""

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NAME = re.compile(rf"{_UUID}\.jpg")
_FILE_NAME = re.compile(rf"{_UUID}\.({'|'.join(FILE_TYPES)})")


def is_name(text: str) -> bool:
    """Whether it could be a picture's name: nothing else ever becomes part of a path."""
    return _NAME.fullmatch(text) is not None


def is_file_name(text: str) -> bool:
    """Whether it could be the name of a file that is no picture."""
    return _FILE_NAME.fullmatch(text) is not None


def path_of(name: str, size_px: Size) -> str:
    """The path a picture is served at. ``name`` is a stored one's."""
    return f"/media/{size_px}/{name}"


def path_of_file(name: str) -> str:
    """The path a file that is no picture is served at."""
    return f"/media/files/{name}"


def poster_of(name: str) -> str:
    """The name of the picture that stands for a video."""
    return f"{name.rpartition('.')[0]}.jpg"


def picture_key(name: str, size_px: Size, form: Form = "jpg") -> str:
    """Where one size of a picture stands in the store."""
    # Two characters of the name keep folders small.
    return f"{size_px}/{name[:2]}/{name.removesuffix('.jpg')}.{form}"


def picture_keys(name: str) -> list[str]:
    """Everything that may stand in the store of a picture; those of before have no WebP."""
    return [picture_key(name, size, form) for form in FORMS for size in SIZES]


def file_key(name: str) -> str:
    """Where a file that is no picture stands in the store."""
    return f"files/{name[:2]}/{name}"


class Opened(msgspec.Struct, frozen=True):
    """A stored file, or a stretch of it, as it is being read."""

    size_bytes: int
    """Of the whole file."""
    start: int
    end: int
    """One past the last byte that comes."""
    pieces: AsyncIterator[bytes]


class MediaStore:
    """Files by name. Built by the composition root; opened on first use.

    ``address`` is a folder, or an object store's address such as ``s3://bucket/prefix``;
    ``options`` are obstore's for it (endpoint, region, credentials), which it otherwise reads
    from the environment. Files are never changed once written. Everything raises
    ``StoreUnavailable`` when the store does not answer.
    """

    def __init__(self, address: str, options: Mapping[str, str] | None = None) -> None:
        self._address = address
        self._options = dict(options or {})
        self._opened: ObjectStore | None = None
        self.keeps: Callable[[str], bool] | None = None
        """Whether what stands under a key is needed by a world that was put aside, and stays."""

    # Pictures

    async def put(self, name: str, files: Mapping[tuple[Size, Form], bytes]) -> None:
        """Write the sizes of one picture."""
        await asyncio.gather(
            *[
                self.put_file(picture_key(name, size, form), data)
                for (size, form), data in files.items()
            ]
        )

    async def read(self, name: str, size_px: Size, form: Form = "jpg") -> bytes:
        """One size of a picture. Raises ``UnknownImage``."""
        if not is_name(name):
            raise UnknownImage(name)
        try:
            return await self.read_file(picture_key(name, size_px, form))
        except UnknownFile:
            raise UnknownImage(name) from None

    async def remove(self, name: str) -> None:
        """Remove every size; those that are not there are no matter."""
        await self.remove_files(picture_keys(name))

    # Files by key

    async def put_file(self, key: str, source: bytes | IO[bytes]) -> None:
        """Write a file; it is there when all of it is."""
        try:
            with _speaking(key):
                await self._store().put_async(key, source)
        except UnknownFile:  # the bucket itself is not there
            raise StoreUnavailable from None

    async def read_file(self, key: str) -> bytes:
        """All of a file; only for what is small. Raises ``UnknownFile``."""
        with _speaking(key):
            found = await self._store().get_async(key)
            return bytes(await found.bytes_async())

    async def open_file(self, key: str, *, start: int = 0, end: int | None = None) -> Opened:
        """A file, or its bytes from ``start`` to before ``end``. Raises ``UnknownFile``."""
        options: Any = {}
        if start or end is not None:
            options["range"] = {"offset": start} if end is None else (start, end)
        with _speaking(key):
            found = await self._store().get_async(key, options=options)
            first, past = found.range
            return Opened(found.meta["size"], first, past, _pieces(key, found))

    async def size_of_file(self, key: str) -> int:
        """How many bytes a file has. Raises ``UnknownFile``."""
        with _speaking(key):
            size: int = (await self._store().head_async(key))["size"]
            return size

    async def remove_files(self, keys: Iterable[str]) -> None:
        """Remove files; those that are not there are no matter, and those that are kept stay."""
        for key in keys:
            if self.keeps is not None and self.keeps(key):
                continue
            try:
                with _speaking(key):
                    await self._store().delete_async(key)
            except UnknownFile:
                continue

    async def keys_under(self, folder: str) -> list[str]:
        """Keys of everything in a folder of the store."""
        with _speaking(folder):
            batches = self._store().list(prefix=f"{folder}/")
            return [found["path"] async for batch in batches for found in batch]

    def _store(self) -> "ObjectStore":
        if self._opened is None:
            # Loaded here, for many a process never touches a picture.
            from obstore.store import LocalStore, from_url  # noqa: PLC0415

            if "://" in self._address:
                options: Any = self._options
                plain = options.get("endpoint", "").startswith("http://")
                self._opened = from_url(
                    self._address,
                    config=options or None,
                    client_options={"allow_http": plain, "timeout": "60s", "connect_timeout": "5s"},
                    retry_config={"max_retries": 3, "retry_timeout": _RETRY_SECONDS},
                )
            else:
                self._opened = LocalStore(Path(self._address).absolute(), mkdir=True)
        return self._opened


async def _pieces(key: str, found: Any) -> AsyncIterator[bytes]:
    with _speaking(key):
        async for piece in found.stream(min_chunk_size=PIECE_BYTES):
            yield bytes(piece)


@contextmanager
def _speaking(key: str) -> Iterator[None]:
    """The store's refusals in our words: what is not there, and what does not answer."""
    from obstore.exceptions import BaseError, NotFoundError  # noqa: PLC0415 (heavy, as above)

    try:
        yield
    except (FileNotFoundError, NotFoundError):
        raise UnknownFile(key) from None
    except (BaseError, OSError, TimeoutError) as error:
        said = str(error).partition("\n")[0][:300]
        log.error("media store failed", key=key, error=f"{type(error).__name__}: {said}")
        raise StoreUnavailable from error
