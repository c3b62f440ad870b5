"""The widgets of 2023: ``{"widget_type": "SCORE_ROW", "data": {"@type": …}}``, read and written.

What they said is translated to the current names and checked there, leniently: limits of that
time were never published. Decorations the current form has no place for are dropped.

Source: reference/kenar.md 6.6; requests of the sample apps in 11.1 to 11.3.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dalan.domains.addons import icons
from dalan.domains.addons.errors import InvalidAddon
from dalan.domains.addons.reading import Fields
from dalan.domains.addons.widgets import KINDS, Placed

_TYPE_HOST: Final = "type.googleapis.com/widgets."

_NAME_BY_TYPE: Final[dict[str, tuple[str, str]]] = {
    "TITLE_ROW": ("title_row", "TitleRowData"),
    "LEGEND_TITLE_ROW": ("legend_title_row", "LegendTitleRowData"),
    "SUBTITLE_ROW": ("subtitle_row", "SubtitleRowData"),
    "DESCRIPTION_ROW": ("description_row", "DescriptionRowData"),
    "WIDE_BUTTON_BAR": ("button_bar", "WideButtonBarWidgetData"),
    "SELECTOR_ROW": ("selector_row", "SelectorRowData"),
    "EVENT_ROW": ("event_row", "EventRowData"),
    "SCORE_ROW": ("score_row", "ScoreRowData"),
    "EVALUATION_ROW": ("evaluation_row", "EvaluationRowData"),
    "GROUP_INFO_ROW": ("group_info_row", "GroupInfoRow"),
    "IMAGE_CAROUSEL_ROW": ("image_carousel_row", "ImageCarouselRowData"),
}
TYPES: Final = tuple(_NAME_BY_TYPE)

_TYPE_BY_NAME: Final = {name: (kind, tail) for kind, (name, tail) in _NAME_BY_TYPE.items()}

_LINK_ACTIONS: Final = frozenset({"LOAD_WEB_VIEW_PAGE", "OPEN_WEB_PAGE"})

_NO_ACTION: Final = frozenset({"", "UNKNOWN", "ACTION_UNSPECIFIED"})
"""Zero values of an enum, which mean that nothing is set."""

EXPANDABLE_FROM: Final = 200
"""A longer description was cut by the page of its time; the current form calls that expandable."""


def is_old(value: Any) -> bool:
    """Whether one widget is written in this form."""
    return isinstance(value, Mapping) and value.get("widget_type") is not None


def read_widget(value: Any, where: str) -> Placed:
    """A widget of this generation. Raises ``InvalidAddon`` naming the field at fault."""
    outer = Fields(value, where)
    kind = outer.text("widget_type", most=64)
    if kind not in _NAME_BY_TYPE:
        raise outer.refuse("widget_type", f"one of {', '.join(_NAME_BY_TYPE)}")
    data = outer.part("data") or Fields({}, f"{where}.data")
    name = _NAME_BY_TYPE[kind][0]
    now = data.without("icon", "action")
    if name == "button_bar":
        button = data.part("button")
        if button is not None:
            now = {"title": button.get("title"), "action": _action(button)}
    elif (action := _action(data)) is not None:
        now["action"] = action
    icon = data.part("indicator_icon" if name == "evaluation_row" else "icon")
    if icon is not None:
        now["icon_name"] = icon.get("icon_name")
    if name == "description_row" and len(str(now.get("text") or "")) > EXPANDABLE_FROM:
        now["expandable"] = True
    widget = KINDS[name].read(Fields(now, f"{where}.data", lenient=True))
    return Placed(widget, {}, f"{where}.data")


def written(widgets: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Canonical widgets in this form, as ``widget_list`` holds them.

    Actions this generation had no word for are left out, and so are icons it could not name.
    """
    return [
        _written_one(name, data)
        for widget in widgets
        for name, data in widget.items()
        if name in _TYPE_BY_NAME
    ]


def _action(fields: Fields) -> dict[str, Any] | None:
    """The action in current words, or None. Real payloads may lack the address inside."""
    action = fields.part("action")
    if action is None:
        return None
    if action.get("type") is None:
        value = fields.get("action")
        return dict(value) if value else None
    kind = action.text("type", most=64)
    if kind in _NO_ACTION:
        return None
    if kind not in _LINK_ACTIONS:
        raise action.refuse("type", f"one of {', '.join(sorted(_LINK_ACTIONS))}")
    payload = action.part("payload")
    link = payload.get("url", "link") if payload is not None else None
    link = link or action.get("fallback_link")
    if not link:
        raise InvalidAddon(action.where, "has neither payload.url nor fallback_link")
    return {"open_direct_link": link}


def _written_one(name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    kind, tail = _TYPE_BY_NAME[name]
    fields = {
        key: value for key, value in data.items() if key not in ("icon_name", "action", "image_id")
    }
    if icon_name := icons.published(data.get("icon_name", "")):
        fields["indicator_icon" if name == "evaluation_row" else "icon"] = {"icon_name": icon_name}
    if image_id := data.get("image_id"):
        fields["image_url"] = image_id
    if name == "image_carousel_row":
        fields["items"] = [
            {("image_url" if key == "image_id" else key): value for key, value in item.items()}
            for item in data.get("items", ())
        ]
    if link := (data.get("action") or {}).get("open_direct_link"):
        fields["action"] = {
            "type": "LOAD_WEB_VIEW_PAGE",
            "fallback_link": link,
            "payload": {"@type": f"{_TYPE_HOST}LoadWebViewPagePayload", "url": link},
        }
    if name == "button_bar":
        fields = {"button": fields}
    return {"widget_type": kind, "data": {"@type": _TYPE_HOST + tail, **fields}}
