"""Messages of businesses and of the professional picture."""

from typing import Literal

from dalan.surfaces.kenar.wire.common import Answer

BusinessType = Literal[
    "REAL_ESTATE_BUSINESS",
    "CAR_BUSINESS",
    "MARKETPLACE_BUSINESS",
    "CAR_CONCIERGE_SALE",
    "PERSONAL",
    "JOBS_BUSINESS",
    "PREMIUM_PANEL",
]
UserRole = Literal["ROLE_ADMIN", "ROLE_AGENT", "ROLE_OWNER"]


class Business(Answer, frozen=True):
    """``GetUserBusinessesResponseBusiness``"""

    business_token: str
    business_type: BusinessType
    brand_name: str
    user_role: UserRole
    brand_description: str = ""


class GetUserBusinessesResponse(Answer, frozen=True):
    """``finderGetUserBusinessesResponse``"""

    businesses: list[Business] = []


class GetProUserProfileImageResponse(Answer, frozen=True):
    """``finderGetProUserProfileImageResponse``: both absent where there is no picture."""

    image_id: str = ""
    image_url: str = ""
