"""The form of a short link: what is typed becomes a wish, a link becomes what is typed.

What cannot be is noted beside its field and kept as it was typed. Fields of rules and of weighted
targets carry their number: ``rule_0_countries``, ``weighted_1_target``.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from msgspec import UNSET, UnsetType

from dalan.domains import links
from dalan.kernel import clock
from dalan.kernel.text import fold_digits
from dalan.surfaces import html
from dalan.surfaces.html.i18n import Lang
from dalan.surfaces.web.links import moments

Translate = Callable[..., str]

RULES_MAX: Final = 20
WEIGHTED_MAX: Final = 10
FIELDS_MAX: Final = 600
LIVES_DAYS: Final = ("1", "7", "30", "90", "365")
"""How long a link may live, beside what the operator decided and for ever."""

UTM_FIELDS: Final = links.Utm.__struct_fields__
RULE_TEXTS: Final = (
    "target", "countries", "languages", "systems", "browsers", "time_from", "time_until",
    "starts_at", "ends_at", "query",
)  # fmt: skip
RULE_BOXES: Final = ("devices", "weekdays")
WEIGHTED_TEXTS: Final = ("target", "weight")

_COMMAS: Final = re.compile("[,\u060c\n]")
_NUMBERED: Final = re.compile(r"(rule|weighted)_(\d{1,2})_(\w+)", re.ASCII)


def blank() -> html.Form:
    """The form nobody has filled in."""
    return html.Form({"kind": ["link"], "expires": ["standard"]})


def filled(link: links.Link, lang: Lang) -> html.Form:
    """The form as that link fills it in; its password is nobody's to read."""
    terms = links.terms_of(link.terms)
    values = {
        "kind": link.kind,
        "text" if link.kind == "content" else "target": link.target,
        "title": link.title,
        "description": link.description,
        "note": link.note,
        "tags": link.tags.replace(",", "، " if lang == "fa" else ", "),
        "expires": "never" if link.expires_at is None else "at",
        "expires_at": moments.typed(link.expires_at, lang),
        "valid_from": moments.typed(link.valid_from, lang),
        "visits_max": "" if link.visits_max is None else str(link.visits_max),
        "after_address": link.after_address,
        "forwards_query": "1" if terms.forwards_query else "",
        **{f"utm_{name}": getattr(terms.utm, name) for name in UTM_FIELDS},
    }
    form = html.Form({name: [value] for name, value in values.items()})
    for number, one in enumerate(terms.weighted):
        form.values[f"weighted_{number}_target"] = [one.target]
        form.values[f"weighted_{number}_weight"] = [str(one.weight)]
    for number, rule in enumerate(terms.rules):
        for name, texts in _rule_typed(rule, lang).items():
            form.values[f"rule_{number}_{name}"] = texts
    return form


def wish_in(form: html.Form, _: Translate) -> links.Wish:
    """What the form asks for; what cannot be read is noted in it."""
    kind = next((one for one in links.KINDS if one == form.raw("kind", "link")), None)
    if kind is None:
        form.fail("kind", _("Choose one of these."))
        kind = "link"
    return links.Wish(
        kind=kind,
        target=form.raw("text").replace("\r\n", "\n") if kind == "content" else form.text("target"),
        hash=form.text("hash"),
        tags=form.text("tags"),
        domain=form.text("domain"),
        title=form.text("title"),
        note=form.text("note"),
        description=form.text("description"),
        expires_at=_expiry(form, _),
        valid_from=_moment(form, "valid_from", _),
        visits_max=_visits(form, _),
        password=form.raw("password"),
        after_address=form.text("after_address"),
        terms=links.NO_TERMS if kind == "content" else _terms(form, _),
    )


def changes_in(form: html.Form, link: links.Link, lang: Lang, _: Translate) -> links.Changes:
    """What the form changes of a link. An end or a beginning that was not touched stays to the
    second, which nobody types."""
    wish = wish_in(form, _)
    password: str | UnsetType = wish.password or UNSET
    if form.flag("remove_password"):
        password = ""
    before = filled(link, lang)
    return links.Changes(
        target=wish.target,
        tags=wish.tags,
        title=wish.title,
        note=wish.note,
        description=wish.description,
        expires_at=UNSET if _same(form, before, "expires", "expires_at") else wish.expires_at,
        valid_from=UNSET if _same(form, before, "valid_from") else wish.valid_from,
        visits_max=wish.visits_max,
        password=password,
        after_address=wish.after_address,
        terms=wish.terms,
    )


def rows_of(form: html.Form, kind: str, *, least: int, spare: int) -> int:
    """How many rows of rules or weighted targets are shown: those filled in, and some to fill."""
    numbers = [int(found[2]) for found in _numbered(form) if found[1] == kind]
    most = RULES_MAX if kind == "rule" else WEIGHTED_MAX
    return min(most, max(least, max(numbers, default=-1) + 1 + spare))


def field_of(name: str) -> str:
    """The field that a refusal of the room speaks of: ``rules[2].countries`` is
    ``rule_2_countries``."""
    plain = name.removesuffix("]") + ("].target" if name.endswith("]") else "")
    numbered = re.sub(r"\[(\d+)\]\.?", r"_\1_", plain).replace(".", "_")
    return numbered.replace("rules_", "rule_", 1) if numbered.startswith("rules_") else numbered


