"""Our own static files, under addresses that name their content.

``url("app.css")`` gives ``/static/app.1a2b3c4d.css``, which browsers keep for a year; the same
file without its hash is answered too, to be asked for again each time. References inside style
sheets and modules are rewritten, so that one address in a page carries all the others.
"""

import gzip
import hashlib
import mimetypes
import posixpath
import re
import time
from functools import cached_property
from pathlib import Path
from typing import Final

from dalan.surfaces.asgi import Receive, Scope, Send

PREFIX: Final = "/static/"

_folders: list[Path] = [Path(__file__).parent / "static"]
_files: dict[str, "StaticFile"] = {}

_NAME_LENGTH_MAX = 200
_LOOK_AGAIN_SECONDS = 1.0
"""A page asks for the same address a hundred times; the disk is asked once a second at most."""

_HASHED = re.compile(r"^(?P<stem>.+)\.(?P<hash>[0-9a-f]{8})(?P<suffix>\.[a-z0-9]+)$")
_NAME = re.compile(r"^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*$")
_CSS_IMPORT = re.compile(r'^@import "(?P<target>[^"]+)";$', re.MULTILINE)
_CSS_REFERENCE = re.compile(r'url\("(?P<target>[^":#]+)"\)')
_JS_REFERENCE = re.compile(r'(?P<before>\bfrom |\bimport\s*\(?\s*)"(?P<target>\./[^"]+)"')
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}
_COMPRESSED_SUFFIXES = frozenset({".css", ".js", ".svg", ".txt", ".webmanifest"})


class StaticFile:
    """One file as it is sent: its imports written out, its references rewritten, and its hash."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self._looked_at_seconds = time.monotonic()
        self._read_at_ns = {path: path.stat().st_mtime_ns}
        suffix = path.suffix
        body = path.read_bytes()
        if suffix == ".css":
            body = self._with_imports(path, body)
        self.body = _rewrite(name, suffix, body)
        self.hash = hashlib.sha256(self.body).hexdigest()[:8]
        self.content_type = (
            _TYPES.get(suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        )
        self.compressible = suffix in _COMPRESSED_SUFFIXES and len(self.body) > 512

    def is_fresh(self) -> bool:
        """Whether the files it was made of are still as they were."""
        now_seconds = time.monotonic()
        if now_seconds - self._looked_at_seconds < _LOOK_AGAIN_SECONDS:
            return True
        self._looked_at_seconds = now_seconds
        return all(
            path.exists() and path.stat().st_mtime_ns == mtime_ns
            for path, mtime_ns in self._read_at_ns.items()
        )

    def _with_imports(self, path: Path, body: bytes) -> bytes:
        def imported(match: re.Match[str]) -> str:
            part = path.parent / match["target"]
            self._read_at_ns[part] = part.stat().st_mtime_ns
            return part.read_text("utf-8")

        return _CSS_IMPORT.sub(imported, body.decode()).encode()

    @property
    def url(self) -> str:
        stem, suffix = posixpath.splitext(self.name)
        return f"{PREFIX}{stem}.{self.hash}{suffix}"

    @cached_property
    def compressed(self) -> bytes:
        return gzip.compress(self.body, compresslevel=9, mtime=0)


def register(folder: Path) -> None:
    """Add a surface's folder of static files; ours is asked first."""
    if folder not in _folders:
        _folders.append(folder)


def url(name: str) -> str:
    """The address of a file, hash included. Raises ``FileNotFoundError`` for an unknown name."""
    file = find(name)
    if file is None:
        raise FileNotFoundError(f"no static file named {name!r}")
    return file.url


def find(name: str) -> StaticFile | None:
    """The file of that name, read anew when it changed on disk; None when there is none."""
    if len(name) > _NAME_LENGTH_MAX or not _NAME.fullmatch(name):
        return None
    if (known := _files.get(name)) and known.is_fresh():
        return known
    for folder in _folders:
        if (path := folder / name).is_file():
            _files[name] = StaticFile(name, path)
            return _files[name]
    return None


async def serve(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001  # ASGI
    """Answer GET and HEAD of ``/static/{name}``: an ASGI application."""
    method = scope.get("method", "GET")
    if method not in ("GET", "HEAD"):
        await _answer(send, 405, b"Method Not Allowed\n", [(b"allow", b"GET, HEAD")])
        return
    path: str = scope["path"]
    name = path.removeprefix(PREFIX).removeprefix("/")
    file, immutable = _resolve(name)
    if file is None:
        await _answer(send, 404, b"Not Found\n", [], head=method == "HEAD")
        return
    headers = dict(scope["headers"])
    etag = f'"{file.hash}"'.encode()
    answer = [
        (b"etag", etag),
        (b"vary", b"accept-encoding"),
        (
            b"cache-control",
            b"public, max-age=31536000, immutable" if immutable else b"no-cache",
        ),
        (b"x-content-type-options", b"nosniff"),
    ]
    if etag in headers.get(b"if-none-match", b""):
        await _answer(send, 304, b"", answer)
        return
    body = file.body
    if file.compressible and b"gzip" in headers.get(b"accept-encoding", b""):
        body = file.compressed
        answer.append((b"content-encoding", b"gzip"))
    answer.append((b"content-type", file.content_type.encode()))
    await _answer(send, 200, body, answer, head=method == "HEAD")


def _resolve(name: str) -> tuple[StaticFile | None, bool]:
    """The file an address means, and whether the address names this very content."""
    if match := _HASHED.match(name):
        plain = f"{match['stem']}{match['suffix']}"
        if file := find(plain):
            return file, file.hash == match["hash"]
    return find(name), False


async def _answer(
    send: Send,
    status: int,
    body: bytes,
    headers: list[tuple[bytes, bytes]],
    *,
    head: bool = False,
) -> None:
    if status != 304:
        headers = [*headers, (b"content-length", str(len(body)).encode())]
        if status >= 400:
            headers.append((b"content-type", b"text/plain; charset=utf-8"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body, "more_body": False})


def _rewrite(name: str, suffix: str, body: bytes) -> bytes:
    """Point references between our files at their hashed addresses; cycles are our mistake."""
    if suffix == ".css":
        pattern = _CSS_REFERENCE
    elif suffix == ".js":
        pattern = _JS_REFERENCE
    else:
        return body

    def hashed(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), match["target"]))
        before = match.groupdict().get("before")
        return f'url("{url(target)}")' if before is None else f'{before}"{url(target)}"'

    return pattern.sub(hashed, body.decode()).encode()
