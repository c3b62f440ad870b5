"""Addresses of pictures as apps get them."""

from dalan.domains import media
from dalan.surfaces.services import Services

POST_PICTURE_SIZE_PX = 1200


def picture_url(services: Services, name: str) -> str:
    """The absolute address of a stored picture."""
    return services.settings.base_url + media.path_of(name, POST_PICTURE_SIZE_PX)
