"""Messages about the person's own posts: read, submit, edit. Reference 5.6, 8.3, 8.4."""

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from dalan.surfaces.kenar.wire.common import Answer, Given
from dalan.surfaces.kenar.wire.finder import BusinessData

PostState = Literal[
    "POST_STATE_IN_PUBLISH_QUEUE",
    "POST_STATE_PUBLISHED",
    "POST_STATE_WAITING_FOR_EDIT",
    "POST_STATE_WAITING_FOR_PAYMENT",
    "POST_STATE_WAITING_FOR_REVIEW",
    "POST_STATE_PUBLISHED_AND_EDIT_REJECTED",
    "POST_STATE_REJECTED",
    "POST_STATE_DELETED",
    "POST_STATE_RETIRED",
]


LocationType = Literal["LOCATION_TYPE_EMPTY", "LOCATION_TYPE_EXACT", "LOCATION_TYPE_APPROXIMATE"]


class Video(msgspec.Struct, frozen=True):
    """``PostGeneralDataPostVideo``; the duration is in seconds, a 64-bit number as text."""

    name: str
    thumbnail_name: str
    duration: str


class GeneralData(Answer, frozen=True):
    """``postPostGeneralData``: the eight members without a default are always there."""

    category_slug: str
    title: str
    description: str
    images: list[str]
    city: str
    location_type: LocationType
    hide_phone: bool
    chat_enabled: bool
    district: str = ""
    latitude: float | UnsetType = UNSET
    longitude: float | UnsetType = UNSET
    video: Video | UnsetType = UNSET


class GetUserPostResponse(Answer, frozen=True):
    """``postGetUserPostResponse``"""

    general_data: GeneralData
    category_data: dict[str, Any]
    state: PostState
    reject_reason: str = ""
    business_data: BusinessData | UnsetType = UNSET


class GivenVideo(Given, frozen=True):
    """``PostGeneralDataPostVideo``, as clients send it: the number as text or as a number."""

    name: str = ""
    thumbnail_name: str = ""
    duration: str | int = 0


class NewGeneralData(Given, frozen=True):
    """``postPostGeneralData`` of a new post. ``images`` are the paths that uploads answered."""

    category_slug: str
    title: str
    description: str
    city: str
    images: list[str] = []
    location_type: str = ""
    hide_phone: bool = False
    chat_enabled: bool = False
    district: str = ""
    latitude: float | None = None
    longitude: float | None = None
    video: GivenVideo | None = None


class SubmitUserPostRequest(Given, frozen=True):
    """``postSubmitUserPostRequest``"""

    general_data: NewGeneralData
    category_fields: dict[str, Any] = {}
    business_token: str = ""


class SubmitPostRequest(Given, frozen=True):
    """``postSubmitPostV2Request``"""

    general_data: NewGeneralData
    category_fields: dict[str, Any] = {}
    business_token: str = ""
    landline_numbers: list[str] = []


class SubmitPostResponse(Answer, frozen=True):
    """``postSubmitPostResponse``"""

    post_token: str


class CanUserSubmitPostResponse(Answer, frozen=True):
    """``postCanUserSubmitPostResponse``; absent means no."""

    can_submit: bool = False


class EditedGeneralData(Given, frozen=True):
    """``postPostGeneralData`` of an edit: what is not sent, or null, is cleared if masked.
    Category and city may be sent and stay as they are: no mask can name them."""

    category_slug: str = ""
    city: str = ""
    title: str = ""
    description: str = ""
    images: list[str] = []
    district: str = ""
    location_type: str = ""
    hide_phone: bool = False
    chat_enabled: bool = False
    latitude: float | None = None
    longitude: float | None = None
    video: GivenVideo | None = None


class EditPostV2Body(Given, frozen=True):
    """``PostEditPostV2Body``"""

    update_mask: list[str] | str = []
    general_data: EditedGeneralData = EditedGeneralData()
    category_data: dict[str, Any] = {}


class EditPostBody(Given, frozen=True):
    """``PostEditPostBody``, of the first generation."""

    title: str
    description: str
    image_paths: list[str] | UnsetType = UNSET
