"""The widgets an add-on is made of, and the one check of what apps send.

Ten kinds of the current contract and one that only its first generation had. Whatever was sent
becomes one canonical form, which is stored and shown:
``[{"score_row": {"title": "…", "percentage_score": 0}, "semantic_paths": {…}}]``, zero values
left out. Limits count Unicode code points.

Source: Kenar contract, schema ``addonsWidget``; reference/kenar.md 6.1 to 6.5.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlsplit

import msgspec

from dalan.domains.addons import icons
from dalan.domains.addons.actions import Action, read_action
from dalan.domains.addons.errors import InvalidAddon
from dalan.domains.addons.reading import Fields, camel_case

WIDGETS_MAX = 30
CAROUSEL_ITEMS_MAX = 20
TEXT_LENGTH_MAX = 10_000
"""For texts the contract leaves unbounded: an expandable description."""
CAPTION_LENGTH_MAX = 200
"""For short texts the contract names no limit for."""

LOGO = "logo"
"""In place of an image id: the app's own avatar."""

COLORS = frozenset(
    {
        "SUCCESS_PRIMARY",
        "SUCCESS_SECONDARY",
        "WARNING_PRIMARY",
        "WARNING_SECONDARY",
        "ERROR_PRIMARY",
    }
)
OLD_COLORS = frozenset(
    {
        "TEXT_PRIMARY",
        "TEXT_SECONDARY",
        "TEXT_HINT",
        "TEXT_DIVIDER",
        "ICON_PRIMARY",
        "ICON_SECONDARY",
        "ICON_HINT",
        "ICON_DIVIDER",
        "WHITE_PRIMARY",
        "BRAND_PRIMARY",
    }
)
"""Of the first generation: accepted and kept everywhere, drawn as plain text."""


