"""Bodies that are files: read within bounds of size and time, into a file of their own.

Nothing larger than ``IN_MEMORY_BYTES_MAX`` stands in memory. The files have no name on the disk,
so that a process that is killed leaves none.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import IO, Any, Final
from weakref import WeakKeyDictionary

import msgspec

from dalan.errors import Invalid, ResourceExhausted
from dalan.surfaces.asgi import Receive, Scope
from dalan.surfaces.operations import BodyTooLarge, InvalidBody, header

IN_MEMORY_BYTES_MAX: Final = 256 * 1024

AT_ONCE_MAX: Final = 64
"""Bodies one process receives at a time; each may hold a file on the disk."""

FORM_BYTES: Final = 64 * 1024
"""What a form may have around its file."""

FILE_FIELD: Final = "file"


class TooManyAtOnce(ResourceExhausted):
    """More files are being received than we want to hold at once."""

    code = "upload.too_many_at_once"

    def __init__(self) -> None:
        super().__init__("too many files are being received right now", retry_after_seconds=2)


class TooSlow(Invalid):
    """The file took longer to come than an upload may take."""

    code = "upload.too_slow"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"the upload took longer than {seconds} seconds")


class Incoming(msgspec.Struct):
    """A file that has come. ``cut``: the connection ended before it did."""

    file: Any
    """A binary file, standing anywhere."""
    size_bytes: int = 0
    filename: str = ""
    cut: bool = False


_at_once: WeakKeyDictionary[asyncio.AbstractEventLoop, list[int]] = WeakKeyDictionary()


@asynccontextmanager
async def received(
    scope: Scope, receive: Receive, *, bytes_max: int, seconds_max: int, keep_cut: bool = False
) -> AsyncIterator[Incoming]:
    """The body as it is, in a file that is gone afterwards.

    ``keep_cut``: what came before the connection ended is good enough. Raises BodyTooLarge, at
    once where its length is announced; InvalidBody for one that is cut; TooSlow, TooManyAtOnce.
    """
    refuse_announced(scope, bytes_max)
    with _turn(), tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES_MAX) as file:
        incoming = Incoming(file)
        async with _within(seconds_max):
            try:
                async for piece in _pieces(receive, bytes_max):
                    await _write(file, piece)
                    incoming.size_bytes += len(piece)
            except InvalidBody:
                if not keep_cut:
                    raise
                incoming.cut = True
        yield incoming


@asynccontextmanager
async def received_form(
    scope: Scope, receive: Receive, *, bytes_max: int, seconds_max: int
) -> AsyncIterator[Incoming]:
    """The file in the field ``file`` of a multipart form; other fields are not looked at.

    Raises what ``received`` raises, and InvalidBody for what is no such form or has no such file.
    """
    # Few processes ever parse one.
    from multipart import (  # type: ignore[import-untyped]  # noqa: PLC0415  # it ships no hints
        MultipartError,
        PushMultipartParser,
        parse_options_header,
    )

    kind, options = parse_options_header(header(scope, b"content-type"))
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise InvalidBody(f"send a multipart form with the file in the field {FILE_FIELD!r}")
    refuse_announced(scope, bytes_max + FORM_BYTES)
    with _turn(), tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES_MAX) as file:
        form = _FormReader(file, bytes_max)
        async with _within(seconds_max):
            try:
                with PushMultipartParser(options["boundary"], max_segment_count=20) as parser:
                    async for piece in _pieces(receive, bytes_max + FORM_BYTES):
                        await form.take(parser.parse(piece))
                    await form.take(parser.parse(b""))
            except (MultipartError, UnicodeDecodeError) as error:
                raise InvalidBody("the form cannot be read, or ends too early") from error
        if form.incoming is None:
            raise InvalidBody(f"the form has no file in the field {FILE_FIELD!r}", field=FILE_FIELD)
        yield form.incoming


class _FormReader:
    """Takes the events of the parser; keeps the first file of the field."""

    def __init__(self, file: Any, bytes_max: int) -> None:
        self.incoming: Incoming | None = None
        self._file, self._bytes_max = file, bytes_max
        self._taking = False

    async def take(self, events: Any) -> None:
        for event in events:
            if event is None:  # the end of a field
                self._taking = False
            elif isinstance(event, (bytes, bytearray)):
                if self._taking and self.incoming is not None:
                    self.incoming.size_bytes += len(event)
                    if self.incoming.size_bytes > self._bytes_max:
                        raise too_large(self._bytes_max)
                    await _write(self._file, bytes(event))
            elif event.name == FILE_FIELD and event.filename and self.incoming is None:
                self.incoming = Incoming(self._file, filename=event.filename)
                self._taking = True


def too_large(bytes_max: int) -> BodyTooLarge:
    """The refusal of a file that is."""
    return BodyTooLarge(f"the file may have at most {bytes_max} bytes")


def refuse_announced(scope: Scope, bytes_max: int) -> None:
    """Raises BodyTooLarge before anything is read; a length that is a lie is found out later."""
    announced = header(scope, b"content-length")
    if announced.isascii() and announced.isdecimal() and int(announced[:20]) > bytes_max:
        raise too_large(bytes_max)


async def _pieces(receive: Receive, bytes_max: int) -> AsyncIterator[bytes]:
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise InvalidBody("the connection ended before the body did")
        piece, more = message.get("body", b""), message.get("more_body", False)
        size += len(piece)
        if size > bytes_max:
            raise too_large(bytes_max)
        if piece:
            yield piece


async def _write(file: IO[bytes], piece: bytes) -> None:
    if file.tell() + len(piece) <= IN_MEMORY_BYTES_MAX:
        file.write(piece)
    else:  # a disk may take its time
        await asyncio.to_thread(file.write, piece)


@asynccontextmanager
async def _within(seconds: int) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise TooSlow(seconds) from error


@contextmanager
def _turn() -> Iterator[None]:
    """One of the bodies received at once."""
    count = _at_once.setdefault(asyncio.get_running_loop(), [0])
    if count[0] >= AT_ONCE_MAX:
        raise TooManyAtOnce
    count[0] += 1
    try:
        yield
    finally:
        count[0] -= 1
