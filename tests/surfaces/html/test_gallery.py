"""Every component and every widget renders, in both languages and themes."""

from html.parser import HTMLParser

import pytest

from dalan.surfaces import html
from dalan.surfaces.html.gallery import WIDGETS, gallery
from dalan.surfaces.html.templates import render_string
from tests.conftest import START

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Balance(HTMLParser):
    """Checks that tags nest; SVG's self-closing ones close themselves."""

    def __init__(self):
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.ids += [value for key, value in attrs if key == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()}")


def page(**values):
    return html.PageContext(now=START, csrf_token="t" * 64, **values)


def widget(data, lang="fa"):
    return render_string(
        page(lang=lang),
        '{% from "_macros/widgets.html" import widget %}{{ widget(w, image_url, action_url, 4) }}',
        w=data,
        image_url=lambda image_id: f"/media/{image_id}",
        action_url=lambda index: f"/click/{index}",
    )


@pytest.mark.parametrize("lang", ["fa", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_gallery_is_well_formed(lang, theme):
    person = html.Viewer(name="سارا", phone="0912***4567")
    flash = html.Flash("success", "ذخیره شد.")

    shown = gallery(page(lang=lang, theme=theme, dev=True, person=person, flashes=(flash,)))

    balance = Balance()
    balance.feed(shown)
    assert not balance.wrong
    assert not balance.open
    assert len(balance.ids) == len(set(balance.ids))
    assert f'data-theme="{theme}"' in shown


def test_every_widget_of_the_contract_is_in_the_gallery():
    names = {name for data in WIDGETS for name in data}

    assert names == {
        "title_row",
        "subtitle_row",
        "description_row",
        "button_bar",
        "selector_row",
        "event_row",
        "group_info_row",
        "score_row",
        "evaluation_row",
        "image_carousel_row",
        "legend_title_row",
    }


def test_direct_link_opens_without_telling_where_from():
    shown = widget(
        {"button_bar": {"title": "x", "action": {"open_direct_link": "https://a.example/?b=1&c"}}}
    )

    assert 'href="https://a.example/?b=1&amp;c"' in shown
    assert 'target="_blank" rel="noopener noreferrer nofollow"' in shown


@pytest.mark.parametrize(
    "action",
    [
        {"open_server_link": {"data": {}}},
        {"get_dynamic_action": {}},
        {"open_post_page": {"post_token": "AbCd1234"}},
        {"open_server_link": {"data": {}}, "open_direct_link": None},
    ],
)
def test_other_actions_are_posted_with_the_form_token(action):
    shown = widget({"selector_row": {"title": "x", "action": action}})

    assert '<form class="w-form" method="post" action="/click/4">' in shown
    assert "csrf_token" in shown


@pytest.mark.parametrize("action", [None, {}, {"open_direct_link": "javascript:alert(1)"}])
def test_row_without_a_usable_action_cannot_be_clicked(action):
    shown = widget({"selector_row": {"title": "x", "action": action}})

    assert "w-still" in shown
    assert "javascript" not in shown


def test_score_of_zero_is_a_score():
    shown = widget({"score_row": {"title": "x", "percentage_score": 0}})

    assert "<b>0</b>" in shown
    assert "gauge-value" not in shown


def test_descriptive_score_has_its_colour():
    shown = widget(
        {
            "score_row": {
                "title": "x",
                "percentage_score": None,
                "descriptive_score": "خوب",
                "score_color": "SUCCESS_SECONDARY",
            }
        }
    )

    assert "c-success-2" in shown
    assert "خوب" in shown


@pytest.mark.parametrize(
    ("percent", "class_name"), [(0, "at-0 ev-start"), (50, "at-50"), (100, "at-100 ev-end")]
)
def test_marker_stands_at_its_percentage(percent, class_name):
    shown = widget({"evaluation_row": {"indicator_percentage": percent, "indicator_text": "x"}})

    assert f"{class_name}" in shown
    assert 'dir="ltr"' in shown


def test_picture_wins_over_icon():
    shown = widget({"event_row": {"title": "x", "image_id": "p1", "icon_name": "CAR"}})

    assert 'src="/media/p1"' in shown
    assert "icons" not in shown


def test_unknown_widget_shows_nothing():
    assert widget({"no_such_row": {"text": "x"}}).strip() == ""
