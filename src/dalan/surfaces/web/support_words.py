"""Words for what passes between developers and operators, the same on either side's pages."""

from collections.abc import Callable, Iterable
from typing import Any, Literal

from dalan.domains import addons, developers, oauth, support, taxonomy
from dalan.domains.developers import PERMISSIONS, Wish, WishKind, WishState
from dalan.domains.support import Category, DepositMethod, DepositState, TicketState
from dalan.errors import DalanError
from dalan.surfaces.html import numbers
from dalan.surfaces.html.i18n import Lang

Translate = Callable[..., str]
BadgeKind = Literal["neutral", "info", "success", "warning", "danger", "brand"]
Badge = tuple[str, BadgeKind]


def ticket_state(_: Translate, state: TicketState, *, to_team: bool) -> Badge:
    """Where a ticket stands; whose turn it is has the warmer colour."""
    named: dict[TicketState, Badge] = {
        "open": (_("Waits for an answer"), "info" if to_team else "warning"),
        "reopened": (_("Reopened"), "info" if to_team else "warning"),
        "answered": (_("Answered"), "success"),
        "closed": (_("Closed"), "neutral"),
    }
    return named[state]


def category(_: Translate, name: Category) -> str:
    """What a ticket is about."""
    return {
        "technical": _("Technical question"),
        "publication": _("Publication and review"),
        "permission": _("Permissions and limits"),
        "finance": _("Payments and balance"),
        "abuse": _("Abuse or security"),
        "other": _("Something else"),
    }[name]


def categories(_: Translate) -> list[tuple[Category, str]]:
    """All of them, for a list to choose from."""
    return [(name, category(_, name)) for name in support.CATEGORIES]


def deposit_state(_: Translate, state: DepositState) -> Badge:
    """Where a deposit stands."""
    named: dict[DepositState, Badge] = {
        "open": (_("Being checked"), "warning"),
        "confirmed": (_("Confirmed"), "success"),
        "refused": (_("Refused"), "danger"),
        "withdrawn": (_("Withdrawn"), "neutral"),
    }
    return named[state]


def method(_: Translate, name: DepositMethod) -> str:
    """How money was paid in."""
    return {
        "paya": _("Paya transfer"),
        "satna": _("Satna transfer"),
        "card": _("Card to card"),
        "account": _("Deposit at a branch"),
    }[name]


def wish_state(_: Translate, state: WishState) -> Badge:
    """What became of something that was asked for."""
    named: dict[WishState, Badge] = {
        "open": (_("Waits for an answer"), "warning"),
        "granted": (_("Granted"), "success"),
        "refused": (_("Refused"), "danger"),
        "withdrawn": (_("Withdrawn"), "neutral"),
    }
    return named[state]


def wish_kind(_: Translate, kind: WishKind) -> str:
    """A kind of thing to ask for, in the singular."""
    return {
        "permission": _("Permission"),
        "scope": _("OAuth scope"),
        "widget": _("Widget"),
        "category": _("Category"),
        "city": _("City"),
    }[kind]


def wish_label(lang: str, kind: WishKind, name: str) -> str:
    """What a thing is called in the page's language; ``""`` where its name says it all."""
    if kind == "scope":
        return oauth.SCOPES[name].label(lang) if name in oauth.SCOPES else ""
    if kind == "permission":
        found = next((one for one in PERMISSIONS if one.name == name), None)
        return "" if found is None else (found.fa if lang == "fa" else found.en)
    if kind == "city":
        return next((one.display for one in taxonomy.cities() if one.slug == name), "")
    if kind == "category":
        return next((place_of(one, lang) for one in offered_categories() if one.slug == name), "")
    return ""


def offered() -> dict[WishKind, tuple[str, ...]]:
    """All there is to ask for, by kind."""
    return {
        "permission": tuple(one.name for one in PERMISSIONS if one.state != "DEPRECATED"),
        "scope": tuple(name for name, one in oauth.SCOPES.items() if one.lifecycle != "DEPRECATED"),
        "widget": tuple(addons.CURRENT_KINDS),
        "category": tuple(one.slug for one in offered_categories()),
        "city": tuple(one.slug for one in taxonomy.cities()),
    }


def is_delicate(kind: WishKind, name: str) -> bool:
    """Whoever asks for it shows what it is for."""
    return kind == "scope" and name in oauth.SCOPES and oauth.SCOPES[name].risk == "high"