def _terms(form: html.Form, _: Translate) -> links.Terms:
    _close_ranks(form)
    return links.Terms(
        rules=tuple(
            _rule(form, number, _)
            for number in range(RULES_MAX)
            if _is_filled(form, "rule", number)
        ),
        weighted=tuple(
            links.WeightedTarget(
                target=_needed(form, f"weighted_{number}_target", _),
                weight=_weight(form, f"weighted_{number}_weight", _),
            )
            for number in range(WEIGHTED_MAX)
            if _is_filled(form, "weighted", number)
        ),
        forwards_query=form.flag("forwards_query"),
        utm=links.Utm(**{name: form.text(f"utm_{name}") for name in UTM_FIELDS}),
    )


def _rule(form: html.Form, number: int, _: Translate) -> links.Rule:
    start = f"rule_{number}_"

    def listed(name: str) -> tuple[str, ...]:
        parts = (one.strip() for one in _COMMAS.split(form.text(start + name)))
        return tuple(one for one in parts if one)

    days = [one for one in form.all(start + "weekdays") if one in "1234567" and len(one) == 1]
    devices = form.all(start + "devices")
    return links.Rule(
        target=_needed(form, start + "target", _),
        countries=tuple(one.upper() for one in listed("countries")),
        devices=tuple(one for one in links.DEVICES if one in devices),
        languages=tuple(one.lower().replace("_", "-") for one in listed("languages")),
        systems=listed("systems"),
        browsers=listed("browsers"),
        weekdays=tuple(int(one) for one in days),
        time_from=_time(form, start + "time_from", _),
        time_until=_time(form, start + "time_until", _),
        zone=form.text(start + "zone") or "Asia/Tehran",
        starts_at=_moment(form, start + "starts_at", _),
        ends_at=_moment(form, start + "ends_at", _, end_of_day=True),
        query=_parameters(listed("query")),
    )


def _rule_typed(rule: links.Rule, lang: Lang) -> dict[str, list[str]]:
    return {
        "target": [rule.target],
        "countries": [", ".join(rule.countries)],
        "devices": list(rule.devices),
        "languages": [", ".join(rule.languages)],
        "systems": [", ".join(rule.systems)],
        "browsers": [", ".join(rule.browsers)],
        "weekdays": [str(day) for day in rule.weekdays],
        "time_from": [rule.time_from],
        "time_until": [rule.time_until],
        "zone": [rule.zone],
        "starts_at": [moments.typed(rule.starts_at, lang)],
        "ends_at": [moments.typed(rule.ends_at, lang)],
        "query": [
            ", ".join(f"{key}={value}" if value else key for key, value in rule.query.items())
        ],
    }


def _close_ranks(form: html.Form) -> None:
    """Number the rows that are filled in from 0, so that a refusal finds its row."""
    for kind, most in (("rule", RULES_MAX), ("weighted", WEIGHTED_MAX)):
        kept = [number for number in range(most) if _is_filled(form, kind, number)]
        moved: dict[str, list[str]] = {}
        for found in _numbered(form):
            texts = form.values.pop(found[0])
            if found[1] != kind:
                moved[found[0]] = texts
            elif int(found[2]) in kept:
                moved[f"{kind}_{kept.index(int(found[2]))}_{found[3]}"] = texts
        form.values.update(moved)


def _is_filled(form: html.Form, kind: str, number: int) -> bool:
    names = (*RULE_TEXTS, *RULE_BOXES) if kind == "rule" else WEIGHTED_TEXTS
    return any(form.all(f"{kind}_{number}_{name}") for name in names)


def _numbered(form: html.Form) -> list[re.Match[str]]:
    return [found for name in form.values if (found := _NUMBERED.fullmatch(name))]


def _expiry(form: html.Form, _: Translate) -> datetime | UnsetType | None:
    chosen = form.raw("expires", "standard")
    if chosen == "standard":
        return UNSET
    if chosen == "never":
        return None
    if chosen in LIVES_DAYS:
        return clock.now() + timedelta(days=int(chosen))
    if chosen != "at":
        form.fail("expires", _("Choose one of these."))
        return None
    at = _moment(form, "expires_at", _, end_of_day=True)
    if at is None:
        form.fail("expires_at", _("Fill this in."))
    return at


def _moment(
    form: html.Form, field: str, _: Translate, *, end_of_day: bool = False
) -> datetime | None:
    try:
        return moments.moment_in(form.text(field), end_of_day=end_of_day)
    except ValueError:
        form.fail(
            field, _("Write a day such as 1405/09/30, or a day and a time: 1405/09/30 14:30.")
        )
        return None


def _visits(form: html.Form, _: Translate) -> int | None:
    if not form.text("visits_max"):
        return None
    visits = form.whole_number("visits_max")
    if visits is None or visits < 1:
        form.fail("visits_max", _("Write a whole number."))
    return visits


def _weight(form: html.Form, field: str, _: Translate) -> int:
    weight = form.whole_number(field) if form.text(field) else 1
    if weight is None or weight < 0:
        form.fail(field, _("Write a whole number."))
        return 0
    return weight


def _needed(form: html.Form, field: str, _: Translate) -> str:
    text = form.text(field)
    if not text:
        form.fail(field, _("Fill this in."))
    return text


def _time(form: html.Form, field: str, _: Translate) -> str:
    text = fold_digits(form.text(field))
    if re.fullmatch("[0-9]:[0-5][0-9]", text):
        text = f"0{text}"
    if text and not re.fullmatch("([01][0-9]|2[0-3]):[0-5][0-9]", text):
        form.fail(field, _("Write a time of day such as 08:30."))
        return ""
    return text


def _parameters(pairs: tuple[str, ...]) -> dict[str, str]:
    return {key.strip(): value.strip() for key, _, value in (one.partition("=") for one in pairs)}


def _same(form: html.Form, before: html.Form, *names: str) -> bool:
    return all(form.text(name) == before.text(name) for name in names)
