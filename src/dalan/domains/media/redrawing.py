"""Drawing a picture anew for a room that keeps it by itself, such as a receipt in a ticket."""

from dalan.domains.media import pixels
from dalan.domains.media.store import SIZES
from dalan.domains.media.storing import drawn_anew


def is_picture(data: bytes) -> bool:
    """Whether it begins as a picture does that we could read."""
    return pixels.format_of(data) is not None


async def redraw(data: bytes, *, bytes_max: int) -> bytes:
    """The largest JPEG we would keep of a picture; nothing is written.

    Waits its turn among all pictures that are being drawn. Raises ``ImageTooLarge``,
    ``UnreadableImage``, ``ImagesQueueFull``.
    """
    drawn = await drawn_anew(data, bytes_max=bytes_max)
    return drawn.files[SIZES[0], "jpg"]
