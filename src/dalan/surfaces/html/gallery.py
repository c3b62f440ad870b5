"""Sample data for ``templates/gallery.html``, where every component can be looked at."""

from collections.abc import Mapping
from typing import Any

from dalan.surfaces.html import static
from dalan.surfaces.html.context import PageContext
from dalan.surfaces.html.templates import render

Widget = Mapping[str, Mapping[str, Any]]


def gallery(page: PageContext) -> str:
    """The gallery of components and widgets as a page."""
    return render(
        page,
        "gallery.html",
        now=page.now,
        widgets=WIDGETS if page.lang == "fa" else WIDGETS_ENGLISH,
        image_url=_image_url,
        action_url=_action_url,
    )


def _image_url(image_id: str) -> str:
    return static.url("sample-1.svg" if image_id == "logo" else "sample-2.svg")


def _action_url(index: int) -> str:
    return f"/sample/widgets/{index}"


_LONG = (
    "این خودرو در تاریخ 1 آذر 1405 در محل کارشناسی شد. موتور، گیربکس و جلوبندی بدون ایراد بود. "
    "گلگیر جلو سمت شاگرد لیسه‌گیری شده و سپر عقب خط و خش جزئی دارد.\n"
    "لاستیک‌ها تا 70 درصد عمر دارند و سرویس دوره‌ای تازه انجام شده است. "
    "گزارش کامل را می‌توانید در صفحهٔ کارشناسی ببینید."
)

WIDGETS: tuple[Widget, ...] = (
    {"legend_title_row": {"title": "گزارش کارشناسی", "subtitle": "نسخهٔ کامل", "image_id": "logo"}},
    {"title_row": {"text": "وضعیت کلی خودرو", "has_divider": False}},
    {"subtitle_row": {"text": "کارشناسی در محل، 120 مورد بررسی‌شده", "has_divider": True}},
    {"description_row": {"text": _LONG, "expandable": True, "has_divider": True}},
    {
        "score_row": {
            "title": "امتیاز موتور",
            "percentage_score": 82,
            "score_color": "SUCCESS_PRIMARY",
            "icon_name": "CAR_ENGINE",
            "action": {"open_direct_link": "https://example.com/report"},
            "has_divider": True,
        }
    },
    {
        "score_row": {
            "title": "بدنه",
            "descriptive_score": "رنگ جزئی",
            "score_color": "WARNING_PRIMARY",
            "icon_name": "CAR_BODY",
            "has_divider": True,
        }
    },
    {"button_bar": {"title": "دیدن گزارش کامل", "action": {"open_server_link": {"data": {}}}}},
    {
        "evaluation_row": {
            "left": {"text": "گران", "section_color": "ERROR_PRIMARY"},
            "middle": {"text": "منصفانه", "section_color": "WARNING_SECONDARY"},
            "right": {"text": "خوش‌قیمت", "section_color": "SUCCESS_PRIMARY"},
            "indicator_text": "845 میلیون تومان",
            "indicator_percentage": 71,
            "icon_name": "TOMAN_SIGN",
            "has_divider": True,
        }
    },
    {
        "group_info_row": {
            "items": [
                {"title": "کارکرد", "value": "98٬000"},
                {"title": "مدل", "value": "1398"},
                {"title": "رنگ", "value": "سفید"},
            ],
            "has_divider": True,
        }
    },
    {
        "selector_row": {
            "title": "رزرو بازدید",
            "icon_name": "CALENDAR_TEXT",
            "action": {"get_dynamic_action": {"data": {}}},
            "has_divider": True,
        }
    },
    {
        "event_row": {
            "title": "تعویض روغن",
            "subtitle": "نمایندگی مرکزی، 96٬000 کیلومتر",
            "label": "2 ماه پیش",
            "icon_name": "HISTORY",
            "has_divider": True,
        }
    },
    {
        "event_row": {
            "title": "علی رضایی",
            "subtitle": "کارشناس پایه یک",
            "label": "5 سال سابقه",
            "image_id": "logo",
            "has_divider": True,
        }
    },
    {
        "score_row": {
            "title": "سابقهٔ تصادف",
            "percentage_score": 0,
            "score_color": "ERROR_PRIMARY",
            "icon_name": "NUM_3",
        }
    },
    {
        "image_carousel_row": {
            "items": [
                {"image_id": "logo", "description": "نمای جلو"},
                {"image_id": "b", "description": "نمای کنار با توضیحی بلندتر از یک خط"},
                {"image_id": "c", "description": ""},
            ],
            "has_divider": False,
        }
    },
)

WIDGETS_ENGLISH: tuple[Widget, ...] = (
    {"legend_title_row": {"title": "Inspection", "subtitle": "Full report", "image_id": "logo"}},
    {"title_row": {"text": "The car on the whole", "has_divider": False}},
    {"subtitle_row": {"text": "Inspected on site, 120 points", "has_divider": True}},
    {"description_row": {"text": "Engine and gearbox without fault. " * 8, "expandable": True}},
    {
        "score_row": {
            "title": "Engine",
            "percentage_score": 82,
            "score_color": "SUCCESS_PRIMARY",
            "icon_name": "CAR_ENGINE",
            "action": {"open_direct_link": "https://example.com/report"},
        }
    },
    {"score_row": {"title": "Body", "descriptive_score": "Some paint", "score_color": None}},
    {"button_bar": {"title": "See the report", "action": {"open_server_link": {"data": {}}}}},
    {
        "evaluation_row": {
            "left": {"text": "Dear", "section_color": "ERROR_PRIMARY"},
            "middle": {"text": "Fair", "section_color": "WARNING_PRIMARY"},
            "right": {"text": "A bargain", "section_color": "SUCCESS_SECONDARY"},
            "indicator_text": "845 million",
            "indicator_percentage": 100,
        }
    },
    {
        "group_info_row": {
            "items": [{"title": "Mileage", "value": "98,000"}, {"title": "Model", "value": "2019"}],
            "has_divider": True,
        }
    },
    {"selector_row": {"title": "Book a visit", "image_id": "b", "action": None}},
    {"event_row": {"title": "Oil change", "subtitle": "Main dealer", "label": "2 months ago"}},
    {"image_carousel_row": {"items": [{"image_id": "logo", "description": "Front"}]}},
)
