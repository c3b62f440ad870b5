"""Making what we keep of a picture out of what somebody sent. Blocking: runs in a thread.

Everything is drawn anew as JPEG and WebP, upright and without metadata: where a photo was taken
is nobody's business, and bytes we wrote ourselves hide nothing. What is transparent becomes
white, logos too, for the contract promises ``.jpg`` names and white is what logos are drawn on.
Of what moves the first picture is kept.
"""

import warnings
import zlib
from base64 import b64encode
from io import BytesIO
from struct import error as StructError  # noqa: N812 (a class, whatever its name's case)
from typing import TYPE_CHECKING, Any

import msgspec

from dalan.domains.media.errors import UnreadableImage
from dalan.domains.media.store import SIZES, Form, Size

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

PIXELS_MAX = 50_000_000
"""Decoded, this is 150 MB: more than any phone's camera makes, less than hurts."""

SIDE_PX_MAX = 20_000

QUALITY = 82
WEBP_QUALITY = 78
"""Looks like JPEG's 82 and takes about two thirds of its bytes."""

WEBP_EFFORT = 2
"""Of 6: what more effort saves is a few percent, what it costs is double the time."""

PLACEHOLDER_SIDE_PX = 16
PLACEHOLDER_QUALITY = 40

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
    """The files of one picture, by longest side and form. ``placeholder`` is a ``data:`` address
    of a few hundred characters."""

    width_px: int
    height_px: int
    files: dict[tuple[Size, Form], bytes]
    placeholder: str


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
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(BytesIO(data), formats=[kind]) as opened,
        ):
            width, height = opened.size
            if width * height > PIXELS_MAX or max(width, height) > SIDE_PX_MAX:
                raise UnreadableImage(
                    f"{width}x{height} pixels are more than we take", reason="too_many_pixels"
                )
            if kind == "JPEG":  # decode at a fraction when that is enough
                opened.draft("RGB", (SIZES[0], SIZES[0]))
            opened.load()
            profile = opened.info.get("icc_profile")
            picture = _in_srgb(ImageOps.exif_transpose(opened), profile)
            picture = _on_white(picture)
            picture.info = {}  # comments would be written out again
        if crop_square:
            side = min(picture.size)
            picture = ImageOps.fit(picture, (side, side))
        drawn = _written(picture)
    except UnreadableImage:
        raise
    except _BROKEN as broken:
        raise UnreadableImage("the image is damaged", reason="broken") from broken
    except (Image.DecompressionBombError, OverflowError, MemoryError) as bomb:
        raise UnreadableImage(
            "the image has more pixels than we take", reason="too_many_pixels"
        ) from bomb
    return drawn


def draw_poster(width_px: int, height_px: int) -> Drawn:
    """The picture that stands for a video of these sides: we have no decoder for its frames.

    Dark, with the triangle everybody knows.
    """
    from PIL import Image, ImageDraw  # noqa: PLC0415 (as below)

    scale = SIZES[0] / max(width_px, height_px, 1)
    sides = (max(2, round(width_px * scale)), max(2, round(height_px * scale)))
    picture = Image.new("RGB", sides, "#1f2933")
    middle_x, middle_y = sides[0] / 2, sides[1] / 2
    reach = min(sides) / 8
    pen = ImageDraw.Draw(picture)
    pen.ellipse(
        (middle_x - 2 * reach, middle_y - 2 * reach, middle_x + 2 * reach, middle_y + 2 * reach),
        fill="#3e4c59",
    )
    pen.polygon(
        [
            (middle_x - 0.7 * reach, middle_y - reach),
            (middle_x - 0.7 * reach, middle_y + reach),
            (middle_x + reach, middle_y),
        ],
        fill="#f5f7fa",
    )
    return _written(picture)


def _written(picture: "Picture") -> Drawn:
    """Every size in every form, drawn from ``picture``, which is made smaller on the way."""
    from PIL import Image  # noqa: PLC0415 (as below)

    files: dict[tuple[Size, Form], bytes] = {}
    measured: tuple[int, int] | None = None
    for size in SIZES:
        picture.thumbnail((size, size), Image.Resampling.LANCZOS)
        measured = measured or picture.size
        files[size, "jpg"] = _encoded(
            picture, "JPEG", quality=QUALITY, optimize=True, progressive=True
        )
        files[size, "webp"] = _encoded(picture, "WEBP", quality=WEBP_QUALITY, method=WEBP_EFFORT)
    assert measured is not None, "there is at least one size"
    picture.thumbnail((PLACEHOLDER_SIDE_PX, PLACEHOLDER_SIDE_PX), Image.Resampling.BOX)
    tiny = _encoded(picture, "WEBP", quality=PLACEHOLDER_QUALITY, method=6)
    return Drawn(
        width_px=measured[0],
        height_px=measured[1],
        files=files,
        placeholder=f"data:image/webp;base64,{b64encode(tiny).decode()}",
    )


def _encoded(picture: "Picture", form: str, **how: Any) -> bytes:
    out = BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()


def _in_srgb(picture: "Picture", profile: bytes | None) -> "Picture":
    """The picture in the colours of the web. Phones take theirs in wider ones and scanners in
    inks; without their profile, which is metadata, both would look wrong."""
    if not profile or picture.mode not in ("RGB", "CMYK"):
        return picture
    from PIL import Image, ImageCms  # noqa: PLC0415 (as below)

    picture.thumbnail((SIZES[0], SIZES[0]), Image.Resampling.LANCZOS)
    try:
        converted = ImageCms.profileToProfile(
            picture, BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture  # a profile nobody understands is as good as none
    return converted or picture


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
