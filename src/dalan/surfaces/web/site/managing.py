"""What an owner is told of a post: what a waiting edit would change, and all that happened."""

from collections.abc import Callable, Sequence

import msgspec

from dalan.domains import posts
from dalan.surfaces.html.i18n import Lang, marked, translator
from dalan.surfaces.web.site import showing


class Difference(msgspec.Struct, frozen=True):
    """A part of a post before an edit and after it; "" where there is nothing."""

    title: str
    before: str
    after: str


class HistoryLine(msgspec.Struct, frozen=True):
    """Something that happened to a post. Its moment is drawn by the template."""

    title: str
    at: object
    by: str
    reason: str
    icon: str
    kind: str


_WHAT = {
    "submitted": (marked("Sent"), "send", "info"),
    "edited": (marked("Edited"), "edit", "info"),
    "edit_proposed": (marked("Edit sent for review"), "edit", "info"),
    "edit_accepted": (marked("Edit accepted"), "check", "success"),
    "edit_refused": (marked("Edit refused"), "close", "danger"),
    "bumped": (marked("Bumped to the top"), "trend", "info"),
    "renewed": (marked("Renewed"), "refresh", "success"),
}

_MOVED_ICONS = {"published": "check", "rejected": "close", "deleted": "trash", "retired": "eye-off"}

_AUTHORS = {
    "owner": marked("by you"),
    "app": marked("by an app"),
    "operator": marked("by a reviewer"),
    "system": marked("by the platform"),
}


def changes(post: posts.Post, content: posts.Content, lang: Lang) -> list[Difference]:
    """What an edit would change, part by part; parts that stay are left out."""
    _ = translator(lang)
    after = posts.with_content(post, content)
    facts_before, facts_after = _facts(post, lang), _facts(after, lang)
    rows = [
        (_("Title"), post.title, after.title),
        (_("Price"), _price(post, lang), _price(after, lang)),
        (_("Where it is"), showing.place_of(post), showing.place_of(after)),
        *[
            (title, facts_before.get(title, ""), facts_after.get(title, ""))
            for title in dict.fromkeys([*facts_before, *facts_after])
        ],
        (_("Pictures"), _pictures(post, post, _), _pictures(after, post, _)),
        (_("Chat on Dalan"), _yes(post.chat_enabled, _), _yes(after.chat_enabled, _)),
        (_("Hide my phone number"), _yes(post.hide_phone, _), _yes(after.hide_phone, _)),
        (_("Description"), post.description, after.description),
    ]
    return [Difference(title, old, new) for title, old, new in rows if old != new]


def history_lines(history: Sequence[posts.Change], lang: Lang) -> list[HistoryLine]:
    """What became of a post, newest first."""
    _ = translator(lang)
    lines = []
    for change in history:
        if change.what == "moved":
            name, kind = showing.STATE_NAMES[change.state]
            title, icon = name, _MOVED_ICONS.get(change.state, "clock")
        else:
            title, icon, kind = _WHAT[change.what]
        lines.append(
            HistoryLine(_(title), change.at, _(_AUTHORS[change.author]), change.reason, icon, kind)
        )
    return lines


def _facts(post: posts.Post, lang: Lang) -> dict[str, str]:
    return {spec.title: spec.text for spec in showing.specs(post, lang)}


def _price(post: posts.Post, lang: Lang) -> str:
    return "، ".join(f"{line.label}: {line.text}" for line in showing.price_lines(post, lang))


def _pictures(shown: posts.Post, before: posts.Post, _: Callable[..., str]) -> str:
    if shown.image_names == before.image_names:
        return _("%(num)s pictures", num=len(shown.image_names))
    new = len(set(shown.image_names) - set(before.image_names))
    if new:
        return _("%(num)s pictures, %(new)s of them new", num=len(shown.image_names), new=new)
    if len(shown.image_names) == len(before.image_names):
        return _("%(num)s pictures in another order", num=len(shown.image_names))
    return _("%(num)s pictures", num=len(shown.image_names))


def _yes(is_so: bool, _: Callable[..., str]) -> str:
    return _("Yes") if is_so else _("No")
