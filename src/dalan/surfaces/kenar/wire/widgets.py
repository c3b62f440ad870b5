"""The current form of widgets, as the OpenAPI document describes it to whoever makes one.

``domains/addons`` reads them, checks them and names the field at fault; these structs only say
what there is. Every member may be left out here: what a widget cannot be without, its check says.
"""

from typing import Any

from msgspec import UNSET, UnsetType

from dalan.surfaces.kenar.wire.common import Given


class AppData(Given, frozen=True):
    """What an app gives an action along; it comes back to the app as it was."""

    data: dict[str, Any] = {}


class PostReference(Given, frozen=True):
    post_token: str = ""


class Action(Given, frozen=True):
    """``addonsAction``: exactly one of these."""

    open_direct_link: str | UnsetType = UNSET
    open_server_link: AppData | UnsetType = UNSET
    get_dynamic_action: AppData | UnsetType = UNSET
    open_post_page: PostReference | UnsetType = UNSET
    open_post_manage_page: PostReference | UnsetType = UNSET


class TitleRow(Given, frozen=True):
    text: str | UnsetType = UNSET
    has_divider: bool | UnsetType = UNSET


class SubtitleRow(Given, frozen=True):
    text: str | UnsetType = UNSET
    has_divider: bool | UnsetType = UNSET


class DescriptionRow(Given, frozen=True):
    text: str | UnsetType = UNSET
    has_divider: bool | UnsetType = UNSET
    expandable: bool | UnsetType = UNSET


class ButtonBar(Given, frozen=True):
    title: str | UnsetType = UNSET
    action: Action | UnsetType = UNSET


class SelectorRow(Given, frozen=True):
    title: str | UnsetType = UNSET
    has_divider: bool | UnsetType = UNSET
    icon_name: str | UnsetType = UNSET
    image_id: str | UnsetType = UNSET
    action: Action | UnsetType = UNSET


class EventRow(Given, frozen=True):
    title: str | UnsetType = UNSET
    subtitle: str | UnsetType = UNSET
    label: str | UnsetType = UNSET
    image_id: str | UnsetType = UNSET
    icon_name: str | UnsetType = UNSET
    has_divider: bool | UnsetType = UNSET


class GroupInfoItem(Given, frozen=True):
    title: str | UnsetType = UNSET
    value: str | UnsetType = UNSET


class GroupInfoRow(Given, frozen=True):
    items: list[GroupInfoItem] | UnsetType = UNSET
    has_divider: bool | UnsetType = UNSET


class ScoreRow(Given, frozen=True):
    title: str | UnsetType = UNSET
    percentage_score: int | UnsetType = UNSET
    descriptive_score: str | UnsetType = UNSET
    score_color: str | UnsetType = UNSET
    icon_name: str | UnsetType = UNSET
    action: Action | UnsetType = UNSET
    has_divider: bool | UnsetType = UNSET


class EvaluationSection(Given, frozen=True):
    text: str | UnsetType = UNSET
    section_color: str | UnsetType = UNSET


class EvaluationRow(Given, frozen=True):
    left: EvaluationSection | UnsetType = UNSET
    middle: EvaluationSection | UnsetType = UNSET
    right: EvaluationSection | UnsetType = UNSET
    indicator_text: str | UnsetType = UNSET
    indicator_percentage: int | UnsetType = UNSET
    icon_name: str | UnsetType = UNSET


class CarouselItem(Given, frozen=True):
    image_id: str | UnsetType = UNSET
    description: str | UnsetType = UNSET


class ImageCarouselRow(Given, frozen=True):
    items: list[CarouselItem] | UnsetType = UNSET
    has_divider: bool | UnsetType = UNSET


class Widget(Given, frozen=True):
    """``addonsWidget``: exactly one row, and what of it the marketplace should know."""

    title_row: TitleRow | UnsetType = UNSET
    subtitle_row: SubtitleRow | UnsetType = UNSET
    description_row: DescriptionRow | UnsetType = UNSET
    button_bar: ButtonBar | UnsetType = UNSET
    selector_row: SelectorRow | UnsetType = UNSET
    event_row: EventRow | UnsetType = UNSET
    group_info_row: GroupInfoRow | UnsetType = UNSET
    score_row: ScoreRow | UnsetType = UNSET
    evaluation_row: EvaluationRow | UnsetType = UNSET
    image_carousel_row: ImageCarouselRow | UnsetType = UNSET
    semantic_paths: dict[str, str] | UnsetType = UNSET
