"""Why a script cannot be read or a run ended before its end, in the words of whoever reads it."""

from typing import Final

from dalan.domains.world import personas
from dalan.surfaces.console import reasons
from dalan.surfaces.html.i18n import marked
from dalan.surfaces.html.numbers import money_of_rials
from dalan.surfaces.html.session import Visitor

SENTENCES: Final = frozenset(
    {
        marked("nothing here has a price to offer a part of"),
        marked("no reply within %(seconds)s seconds"),
        marked("no button within %(seconds)s seconds"),
        marked("no request to pay within %(seconds)s seconds"),
        marked("no button «%(caption)s» (there was: %(there)s) within %(seconds)s seconds"),
        marked("nobody asks this person for money"),
        marked("%(asked)s rials are asked for, more than %(most)s"),
        marked("say whose access: «- revoke: slug»"),
        marked("%(app)s holds nothing of this person"),
        marked("nothing was said yet: there is no conversation"),
        marked("it took longer than %(seconds)s seconds"),
        marked("%(name)s; see the log"),
        marked("the world was put back"),
        marked("a script has at most %(most)s characters"),
        marked("a script has at most %(most)s steps"),
        marked("write a step as «- say: سلام» or «- block»"),
        marked("there is nothing to do"),
        marked("nobody knows how to %(verb)s; %(verbs)s"),
        marked("say: %(why)s"),
        marked("wait_for %(names)s, and «within 30» if you like"),
        marked("press takes the caption of a button, or nothing"),
        marked("report for one of %(names)s"),
        marked("revoke takes the slug of an app, or nothing"),
        marked("%(verb)s stands alone"),
        marked("%(verb)s takes a whole number from 1 to %(most)s"),
    }
)
"""What personas say of themselves; a test holds the catalog to all of them."""


def why(visitor: Visitor, run: personas.Run) -> str:
    """ "" where it came to its end, or somebody stopped it."""
    error = run.refusal
    if isinstance(error, personas.StepFailed):
        return visitor.gettext(error.sentence, **error.facts)
    if error is None:
        return visitor.gettext(run.why)
    return reasons.explained(error.code).fa if visitor.lang == "fa" else str(error)


def result(visitor: Visitor, text: str) -> str:
    """What came of a step: money as pages write it, all else as somebody said it."""
    return money_of_rials(text.rials, visitor.lang) if isinstance(text, personas.Amount) else text


def unreadable(visitor: Visitor, error: personas.InvalidScript) -> str:
    """What is wrong with a script, and in which line."""
    _ = visitor.gettext
    return _("line %(line)s: %(why)s", line=error.line, why=_(error.sentence, **error.facts))
