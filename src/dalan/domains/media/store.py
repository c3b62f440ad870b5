"""Where the bytes of pictures stand: a folder, or an object store, behind one name."""

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from dalan.domains.media.errors import UnknownImage

if TYPE_CHECKING:
    from obstore.store import ObjectStore

Size = Literal[1200, 600, 200]
SIZES: tuple[Size, ...] = get_args(Size)
"""Longest side in pixels of what is kept of a picture, largest first."""

_NAME = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.jpg")


def is_name(text: str) -> bool:
    """Whether it could be a picture's name: nothing else ever becomes part of a path."""
    return _NAME.fullmatch(text) is not None


def path_of(name: str, size_px: Size) -> str:
    """The path a picture is served at. ``name`` is a stored one's."""
    return f"/media/{size_px}/{name}"


class MediaStore:
    """Files by size and name. Built by the composition root; opened on first use.

    ``address`` is a folder, or an object store's address such as ``s3://bucket/prefix``, whose
    credentials obstore reads from the environment. Files are never changed once written.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._opened: ObjectStore | None = None

    async def put(self, name: str, files: dict[Size, bytes]) -> None:
        """Write the sizes of one picture."""
        store = self._store()
        await asyncio.gather(
            *[store.put_async(_key(name, size), data) for size, data in files.items()]
        )

    async def read(self, name: str, size_px: Size) -> bytes:
        """One size of a picture. Raises ``UnknownImage``."""
        if not is_name(name):
            raise UnknownImage(name)
        try:
            found = await self._store().get_async(_key(name, size_px))
            return bytes(await found.bytes_async())
        except FileNotFoundError:
            raise UnknownImage(name) from None

    async def remove(self, name: str) -> None:
        """Remove every size; those that are not there are no matter."""
        store = self._store()
        for size in SIZES:
            try:
                await store.delete_async(_key(name, size))
            except FileNotFoundError:
                continue

    def _store(self) -> "ObjectStore":
        if self._opened is None:
            # Loaded here, for many a process never touches a picture.
            from obstore.store import LocalStore, from_url  # noqa: PLC0415

            if "://" in self._address:
                self._opened = from_url(self._address)
            else:
                self._opened = LocalStore(Path(self._address).absolute(), mkdir=True)
        return self._opened


def _key(name: str, size_px: Size) -> str:
    # Two characters of the name keep folders small.
    return f"{size_px}/{name[:2]}/{name}"
