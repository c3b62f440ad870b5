"""``/media/{size}/{name}`` and ``/media/files/{name}``: sent as they are kept, for good.

A picture is sent as WebP to who says to take it and as JPEG to everybody else; a video by the
stretches its player asks for (``ranges``). Nothing here reads the database: a name nobody was told
is found by nobody, and what is purged is gone from the store.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, TypeVar

import msgspec
from litestar import asgi
from litestar.handlers import ASGIRouteHandler
from litestar.types import Receive, Scope, Send

from dalan.domains import media
from dalan.surfaces.services import Services
from dalan.surfaces.web.site import ranges

PREFIX: Final = "/media/"
_FILES: Final = "files"
_SIZES: Final = {str(size): size for size in media.SIZES}
_SHOWN: Final = ("mp4", "m4a", "3gp")
"""Played in the page; everything else is a download, for a browser's viewer is not ours."""

_KEPT: Final = [
    (b"cache-control", b"public, max-age=31536000, immutable"),
    (b"x-content-type-options", b"nosniff"),
    # Apps show our pictures on pages of their own; opened by itself a picture may do nothing.
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
]
_VARIES: Final = (b"vary", b"accept")
_JPEG: Final = (b"content-type", b"image/jpeg")
_RANGES: Final = (b"accept-ranges", b"bytes")

Headers = list[tuple[bytes, bytes]]
Found = TypeVar("Found")


class _Asked(msgspec.Struct):
    """What a path names: where it stands, under which tag, and what is said of it."""

    keys: list[str]
    """The first that is there is sent."""
    etag: bytes
    headers: Headers


def picture_handler(services: Services) -> ASGIRouteHandler:
    """The handler, over the files of this platform."""

    @asgi("/media", is_mount=True, copy_scope=True)
    async def picture(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001  # ASGI
        """GET and HEAD; everything that is no stored file is 404."""
        method = scope.get("method", "GET")
        if method not in ("GET", "HEAD"):
            await _plain(send, 405, b"Method Not Allowed\n", allow=True)
            return
        head = method == "HEAD"
        asked = _asked(scope)
        if asked is None:
            await _plain(send, 404, b"Not Found\n", head=head)
            return
        # A name never gets other bytes, so the tag is all there is to compare.
        if ranges.lists(_given(scope, b"if-none-match"), asked.etag):
            await _answer(send, 304, None, [(b"etag", asked.etag), _VARIES, *_KEPT])
            return
        try:
            await _send_file(services.media, scope, send, asked, head=head)
        except media.UnknownFile:
            await _plain(send, 404, b"Not Found\n", head=head)
        except media.StoreUnavailable:
            await _plain(send, 503, b"Service Unavailable\n", head=head)

    return picture


async def _send_file(
    store: media.MediaStore, scope: Scope, send: Send, asked: _Asked, *, head: bool
) -> None:
    """Raises ``media.UnknownFile`` and ``media.StoreUnavailable`` before anything is sent."""
    wanted = (
        _given(scope, b"range") if ranges.fresh(_given(scope, b"if-range"), asked.etag) else b""
    )
    if not head and not wanted:
        key, opened = await _first(asked.keys, store.open_file)
        said = _said(asked, key, opened.size_bytes)
        await _answer(send, 200, opened.pieces, said)
        return
    key, size_bytes = await _first(asked.keys, store.size_of_file)
    stretch = ranges.stretch_of(wanted, size_bytes)
    if stretch == ranges.UNSATISFIABLE:
        whole = (b"content-range", f"bytes */{size_bytes}".encode())
        await _plain(send, 416, b"Range Not Satisfiable\n", head=head, said=whole)
        return
    start, end = stretch or (0, size_bytes)
    said = _said(asked, key, end - start)
    if stretch is not None:
        said.append((b"content-range", f"bytes {start}-{end - 1}/{size_bytes}".encode()))
    pieces = None if head else (await store.open_file(key, start=start, end=end)).pieces
    await _answer(send, 200 if stretch is None else 206, pieces, said)


async def _first(keys: list[str], ask: Callable[[str], Awaitable[Found]]) -> tuple[str, Found]:
    """The first key that is there, and what ``ask`` says of it."""
    for key in keys[:-1]:
        try:
            return key, await ask(key)
        except media.UnknownFile:
            continue
    return keys[-1], await ask(keys[-1])


def _said(asked: _Asked, key: str, length: int) -> Headers:
    etag, headers = asked.etag, asked.headers
    if key != asked.keys[0]:  # a picture of before, which was not kept as WebP
        etag, headers = etag.replace(b"-webp", b""), [_JPEG, _VARIES]
    return [
        (b"content-length", str(length).encode()),
        (b"etag", etag),
        _RANGES,
        *headers,
        *_KEPT,
    ]


def _asked(scope: Scope) -> _Asked | None:
    # The raw path: what was sent escaped is no file's name.
    raw = scope.get("raw_path") or scope["path"].encode()
    path = raw.decode("latin-1").partition("?")[0]
    shelf, _, name = path.removeprefix(PREFIX).partition("/")
    if shelf == _FILES and media.is_file_name(name):
        return _asked_file(name)
    size = _SIZES.get(shelf)
    if size is None or not media.is_name(name):
        return None
    jpeg = media.picture_key(name, size)
    tag = f"{size}-{name[:-4]}"
    if b"image/webp" in _given(scope, b"accept"):
        keys = [media.picture_key(name, size, "webp"), jpeg]
        kind = (b"content-type", b"image/webp")
        return _Asked(keys, f'"{tag}-webp"'.encode(), [kind, _VARIES])
    return _Asked([jpeg], f'"{tag}"'.encode(), [_JPEG, _VARIES])


def _asked_file(name: str) -> _Asked:
    stem, _, end = name.partition(".")
    headers = [(b"content-type", media.FILE_TYPES[end].encode())]
    if end not in _SHOWN:
        headers.append((b"content-disposition", f'attachment; filename="{name}"'.encode()))
    return _Asked([media.file_key(name)], f'"{stem}"'.encode(), headers)


def _given(scope: Scope, wanted: bytes) -> bytes:
    return next((value for name, value in scope["headers"] if name == wanted), b"")


async def _plain(
    send: Send,
    status: int,
    body: bytes,
    *,
    head: bool = False,
    allow: bool = False,
    said: tuple[bytes, bytes] | None = None,
) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if allow:
        headers.append((b"allow", b"GET, HEAD"))
    if said is not None:
        headers.append(said)
    await _answer(send, status, None if head else _once(body), headers)


async def _once(body: bytes) -> AsyncIterator[bytes]:
    yield body


async def _answer(
    send: Send, status: int, pieces: AsyncIterator[bytes] | None, headers: Headers
) -> None:
    """``pieces`` None: an answer without a body. A store that fails halfway ends the connection:
    the length that was promised tells the other end."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    if pieces is not None:
        async for piece in pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
