"""What will become of a post once it is sent or saved, said to the person who writes it."""

from dalan.domains import posts
from dalan.domains.moderation import Policy
from dalan.surfaces.html import i18n
from dalan.surfaces.html.i18n import Lang


def of_new_post(lang: Lang, *, policy: Policy, seen_first: bool, is_free: bool) -> str:
    """Of a post that is sent now. ``seen_first``: a reviewer looks at it before people do."""
    _, ngettext = i18n.translator(lang), i18n.plural_translator(lang)
    if not is_free and seen_first:
        return _("Its fee is paid first. Then we look at it; you are told when it is on display.")
    if not is_free:
        return _("It goes on display once its fee is paid.")
    if not seen_first:
        return _("It goes on display at once.")
    if policy.reviews == "new_people":
        return ngettext(
            "We look first at posts of whoever had fewer than %(num)s on display; you are told"
            " when yours is.",
            "We look first at posts of whoever had fewer than %(num)s on display; you are told"
            " when yours is.",
            policy.trusted_after,
        )
    return _("We look at it first; you are told when it is on display.")


def of_edit(post: posts.Post, lang: Lang, *, seen_first: bool) -> str:
    """Of an edit that is saved now."""
    _ = i18n.translator(lang)
    if post.state == "waiting_for_payment":
        return _("What you save is changed at once. It goes on once its fee is paid.")
    if post.state == "waiting_for_review":
        return _("What you save is changed at once; we have not looked at the post yet.")
    if post.state == "waiting_for_edit":
        return (
            _("We look at the post again once you save.")
            if seen_first
            else _("The post is on display again once you save.")
        )
    if seen_first:
        return _("People go on seeing the post as it is until your edit is approved.")
    return _("People see what you change as soon as you save.")
