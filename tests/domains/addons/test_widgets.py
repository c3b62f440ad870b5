"""Each widget at its longest, one character more, and everything else that is refused."""

from copy import deepcopy
from typing import Any

import pytest

from dalan.domains import addons
from tests.factories.addons import LINK, LONGEST, every_widget

TEXTS = [
    ("title_row", "text", 49),
    ("subtitle_row", "text", 200),
    ("description_row", "text", 200),
    ("button_bar", "title", 49),
    ("selector_row", "title", 200),
    ("event_row", "title", 24),
    ("event_row", "subtitle", 59),
    ("event_row", "label", 15),
    ("group_info_row", "items[2].title", 50),
    ("group_info_row", "items[2].value", 100),
    ("score_row", "title", 25),
    ("score_row", "descriptive_score", 17),
    ("evaluation_row", "left.text", 18),
    ("evaluation_row", "middle.text", 18),
    ("evaluation_row", "right.text", 18),
]


def refusal_of(*widgets: Any) -> str:
    with pytest.raises(addons.InvalidAddon) as refused:
        addons.read_submission({"widgets": list(widgets)})
    return str(refused.value)


def with_field(name: str, path: str, value: Any) -> dict[str, Any]:
    data = deepcopy(LONGEST[name])
    *parents, last = path.replace("[", ".").replace("]", "").split(".")
    holder: Any = data
    for parent in parents:
        holder = holder[int(parent)] if parent.isdecimal() else holder[parent]
    holder[last] = value
    return {name: data}


@pytest.mark.parametrize("name", LONGEST)
def test_read_widget_at_its_longest_keeps_every_field(name):
    read = addons.read_submission({"widgets": [{name: LONGEST[name]}]})

    assert read.widgets == [{name: LONGEST[name]}]


@pytest.mark.parametrize(("name", "path", "most"), TEXTS)
def test_read_text_with_one_character_more_names_the_field(name, path, most):
    addons.read_submission({"widgets": [with_field(name, path, "😀" * most)]})

    refused = refusal_of({"title_row": {"text": "اول"}}, with_field(name, path, "😀" * (most + 1)))

    assert refused == f"widgets[1].{name}.{path}: at most {most} characters"


def test_read_expandable_description_takes_a_long_text():
    long = {"description_row": {"text": "م" * 5_000, "expandable": True}}

    assert addons.read_submission({"widgets": [long]}).widgets == [long]
    assert "at most 10000" in refusal_of(
        {"description_row": {"text": "م" * 10_001, "expandable": True}}
    )


@pytest.mark.parametrize(
    "path", ["score_row.percentage_score", "evaluation_row.indicator_percentage"]
)
@pytest.mark.parametrize("value", [-1, 101, 50.5, "50%", "--5", True, [], {}])
def test_read_percentage_outside_0_to_100_is_refused(path, value):
    name, field = path.split(".")
    widget = with_field(name, field, value)
    widget[name].pop("descriptive_score", None)

    assert refusal_of(widget).startswith(f"widgets[0].{path}: must be")


@pytest.mark.parametrize("value", [0, "0", 0.0])
def test_read_score_of_explicit_zero_is_a_score(value):
    read = addons.read_submission(
        {"widgets": [{"score_row": {"title": "فنی", "percentage_score": value}}]}
    )

    assert read.widgets == [{"score_row": {"title": "فنی", "percentage_score": 0}}]


@pytest.mark.parametrize(
    "scores",
    [
        {},
        {"percentage_score": None, "descriptive_score": None},
        {"percentage_score": 0, "descriptive_score": "خوب"},
        {"descriptive_score": ""},
    ],
)
def test_read_score_row_needs_exactly_one_score(scores):
    refused = refusal_of({"score_row": {"title": "فنی", **scores}})

    assert refused == (
        "widgets[0].score_row: exactly one of percentage_score and descriptive_score"
    )


@pytest.mark.parametrize("count", [0, 1, 4])
def test_read_group_info_takes_two_or_three_items(count):
    items = [{"title": "سال", "value": "۱۳۹۸"}] * count

    assert refusal_of({"group_info_row": {"items": items}}) == (
        "widgets[0].group_info_row.items: 2 to 3 items"
    )
    addons.read_submission({"widgets": [{"group_info_row": {"items": [{}, {}]}}]})


