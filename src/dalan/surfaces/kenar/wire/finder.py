"""Messages of the finder: posts and users as apps may see them."""

from datetime import datetime
from typing import Any, Literal

from msgspec import UNSET, UnsetType

from dalan.surfaces.kenar.wire.common import Answer, Given

PostState = Literal["PUBLISHED", "REVIEW_REQ", "PAYMENT_REQ", "RETIRED"]


BusinessType = Literal["CAR", "REAL_ESTATE", "JOBS", "MARKETPLACE", "SERVICES", "PERSONAL"]


class BusinessData(Answer, frozen=True):
    """``finderGetPostResponseBusinessData``: only a business's posts have it."""

    business_type: BusinessType
    business_name: str = ""


class GetPostResponse(Answer, frozen=True):
    """``finderGetPostResponse``. The old SDK insists on the members without a default, and on
    ``district``, even when it is empty."""

    state: PostState
    first_published_at: datetime
    last_modified_at: datetime
    token: str
    category: str
    city: str
    district: str
    data: dict[str, Any]
    chat_enabled: bool = False
    is_phone_hidden: bool = False
    supplier_chat_assistant_enabled: bool = False
    business_data: BusinessData | UnsetType = UNSET


class UserPost(Answer, frozen=True):
    """``GetUserPostsResponsePost``"""

    token: str
    title: str
    category: str
    images: list[str] = []
    is_phone_hidden: bool = False


class GetUserPostsResponse(Answer, frozen=True):
    """``finderGetUserPostsResponse``"""

    posts: list[UserPost] = []


class User(Answer, frozen=True):
    """``finderUser``: what the token's scopes allow, nothing more."""

    phone_number: str | UnsetType = UNSET
    phone_numbers: list[str] | UnsetType = UNSET
    user_id: str | UnsetType = UNSET


class GetUserIdByPhoneRequest(Given, frozen=True):
    """``finderGetUserIDByPhoneRequest``"""

    phone: str = ""


class GetUserIdByPhoneResponse(Answer, frozen=True):
    """``finderGetUserIDByPhoneResponse``"""

    user_id: str
