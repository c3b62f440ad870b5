"""Files nobody should be able to store, by what is wrong with each."""

import gzip
import struct
import zipfile
import zlib
from io import BytesIO
from typing import Final

from tests.factories.media import box, document, movie, picture, voice

PNG: Final = b"\x89PNG\r\n\x1a\n"
SCRIPT: Final = b"<script>alert(document.cookie)</script>"
SVG: Final = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


def chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk of a PNG, with its checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *chunks: bytes, bits: int = 8, colour: int = 2) -> bytes:
    """A PNG that claims this size; what follows its header is up to the caller."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return PNG + chunk(b"IHDR", header) + b"".join(chunks) + chunk(b"IEND", b"")


def png_bomb(side: int = 20_000) -> bytes:
    """One bit a pixel, all white: some tens of kilobytes that are 400 million pixels."""
    packer = zlib.compressobj(9)
    line = b"\0" + b"\xff" * (side // 8)
    body = b"".join(packer.compress(line) for _ in range(side)) + packer.flush()
    return png(side, side, chunk(b"IDAT", body), bits=1, colour=0)


def jpeg_of_size(width: int, height: int) -> bytes:
    """A JPEG whose frame header says another size than its data has."""
    data = bytearray(picture())
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def office_bomb() -> bytes:
    """A document whose one part unpacks to 200 MB."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", bytes(200_000_000))
    return out.getvalue()


