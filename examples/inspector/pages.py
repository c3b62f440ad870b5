"""Pages from templates, in Persian or English. Whatever is put in a page is escaped."""

import json
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any

FOLDER = Path(__file__).parent
LANGUAGES = ("fa", "en")
PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
WORDS: dict[str, dict[str, str]] = json.loads((FOLDER / "words.json").read_text("utf-8"))


class Html(str):
    """Text that is HTML already; every other text is escaped before it enters a page."""

    __slots__ = ()


def language_of(asked: str | None, remembered: str | None, accepted: str) -> str:
    """The language asked for, else the one asked for before, else the browser's, else Persian."""
    preferred = [part.strip()[:2].lower() for part in accepted.split(",")]
    for candidate in [asked, remembered, *preferred]:
        if candidate in LANGUAGES:
            return candidate
    return "fa"


def render(template: str, language: str, **values: object) -> Html:
    """``templates/<template>.html`` filled with the words of ``language`` and these values.

    Numbers are written in the digits of the language; a number for a machine comes as text.
    """
    safe = {name: _safe(value, language) for name, value in values.items()}
    words = {name: Template(word).safe_substitute(safe) for name, word in WORDS[language].items()}
    return Html(_template(template).substitute(words | safe))


def page(template: str, language: str, switch: str, **values: object) -> str:
    """A whole page: ``template`` inside the layout. ``switch`` leads to the other language."""
    return render(
        "layout",
        language,
        lang=language,
        dir="rtl" if language == "fa" else "ltr",
        page_title=WORDS[language][f"{template}_title"],
        switch=switch,
        body=render(template, language, **values),
    )


def form_of(questions: list[dict[str, Any]], language: str) -> Html:
    """The questions as radio buttons; each choice's value is its place in the list."""
    fieldsets = []
    for number, question in enumerate(questions, 1):
        ask, key = question["ask"][language], question["key"]
        choices = [
            render("choice", language, key=key, value=str(value), text=choice[language])
            for value, choice in enumerate(question["choices"])
        ]
        whole = render("question", language, number=number, ask=ask, choices=Html("".join(choices)))
        fieldsets.append(whole)
    return Html("".join(fieldsets))


def _safe(value: object, language: str) -> str:
    if isinstance(value, Html):
        return value
    if isinstance(value, int) and language == "fa":
        return str(value).translate(PERSIAN_DIGITS)
    return escape(str(value))


@cache
def _template(name: str) -> Template:
    return Template((FOLDER / "templates" / f"{name}.html").read_text("utf-8"))
