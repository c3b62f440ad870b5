"""What people are told about links: states, refusals, names of what is counted."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, Final

from dalan.domains import clicks, links
from dalan.errors import DalanError
from dalan.surfaces import html
from dalan.surfaces.html.i18n import Lang, marked
from dalan.surfaces.web.links import link_form
from dalan.surfaces.web.panel.words import BadgeKind

Translate = Callable[..., str]

_NAMES: Final[dict[str, str]] = {
    clicks.UNKNOWN: marked("Unknown"),
    clicks.OTHER: marked("Others"),
    "desktop": marked("Computer"),
    "phone": marked("Phone"),
    "tablet": marked("Tablet"),
    "other": marked("Something else"),
    "web": marked("Clicked"),
    "qr": marked("Scanned (QR)"),
    "api": marked("Through the API"),
}

WEEKDAYS: Final[tuple[tuple[int, str], ...]] = (
    (6, marked("Saturday")),
    (7, marked("Sunday")),
    (1, marked("Monday")),
    (2, marked("Tuesday")),
    (3, marked("Wednesday")),
    (4, marked("Thursday")),
    (5, marked("Friday")),
)

_FIELDS: Final[dict[str, str]] = {
    "target": marked("Address"),
    "text": marked("Text"),
    "kind": marked("What it leads to"),
    "hash": marked("Ending of your choice"),
    "title": marked("Title"),
    "description": marked("Description"),
    "note": marked("Note"),
    "tags": marked("Tags"),
    "expires": marked("How long it lives"),
    "expires_at": marked("Until"),
    "valid_from": marked("Valid from"),
    "visits_max": marked("Visits at most"),
    "password": marked("Password"),
    "after_address": marked("Where to go afterwards"),
    "weighted": marked("Several addresses"),
    "rules": marked("Rules"),
    "file": marked("File"),
}
"""Fields of the form as they are called, on the form, in what is wrong with it, in the history."""


def label_of(_: Translate, field: str) -> str:
    """What a field of the form is called."""
    if field.startswith("rule_"):
        return _("Rule %(num)s", num=int(field.split("_")[1]) + 1)
    if field.startswith("weighted_"):
        return _("Address %(num)s", num=int(field.split("_")[1]) + 1)
    if field.startswith("utm_"):
        return field
    return _(_FIELDS[field]) if field in _FIELDS else field


def labels(_: Translate, form: html.Form) -> dict[str, str]:
    """What the fields that something is wrong with are called."""
    return {field: label_of(_, field) for field in form.errors if field}


def state(_: Translate, link: links.Link, *, now: datetime) -> tuple[str, BadgeKind]:
    """A link's state as a visitor meets it, and its colour."""
    if link.quarantined_at is not None:
        return _("Closed by the marketplace"), "danger"
    if not link.active:
        return _("Switched off"), "neutral"
    if link.is_expired(now):
        return _("Expired"), "danger"
    if link.valid_from is not None and link.valid_from > now:
        return _("Not yet valid"), "warning"
    return _("Active"), "success"


def state_name(_: Translate, name: str) -> str:
    """What a filter of states is called."""
    return {
        "active": _("Active"),
        "inactive": _("Switched off"),
        "expired": _("Expired"),
    }[name]


def note_refusal(form: html.Form, _: Translate, error: DalanError) -> None:
    """Write beside its field why a link was not made or changed."""
    match error:
        case links.TargetMissing():
            form.fail(_target(form), _("Fill this in."))
        case links.HashTaken():
            form.fail("hash", _("This ending, or one that looks the same, is taken. Try another."))
        case links.HashTooLong(longest=longest):
            form.fail("hash", _("At most %(num)s characters.", num=longest))
        case links.AlreadyShortened(hash=hash_):
            form.fail(
                _target(form),
                _("You have a live link to the same already: %(hash)s", hash=hash_),
            )
        case links.LinkLimit():
            form.fail("", _("You have made many links just now. Wait a while and try again."))
        case links.InvalidLink(field=field):
            name = _target(form) if field == "target" else link_form.field_of(field)
            form.fail(name, _refusal(_, name, error))
        case _:
            form.fail("", _("This could not be done. Try again later."))


def _target(form: html.Form) -> str:
    return "text" if form.raw("kind") == "content" else "target"


def _refusal(_: Translate, field: str, error: DalanError) -> str:
    if error.code == "links.host_blocked":
        return _("No link may lead to this site.")
    if field.endswith("target") or field == "after_address":
        return _(
            "An address begins with http:// or https:// and has a host; "
            "it may not lead to a short link again."
        )
    if field.endswith("countries"):
        return _("Write each country as two letters, such as IR.")
    if field.endswith("languages"):
        return _("Write each language as browsers do, such as fa or pt-br.")
    told = {
        "text": _("The text is too long, or holds signs that no text has."),
        "hash": _(
            'An ending has no spaces and none of / \\ ? # %% " < > ^ { } |, no dot at either end, '
            "no + at the end, and is no name of a place such as api."
        ),
        "tags": _(
            "At most %(num)s tags of at most %(longest)s characters.",
            num=links.TAGS_MAX,
            longest=links.TAG_LENGTH_MAX,
        ),
        "visits_max": _("Write a number from 1 to a thousand million."),
        "valid_from": _("The link would end before it begins."),
        "weighted": _("One of the weights has to be more than 0."),
        "domain": _("Choose one of these."),
    }
    if field in told:
        return told[field]
    if field.startswith("rule_"):
        return _("A rule has an address and says for whom it holds; something here does not fit.")
    return _("This is too long, or cannot be.")


