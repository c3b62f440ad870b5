"""Bodies of 2023, as the sample apps send them."""

from typing import Any

import pytest

from dalan.domains import addons
from dalan.domains.addons import generation_one

TYPE = "type.googleapis.com/widgets."
LINK = "https://app.example/report/1"
LOAD = {
    "type": "LOAD_WEB_VIEW_PAGE",
    "fallback_link": LINK,
    "payload": {"@type": f"{TYPE}LoadWebViewPagePayload", "url": LINK, "action_type": "X"},
}

OLD: list[dict[str, Any]] = [
    {
        "widget_type": "LEGEND_TITLE_ROW",
        "data": {
            "@type": f"{TYPE}LegendTitleRowData",
            "title": "کارشناسی خودرو",
            "subtitle": "بازدید در محل",
            "has_divider": True,
            "image_url": "logo",
        },
    },
    {
        "widget_type": "SCORE_ROW",
        "data": {
            "@type": f"{TYPE}ScoreRowData",
            "title": "وضعیت بدنه و شاسی و موتور خودرو",
            "descriptive_score": "یک لکه رنگ در گلگیر عقب",
            "percentage_score": None,
            "score_color": "TEXT_PRIMARY",
            "icon": {"icon_name": "SETTINGS"},
            "action": None,
            "hasDivider": True,
        },
    },
    {
        "widget_type": "WIDE_BUTTON_BAR",
        "data": {
            "@type": f"{TYPE}WideButtonBarWidgetData",
            "style": "SECONDARY",
            "button": {"title": "گزارش کامل", "action": LOAD},
        },
    },
    {
        "widget_type": "GROUP_INFO_ROW",
        "data": {
            "@type": f"{TYPE}GroupInfoRow",
            "items": [{"title": "سال", "value": "۱۳۹۸"}, {"title": "کارکرد", "value": "۸۰"}],
        },
    },
    {
        "widget_type": "EVALUATION_ROW",
        "data": {
            "@type": f"{TYPE}EvaluationRowData",
            "indicator_text": "۴۵۰ میلیون",
            "indicator_percentage": 60,
            "indicator_icon": {"icon_name": "MONEY", "icon_color": "BRAND_PRIMARY"},
            "left": {
                "text": "ارزان",
                "text_color": "TEXT_HINT",
                "section_color": "SUCCESS_PRIMARY",
            },
            "middle": {"text": "منصفانه", "section_color": "WARNING_SECONDARY"},
            "right": {"text": "گران", "section_color": "ERROR_PRIMARY"},
        },
    },
    {
        "widget_type": "EVENT_ROW",
        "data": {
            "@type": f"{TYPE}EventRowData",
            "title": "گارانتی",
            "image_url": "logo",
            "has_indicator": False,
            "icon": None,
            "action": {"type": "OPEN_WEB_PAGE", "fallback_link": LINK, "payload": {}},
        },
    },
    {
        "widget_type": "IMAGE_CAROUSEL_ROW",
        "data": {"@type": f"{TYPE}ImageCarouselRowData", "items": [{"image_url": "logo"}]},
    },
    {
        "widget_type": "DESCRIPTION_ROW",
        "data": {"@type": f"{TYPE}DescriptionRowData", "text": "م" * 900, "preview_max_line": 3},
    },
]

