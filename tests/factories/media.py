"""Pictures for tests."""

from io import BytesIO
from typing import Any

from PIL import Image as Pillow

from dalan.domains import media
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
