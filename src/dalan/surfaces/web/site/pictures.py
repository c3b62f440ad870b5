"""``/media/{size}/{name}``: pictures, sent as they are kept and kept by browsers for good."""

from typing import Final

from litestar import asgi
from litestar.handlers import ASGIRouteHandler
from litestar.types import Receive, Scope, Send

from dalan.domains import media
from dalan.surfaces.services import Services

PREFIX: Final = "/media/"
_SIZES: Final = {str(size): size for size in media.SIZES}

_KEPT: Final = [
    (b"cache-control", b"public, max-age=31536000, immutable"),
    (b"x-content-type-options", b"nosniff"),
    # Apps show our pictures on pages of their own; opened by itself a picture may do nothing.
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
]


def picture_handler(services: Services) -> ASGIRouteHandler:
    """The handler, over the pictures of this platform."""

    @asgi("/media", is_mount=True, copy_scope=True)
    async def picture(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001  # ASGI
        """GET and HEAD; everything that is no stored picture is 404."""
        method = scope.get("method", "GET")
        if method not in ("GET", "HEAD"):
            await _plain(send, 405, b"Method Not Allowed\n", allow=True)
            return
        size, name = _named(scope)
        if size is None:
            await _plain(send, 404, b"Not Found\n", head=method == "HEAD")
            return
        # A name never gets other bytes, so name and size are all there is to compare.
        etag = f'"{size}-{name[:-4]}"'.encode()
        if _given(scope, b"if-none-match") == etag:
            await _answer(send, 304, b"", [(b"etag", etag), *_KEPT], head=True)
            return
        try:
            data = await media.read(services.media, name, size)
        except media.UnknownImage:
            await _plain(send, 404, b"Not Found\n", head=method == "HEAD")
            return
        headers = [
            (b"content-type", b"image/jpeg"),
            (b"content-length", str(len(data)).encode()),
            (b"etag", etag),
            *_KEPT,
        ]
        await _answer(send, 200, data, headers, head=method == "HEAD")

    return picture


def _named(scope: Scope) -> tuple[media.Size | None, str]:
    # The raw path: what was sent escaped is no picture's name.
    raw = scope.get("raw_path") or scope["path"].encode()
    path = raw.decode("latin-1").partition("?")[0]
    size, _, name = path.removeprefix(PREFIX).partition("/")
    return (_SIZES.get(size) if media.is_name(name) else None), name


def _given(scope: Scope, wanted: bytes) -> bytes:
    return next((value for name, value in scope["headers"] if name == wanted), b"")


async def _plain(
    send: Send, status: int, body: bytes, *, head: bool = False, allow: bool = False
) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if allow:
        headers.append((b"allow", b"GET, HEAD"))
    await _answer(send, status, body, headers, head=head)


async def _answer(
    send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]], *, head: bool
) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body, "more_body": False})
