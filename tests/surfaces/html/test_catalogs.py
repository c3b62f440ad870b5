"""Everything a page says is said in Persian too, and nothing is translated that no page says."""

import pytest

from dalan.surfaces.html import i18n, words


def test_every_string_has_a_persian_translation():
    missing = words.missing()

    assert not missing, "no Persian for:\n\n" + words.entries(missing)


def test_translation_keeps_every_placeholder():
    said = words.said()

    broken = []
    for entry in words.translated():
        message = said.get(entry.msgid)
        if message is None or not entry.text:
            continue
        allowed = [words.placeholders(message.singular)]
        if message.plural:
            allowed.append(words.placeholders(message.plural))
        if words.placeholders(entry.text) not in allowed:
            broken.append(f"{entry.place}: {entry.msgid!r} → {entry.text!r}")

    assert not broken, "\n".join(broken)


def test_every_translation_is_said_somewhere():
    said = words.said()

    unused = [entry.place for entry in words.translated() if entry.msgid not in said]

    assert not unused, "no page says what stands at:\n" + "\n".join(unused)


def test_string_translated_twice_is_translated_alike():
    texts: dict[str, set[str]] = {}
    for entry in words.translated():
        texts.setdefault(entry.msgid, set()).add(entry.text)

    different = {msgid: found for msgid, found in texts.items() if len(found) > 1}

    assert not different


def test_translation_uses_persian_letters():
    arabic = [e.place for e in words.translated() if any(letter in e.text for letter in "كيى٤٥٦")]

    assert not arabic, "Arabic letters or digits at:\n" + "\n".join(arabic)


@pytest.mark.parametrize(
    ("query", "cookies", "lang"),
    [
        ({}, {}, "fa"),
        ({}, {"lang": "en"}, "en"),
        ({"lang": "fa"}, {"lang": "en"}, "fa"),
        ({"lang": "de"}, {"lang": "en"}, "en"),
        ({"lang": "de"}, {"lang": "xx"}, "fa"),
    ],
)
def test_language_comes_from_the_query_then_the_cookie(query, cookies, lang):
    assert i18n.choose(query, cookies) == lang


def test_unknown_message_is_shown_as_it_stands():
    assert i18n.gettext("fa", "Nobody wrote this one.") == "Nobody wrote this one."


def test_translator_fills_in_values():
    page_of = i18n.translator("fa")
    posts = i18n.plural_translator("en")

    assert page_of("Page %(num)s", num=3) == "صفحهٔ 3"
    assert posts("%(num)s day ago", "%(num)s days ago", 1) == "1 day ago"
    assert posts("%(num)s day ago", "%(num)s days ago", 2) == "2 days ago"