def wish_row(_: Translate, lang: str, wish: Wish) -> dict[str, Any]:
    """One thing that was asked for, ready to be shown."""
    return {
        "wish": wish,
        "kind": wish_kind(_, wish.kind),
        "label": wish_label(lang, wish.kind, wish.name),
        "state": wish_state(_, wish.state),
        "is_delicate": is_delicate(wish.kind, wish.name),
    }


def offered_categories() -> list[taxonomy.Category]:
    """The categories an app is activated for: groups and what is right below them."""
    return [one for one in taxonomy.categories() if one.level in (1, 2)]


def place_of(category: taxonomy.Category, lang: str) -> str:
    """A category after the group it is in; the root says nothing."""
    line = [*taxonomy.ancestors(category.slug)[1:], category]
    return " › ".join(one.title_en if lang == "en" else one.title for one in line)


def service_types() -> list[tuple[str, str]]:
    """Every service type, for a list to choose from."""
    return [(one.slug, one.display) for one in taxonomy.service_types()]


def tag_options(lang: str) -> list[tuple[str, str]]:
    """Every tag, likewise."""
    return [(one.name, one.label(lang)) for one in developers.TAGS]


def tag_labels(lang: str, names: Iterable[str]) -> list[str]:
    """These tags in the page's language."""
    labels = dict(tag_options(lang))
    return [labels[name] for name in names if name in labels]


def refusal(_: Translate, lang: Lang, error: DalanError) -> str:
    """Why it was not done, in words for the person who asked."""
    match error:
        case support.RefusedFile():
            return _file_problem(_, lang, error)
        case support.TooMuch():
            return _too_much(_, error)
        case support.TicketClosed():
            return _("The ticket is closed. Reopen it to write on.")
        case support.AlreadyDecided():
            return _("This deposit has an answer already.")
        case support.SameTransfer():
            return _("A deposit with this tracking number is here already.")
        case developers.AlreadyAsked():
            return _("Some of this the app has already, or it waits for an answer.")
        case support.InvalidField() | developers.InvalidField():
            return _field_problem(_, lang, error)
        case _unforeseen:
            return _("This could not be done.")


def _field_problem(
    _: Translate, lang: Lang, error: support.InvalidField | developers.InvalidField
) -> str:
    match error.problem:
        case "too_long":
            return _("At most %(most)s characters.", most=error.most)
        case "too_many":
            return _("Choose at most %(most)s.", most=error.most)
        case "too_small" | "too_large":
            amount = numbers.group(error.most or 0, lang)
            if error.problem == "too_small":
                return _("At least %(amount)s rials.", amount=amount)
            return _("At most %(amount)s rials.", amount=amount)
        case "required":
            return {
                "wishes": _("Choose something first."),
                "evidence_url": _("Something delicate is among what you ask for; show what for."),
            }.get(error.field) or _("This is needed.")
        case "scheme":
            return _("The address must begin with https://.")
        case "not_printable":
            return _("Use Latin letters, digits and signs only.")
        case _other:
            return _("Choose one of these.")


def _file_problem(_: Translate, lang: Lang, error: support.RefusedFile) -> str:
    name = error.name
    match error.problem:
        case "too_many":
            return _("At most %(most)s files.", most=error.most)
        case "empty":
            return _("The file %(name)s is empty.", name=name)
        case "too_large":
            size = numbers.digits(f"{(error.most or 0) / 1_000_000:g}", lang)
            return _("The file %(name)s is larger than %(size)s MB.", name=name, size=size)
        case "broken":
            return _("The picture %(name)s cannot be read.", name=name)
        case "unknown_type":
            return _("The file %(name)s is no picture, PDF, text or zip.", name=name)


def _too_much(_: Translate, error: support.TooMuch) -> str:
    named = {
        "open_tickets": _("You have %(most)s tickets that are not closed. Close some first."),
        "tickets": _("At most %(most)s new tickets a day. Write on in an open one."),
        "messages": _("At most %(most)s messages an hour. Please wait a little."),
        "entries": _("This ticket is full. Please open another one."),
        "files": _("The app has no room left for files. Ask without one."),
        "open_deposits": _("%(most)s deposits are being checked already. Please wait."),
    }
    return named[error.what] % {"most": error.most}
