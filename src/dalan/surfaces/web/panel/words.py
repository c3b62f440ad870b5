"""What people are told about apps: states, roles, and why something was refused."""

from collections.abc import Callable
from typing import Literal

from dalan.domains.developers import (
    AlreadyMember,
    App,
    AppState,
    BeyondCeiling,
    InvalidField,
    InvalidSlug,
    LastOwner,
    NoKeysHeld,
    NotAllowed,
    Permission,
    Role,
    RotationUnderWay,
    SlugTaken,
    TooMany,
    UnknownKey,
    UnknownMember,
    WrongState,
)
from dalan.errors import DalanError

Translate = Callable[..., str]
BadgeKind = Literal["neutral", "info", "success", "warning", "danger", "brand"]


def state(_: Translate, app: App) -> tuple[str, BadgeKind]:
    """The app's state, and the colour it is shown in."""
    return state_name(_, app.state)


def state_name(_: Translate, state: AppState) -> tuple[str, BadgeKind]:
    """A state's name and colour."""
    named: dict[str, tuple[str, BadgeKind]] = {
        "development": (_("Development"), "info"),
        "in_review": (_("In review"), "warning"),
        "changes_requested": (_("Changes requested"), "warning"),
        "approved": (_("Approved"), "success"),
        "active": (_("Active"), "success"),
        "inactive": (_("Paused"), "neutral"),
        "suspended": (_("Suspended"), "danger"),
    }
    return named[state]


def role(_: Translate, name: Role) -> str:
    """A role, as it is shown."""
    return {"owner": _("Owner"), "admin": _("Admin"), "developer": _("Developer")}[name]


def label(lang: str, permission: Permission) -> tuple[str, str]:
    """A permission's label and description in the page's language."""
    if lang == "fa":
        return permission.fa, permission.description_fa
    return permission.en, permission.description_en


def refusal(_: Translate, error: DalanError) -> str:
    """Why it was not done, in words for the person who asked."""
    match error:
        case InvalidField():
            return field_problem(_, error)
        case InvalidSlug(reserved=True):
            return _("This name is kept for the marketplace itself. Choose another one.")
        case InvalidSlug():
            return _(
                "Use 3 to 40 small Latin letters, digits and single hyphens, such as quiet-harbor."
            )
        case SlugTaken():
            return _("Another app has this name already. Choose another one.")
        case TooMany():
            return _too_many(_, error)
        case BeyondCeiling():
            return _("The app itself does not have all of these permissions.")
        case AlreadyMember():
            return _("This person is a member already.")
        case LastOwner():
            return _("An app keeps one owner at least. Name another owner first.")
        case UnknownMember():
            return _("This person is no longer a member.")
        case NotAllowed():
            return _("Your role in this app does not reach that far.")
        case NoKeysHeld():
            return _("An app whose secrets are refused keeps one public key at least.")
        case RotationUnderWay():
            return _("This key is being rotated already. End the old key first.")
        case UnknownKey():
            return _("This key no longer opens anything.")
        case WrongState():
            return _("The app is not in a state that allows this any more.")
        case _unforeseen:
            return _("This could not be done.")


def field_problem(_: Translate, error: InvalidField) -> str:
    """What is wrong with a field."""
    problems = {
        "required": _("This is needed."),
        "not_an_address": _("Write the whole address, such as https://example.com/start."),
        "scheme": _("The address must begin with https://."),
        "https_needed": _("The address must begin with https://."),
        "userinfo": _("Leave out the user name: the part before @."),
        "query": _("Leave out the question mark and what follows it."),
        "fragment": _("Leave out the # and what follows it."),
        "past": _("Choose a time that is still to come."),
        "unreadable": _("This is no key we can read. Paste a JWKS, a JWK or a public key in PEM."),
        "private_key": _(
            "This is a private key. It should never leave your server: paste its public half,"
            " and make a new pair if this one was seen by others."
        ),
        "weak_key": _("An RSA key has 2048 to 4096 bits."),
        "unknown_key_type": _("Keys are RSA (RS256), P-256 (ES256) or Ed25519 (EdDSA)."),
        "no_answer": _("Nobody answered at this address in time."),
        "not_found": _("There is nothing at this address: it must answer with status 200."),
        "no_keys": _("There is no key for signatures at this address that we take."),
        "not_printable": _("Use Latin letters, digits and signs only."),
    }
    if (error.field, error.problem) == ("jwks_uri", "unreadable"):
        return _("What stands at this address is no JWKS.")
    if error.problem == "too_long":
        return _("At most %(most)s characters.", most=error.most)
    return problems.get(error.problem) or _("This cannot be accepted.")


def key_set_problem(_: Translate, problem: str) -> str:
    """Why an app's key set was of no use when it was fetched last, "" when it was."""
    return field_problem(_, InvalidField("jwks_uri", problem)) if problem else ""


def _too_many(_: Translate, error: TooMany) -> str:
    named = {
        "apps": _("You have %(most)s development apps already, which is the limit."),
        "keys": _("The app has %(most)s live keys, which is the limit. Revoke one first."),
        "redirect_uris": _("The app has %(most)s redirect addresses, which is the limit."),
        "client_keys": _("The app has %(most)s public keys, which is the limit. Remove one first."),
        "members": _("The app has %(most)s members, which is the limit."),
        "wishes": _("At most %(most)s things may wait for an answer at a time."),
        "requests": _("At most %(most)s requests a day. Please go on tomorrow."),
    }
    return named[error.what] % {"most": error.most}
