"""Pictures people and apps send, and the files they become.

The room owns the ``image`` table and the files beside it. A picture is drawn anew on arrival,
in three sizes, is temporary until ``attach`` is called in the transaction that shows it, and
is removed by ``purge`` a day later otherwise.
"""

from dalan.domains.media.errors import (
    ImagesQueueFull,
    ImageTooLarge,
    UnknownImage,
    UnreadableImage,
)
from dalan.domains.media.store import SIZES, MediaStore, Size, is_name, path_of
from dalan.domains.media.storing import (
    IMAGE_BYTES_MAX,
    Purpose,
    attach,
    image,
    images,
    images_by_id,
    purge,
    read,
    store_image,
)
from dalan.domains.media.tables import Image

__all__ = [
    "IMAGE_BYTES_MAX",
    "SIZES",
    "Image",
    "ImageTooLarge",
    "ImagesQueueFull",
    "MediaStore",
    "Purpose",
    "Size",
    "UnknownImage",
    "UnreadableImage",
    "attach",
    "image",
    "images",
    "images_by_id",
    "is_name",
    "path_of",
    "purge",
    "read",
    "store_image",
]