def outcome(_: Translate, result: str, *, was_done: bool) -> tuple[str, BadgeKind]:
    """What became of a row of a file, or would, and its colour."""
    named: dict[str, tuple[str, BadgeKind]] = {
        "made": (_("Brought in") if was_done else _("Would be brought in"), "success"),
        "stands": (_("There already"), "info"),
        "taken": (_("Ending is taken"), "warning"),
        "refused": (_("Cannot be brought in"), "danger"),
    }
    return named[result]


def import_refusal(_: Translate, code: str) -> str:
    """Why a row of a file becomes no link."""
    told = {
        "links.hash_taken": _("Another link has this ending, or one that looks the same."),
        "links.hash_too_long": _("The ending is too long."),
        "links.import_row": _("The row cannot be read, or was banned there."),
        "links.target_missing": _("It leads nowhere."),
        "links.host_blocked": _("No link may lead to this site."),
    }
    return told.get(code, _("A part of it is not what it may be here."))


def name_of(_: Translate, name: str) -> str:
    """A device, a source, or what was not known, in words; names of browsers stay."""
    return _(_NAMES[name]) if name in _NAMES else name


def country_name(_: Translate, name: str, lang: Lang) -> str:
    """A country as the page's language calls it; statistics keep its English name."""
    if name in _NAMES or lang == "en":
        return name_of(_, name)
    return _persian_countries().get(name.casefold(), name)


def language_name(_: Translate, code: str, lang: Lang) -> str:
    """A language as the page's language calls it."""
    if code in _NAMES:
        return name_of(_, code)
    return str(_locale(lang).languages.get(code.partition("-")[0].lower(), code))


def country_options(lang: Lang) -> list[tuple[str, str]]:
    """Codes and names of all countries, for a list to choose from while typing."""
    named = _locale(lang).territories
    codes = [code for code in named if len(code) == 2 and code.isalpha() and code != "ZZ"]
    return sorted(((code, str(named[code])) for code in codes), key=lambda one: one[1])


@cache
def _persian_countries() -> dict[str, str]:
    """Persian names by English ones, in the spellings that databases of addresses have as well."""
    english, persian = _locale("en").territories, _locale("fa").territories
    named = {
        str(english[code]).casefold(): str(persian[code]) for code in english if code in persian
    }
    for code, spellings in _SPELLINGS.items():
        named |= {spelling.casefold(): str(persian[code]) for spelling in spellings}
    return named


_SPELLINGS: Final[dict[str, tuple[str, ...]]] = {
    "IR": ("Iran", "Iran, Islamic Republic of", "Iran (Islamic Republic of)"),
    "US": ("United States", "United States of America"),
    "GB": ("United Kingdom", "United Kingdom of Great Britain and Northern Ireland"),
    "RU": ("Russia", "Russian Federation"),
    "TR": ("Turkey", "Türkiye", "Turkiye"),
    "NL": ("Netherlands", "The Netherlands", "Netherlands (Kingdom of the)"),
    "KR": ("South Korea", "Korea, Republic of", "Republic of Korea"),
    "KP": ("North Korea", "Korea, Democratic People's Republic of"),
    "SY": ("Syria", "Syrian Arab Republic"),
    "VN": ("Vietnam", "Viet Nam"),
    "HK": ("Hong Kong",),
    "MO": ("Macao", "Macau"),
    "PS": ("Palestine", "Palestine, State of"),
    "CZ": ("Czech Republic", "Czechia"),
    "TW": ("Taiwan", "Taiwan, Province of China", "Taiwan (Province of China)"),
    "MD": ("Moldova", "Moldova, Republic of", "Republic of Moldova"),
    "BO": ("Bolivia", "Bolivia, Plurinational State of"),
    "VE": ("Venezuela", "Venezuela, Bolivarian Republic of"),
    "TZ": ("Tanzania", "Tanzania, United Republic of"),
    "LA": ("Laos", "Lao People's Democratic Republic"),
    "MK": ("North Macedonia", "Macedonia"),
    "CD": ("Congo, The Democratic Republic of the", "DR Congo"),
    "CI": ("Ivory Coast", "Côte d'Ivoire"),
}


@cache
def _locale(lang: Lang) -> Any:
    from babel import Locale  # noqa: PLC0415 (only pages that name countries pay for it)

    return Locale.parse(lang)
