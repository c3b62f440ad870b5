"""Entries of the audit log as pages show them: to an app's team, and to operators."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from dalan.domains import identity
from dalan.domains.audit import Entry
from dalan.kernel import phone
from dalan.kernel.db import ReadTransaction
from dalan.surfaces.html.i18n import marked

Translate = Callable[..., str]

ACTIONS: Final[dict[str, str]] = {
    "app.registered": marked("Registered the app"),
    "app.edited": marked("Changed the name or the logo"),
    "app.addresses_set": marked("Changed addresses"),
    "app.identification_key_set": marked("Changed the identification key"),
    "app.touchpoints_set": marked("Changed touchpoints"),
    "app.settings_set": marked("Changed compatibility settings"),
    "app.key_made": marked("Made an API key"),
    "app.key_revoked": marked("Revoked an API key"),
    "app.oauth_key_set": marked("Chose the key that doubles as client secret"),
    "app.secret_rotated": marked("Made a new client secret"),
    "app.old_secret_revoked": marked("Revoked the old client secret"),
    "app.redirect_added": marked("Added a redirect address"),
    "app.redirect_removed": marked("Removed a redirect address"),
    "app.member_added": marked("Added a member"),
    "app.member_role_set": marked("Gave a member another role"),
    "app.member_removed": marked("Removed a member"),
    "app.review_asked": marked("Asked for review"),
    "app.review_withdrawn": marked("Withdrew from review"),
    "app.paused": marked("Paused the app"),
    "app.resumed": marked("Resumed the app"),
    "app.approved": marked("Approved the app"),
    "app.changes_requested": marked("Requested changes"),
    "app.suspended": marked("Suspended the app"),
    "app.suspension_lifted": marked("Lifted the suspension"),
    "app.limits_set": marked("Set the limits"),
    "app.ceiling_set": marked("Set permissions and scopes"),
    "person.blocked": marked("Blocked a person"),
    "person.unblocked": marked("Unblocked a person"),
    "person.signed_out": marked("Signed a person out everywhere"),
    "person.phone_shown": marked("Looked at a phone number"),
    "operator.appointed": marked("Appointed an operator"),
    "operator.dismissed": marked("Dismissed an operator"),
    "post.development_made": marked("Made a development post"),
}
"""Every action there is, in words."""

_FACTS: Final[dict[str, str]] = {
    "categories": marked("Categories"),
    "changed": marked("Changed"),
    "cities": marked("Cities"),
    "disabled": marked("Switched off"),
    "enabled": marked("Switched on"),
    "key_id": marked("Key number"),
    "life_days": marked("Days to live"),
    "note": marked("Note"),
    "overlap_hours": marked("Hours the old one lives on"),
    "per_day": marked("Calls a day"),
    "per_minute": marked("Calls a minute"),
    "permissions": marked("Permissions"),
    "person_id": marked("Person"),
    "reason": marked("Reason"),
    "role": marked("Role"),
    "scopes": marked("Scopes"),
    "sessions": marked("Sessions"),
    "slug": marked("Slug"),
    "title": marked("Title"),
    "uri": marked("Address"),
}

_FIELDS: Final[dict[str, str]] = {
    "display": marked("Name"),
    "subtitle": marked("Subtitle"),
    "description": marked("Description"),
    "avatar_image_id": marked("Logo"),
}

_OURS: Final = frozenset({"note", "reason", "title"})
"""Facts that somebody typed; the rest are words of code, left to right."""


async def shown(
    tx: ReadTransaction, _: Translate, entries: list[Entry], *, to_team: bool
) -> list[dict[str, Any]]:
    """Entries ready for ``_changes.html``, people by name.

    ``to_team``: whoever acted for the marketplace is not named to the team of an app.
    """
    ids = {entry.actor_person_id for entry in entries} | {
        entry.facts.get("person_id") for entry in entries
    }
    people = await identity.people(tx, [one for one in ids if isinstance(one, int)])
    return [
        {
            "at": entry.at,
            "title": _(ACTIONS[entry.action]) if entry.action in ACTIONS else entry.action,
            "who": _actor(_, entry, people, to_team=to_team),
            "facts": _facts(_, entry, people),
            "entry": entry,
        }
        for entry in entries
    ]


def actor_kinds(_: Translate) -> dict[str, str]:
    """Who may act, in words."""
    return {
        "person": _("A member"),
        "operator": _("An operator"),
        "cli": _("At the shell"),
        "system": _("Dalan itself"),
    }


def _actor(
    _: Translate, entry: Entry, people: Mapping[int, identity.Person], *, to_team: bool
) -> str:
    if to_team and entry.actor_kind != "person":
        return _("The marketplace")
    person = people.get(entry.actor_person_id or 0)
    if person is None:
        return actor_kinds(_)[entry.actor_kind]
    return _("A closed account") if is_closed(person) else name_of(person)


def name_of(person: identity.Person) -> str:
    """What a person is called here: by name, or as little of the number as tells people apart."""
    return person.name or phone.masked(person.phone)


def is_closed(person: identity.Person) -> bool:
    """The account was ended: what stands for its number begins as no number in E.164 does."""
    return person.phone.startswith("+0")


def _facts(
    _: Translate, entry: Entry, people: Mapping[int, identity.Person]
) -> list[tuple[str, str, bool]]:
    """Label, text, and whether the text is a word of code."""
    lines = []
    for name, fact in entry.facts.items():
        if fact in (None, "", []):
            continue
        label = _(_FACTS[name]) if name in _FACTS else name
        if name == "person_id" and fact in people:
            person = people[fact]
            shown_as = _("A closed account") if is_closed(person) else name_of(person)
            lines.append((label, shown_as, False))
        elif isinstance(fact, list):
            words = [_(_FIELDS[one]) if one in _FIELDS else one for one in fact]
            is_code = not any(one in _FIELDS for one in fact)
            lines.append((label, (", " if is_code else _(", ")).join(words), is_code))
        else:
            lines.append((label, str(fact), name not in _OURS))
    return lines