class Widget(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One row of an add-on. ``name`` is its member in the contract's object."""

    name: ClassVar[str]


class TitleRow(Widget, frozen=True, omit_defaults=True, kw_only=True):
    name: ClassVar[str] = "title_row"
    text: str = ""
    has_divider: bool = False

    @classmethod
    def read(cls, fields: Fields) -> "TitleRow":
        return cls(text=fields.text("text", most=49), has_divider=fields.flag("has_divider"))


class SubtitleRow(Widget, frozen=True, omit_defaults=True, kw_only=True):
    name: ClassVar[str] = "subtitle_row"
    text: str = ""
    has_divider: bool = False

    @classmethod
    def read(cls, fields: Fields) -> "SubtitleRow":
        return cls(
            text=fields.text("text", most=200, multiline=True),
            has_divider=fields.flag("has_divider"),
        )


class DescriptionRow(Widget, frozen=True, omit_defaults=True, kw_only=True):
    name: ClassVar[str] = "description_row"
    text: str = ""
    has_divider: bool = False
    expandable: bool = False

    @classmethod
    def read(cls, fields: Fields) -> "DescriptionRow":
        expandable = fields.flag("expandable")
        most = TEXT_LENGTH_MAX if expandable or fields.lenient else 200
        return cls(
            text=fields.text("text", most=most, multiline=True),
            has_divider=fields.flag("has_divider"),
            expandable=expandable,
        )


class ButtonBar(Widget, frozen=True, omit_defaults=True, kw_only=True):
    name: ClassVar[str] = "button_bar"
    title: str = ""
    action: Action | None = None

    @classmethod
    def read(cls, fields: Fields) -> "ButtonBar":
        return cls(title=fields.text("title", most=49), action=read_action(fields.part("action")))


class SelectorRow(Widget, frozen=True, omit_defaults=True, kw_only=True):
    """``label`` stands in the prose only: accepted and shown."""

    name: ClassVar[str] = "selector_row"
    title: str = ""
    has_divider: bool = False
    icon_name: str = ""
    image_id: str = ""
    label: str = ""
    action: Action | None = None

    @classmethod
    def read(cls, fields: Fields) -> "SelectorRow":
        return cls(
            title=fields.text("title", most=200),
            has_divider=fields.flag("has_divider"),
            icon_name=_icon(fields),
            image_id=_image(fields),
            label=fields.text("label", most=CAPTION_LENGTH_MAX),
            action=read_action(fields.part("action")),
        )


class EventRow(Widget, frozen=True, omit_defaults=True, kw_only=True):
    """``action`` stands in an example only: accepted and obeyed."""

    name: ClassVar[str] = "event_row"
    title: str = ""
    subtitle: str = ""
    label: str = ""
    has_divider: bool = False
    image_id: str = ""
    icon_name: str = ""
    action: Action | None = None

    @classmethod
    def read(cls, fields: Fields) -> "EventRow":
        return cls(
            title=fields.text("title", most=24),
            subtitle=fields.text("subtitle", most=59),
            label=fields.text("label", most=15),
            has_divider=fields.flag("has_divider"),
            image_id=_image(fields),
            icon_name=_icon(fields),
            action=read_action(fields.part("action")),
        )


class GroupInfoItem(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    title: str = ""
    value: str = ""


class GroupInfoRow(Widget, frozen=True, omit_defaults=True, kw_only=True):
    name: ClassVar[str] = "group_info_row"
    items: list[GroupInfoItem] = []
    has_divider: bool = False

    @classmethod
    def read(cls, fields: Fields) -> "GroupInfoRow":
        return cls(
            items=[
                GroupInfoItem(title=item.text("title", most=50), value=item.text("value", most=100))
                for item in fields.parts("items", least=2, most=3)
            ],
            has_divider=fields.flag("has_divider"),
        )


class ScoreRow(Widget, frozen=True, omit_defaults=True, kw_only=True):
    """``percentage_score`` may be an explicit 0, which is a score like any other."""

    name: ClassVar[str] = "score_row"
    title: str = ""
    percentage_score: int | None = None
    descriptive_score: str = ""
    score_color: str = ""
    icon_name: str = ""
    has_divider: bool = False
    action: Action | None = None

    @classmethod
    def read(cls, fields: Fields) -> "ScoreRow":
        title = fields.text("title", most=25)
        percentage_score = fields.integer("percentage_score", least=0, most=100)
        descriptive_score = fields.text("descriptive_score", most=17)
        if (percentage_score is None) == (not descriptive_score):
            raise InvalidAddon(
                fields.where, "exactly one of percentage_score and descriptive_score"
            )
        return cls(
            title=title,
            percentage_score=percentage_score,
            descriptive_score=descriptive_score,
            score_color=_color(fields, "score_color"),
            icon_name=_icon(fields),
            has_divider=fields.flag("has_divider"),
            action=read_action(fields.part("action")),
        )


class EvaluationSection(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    text: str = ""
    section_color: str = ""


class EvaluationRow(Widget, frozen=True, omit_defaults=True, kw_only=True):
    name: ClassVar[str] = "evaluation_row"
    left: EvaluationSection = EvaluationSection()
    middle: EvaluationSection = EvaluationSection()
    right: EvaluationSection = EvaluationSection()
    indicator_text: str = ""
    indicator_percentage: int = 0
    icon_name: str = ""
    has_divider: bool = False

    @classmethod
    def read(cls, fields: Fields) -> "EvaluationRow":
        return cls(
            left=_section(fields, "left"),
            middle=_section(fields, "middle"),
            right=_section(fields, "right"),
            indicator_text=fields.text("indicator_text", most=CAPTION_LENGTH_MAX),
            indicator_percentage=fields.integer("indicator_percentage", least=0, most=100) or 0,
            icon_name=_icon(fields),
            has_divider=fields.flag("has_divider"),
        )


class ImageCarouselItem(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    image_id: str = ""
    description: str = ""


class ImageCarouselRow(Widget, frozen=True, omit_defaults=True, kw_only=True):
    name: ClassVar[str] = "image_carousel_row"
    items: list[ImageCarouselItem] = []
    has_divider: bool = False

    @classmethod
    def read(cls, fields: Fields) -> "ImageCarouselRow":
        return cls(
            items=[
                ImageCarouselItem(
                    image_id=_image(item),
                    description=item.text("description", most=CAPTION_LENGTH_MAX),
                )
                for item in fields.parts("items", least=0, most=CAROUSEL_ITEMS_MAX)
            ],
            has_divider=fields.flag("has_divider"),
        )


class LegendTitleRow(Widget, frozen=True, omit_defaults=True, kw_only=True):
    """Of the first generation only: an app's own heading with its picture."""

    name: ClassVar[str] = "legend_title_row"
    title: str = ""
    subtitle: str = ""
    has_divider: bool = False
    image_id: str = ""

    @classmethod
    def read(cls, fields: Fields) -> "LegendTitleRow":
        return cls(
            title=fields.text("title", most=CAPTION_LENGTH_MAX),
            subtitle=fields.text("subtitle", most=CAPTION_LENGTH_MAX),
            has_divider=fields.flag("has_divider"),
            image_id=_image(fields),
        )


KINDS: Mapping[str, type[Any]] = {
    kind.name: kind
    for kind in (
        TitleRow,
        SubtitleRow,
        DescriptionRow,
        ButtonBar,
        SelectorRow,
        EventRow,
        GroupInfoRow,
        ScoreRow,
        EvaluationRow,
        ImageCarouselRow,
        LegendTitleRow,
    )
}

CURRENT_KINDS = tuple(name for name in KINDS if name != LegendTitleRow.name)
"""The ten an app may be given (its ``Widgets`` in the panel)."""

_KIND_BY_SPELLING = {spelled: name for name in KINDS for spelled in (name, camel_case(name))}


class Placed(msgspec.Struct, frozen=True):
    """A widget in its place, with what of it counts as semantic data."""

    widget: Widget
    semantic_paths: dict[str, str]
    where: str

    def as_json(self) -> dict[str, Any]:
        """The canonical form, ready for JSON."""
        whole: dict[str, Any] = {self.widget.name: msgspec.to_builtins(self.widget)}
        return whole | ({"semantic_paths": self.semantic_paths} if self.semantic_paths else {})


def read_widget(value: Any, where: str) -> Placed:
    """A widget in the current form. Raises ``InvalidAddon`` naming the first field at fault."""
    outer = Fields(value, where)
    given = [
        (spelled, name)
        for spelled, name in _KIND_BY_SPELLING.items()
        if spelled in value and value[spelled] is not None
    ]
    if len(given) != 1:
        unknown = [
            str(name) for name in value if name not in (*_KIND_BY_SPELLING, "semantic_paths")
        ]
        raise InvalidAddon(
            where,
            "exactly one widget, not "
            + (" and ".join(name for _, name in given) or _shortened(unknown) or "none"),
        )
    spelled, name = given[0]
    fields = Fields(value[spelled], f"{where}.{name}")
    return Placed(KINDS[name].read(fields), _semantic_paths(outer), f"{where}.{name}")


def image_places(widgets: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The same pictures as ``image_ids``, each with the first field that names it."""
    places: dict[str, str] = {}
    for index, widget in enumerate(widgets):
        for name, data in widget.items():
            if name in KINDS:
                where = f"widgets[{index}].{name}"
                named = [(data.get("image_id"), f"{where}.image_id")]
                if name == ImageCarouselRow.name:
                    named += [
                        (item.get("image_id"), f"{where}.items[{at}].image_id")
                        for at, item in enumerate(data.get("items", ()))
                    ]
                for image_id, place in named:
                    if image_id and image_id != LOGO:
                        places.setdefault(image_id, place)
    return places


def image_ids(widgets: Sequence[Mapping[str, Any]]) -> list[str]:
    """The pictures canonical widgets show, each once, the app's own logo left out."""
    found = (holder["image_id"] for holder in _picture_holders(widgets) if holder.get("image_id"))
    return [name for name in dict.fromkeys(found) if name != LOGO]


def with_images(
    widgets: Sequence[Mapping[str, Any]], url_of: Callable[[str], str]
) -> list[dict[str, Any]]:
    """A copy of canonical widgets whose image ids are what ``url_of`` makes of them."""
    copied: list[dict[str, Any]] = msgspec.json.decode(msgspec.json.encode(widgets))
    for holder in _picture_holders(copied):
        if holder.get("image_id"):
            holder["image_id"] = url_of(holder["image_id"])
    return copied


def filled(widgets: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Canonical widgets with every text, flag and list spelled out, as templates like them.

    Actions and scores that are not there are None. Nothing is left out, so that a widget's
    place still is its number.
    """
    return [
        {name: _filled_one(data, KINDS[name]) for name, data in widget.items() if name in KINDS}
        for widget in widgets
    ]


def action_of(widgets: Sequence[Mapping[str, Any]], index: int) -> Action | None:
    """What clicking canonical widget ``index`` does; None when there is none or it does nothing."""
    if not 0 <= index < len(widgets):
        return None
    for name, data in widgets[index].items():
        if name in KINDS and data.get("action"):
            return msgspec.convert(data["action"], Action)
    return None


def _filled_one(data: Mapping[str, Any], kind: type[Any]) -> dict[str, Any]:
    whole = msgspec.structs.asdict(msgspec.convert(data, kind))
    for name, value in whole.items():
        if name == "items":
            whole[name] = [msgspec.structs.asdict(item) for item in value]
        elif isinstance(value, EvaluationSection):
            whole[name] = msgspec.structs.asdict(value)
    return whole | {"action": data.get("action")}


def _picture_holders(widgets: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for widget in widgets:
        for name, data in widget.items():
            if name == ImageCarouselRow.name:
                yield from data.get("items", ())
            elif name in KINDS:
                yield data


def _semantic_paths(outer: Fields) -> dict[str, str]:
    part = outer.part("semantic_paths")
    if part is None:
        return {}
    return part.texts(keys_max=20, key_length_max=64, text_length_max=200)


def _section(fields: Fields, name: str) -> EvaluationSection:
    part = fields.part(name)
    if part is None:
        return EvaluationSection()
    return EvaluationSection(
        text=part.text("text", most=18), section_color=_color(part, "section_color")
    )


def _color(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise fields.refuse(name, "must be a string")
    if value in ("", "UNKNOWN") or value.endswith("_UNSPECIFIED"):
        return ""
    if value not in COLORS and value not in OLD_COLORS:
        raise fields.refuse(name, f"one of {', '.join(sorted(COLORS))}")
    return value


def _icon(fields: Fields) -> str:
    return icons.meant(fields.text("icon_name", most=100))


def _image(fields: Fields) -> str:
    """An image id; an old SDK says ``image_url``, and our own addresses are taken for the id."""
    value = fields.text("image_id", "image_url", most=2_048)
    if value.startswith(("http://", "https://", "/")):
        return urlsplit(value).path.rpartition("/")[2]
    return value


def _shortened(names: list[str]) -> str:
    return " and ".join(name[:40] for name in names[:3])
