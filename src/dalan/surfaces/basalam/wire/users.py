"""Messages about the person of the token."""

from typing import Any

from dalan.surfaces.basalam.wire.shapes import Answer, EnumResponse, Given


class PhotoResponse(Answer, frozen=True):
    """``PhotoResponse``: a picture in its sizes."""

    id: int
    original: str
    xs: str
    sm: str
    md: str
    lg: str


class CityResponse(Answer, frozen=True):
    """``CityResponse``"""

    name: str
    value: int
    province: EnumResponse | None


class VendorOfUserResponse(Answer, frozen=True):
    """``VendorOfUserResponse``: a stall, as its owner's profile shows it."""

    id: int
    identifier: str
    title: str
    description: str | None
    is_active: bool | None
    free_shipping_to_iran: int | None
    free_shipping_to_same_city: int | None
    worth_buy: str | None
    created_at: str | None
    activated_at: str | None
    order_count: int | None
    status: int | None


class PrivateUserResponse(Answer, frozen=True, kw_only=True):
    """``PrivateUserResponse``: every member is always there, null where nothing may be told."""

    id: int
    hash_id: str
    username: str | None
    name: str
    avatar: PhotoResponse | None
    marked_type: EnumResponse | None
    user_follower_count: int | None
    user_following_count: int | None
    gender: EnumResponse | None
    bio: str | None
    city: CityResponse | None
    created_at: str | None
    last_activity: str | None
    referral_journey_enum: EnumResponse | None
    is_banned_in_social: bool | None
    ban_user: dict[str, Any] | None
    vendor: VendorOfUserResponse | None
    email: str | None
    birthday: str | None
    national_code: str | None
    mobile: str | None
    credit_card_number: str | None
    credit_card_owner: str | None
    foreign_citizen_code: str | None
    user_sheba_number: str | None
    user_sheba_owner: str | None
    bank_information: str | None
    bank_information_owner: str | None
    info_verification_status: EnumResponse | None
    referrer_user_id: int | None


class ConfirmMobile(Given, frozen=True):
    """``ConfirmCurrentUserMobileConfirmSchema``"""

    verification_code: int | str


class ChangeMobile(Given, frozen=True):
    """``ChangeUserMobileRequestSchema``"""

    mobile: str | int


class ConfirmMobileChange(Given, frozen=True):
    """``ChangeUserMobileConfirmSchema``"""

    mobile: str | int
    verification_code: int | str


class UserVerification(Given, frozen=True):
    """``UserVerificationSchema``"""

    national_code: str | int
    birthday: str | None = None


class Client(Answer, frozen=True):
    """The app a token was issued to."""

    id: int
    name: str
    image_url: str | None


class WhoAmI(Answer, frozen=True):
    """Whose token it is, and whose app."""

    id: int
    name: str
    mobile: str | None
    hash_id: str
    client: Client


class Validity(Answer, frozen=True):
    """What a live token allows, and until when."""

    user_id: int
    client_id: int
    scopes: list[str]
    expires_at: str
    expires_in: int
