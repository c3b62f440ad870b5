"""How payments are told: what was done, what it was for, and why it could not be done."""

from typing import Final

from dalan.domains import posts
from dalan.errors import DalanError
from dalan.surfaces import html
from dalan.surfaces.html.i18n import marked
from dalan.surfaces.html.session import Visitor

DONE: Final[dict[str, str]] = {
    "submit": marked("The fee is paid; the post goes on its way."),
    "bump": marked("Paid: your post stands first again."),
    "renew": marked("Paid: your post stands for a whole time again."),
}

FOR_WHAT: Final[dict[str, str]] = {
    "submit": marked("Publication of «%(title)s»"),
    "bump": marked("Bump of «%(title)s»"),
    "renew": marked("Renewal of «%(title)s»"),
}
TITLE_LENGTH_MAX: Final = 60


def refusal_words(visitor: Visitor, refusal: DalanError) -> str:
    """Why it could not be done, as an owner would be told."""
    _ = visitor.gettext
    if isinstance(refusal, posts.TooSoon):
        at = html.numbers.jalali_time(refusal.possible_at, visitor.lang)
        return _("This is possible from %(at)s on.", at=at)
    return why_words(visitor, refusal.code)


def why_words(visitor: Visitor, code: str) -> str:
    """The same from the code alone, for payments that were settled before somebody looks."""
    _ = visitor.gettext
    words = {
        "ledger.insufficient_funds": _("Your wallet does not hold enough."),
        "posts.too_soon": _("It was too early for that."),
        "posts.wrong_state": _("The post has changed meanwhile; look at its state again."),
        "payments.price_changed": _("The price has changed meanwhile."),
        "payments.transaction_exists": _("It had been paid for already."),
    }
    return words.get(code, _("It could not be done just now."))
