import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalan.kernel import text
from dalan.kernel.text import TextTooLong


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("كتاب", "کتاب"),
        ("علي", "علی"),
        ("على", "علی"),
        ("خانه‌ها", "خانهها"),
        ("مـــحمد", "محمد"),
        ("مُحَمَّد", "محمد"),
        ("آپارتمان", "اپارتمان"),
        ("رؤیا", "رویا"),
        ("مسئول", "مسیول"),
        ("ۀ", "ه"),
        ("۱۲٣٤", "1234"),
        ("  Peugeot\t ۲۰۶ \n", "peugeot 206"),
        ("STRASSE", "straße"),
        ("É", "e"),
        ("ﻻ", "لا"),
        ("\u202eتهران\u202c", "تهران"),
    ],
)
def test_fold_makes_spellings_of_one_word_equal(typed: str, meant: str) -> None:
    assert text.fold(typed) == text.fold(meant)


def test_fold_keeps_different_words_apart() -> None:
    assert text.fold("گل") != text.fold("کل")
    assert text.fold("پژو") != text.fold("بزو")


@given(st.text())
def test_fold_of_a_folded_text_changes_nothing(typed: str) -> None:
    once = text.fold(typed)

    assert text.fold(once) == once


def test_fold_digits_touches_nothing_but_digits() -> None:
    assert text.fold_digits("كد ۰۹۱۲٣٤٥ ok") == "كد 0912345 ok"


def test_clean_keeps_what_was_typed() -> None:
    typed = "می‌خواهم 👨‍👩‍👧 كتاب ۱۲۳"

    assert text.clean(typed, longest=100) == typed


def test_clean_drops_controls_overrides_and_broken_characters() -> None:
    assert text.clean("a\0b\u202ec\u2066d\ufeffe\ud800f\u200bg\uffff", longest=100) == "abcdefg"


def test_clean_makes_one_line_of_many_unless_told_otherwise() -> None:
    typed = " one\r\ntwo\u2028three\tfour \n"

    assert text.clean(typed, longest=100) == "one  two three four"
    assert text.clean(typed, longest=100, multiline=True) == "one\ntwo\nthree four"


def test_clean_composes_characters() -> None:
    assert text.clean("e\u0301", longest=1) == "\u00e9"


def test_clean_of_only_invisible_characters_is_empty() -> None:
    assert text.clean("\u200c \u200f\u3000", longest=10) == ""


@pytest.mark.parametrize("typed", ["x" * 11, "ی" * 11, "x" * 100_000])
def test_clean_of_a_text_too_long_is_refused(typed: str) -> None:
    with pytest.raises(TextTooLong):
        text.clean(typed, longest=10)


@given(st.text(st.characters(exclude_categories=())), st.booleans())
def test_cleaned_text_can_always_be_stored_and_is_stable(typed: str, multiline: bool) -> None:
    cleaned = text.clean(typed, longest=10_000, multiline=multiline)

    cleaned.encode("utf-8")
    assert "\0" not in cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert text.clean(cleaned, longest=10_000, multiline=multiline) == cleaned


@pytest.mark.parametrize(
    "marks", ["\u0301\u0323", "\u0301\uff9e", "\u0f73\u0301", "\U0001d165\u0301"]
)
def test_marks_beyond_those_of_any_letter_are_dropped_before_they_are_sorted(marks: str) -> None:
    typed = "a" + marks * 250_000 + "b"

    assert len(text.clean(typed, longest=1_000_000)) < 100
    assert len(text.fold(typed)) < 100


def test_signs_in_a_row_are_no_marks() -> None:
    typed = "ی" + "-= !؟" * 50

    assert text.clean(typed, longest=1_000) == typed