CURRENT: list[dict[str, Any]] = [
    {
        "legend_title_row": {
            "title": "کارشناسی خودرو",
            "subtitle": "بازدید در محل",
            "has_divider": True,
            "image_id": "logo",
        }
    },
    {
        "score_row": {
            "title": "وضعیت بدنه و شاسی و موتور خودرو",
            "descriptive_score": "یک لکه رنگ در گلگیر عقب",
            "score_color": "TEXT_PRIMARY",
            "icon_name": "SETTINGS",
            "has_divider": True,
        }
    },
    {"button_bar": {"title": "گزارش کامل", "action": {"open_direct_link": LINK}}},
    {
        "group_info_row": {
            "items": [{"title": "سال", "value": "۱۳۹۸"}, {"title": "کارکرد", "value": "۸۰"}]
        }
    },
    {
        "evaluation_row": {
            "left": {"text": "ارزان", "section_color": "SUCCESS_PRIMARY"},
            "middle": {"text": "منصفانه", "section_color": "WARNING_SECONDARY"},
            "right": {"text": "گران", "section_color": "ERROR_PRIMARY"},
            "indicator_text": "۴۵۰ میلیون",
            "indicator_percentage": 60,
            "icon_name": "MONEY",
        }
    },
    {
        "event_row": {
            "title": "گارانتی",
            "image_id": "logo",
            "action": {"open_direct_link": LINK},
        }
    },
    {"image_carousel_row": {"items": [{"image_id": "logo"}]}},
    {"description_row": {"text": "م" * 900, "expandable": True}},
]


def test_read_old_widgets_says_the_same_in_current_words():
    read = addons.read_submission({"widgets": {"widget_list": OLD}, "semantic": None})

    assert read.widgets == CURRENT
    assert read.generation == 1


def test_write_current_widgets_in_old_words_reads_back_the_same():
    written = generation_one.written(CURRENT)

    assert [widget["widget_type"] for widget in written] == [w["widget_type"] for w in OLD]
    assert all(widget["data"]["@type"].startswith(TYPE) for widget in written)
    assert written[2]["data"]["button"]["action"]["payload"]["url"] == LINK
    assert addons.read_submission({"widgets": {"widget_list": written}}).widgets == CURRENT


def test_read_old_widgets_in_a_plain_list_is_accepted():
    assert addons.read_submission({"widgets": OLD}).widgets == CURRENT


@pytest.mark.parametrize(
    ("widget", "refused"),
    [
        ({"widget_type": "TABLE_ROW", "data": {}}, "widgets.widget_list[0].widget_type: one of"),
        ({"widget_type": "SCORE_ROW"}, "widgets.widget_list[0].data: exactly one of"),
        (
            {"widget_type": "SELECTOR_ROW", "data": {"action": {"type": "CALL_PHONE"}}},
            "widgets.widget_list[0].data.action.type: one of",
        ),
        (
            {"widget_type": "SELECTOR_ROW", "data": {"action": {"type": "OPEN_WEB_PAGE"}}},
            "widgets.widget_list[0].data.action: has neither",
        ),
        (
            {"widget_type": "SELECTOR_ROW",
             "data": {"action": {"type": "OPEN_WEB_PAGE", "fallback_link": "javascript:1"}}},
            "widgets.widget_list[0].data.action.open_direct_link: must be",
        ),
        ({"widget_type": "TITLE_ROW", "data": []}, "widgets.widget_list[0].data: must be an"),
        ({"widget_type": 7}, "widgets.widget_list[0].widget_type: must be a string"),
    ],
)  # fmt: skip
def test_read_wrong_old_widget_names_the_field(widget, refused):
    with pytest.raises(addons.InvalidAddon) as error:
        addons.read_submission({"widgets": {"widget_list": [widget]}})

    assert str(error.value).startswith(refused)


@pytest.mark.parametrize("kind", ["", "UNKNOWN", "ACTION_UNSPECIFIED"])
def test_action_of_no_kind_is_no_action(kind: str):
    button = {"title": "دیدن", "action": {"type": kind}}
    widget = {"widget_type": "WIDE_BUTTON_BAR", "data": {"button": button}}

    placed = generation_one.read_widget(widget, "widgets[0]")

    assert placed.as_json() == {"button_bar": {"title": "دیدن"}}


@pytest.mark.parametrize("kind", [[], {}, 5, "OPEN_SESAME"])
def test_action_of_a_kind_there_is_none_of_is_refused(kind: Any):
    widget = {"widget_type": "SCORE_ROW", "data": {"action": {"type": kind}}}

    with pytest.raises(addons.InvalidAddon) as refused:
        generation_one.read_widget(widget, "widgets[0]")

    assert refused.value.field == "widgets[0].data.action.type"
