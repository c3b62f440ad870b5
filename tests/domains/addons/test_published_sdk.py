"""The widgets the hand-written Python SDK (kenar 0.7.1) sends are read as they are meant."""

import warnings

import pytest

from dalan.domains import addons

with warnings.catch_warnings():
    # The package mixes two versions of pydantic and says so on import.
    warnings.simplefilter("ignore")
    from kenar import addon, icons, widgets

LINK = "https://app.example/1"
ICON = icons.Icon(icon_name=icons.IconName.ADD)
IMAGE = "57c76b48-d381-4b8a-b34f-355f6869b6ed.jpg"


@pytest.mark.filterwarnings("ignore")
def test_read_what_the_sdk_sends():
    section = widgets.EvaluationRow.Section(
        text="ارزان", section_color=widgets.Color.SUCCESS_PRIMARY
    )
    item = widgets.GroupInfo.GroupInfoItem(title="سال", value="۱۳۹۸")
    request = addon.CreatePostAddonRequest(
        token="gZk3-dP1",
        widgets=[
            widgets.TitleRow(text="عنوان"),
            widgets.SubtitleRow(text="زیرعنوان"),
            widgets.DescriptionRow(text="متن", expandable=True, preview_max_line=2),
            widgets.WideButtonBar(button=widgets.WideButtonBar.Button(title="باز", link=LINK)),
            widgets.SelectorRow(title="رزرو", link=LINK, icon=ICON),
            widgets.EventRow(title="گارانتی", link=LINK, icon=ICON, image_url=IMAGE),
            widgets.GroupInfo(items=[item, item]),
            widgets.ScoreRow(
                title="فنی", percentage_score=80, link="", score_color=widgets.Color.ERROR_PRIMARY
            ),
            widgets.ScoreRow(
                title="بدنه", descriptive_score="خوب", link=LINK,
                score_color=widgets.Color.COLOR_UNSPECIFIED, has_divider=True,
            ),
            widgets.EvaluationRow(
                indicator_text="۴۵۰ میلیون", indicator_percentage=60,
                left=section, middle=section, right=section,
            ),
            widgets.ImageCarouselRow(
                items=[widgets.ImageCarouselRow.ImageCarouselRowItem(
                    image_url=IMAGE, description="جلو")]
            ),
        ],
        semantic={"year": "1398"},
    )  # fmt: skip

    read = addons.read_submission(request.model_dump(mode="json"))

    action = {"action": {"open_direct_link": LINK}}
    side = {"text": "ارزان", "section_color": "SUCCESS_PRIMARY"}
    pair = {"title": "سال", "value": "۱۳۹۸"}
    assert read.widgets == [
        {"title_row": {"text": "عنوان"}},
        {"subtitle_row": {"text": "زیرعنوان"}},
        {"description_row": {"text": "متن", "expandable": True}},
        {"button_bar": {"title": "باز", **action}},
        {"selector_row": {"title": "رزرو", "icon_name": "ADD", **action}},
        {"event_row": {"title": "گارانتی", "image_id": IMAGE, "icon_name": "ADD", **action}},
        {"group_info_row": {"items": [pair, pair]}},
        {"score_row": {"title": "فنی", "percentage_score": 80, "score_color": "ERROR_PRIMARY"}},
        {"score_row": {"title": "بدنه", "descriptive_score": "خوب", "has_divider": True, **action}},
        {
            "evaluation_row": {
                "left": side,
                "middle": side,
                "right": side,
                "indicator_text": "۴۵۰ میلیون",
                "indicator_percentage": 60,
            }
        },
        {"image_carousel_row": {"items": [{"image_id": IMAGE, "description": "جلو"}]}},
    ]
    assert read.generation == 3
