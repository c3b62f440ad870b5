"""Numbers, money and time as pages show them."""

from datetime import UTC, datetime, timedelta

import pytest

from dalan.surfaces.html import numbers

NOON = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


def test_digits_are_persian_only_where_the_page_is():
    assert numbers.digits("کد 4829، 1,250", "fa") == "کد ۴۸۲۹، ۱٬۲۵۰"
    assert numbers.digits("code 4829", "en") == "code 4829"


def test_group_keeps_latin_digits():
    assert numbers.group(1_250_000, "fa") == "1٬250٬000"
    assert numbers.group(1_250_000, "en") == "1,250,000"


def test_money_says_its_unit():
    assert numbers.money(1_250_000, "fa") == "1٬250٬000 تومان"
    assert numbers.money(0, "en") == "0 Toman"


def test_rials_are_told_in_tomans_when_they_are_whole():
    assert numbers.money_of_rials(12_500_000, "fa") == "1٬250٬000 تومان"
    assert numbers.money_of_rials(12_500_001, "fa") == "12٬500٬001 ریال"


def test_jalali_is_the_day_in_tehran():
    assert numbers.jalali(NOON, "fa") == "3 آذر 1405"
    assert numbers.jalali(NOON, "en") == "24 Nov 2026"
    assert numbers.jalali(NOON.replace(hour=21), "fa") == "4 آذر 1405"
    assert numbers.jalali_time(NOON, "fa") == "3 آذر 1405، 12:00"


@pytest.mark.parametrize(
    ("span", "persian", "english"),
    [
        (timedelta(seconds=-5), "لحظاتی پیش", "just now"),
        (timedelta(seconds=59), "لحظاتی پیش", "just now"),
        (timedelta(minutes=5), "5 دقیقه پیش", "5 minutes ago"),
        (timedelta(hours=1), "1 ساعت پیش", "1 hour ago"),
        (timedelta(days=6), "6 روز پیش", "6 days ago"),
        (timedelta(days=15), "2 هفته پیش", "2 weeks ago"),
        (timedelta(days=70), "2 ماه پیش", "2 months ago"),
        (timedelta(days=800), "2 سال پیش", "2 years ago"),
    ],
)
def test_ago_counts_in_the_largest_whole_unit(span, persian, english):
    assert numbers.ago(NOON - span, "fa", now=NOON) == persian
    assert numbers.ago(NOON - span, "en", now=NOON) == english


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_moment_beyond_the_calendars_is_shown_as_their_end(lang):
    first = datetime(1, 1, 1, tzinfo=UTC)
    last = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)

    assert numbers.jalali(first, lang) == {"fa": "11 دی 378", "en": "1 Jan 1000"}[lang]
    assert (
        numbers.jalali_time(last, lang)
        == {
            "fa": "12 دی 9376، 03:30",
            "en": "1 Jan 9998, 03:30",
        }[lang]
    )
