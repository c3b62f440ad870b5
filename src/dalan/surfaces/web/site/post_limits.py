"""Why a post is not taken just now, said to the person who wrote it."""

from dalan.domains import posts
from dalan.errors import DalanError
from dalan.surfaces.html import i18n, numbers
from dalan.surfaces.html.i18n import Lang

SECONDS_AN_HOUR = 3_600


def in_words(error: DalanError, lang: Lang) -> str:
    """What a refusal of ``posts.check_may_submit`` or ``check_not_said_before`` means to them."""
    _, ngettext = i18n.translator(lang), i18n.plural_translator(lang)
    if isinstance(error, posts.SubmissionLimit):
        hours = max(1, -(-(error.retry_after_seconds or 0) // SECONDS_AN_HOUR))
        return (
            _(
                "You have posted %(count)s times within a day, which is as much as one may.",
                count=error.allowed,
            )
            + " "
            + ngettext("Try again in %(num)s hour.", "Try again in %(num)s hours.", hours)
        )
    if isinstance(error, posts.Banned):
        said = (_("You may not post for now."), _until(error, lang), error.reason)
        return " ".join(part for part in said if part)
    if isinstance(error, posts.Offender):
        return _(
            "Several of your posts were refused lately, so you cannot post for now. Support can"
            " look into it with you."
        )
    if isinstance(error, posts.DuplicatePost):
        return _("You have a post that says the same in this city. Edit that one instead.")
    return _("You cannot post just now.")


def _until(ban: posts.Banned, lang: Lang) -> str:
    """Until when a ban holds, "" for one without an end."""
    if ban.ends_at is None:
        return ""
    day = numbers.jalali(ban.ends_at, lang)
    return i18n.translator(lang)("It ends on %(day)s.", day=day)
