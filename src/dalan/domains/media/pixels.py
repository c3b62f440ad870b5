"""Making what we keep of a picture out of what somebody sent. Blocking: runs in a thread.

Everything is drawn anew as JPEG, upright and without metadata: where a photo was taken is
nobody's business, and bytes we wrote ourselves hide nothing. What is transparent becomes
white, logos too, for the contract promises ``.jpg`` names and white is what logos are drawn on.
"""

import warnings
import zlib
from io import BytesIO
from struct import error as StructError  # noqa: N812 (a class, whatever its name's case)
from typing import TYPE_CHECKING

import msgspec

from dalan.domains.media.errors import UnreadableImage
from dalan.domains.media.store import SIZES, Size

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

PIXELS_MAX = 50_000_000
"""Decoded, this is 150 MB: more than any phone's camera makes, less than hurts."""

SIDE_PX_MAX = 20_000

QUALITY = 82
_MAGIC = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
}


_BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, KeyError,
           StructError, zlib.error)  # fmt: skip
"""What Pillow's readers raise over damaged files is not one family."""


class Drawn(msgspec.Struct, frozen=True):
    """The files of one picture, by longest side."""

    width_px: int
    height_px: int
    files: dict[Size, bytes]


def format_of(data: bytes) -> str | None:
    """The picture's format as its first bytes tell it; what the sender calls it is no matter."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return next((name for magic, name in _MAGIC.items() if data.startswith(magic)), None)


def draw(data: bytes, *, crop_square: bool = False) -> Drawn:
    """Draw every size anew, never larger than the original.

    ``crop_square``: keep the middle square only, for avatars. Raises ``UnreadableImage``, before
    anything is decoded when the header claims more pixels than ``PIXELS_MAX``.
    """
    if not data:
        raise UnreadableImage("the image is empty", reason="empty")
    kind = format_of(data)
    if kind is None:
        raise UnreadableImage("not a JPEG, PNG, WebP or GIF image", reason="unknown_type")
    # Pillow is heavy, and most processes draw nothing.
    from PIL import Image, ImageFile, ImageOps  # noqa: PLC0415

    assert not ImageFile.LOAD_TRUNCATED_IMAGES, "half a picture is not a picture"
    try:
        # Warnings (of sizes we have refused already, of odd metadata) are not for the log.
        with warnings.catch_warnings(), Image.open(BytesIO(data), formats=[kind]) as opened:
            warnings.simplefilter("ignore")
            width, height = opened.size
            if width * height > PIXELS_MAX or max(width, height) > SIDE_PX_MAX:
                raise UnreadableImage(
                    f"{width}x{height} pixels are more than we take", reason="too_many_pixels"
                )
            if kind == "JPEG":  # decode at a fraction when that is enough
                opened.draft("RGB", (SIZES[0], SIZES[0]))
            opened.load()
            picture = _on_white(ImageOps.exif_transpose(opened))
            picture.info = {}  # comments would be written out again
        if crop_square:
            side = min(picture.size)
            picture = ImageOps.fit(picture, (side, side))
        files: dict[Size, bytes] = {}
        measured: tuple[int, int] | None = None
        for size in SIZES:
            picture.thumbnail((size, size), Image.Resampling.LANCZOS)
            measured = measured or picture.size
            out = BytesIO()
            picture.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
            files[size] = out.getvalue()
    except UnreadableImage:
        raise
    except _BROKEN as broken:
        raise UnreadableImage("the image is damaged", reason="broken") from broken
    except (Image.DecompressionBombError, OverflowError, MemoryError) as bomb:
        raise UnreadableImage(
            "the image has more pixels than we take", reason="too_many_pixels"
        ) from bomb
    assert measured is not None, "there is at least one size"
    return Drawn(width_px=measured[0], height_px=measured[1], files=files)


def _on_white(picture: "Picture") -> "Picture":
    from PIL import Image  # noqa: PLC0415 (as above)

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.getchannel("A"))
        return ground
    if picture.mode.startswith("I") or picture.mode == "F":  # 16 bits and more a channel
        picture = picture.point(lambda value: value / 256).convert("L")
    return picture.convert("RGB")
