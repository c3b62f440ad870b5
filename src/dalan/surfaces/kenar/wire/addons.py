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


class UploadedImage(Answer, frozen=True):
    """What the image service answers, with status 201."""

    image_name: str
