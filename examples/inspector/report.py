"""From six answers to a report: its score, its words, and the add-on that shows it on the post."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inspector.pages import PERSIAN_DIGITS
from inspector.store import Report

KINDS: dict[str, Any] = json.loads(Path(__file__).with_name("questions.json").read_text("utf-8"))
CARS = {"cars", "light", "heavy", "classic", "rental", "motorcycles", "vehicles"}
HOME_WORDS = ("apartment", "house", "villa", "residential", "office", "shop-", "real-estate")
VERDICTS = [
    (80, "SUCCESS_PRIMARY", "خیلی خوب", "very good"),
    (65, "SUCCESS_SECONDARY", "خوب", "good"),
    (45, "WARNING_PRIMARY", "متوسط", "fair"),
    (0, "ERROR_PRIMARY", "نیازمند رسیدگی", "needs attention"),
]


def persian(number: int) -> str:
    """A number as Persian readers write it: what leaves our pages is plain text."""
    return str(number).translate(PERSIAN_DIGITS)


def kind_of(category: str) -> str:
    """Which questionnaire fits a post of this category."""
    if category in CARS:
        return "car"
    return "home" if any(word in category for word in HOME_WORDS) else "other"


def inspect(post_token: str, kind: str, form: Mapping[str, str]) -> Report | None:
    """The report made of a submitted form; None while a question has no valid answer."""
    answers: dict[str, int] = {}
    for question in KINDS[kind]["questions"]:
        if form.get(question["key"]) not in {str(n) for n in range(len(question["choices"]))}:
            return None
        answers[question["key"]] = int(form[question["key"]])
    scores = [choice["score"] for _, choice in answered(kind, answers)]
    return Report(post_token, kind, answers, round(sum(scores) / len(scores)))


def answered(kind: str, answers: Mapping[str, int]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each question with the choice that was made."""
    return [(one, one["choices"][answers[one["key"]]]) for one in KINDS[kind]["questions"]]


def verdict(score: int) -> tuple[str, str, str]:
    """A score's colour, and its name in Persian and English."""
    return next((color, fa, en) for least, color, fa, en in VERDICTS if score >= least)


def addon(report: Report, *, report_url: str, image_id: str) -> dict[str, Any]:
    """The body of an add-on: rows of widgets, semantic data and a note to ourselves."""
    color, word, _ = verdict(report.score)
    widgets: list[dict[str, Any]] = [
        {"title_row": {"text": "گزارش بازرسی", "has_divider": True}},
        {
            "description_row": {
                "text": "صاحب این آگهی به پرسش‌های بازرس پاسخ داده است. پاسخ‌ها اظهار خود اوست؛ "
                "بازرس آن‌ها را به امتیاز تبدیل کرده و در محل بازدید نکرده است. پیش از خرید، "
                "خودتان هم ببینید و بپرسید.",
                "expandable": True,
            }
        },
        {
            "group_info_row": {
                "items": [
                    {"title": "امتیاز کل", "value": f"{persian(report.score)} از ۱۰۰"},
                    {"title": "نتیجه", "value": word},
                    {"title": "پرسش‌ها", "value": persian(len(report.answers))},
                ],
                "has_divider": True,
            }
        },
    ]
    for question, choice in answered(report.kind, report.answers):
        row = {
            "title": question["title"]["fa"],
            "score_color": verdict(choice["score"])[0],
            "icon_name": question["icon"],
            "has_divider": True,
        }
        if question["shown_as"] == "percentage":
            row["percentage_score"] = choice["score"]
        else:
            row["descriptive_score"] = choice["fa"]
        widgets.append({"score_row": row})
    ask = {"ask": "summary", "post_token": report.post_token}
    widgets += [
        {
            "evaluation_row": {
                "right": {"text": "خوب", "section_color": "SUCCESS_PRIMARY"},
                "middle": {"text": "متوسط", "section_color": "WARNING_SECONDARY"},
                "left": {"text": "نیازمند رسیدگی", "section_color": "ERROR_PRIMARY"},
                "indicator_text": persian(report.score),
                "indicator_percentage": report.score,
                "icon_name": KINDS[report.kind]["icon"],
            }
        },
        {
            "event_row": {
                "title": "بازرس",
                "subtitle": "گزارش رایگان، از زبان صاحب آگهی",
                "label": "خوداظهاری",
                "image_id": "logo",
                "has_divider": True,
            }
        },
        {"image_carousel_row": {"items": [{"image_id": image_id, "description": "برگهٔ بازرسی"}]}},
        {
            "selector_row": {
                "title": "گزارش کامل",
                "icon_name": "ARTICLE_OUTLINE",
                "has_divider": True,
                "action": {"open_direct_link": report_url},
            }
        },
        {
            "selector_row": {
                "title": "خلاصه در یک جمله",
                "icon_name": "INFO_OUTLINE",
                "action": {"get_dynamic_action": {"data": ask}},
            }
        },
        {
            "button_bar": {
                "title": "دیدن گزارش در بازرس",
                "action": {"open_server_link": {"data": {"page": "report"}}},
            }
        },
    ]
    semantic = {"inspection_score": str(report.score), "inspection_color": color}
    return {"widgets": widgets, "semantic": semantic, "notes": f"report on {report.post_token}"}
