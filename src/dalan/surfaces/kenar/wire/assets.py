"""Messages of the assets: lists of ``{slug, display}`` pairs, and the registries."""

from typing import Any, Literal

from dalan.surfaces.kenar.wire.common import Answer

LifecycleState = Literal["EXPERIMENTAL", "ACTIVE", "DEPRECATING_SOON", "DEPRECATED"]
HttpMethod = Literal["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]

ServiceTypeSlug = Literal[
    "FUNC_CLICK_AND_COLLECT",
    "FUNC_DELIVERY",
    "FUNC_SECURE_PAYMENT",
    "LEAD_GEN_PURE",
    "LEAD_GEN_LOAN",
    "REPORT_INSPECTION",
    "REPORT_PRICE_EVALUATION",
    "REPORT_VERIFICATION",
    "FUNC_CONTRACT",
    "FUNC_FINANCING",
    "USER_FACE_ID_VERIFICATION",
    "POST_VERIFICATION",
    "INTERNAL",
    "USER_BACKGROUND_VERIFICATION",
    "USER_BUSINESS_VERIFICATION",
    "CHARITY",
    "SECURE_PAYMENT_POST_PROMOTION",
    "PHOTOGRAPHY",
    "DOWNLOADABLE_CONTENT_GENERATION",
    "REPORT_INSPECTION_CHAT",
    "ADDITIONAL_INFORMATION",
    "ACCOUNTING",
    "ASSISTANT",
    "ADVERTISEMENT",
    "CONTRACT_POST",
    "SITE_BUILDER",
    "FORM_BUILDER",
    "AUCTION",
    "POST_DETAIL_ENHANCER",
    "POST_REORDER",
]

ScopeSlug = Literal[
    "POST_ADDON_CREATE",
    "USER_PHONE",
    "USER_ID",
    "USER_ADDON_CREATE",
    "CHAT_MESSAGE_SEND",
    "CHAT_CONVERSATION_READ",
    "USER_POSTS_GET",
    "USER_POSTS_STATS_READ",
    "CHAT_POST_CONVERSATIONS_READ",
    "CHAT_POST_CONVERSATIONS_MESSAGE_SEND",
    "CHAT_SUPPLIER_ALL_CONVERSATIONS_READ",
    "CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND",
    "CHAT_BOT_USER_MESSAGE_SEND",
    "USER_VERIFICATION_CREATE",
    "OFFLINE_ACCESS",
    "OPENID",
    "PAYMENT_ALL_POSTS_PRICING_READ",
    "PAYMENT_ALL_POSTS_REORDER",
    "PAYMENT_ALL_POSTS_RENEW",
    "MANAGEMENT_APPS_READ",
    "MANAGEMENT_APPS_WRITE",
    "POST_ONGOING_IMAGES_GET",
    "USER_POSTS_ADDON_CREATE",
    "POST_EDIT",
    "CONVERSATION_SEND_MESSAGE",
    "BUSINESS_ADDON_CREATE",
    "POST_SEMANTIC_CREATE",
    "NOTIFICATION_ACCESS_REVOCATION",
    "SEND_EVENT",
    "SUBMIT_USER_POST",
    "SUBMIT_USER_PAYMENT",
    "USER_SET_CUSTOMIZED_BUTTON",
    "BUSINESS_CREATE_CUSTOMIZED_BUTTON",
    "DELETE_USER_POST",
    "EDIT_USER_POST",
    "USER_BUSINESSES_READ",
    "PRO_USER_PROFILE_IMAGE_READ",
    "PAY_USER_POST_PROMOTION",
]
"""The registry spells two of them otherwise: ``offline_access`` and ``openid``."""


class EnumOption(Answer, frozen=True):
    """``assetsEnumOption``"""

    slug: str = ""
    display: str = ""


class ServiceType(Answer, frozen=True):
    slug: ServiceTypeSlug
    display: str = ""


class Permission(Answer, frozen=True):
    slug: str
    display: str = ""
    description: str = ""
    lifecycle_state: LifecycleState = "EXPERIMENTAL"


class Scope(Answer, frozen=True):
    slug: ScopeSlug
    display: str = ""
    description: str = ""
    lifecycle_state: LifecycleState = "EXPERIMENTAL"


class UploadFormat(Answer, frozen=True):
    url: str
    http_method: HttpMethod


class Categories(Answer, frozen=True):
    categories: list[EnumOption] = []


class Cities(Answer, frozen=True):
    cities: list[EnumOption] = []


class Districts(Answer, frozen=True):
    districts: list[EnumOption] = []


class DistrictsQuery(Answer, frozen=True):
    city_slug: str = ""


class BrandModels(Answer, frozen=True):
    brand_models: list[EnumOption] = []


class Colors(Answer, frozen=True):
    colors: list[EnumOption] = []


class BodyStatuses(Answer, frozen=True):
    """The contract says ``body_status``, singular."""

    body_status: list[EnumOption] = []


class InternalStorages(Answer, frozen=True):
    internal_storages: list[EnumOption] = []


class RamMemories(Answer, frozen=True):
    ram_memories: list[EnumOption] = []


class ServiceTypes(Answer, frozen=True):
    service_types: list[ServiceType] = []


class Scopes(Answer, frozen=True):
    scopes: list[Scope] = []


class Permissions(Answer, frozen=True):
    permissions: list[Permission] = []


class SubmitSchema(Answer, frozen=True):
    schema: dict[str, Any]


class MediaUploadUrls(Answer, frozen=True):
    addon_images: UploadFormat
    submit_post_images: UploadFormat
    submit_post_videos: UploadFormat
