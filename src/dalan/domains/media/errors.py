"""What the media room may refuse."""

from typing import ClassVar, Literal

from dalan.errors import (
    Conflict,
    FailedPrecondition,
    Invalid,
    NotFound,
    ResourceExhausted,
    Unavailable,
)


class UnknownImage(NotFound):
    """No picture has this name, or it was temporary and is gone."""

    code: ClassVar[str] = "media.unknown_image"

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no image {name[:80]!r}")
        self.name = name


class UnknownFile(NotFound):
    """No file has this name, or it was temporary and is gone."""

    code: ClassVar[str] = "media.unknown_file"

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no file {name[:80]!r}")
        self.name = name


class UnreadableImage(Invalid):
    """The bytes are no picture we take. ``reason`` says how far we came."""

    code: ClassVar[str] = "media.unreadable_image"

    def __init__(
        self, message: str, *, reason: Literal["empty", "unknown_type", "broken", "too_many_pixels"]
    ) -> None:
        super().__init__(message)
        self.reason = reason


class UnreadableFile(Invalid):
    """The bytes are no video, voice or document we take, or not one within its bounds."""

    code: ClassVar[str] = "media.unreadable_file"

    def __init__(
        self,
        message: str,
        *,
        reason: Literal["empty", "unknown_type", "broken", "too_long", "too_many_pixels"],
    ) -> None:
        super().__init__(message)
        self.reason = reason


class ImageTooLarge(Invalid):
    """The upload has more bytes than a picture may have."""

    code: ClassVar[str] = "media.image_too_large"

    def __init__(self, *, bytes_max: int) -> None:
        super().__init__(f"an image may have at most {bytes_max} bytes")
        self.bytes_max = bytes_max


class FileTooLarge(Invalid):
    """The upload has more bytes than a file of its kind may have."""

    code: ClassVar[str] = "media.file_too_large"

    def __init__(self, kind: str, *, bytes_max: int) -> None:
        super().__init__(f"a {kind} may have at most {bytes_max} bytes")
        self.kind, self.bytes_max = kind, bytes_max


class ImagesQueueFull(ResourceExhausted):
    """More pictures are waiting to be made smaller than we are willing to hold in memory."""

    code: ClassVar[str] = "media.queue_full"

    def __init__(self) -> None:
        super().__init__("too many images are being stored right now", retry_after_seconds=2)


class StoreUnavailable(Unavailable):
    """Where files are kept does not answer, or is full."""

    code: ClassVar[str] = "media.store_unavailable"

    def __init__(self) -> None:
        super().__init__("files cannot be stored or read right now; try again later")


class UnknownUpload(NotFound):
    """No upload has this address, or its time is over."""

    code: ClassVar[str] = "media.unknown_upload"

    def __init__(self) -> None:
        super().__init__("there is no such upload, or its time is over")


class WrongOffset(Conflict):
    """A part begins elsewhere than where the last one ended."""

    code: ClassVar[str] = "media.wrong_offset"

    def __init__(self, *, received_bytes: int) -> None:
        super().__init__(f"{received_bytes} bytes are here: go on from there")
        self.received_bytes = received_bytes


class UploadOverfull(Invalid):
    """More bytes came than the upload was said to have, or more parts than we keep."""

    code: ClassVar[str] = "media.upload_overfull"


class UploadRefused(FailedPrecondition):
    """The upload is whole and was refused: begin another one."""

    code: ClassVar[str] = "media.upload_refused"


class TooManyUploads(ResourceExhausted):
    """The app has begun more uploads than it may have open at once."""

    code: ClassVar[str] = "media.too_many_uploads"

    def __init__(self, *, most: int) -> None:
        super().__init__(f"{most} uploads are open: finish or delete some", retry_after_seconds=60)
