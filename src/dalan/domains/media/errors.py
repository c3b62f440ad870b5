"""What the media room may refuse."""

from typing import ClassVar, Literal

from dalan.errors import Invalid, NotFound, ResourceExhausted


class UnknownImage(NotFound):
    """No picture has this name, or it was temporary and is gone."""

    code: ClassVar[str] = "media.unknown_image"

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no image {name[:80]!r}")
        self.name = name


class UnreadableImage(Invalid):
    """The bytes are no picture we take. ``reason`` says how far we came."""

    code: ClassVar[str] = "media.unreadable_image"

    def __init__(
        self, message: str, *, reason: Literal["empty", "unknown_type", "broken", "too_many_pixels"]
    ) -> None:
        super().__init__(message)
        self.reason = reason


class ImageTooLarge(Invalid):
    """The upload has more bytes than a picture may have."""

    code: ClassVar[str] = "media.image_too_large"

    def __init__(self, *, bytes_max: int) -> None:
        super().__init__(f"an image may have at most {bytes_max} bytes")
        self.bytes_max = bytes_max


class ImagesQueueFull(ResourceExhausted):
    """More pictures are waiting to be made smaller than we are willing to hold in memory."""

    code: ClassVar[str] = "media.queue_full"

    def __init__(self) -> None:
        super().__init__("too many images are being stored right now", retry_after_seconds=2)
