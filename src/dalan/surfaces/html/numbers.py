"""Numbers, money and time as people read them.

Pages keep Latin digits in their markup and the font draws them Persian, so that copying and
searching stay plain; ``digits`` is for text that leaves the page (titles, SMS, e-mail).
Every function takes the language, and the present moment where it needs one, explicitly.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from dalan.surfaces.html import i18n
from dalan.surfaces.html.i18n import marked, marked_plural

TEHRAN = ZoneInfo("Asia/Tehran")

_CALENDARS_BEGIN = datetime(1000, 1, 1, tzinfo=UTC)
_CALENDARS_END = datetime(9998, 1, 1, tzinfo=UTC)

_PERSIAN_DIGITS = str.maketrans("0123456789,", "۰۱۲۳۴۵۶۷۸۹٬")
_JALALI_MONTHS = (
    "فروردین",
    "اردیبهشت",
    "خرداد",
    "تیر",
    "مرداد",
    "شهریور",
    "مهر",
    "آبان",
    "آذر",
    "دی",
    "بهمن",
    "اسفند",
)
_ENGLISH_MONTHS = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)
_SPANS_SECONDS = (
    (31_536_000, marked_plural("%(num)s year ago", "%(num)s years ago")),
    (2_592_000, marked_plural("%(num)s month ago", "%(num)s months ago")),
    (604_800, marked_plural("%(num)s week ago", "%(num)s weeks ago")),
    (86_400, marked_plural("%(num)s day ago", "%(num)s days ago")),
    (3_600, marked_plural("%(num)s hour ago", "%(num)s hours ago")),
    (60, marked_plural("%(num)s minute ago", "%(num)s minutes ago")),
)


def digits(text: object, lang: i18n.Lang) -> str:
    """Persian digits (and thousands marks between them) when the page is Persian."""
    return str(text).translate(_PERSIAN_DIGITS) if lang == "fa" else str(text)


def group(number: int, lang: i18n.Lang) -> str:
    """Latin digits in groups of three: ``1٬250٬000`` in Persian, ``1,250,000`` in English."""
    text = f"{number:,}"
    return text.replace(",", "٬") if lang == "fa" else text


def money(amount_tomans: int, lang: i18n.Lang) -> str:
    """An amount of tomans with its unit: ``1٬250٬000 تومان``, ``1,250,000 Toman``."""
    return f"{group(amount_tomans, lang)} {'تومان' if lang == 'fa' else 'Toman'}"


def in_words(amount_tomans: int, lang: i18n.Lang) -> str:
    """An amount in words, so that a zero too many is seen: ``یک میلیون و دویست هزار تومان``; ""
    in English, where its digits are all there is."""
    if lang == "en":
        return ""
    # Only forms that were filled in pay for it.
    from persiantools.digits import to_word  # noqa: PLC0415

    return f"{to_word(amount_tomans)} تومان"


def money_of_rials(amount_rials: int, lang: i18n.Lang) -> str:
    """An amount of rials told in tomans; in rials when it is not a whole number of them."""
    tomans, rest = divmod(amount_rials, 10)
    if rest:
        return f"{group(amount_rials, lang)} {'ریال' if lang == 'fa' else 'Rial'}"
    return money(tomans, lang)


def in_tehran(at: datetime) -> datetime:
    """That moment there; what lies before or behind either calendar is shown as its end."""
    return min(max(at, _CALENDARS_BEGIN), _CALENDARS_END).astimezone(TEHRAN)


def jalali(at: datetime, lang: i18n.Lang) -> str:
    """The day in Tehran: ``3 آذر 1405`` in the Jalali calendar, ``24 Nov 2026`` in English."""
    local = in_tehran(at)
    if lang == "en":
        return f"{local.day} {_ENGLISH_MONTHS[local.month - 1]} {local.year}"
    # Only pages that show a date pay for it.
    from persiantools.jdatetime import JalaliDate  # noqa: PLC0415

    day = JalaliDate(local.date())  # type: ignore[no-untyped-call]  # it has no hints
    return f"{day.day} {_JALALI_MONTHS[day.month - 1]} {day.year}"


def jalali_time(at: datetime, lang: i18n.Lang) -> str:
    """Day and time of day in Tehran: ``3 آذر 1405، 14:05``."""
    return f"{jalali(at, lang)}{'،' if lang == 'fa' else ','} {clock_time(at)}"


def clock_time(at: datetime) -> str:
    """The time of day in Tehran: ``14:05``."""
    return in_tehran(at).strftime("%H:%M")


def ago(at: datetime, lang: i18n.Lang, *, now: datetime) -> str:
    """How long ago, in the largest whole unit; «just now» under a minute and for the future."""
    seconds = int((now - at).total_seconds())
    for span_seconds, (singular, plural) in _SPANS_SECONDS:
        if seconds >= span_seconds:
            count = seconds // span_seconds
            return i18n.ngettext(lang, singular, plural, count) % {"num": count}
    return i18n.gettext(lang, marked("just now"))


def iso(at: datetime) -> str:
    """RFC 3339 with seconds, for ``<time datetime>``."""
    return at.isoformat(timespec="seconds")