@pytest.mark.parametrize(
    ("widget", "rule"),
    [
        ({}, "exactly one widget, not none"),
        ({"title_row": None}, "exactly one widget, not none"),
        ({"titel_row": {}}, "exactly one widget, not titel_row"),
        ({"title_row": {}, "subtitle_row": {}}, "not title_row and subtitle_row"),
        ("title_row", "must be an object"),
        (None, "must be an object"),
    ],
)
def test_read_widget_needs_exactly_one_name(widget, rule):
    assert rule in refusal_of(widget)


def test_read_more_than_thirty_widgets_or_twenty_pictures_is_refused():
    title = {"title_row": {"text": "اول"}}
    picture = {"image_id": "logo"}
    addons.read_submission({"widgets": [title] * 30})

    assert refusal_of(*[title] * 31) == "widgets: at most 30 widgets"
    assert refusal_of({"image_carousel_row": {"items": [picture] * 21}}) == (
        "widgets[0].image_carousel_row.items: at most 20 items"
    )


@pytest.mark.parametrize(
    "action",
    [
        {"open_direct_link": LINK},
        {"open_direct_link": "http://localhost:9000/گزارش?a=1#b"},
        {"open_server_link": {"data": {"a": [1, {"b": None}], "c": "د"}}},
        {"get_dynamic_action": {"data": {"report": "1"}}},
        {"open_server_link": {}},
        {"open_post_page": {"post_token": "gZk3-dP1"}},
        {"open_post_manage_page": {"post_token": "gZk3_dP1"}},
    ],
)
def test_read_each_action_keeps_it_as_it_was(action):
    read = addons.read_submission({"widgets": [{"button_bar": {"title": "د", "action": action}}]})

    assert read.widgets == [{"button_bar": {"title": "د", "action": action}}]


@pytest.mark.parametrize(
    ("action", "where"),
    [
        ({}, ".action: exactly one of"),
        ({"open_direct_link": None}, ".action: exactly one of"),
        ({"open_direct_link": LINK, "open_server_link": {}}, ".action: exactly one of"),
        ({"open_direct_link": "javascript:alert(1)"}, ".open_direct_link: must be a whole http"),
        ({"open_direct_link": " javascript:alert(1)"}, ".open_direct_link: must be a whole http"),
        ({"open_direct_link": "java\nscript:alert(1)"}, ".open_direct_link: must be a whole"),
        ({"open_direct_link": "data:text/html,hi"}, ".open_direct_link: must be a whole http"),
        ({"open_direct_link": "//app.example/"}, ".open_direct_link: must be a whole http"),
        ({"open_direct_link": "https:///path"}, ".open_direct_link: must be a whole http"),
        ({"open_direct_link": "https://dalan.example@a/"}, ".open_direct_link: must be a whole"),
        ({"open_direct_link": "https://a:b/"}, ".open_direct_link: must be a whole http"),
        ({"open_direct_link": "https://a/\x00"}, ".open_direct_link: must be a whole http"),
        ({"open_direct_link": 'https://a/"onclick='}, ".open_direct_link: must be a whole http"),
        ({"open_direct_link": "https://a/" + "b" * 2_039}, ".open_direct_link: at most 2048"),
        ({"open_direct_link": 7}, ".open_direct_link: must be a string"),
        ({"open_server_link": "x"}, ".open_server_link: must be an object"),
        ({"open_server_link": {"data": []}}, ".open_server_link.data: must be an object"),
        ({"get_dynamic_action": {"data": {"a": "\0"}}}, ".data: may not hold a NUL"),
        ({"get_dynamic_action": {"data": {"a": 2**64}}}, ".data: numbers must fit"),
        ({"get_dynamic_action": {"data": {"a": "x" * 20_001}}}, ".data: at most"),
        ({"open_post_page": {}}, ".open_post_page.post_token: must be the token"),
        ({"open_post_page": {"post_token": "../x"}}, ".post_token: must be the token"),
        ("open", ".action: must be an object"),
    ],
)
def test_read_wrong_action_is_refused(action, where):
    refused = refusal_of({"button_bar": {"title": "د", "action": action}})

    assert refused.startswith("widgets[0].button_bar.action")
    assert where in refused


