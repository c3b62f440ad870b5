"""Pictures for tests."""

import struct
import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

from PIL import Image as Pillow

from dalan.domains import media
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import Database


def picture(width_px: int = 320, height_px: int = 240, *, kind: str = "JPEG", **said: Any) -> bytes:
    """The bytes of a picture with something on it."""
    drawn = Pillow.new("RGB", (width_px, height_px), "#2a6f97")
    drawn.paste("#f4a261", (width_px // 4, height_px // 4, width_px // 2, height_px // 2))
    out = BytesIO()
    drawn.save(out, kind, **said)
    return out.getvalue()


async def make_image(
    db: Database,
    store: media.MediaStore,
    *,
    data: bytes | None = None,
    purpose: media.Purpose = "post",
    **said: Any,
) -> media.Image:
    """A stored picture, temporary until something shows it."""
    return await media.store_image(db, store, data or picture(), purpose=purpose, **said)


def box(kind: bytes, *bodies: bytes) -> bytes:
    """One box of an ISO base media file."""
    body = b"".join(bodies)
    return struct.pack(">I", 8 + len(body)) + kind + body


def movie(
    *,
    brand: bytes = b"isom",
    seconds: float = 12.5,
    width_px: int = 640,
    height_px: int = 360,
    handlers: tuple[bytes, ...] = (b"vide", b"soun"),
    sideways: bool = False,
    extra: bytes = b"",
    media_bytes: int = 2_000,
) -> bytes:
    """A video as far as anybody can tell without decoding it; ``extra`` boxes stand in ``moov``."""

    def track(handler: bytes) -> bytes:
        sides = (width_px << 16, height_px << 16) if handler == b"vide" else (0, 0)
        one = 1 << 16
        matrix = (
            (0, one, 0, -one, 0, 0, 0, 0, 1 << 30)
            if sideways
            else (one, 0, 0, 0, one, 0, 0, 0, 1 << 30)
        )
        header = bytes(40) + struct.pack(">9i", *matrix) + struct.pack(">II", *sides)
        hdlr = bytes(8) + handler + bytes(13)
        mdhd = struct.pack(">IIIIII", 0, 0, 0, 1_000, int(seconds * 1_000), 0)
        return box(
            b"trak",
            box(b"tkhd", header),
            box(b"mdia", box(b"mdhd", mdhd + bytes(8)), box(b"hdlr", hdlr)),
        )

    mvhd = struct.pack(">IIIII", 0, 0, 0, 1_000, int(seconds * 1_000)) + bytes(80)
    return (
        box(b"ftyp", brand + bytes(4) + b"mp42")
        + box(b"moov", box(b"mvhd", mvhd), *map(track, handlers), extra)
        + box(b"mdat", bytes(range(256)) * (media_bytes // 256 + 1))
    )  # fmt: skip


def voice(*, brand: bytes = b"M4A ", **said: Any) -> bytes:
    """A voice message."""
    return movie(brand=brand, handlers=(b"soun",), **said)


def document(kind: str) -> bytes:
    """A document of that kind, as far as anybody looks."""
    if kind == "pdf":
        return b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
    streams = {"doc": "WordDocument", "xls": "Workbook", "ppt": "PowerPoint Document"}
    if kind in streams:
        head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
        return head + bytes(1_024) + streams[kind].encode("utf-16-le") + bytes(512)
    part = {"docx": "word/document", "xlsx": "xl/workbook", "pptx": "ppt/presentation"}[kind]
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(f"{part}.xml", "<x/>")
    return out.getvalue()


async def make_file(
    db: Database,
    store: media.MediaStore,
    data: bytes,
    *,
    kind: media.Kind,
    purpose: media.FilePurpose = "post",
    rules: media.FileRules | None = None,
    **said: Any,
) -> media.MediaFile:
    """A stored file, temporary until something shows it."""
    return await media.store_file(
        db, store, BytesIO(data), kind=kind, purpose=purpose,
        rules=rules or media.FileRules(), **said,
    )  # fmt: skip


async def make_upload(db: Database, store: media.MediaStore, keys: Keyring) -> media.Upload:
    """An upload of ten bytes, five of which are there."""
    async with db.write() as tx:
        begun, _ = await media.begin_upload(
            tx, keys=keys, kind="video", purpose="post", app_id=7, size_bytes=10,
            rules=media.FileRules(), life=timedelta(hours=24),
        )  # fmt: skip
    return await media.receive_part(db, store, begun, BytesIO(b"12345"), offset=0, size_bytes=5)
