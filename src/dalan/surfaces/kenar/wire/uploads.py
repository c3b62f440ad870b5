"""Messages of the upload addresses, and how uploaded things are spelled in other messages.

Source: Kenar reference 5.10, 8.4, 8.5; ``postGetUploadURLsV2Response``,
``postGetImageUploadURLResponse``, ``chatapiGenerateUploadTokenResponse``.
"""

from dalan.domains import media
from dalan.surfaces.kenar.wire.assets import UploadFormat
from dalan.surfaces.kenar.wire.common import Answer, Given

_IMAGE_PATH = "/neda/live-post-image/"
_VIDEO_PATH = "raw/"
_THUMBNAIL_PATH = "thumbnail/"


class UploadUrls(Answer, frozen=True):
    """``postGetUploadURLsV2Response``"""

    image: UploadFormat
    video: UploadFormat


class ImageUploadUrl(Answer, frozen=True):
    """``postGetImageUploadURLResponse``"""

    upload_url: str


class UploadTokenRequest(Given, frozen=True):
    """``chatapiGenerateUploadTokenRequest``: nothing is asked."""


class UploadToken(Answer, frozen=True):
    """``chatapiGenerateUploadTokenResponse``"""

    token: str


class UploadedPostImage(Answer, frozen=True):
    """A picture of a post: ``path`` is what ``images`` of a submitted post lists."""

    path: str
    photo_url: str
    thumbnail_url: str


class UploadedPath(Answer, frozen=True):
    """The same from an address of before, which says no more."""

    path: str


class UploadedPostVideo(Answer, frozen=True):
    """A video of a post: the names are what ``video`` of a submitted post holds."""

    video_name: str
    video_url: str
    thumbnail_name: str
    thumbnail_url: str


class UploadedMedia(Answer, frozen=True):
    """What was sent for a chat: ``id`` is the ``media_token`` of a message."""

    id: str
    status: str


class UploadProgress(Answer, frozen=True):
    """An upload in parts that is not whole yet. Ours: the contract knows none."""

    received_bytes: int
    size_bytes: int


def path_of_image(name: str) -> str:
    """How a picture of a post is called on this wire."""
    return _IMAGE_PATH + name.removesuffix(".jpg")


def image_name_of(path: str) -> str:
    """The name of the picture that ``path`` means: what an upload answered, or its last part
    with or without ``.jpg``. What is no such path comes back as it is, and is no name."""
    last = path.removeprefix(_IMAGE_PATH).removesuffix(".jpg")
    return f"{last}.jpg" if media.is_name(f"{last}.jpg") else path


def video_name_of(name: str) -> str:
    """How a video is called on this wire."""
    return _VIDEO_PATH + name


def thumbnail_name_of(name: str) -> str:
    """How a video's poster is called on this wire."""
    return _THUMBNAIL_PATH + media.poster_of(name)


def file_name_of_video(video_name: str) -> str:
    """The name of the file that ``video_name`` means; the other way of ``video_name_of``."""
    return video_name.removeprefix(_VIDEO_PATH)