def test_read_data_nested_too_deep_is_refused():
    data: dict[str, Any] = {}
    for _ in range(40):
        data = {"a": data}

    refused = refusal_of({"button_bar": {"action": {"get_dynamic_action": {"data": data}}}})

    assert "nested deeper" in refused


def test_read_drops_nulls_and_what_old_sdks_add():
    sent = {
        "score_row": {
            "title": "فنی",
            "percentage_score": 80,
            "descriptive_score": None,
            "score_color": "COLOR_UNSPECIFIED",
            "icon_name": "UNKNOWN",
            "hasDivider": True,
            "has_notification": False,
            "action": {"open_direct_link": LINK, "open_server_link": None},
        }
    }

    assert addons.read_submission({"widgets": [sent]}).widgets == [
        {
            "score_row": {
                "title": "فنی",
                "percentage_score": 80,
                "has_divider": True,
                "action": {"open_direct_link": LINK},
            }
        }
    ]


@pytest.mark.parametrize(
    ("color", "kept"),
    [
        ("SUCCESS_SECONDARY", "SUCCESS_SECONDARY"),
        ("TEXT_PRIMARY", "TEXT_PRIMARY"),
        ("BRAND_PRIMARY", "BRAND_PRIMARY"),
        ("UNKNOWN", None),
        ("", None),
        (None, None),
    ],
)
def test_read_color_of_any_generation_is_kept(color, kept):
    sent = {"score_row": {"descriptive_score": "خوب", "score_color": color}}

    read = addons.read_submission({"widgets": [sent]}).widgets[0]["score_row"]

    assert read.get("score_color") == kept


def test_read_unknown_color_is_refused_and_unknown_icon_kept():
    assert "score_color: one of ERROR_PRIMARY" in refusal_of(
        {"score_row": {"descriptive_score": "خوب", "score_color": "PINK"}}
    )
    read = addons.read_submission(
        {"widgets": [{"selector_row": {"title": "ر", "icon_name": "REAL_STATE"}},
                     {"selector_row": {"title": "ر", "icon_name": "NEW_THING"}}]}
    )  # fmt: skip
    assert [widget["selector_row"]["icon_name"] for widget in read.widgets] == [
        "REAL_ESTATE",
        "NEW_THING",
    ]
    assert addons.icons.published("NEW_THING") == ""
    assert len(addons.icons.names()) == 822


def test_read_image_url_is_taken_for_image_id():
    name = "57c76b48-d381-4b8a-b34f-355f6869b6ed.jpg"
    read = addons.read_submission(
        {
            "widgets": [
                {"image_carousel_row": {"items": [{"image_url": name, "description": "جلو"}]}},
                {"event_row": {"title": "ع", "image_id": f"https://m.example/media/600/{name}"}},
            ]
        }
    )

    assert addons.image_ids(read.widgets) == [name]
    assert addons.with_images(read.widgets, lambda name: f"/media/{name}")[1] == {
        "event_row": {"title": "ع", "image_id": f"/media/{name}"}
    }


def test_read_numbers_texts_and_flags_of_the_wrong_type_are_refused():
    assert refusal_of({"title_row": {"text": 7}}).endswith("title_row.text: must be a string")
    assert refusal_of({"title_row": {"has_divider": "yes"}}).endswith(
        "title_row.has_divider: must be true or false"
    )
    assert refusal_of({"group_info_row": {"items": {}}}).endswith("items: must be a list")
    assert refusal_of({"title_row": []}).endswith("title_row: must be an object")


@pytest.mark.parametrize("body", [None, [], "x", 7])
def test_read_body_that_is_no_object_is_refused(body):
    with pytest.raises(addons.InvalidAddon, match="body: must be an object"):
        addons.read_submission(body)


def test_action_of_widget_says_what_a_click_does():
    widgets = addons.read_submission({"widgets": every_widget()}).widgets

    assert addons.action_of(widgets, 0) is None
    assert addons.action_of(widgets, 99) is None
    assert addons.action_of(widgets, -1) is None
    assert addons.action_of(widgets, 3) == addons.Action(open_direct_link=LINK)
    assert addons.action_of(widgets, 4) == addons.Action(
        open_server_link=addons.AppData({"flow": "visit"})
    )
