"""Words as people write them, and as people ask for them."""

import pytest

from dalan.domains.search.words import TOKEN_LENGTH_MAX, asked, matches, tokens_of


@pytest.mark.parametrize(
    ("written", "asked_for"),
    [
        ("كتاب‌هاي علمي", "کتاب های علمی"),
        ("کتابهای علمی", "کتاب‌های"),
        ("می‌خواهم", "میخواهم"),
        ("می‌خواهم", "می خواهم"),
        ("میخواهم", "می‌خواهم"),
        ("می خواهم", "می‌خواهم"),
        ("پژو206 سفید", "پژو ۲۰۶"),
        ("پژو ۲۰۶ سفید", "پژو206"),
        ("پژو ٢٠٦", "206"),
        ("پراید مدل ۱۳۹۰", "پرا"),
        ("Samsung Galaxy S25", "galaxy s25"),
        ("مُحَمَّد", "محمد"),
        ("خــــانه", "خانه"),
        ("آپارتمان (نوساز)", "اپارتمان نوساز"),
        ("یخچال، فریزر", "فریزر یخچال"),
        ("ب ام و", "ب‌ام‌و"),
    ],
)
def test_is_found_however_it_is_written(written: str, asked_for: str):
    assert matches(tokens_of(written), asked(asked_for))


@pytest.mark.parametrize(
    ("written", "asked_for"),
    [
        ("پژو ۲۰۶", "پژو ۲۰۷"),
        ("قیمت ۲۰۶۱۴۰۰", "206"),
        ("خودرو", "خورشید"),
        ("در تهران", "درخت"),
        ("بازار", "با"),
    ],
)
def test_is_not_found_by_what_it_does_not_say(written: str, asked_for: str):
    assert not matches(tokens_of(written), asked(asked_for))


def test_no_token_holds_anything_an_engine_might_take_for_its_own():
    tokens = tokens_of("a'b\"c*d(e)&|!:<-> \x00 AND_OR\\x ﷺ ½ ② É \u200c\u200d")

    assert all(token.isalnum() and token == token.casefold() for token in tokens)


def test_cuts_long_tokens_alike_on_both_sides():
    written = "ا" * 200

    assert all(len(token) <= TOKEN_LENGTH_MAX for token in tokens_of(written))
    assert matches(tokens_of(written), asked(written))


def test_asks_for_nothing_where_no_word_is():
    assert asked(" \u200c ،؟!  ") == ()
