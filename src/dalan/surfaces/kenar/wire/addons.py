"""Messages of the add-ons. Widgets are read by ``domains/addons``, which names the field at fault;
here they are described for the OpenAPI document only."""

from datetime import datetime
from typing import Any, Literal

from dalan.surfaces.kenar.wire.common import Answer, Given
from dalan.surfaces.kenar.wire.widgets import Widget


class CreatePostAddonBody(Given, frozen=True):
    """``AddonsCreatePostAddonV2Body``"""

    widgets: list[Widget] = []
    semantic: dict[str, str] = {}
    notes: str = ""


class CreatedPostAddon(Answer, frozen=True):
    """What the first generation answered."""

    id: str


class AppStatus(Answer, frozen=True):
    status: Literal["ACTIVE", "INACTIVE", "SUSPENDED", "DEVELOPMENT"]


class AddonApp(Answer, frozen=True):
    slug: str
    display: str
    avatar: str
    status: AppStatus
    service_type: str = ""


class AddonMetaData(Answer, frozen=True):
    id: str
    app: AddonApp
    created_at: datetime
    last_modified: datetime
    status: Literal["ACTIVE", "HIDDEN", "DELETED"]
    service_tags: list[str] = []


class WidgetList(Answer, frozen=True):
    widget_list: list[dict[str, Any]]


class PostAddon(Answer, frozen=True):
    """``addonsPostAddon`` of before. The old SDK insists on ``meta_data``, ``token`` and
    ``score``. A hashed value is not given back: its key stands in ``semantic_sensitives``."""

    meta_data: AddonMetaData
    token: str
    widgets: WidgetList
    score: str
    linkage: Literal["POST_DETAILS", "POST_MANAGEMENT"]
    semantic: dict[str, str] = {}
    semantic_sensitives: list[str] = []
    notes: str = ""


class PostAddons(Answer, frozen=True):
    addons: list[PostAddon] = []


class CreateUserAddonBody(Given, frozen=True):
    """``AddonsCreateUserAddonV2Body``"""

    widgets: list[Widget] = []
    semantic: dict[str, str] = {}
    categories: list[str] = []
    divar_user_id: str = ""
    ticket_uuid: str = ""
    cost: int = 0


class CreatedUserAddon(Answer, frozen=True):
    """``addonsCreateUserAddonResponseV2``"""

    id: str


class UserAddonFilters(Answer, frozen=True):
    """The old SDK insists on ``categories``, also where there are none."""

    categories: list[str]


class UserAddon(Answer, frozen=True):
    """An item of the lists of before. ``phone`` is told to whoever asked by it."""

    meta_data: AddonMetaData
    filters: UserAddonFilters
    divar_user_id: str = ""
    phone: str = ""
    widgets: list[dict[str, Any]] = []
    semantic: dict[str, str] = {}
    semantic_sensitives: list[str] = []
    notes: str = ""


class ListUserAddonsQuery(Given, frozen=True):
    """The person once more, by their number; it must be theirs."""

    phone: str = ""


class ListUserAddonsByPhoneQuery(Given, frozen=True):
    """The person once more, by their id; it must be theirs."""

    divar_user_id: str = ""


class UserAddons(Answer, frozen=True):
    """What is listed by the person's id."""

    user_addons: list[UserAddon] = []


class UserAddonsOfBefore(Answer, frozen=True):
    """What is listed by number: the same twice, for clients read one key or the other. ``addons``
    holds what the older one cannot read a widget without."""

    user_addons: list[UserAddon] = []
    addons: list[UserAddon] = []


class CreateBusinessAddonBody(Given, frozen=True):
    """``AddonsCreateBusinessAddonBody``; ``notes`` stands in the guide of the contract alone."""

    widgets: list[Widget] = []
    notes: str = ""


class CreatedBusinessAddon(Answer, frozen=True):
    """``addonsCreateBusinessAddonResponse``"""

    id: str


class UploadedImage(Answer, frozen=True):
    """What the image service answers, with status 201."""

    image_name: str