def zipped(name: str, data: bytes) -> bytes:
    """An archive with one file in it."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(name, data)
    return out.getvalue()


PICTURES: Final[dict[str, bytes]] = {
    "zero bytes": b"",
    "one byte": b"\xff",
    "text": b"hello",
    "svg": SVG,
    "svg with a prolog": b'<?xml version="1.0"?>' + SVG,
    "svg that reads files": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + SVG,
    "packed svg": gzip.compress(SVG),
    "html": b"<!doctype html>" + SCRIPT,
    "html behind a mark": b"\xef\xbb\xbf" + SCRIPT,
    "html behind spaces": b" " * 2_000 + SCRIPT,
    "php": b"<?php system($_GET['c']);",
    "shell": b"#!/bin/sh\nid\n",
    "pdf": document("pdf"),
    "pdf before a picture": document("pdf") + picture(),
    "archive": zipped("a.jpg", picture()),
    "archive before a picture": zipped("a.jpg", b"x") + picture(),
    "program of windows": b"MZ" + bytes(500),
    "program of linux": b"\x7fELF" + bytes(500),
    "bmp": b"BM" + bytes(100),
    "tiff, little": b"II*\0" + bytes(100),
    "tiff, big": b"MM\0*" + bytes(100),
    "icon": b"\0\0\1\0\1\0" + bytes(100),
    "photoshop": b"8BPS\0\1" + bytes(100),
    "postscript": b"%!PS-Adobe-3.0\n(%pipe%id) (w) file\n",
    "avif": b"\0\0\0\x1cftypavif" + bytes(100),
    "heic": b"\0\0\0\x1cftypheic" + bytes(100),
    "jpeg 2000": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(100),
    "video": movie(),
    "jpeg, only its mark": b"\xff\xd8\xff",
    "jpeg mark before html": b"\xff\xd8\xff\xe0" + SCRIPT,
    "jpeg, cut in its header": picture()[:100],
    "jpeg, cut in the middle": picture()[: len(picture()) // 2],
    "jpeg, its end cut": picture()[:-400],
    "jpeg that claims 65,500 squared": jpeg_of_size(65_500, 65_500),
    "jpeg of no size": jpeg_of_size(0, 0),
    "png, only its mark": PNG,
    "png mark before html": PNG + SCRIPT,
    "png without pixels": png(64, 64),
    "png of no size": png(0, 64, chunk(b"IDAT", zlib.compress(b""))),
    "png with a wrong checksum": png(8, 8)[:29] + b"\0\0\0\0" + png(8, 8)[33:],
    "png, half of it": picture(kind="PNG")[: len(picture(kind="PNG")) // 2],
    "png that claims 60,000 squared": png(60_000, 60_000, chunk(b"IDAT", b"")),
    "png that claims two milliards": png(2**31 - 1, 2**31 - 1),
    "png with a chunk longer than the file": PNG + b"\x7f\xff\xff\xffIHDR" + bytes(9),
    "png bomb": png_bomb(),
    "webp, only its mark": b"RIFF\x10\0\0\0WEBPVP8 ",
    "webp, cut": picture(kind="WEBP")[:-100],
    "webp of 16,384 squared": b"RIFF\x1e\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0" + b"\xff\x3f\0" * 2,
    "riff that is a sound": b"RIFF\x24\0\0\0WAVEfmt " + bytes(100),
    "gif, only its mark": b"GIF89a",
    "gif that is a script": b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)//",
    "gif, cut": picture(kind="GIF")[:200],
    "gif of 65,535 squared": b"GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\2\2D\1\0;",
}  # fmt: skip

VIDEOS: Final[dict[str, bytes]] = {
    "zero bytes": b"",
    "text": b"hello",
    "picture": picture(),
    "webm": b"\x1aE\xdf\xa3\x9fB\x86\x81\x01webm" + bytes(300),
    "avi": b"RIFF\x24\0\0\0AVI LIST" + bytes(100),
    "html after the mark": b"\0\0\0\x0cftypisom" + SCRIPT,
    "only its mark": b"\0\0\0\x0cftypisom",
    "sound without a picture": voice(),
    "no tracks": movie(handlers=()),
    "cut in its index": movie()[:200],
    "cut in its media": movie()[:-700],
    "two indexes": movie() + movie()[movie().index(b"moov") - 4 :],
    "of no length": movie(seconds=0),
    "longer than three minutes": movie(seconds=180.5),
    "wider than anything": movie(width_px=5_000),
    "box larger than the file": b"\0\0\0\x0cftypisom" + b"\xff\xff\xff\xffmoov",
    "box of 16 exabytes": b"\0\0\0\x0cftypisom" + b"\0\0\0\x01moov" + b"\xff" * 8,
    "box smaller than its head": b"\0\0\0\x0cftypisom" + b"\0\0\0\x03moov" + bytes(50),
    "six thousand boxes": box(b"ftyp", b"isom") + box(b"moov", box(b"free") * 6_000) + box(b"mdat"),
    "boxes in boxes": box(b"ftyp", b"isom")
    + (b"\0\0\xff\xf0moov" * 3_000)
    + box(b"mdat", bytes(9)),
}

VOICES: Final[dict[str, bytes]] = {
    "picture": picture(),
    "video": movie(),
    "amr": b"#!AMR\n" + bytes(100),
    "mp3": b"ID3" + bytes(100),
    "mp3 named m4a": b"\xff\xfb\x90\0" + bytes(300),
}

DOCUMENTS: Final[dict[str, bytes]] = {
    "zero bytes": b"",
    "html": b"<!doctype html>" + SCRIPT,
    "svg": SVG,
    "program": b"MZ" + bytes(500),
    "pdf, cut": b"%PDF-1.7\nand then the line was cut",
    "docx, cut": document("docx")[:-30],
    "archive that is no document": zipped("evil.exe", b"MZ"),
    "archive that climbs": zipped("../../etc/cron.d/x", b"* * * * *"),
    "doc with macros": document("doc") + "_VBA_PROJECT".encode("utf-16-le"),
    "document that unpacks to 200 MB": office_bomb(),
    "picture": picture(),
}


def jpeg_saying(segment: bytes, *, mark: bytes = b"\xff\xe1") -> bytes:
    """A sound JPEG with an application segment of ours in it."""
    data = picture()
    return data[:2] + mark + struct.pack(">H", len(segment) + 2) + segment + data[2:]


def animated(frames: int = 30) -> bytes:
    """A GIF that moves."""
    from PIL import Image as Pillow

    drawn = [Pillow.new("RGB", (32, 32), (number * 8, 0, 0)) for number in range(frames)]
    out = BytesIO()
    drawn[0].save(out, "GIF", save_all=True, append_images=drawn[1:], duration=40, loop=0)
    return out.getvalue()


HIDDEN: Final = b"hidden-in-the-picture"

TO_BE_CLEANED: Final[dict[str, bytes]] = {
    "comment": jpeg_saying(SCRIPT + HIDDEN, mark=b"\xff\xfe"),
    "camera data that is a script": jpeg_saying(b"Exif\0\0" + HIDDEN + SCRIPT),
    "camera data that loops": jpeg_saying(
        b"Exif\0\0II*\0\x08\0\0\0\1\0\x69\x87\4\0\1\0\0\0\x08\0\0\0\x08\0\0\0" + HIDDEN
    ),
    "camera data that claims a gigabyte": jpeg_saying(
        b"Exif\0\0II*\0\x08\0\0\0\1\0\x0e\x01\2\0\xff\xff\xff\x3f\x08\0\0\0\0\0\0\0" + HIDDEN
    ),
    "turned by eleven quarters": jpeg_saying(
        b"Exif\0\0II*\0\x08\0\0\0\1\0\x12\x01\3\0\1\0\0\0\x0b\0\0\0\0\0\0\0" + HIDDEN
    ),
    "xmp": jpeg_saying(b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + HIDDEN),
    "colours that are none": jpeg_saying(b"ICC_PROFILE\0\1\1" + HIDDEN, mark=b"\xff\xe2"),
    "archive behind it": picture() + zipped("evil.html", HIDDEN + SCRIPT),
    "script behind it": picture() + SCRIPT + HIDDEN,
    "text in a png": picture(kind="PNG")[:33]
    + chunk(b"tEXt", b"Comment\0" + HIDDEN)
    + picture(kind="PNG")[33:],
    "animation": animated(),
}
"""Pictures with more in them than a picture. They are taken, and drawn anew without it."""

PATHS: Final = (
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd",
    "a/../../b.jpg",
    "%2e%2e%2f%2e%2e%2fsecret",
    "c:\\x.jpg",
    "x.jpg\0.php",
    "x.php.jpg",
    "\u202egpj.exe",
    "CON",
    "." * 300,
    "ن" * 300,
)
"""Names a file may say it has. None of them is ever a name on a disk."""
