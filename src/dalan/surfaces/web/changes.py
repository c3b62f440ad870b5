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
    "app.key_rotated": marked("Made the successor of an API key"),
    "app.key_revoked": marked("Revoked an API key"),
    "app.oauth_key_set": marked("Chose the key that doubles as client secret"),
    "app.personal_token_made": marked("Made a personal token"),
    "app.personal_token_revoked": marked("Revoked a personal token"),
    "app.secret_rotated": marked("Made a new client secret"),
    "app.old_secret_revoked": marked("Revoked the old client secret"),
    "app.pod_credential_made": marked("Made an API token or a service key"),
    "app.pod_credential_revoked": marked("Revoked an API token or a service key"),
    "app.client_key_added": marked("Added a public key of the app"),
    "app.client_key_removed": marked("Removed a public key of the app"),
    "app.jwks_uri_set": marked("Set the address its public keys are fetched from"),
    "app.jwks_uri_removed": marked("Removed the address its public keys were fetched from"),
    "app.signed_only_set": marked("Said whether its secrets are accepted"),
    "app.redirect_added": marked("Added a redirect address"),
    "app.redirect_removed": marked("Removed a redirect address"),
    "app.events_resent": marked("Sent events again"),
    "app.event_tested": marked("Sent a test event"),
    "app.event_skipped": marked("Skipped an event"),
    "app.link_events_chosen": marked("Chose which events of short links are told"),
    "app.events_switched": marked("Switched the sending of events"),
    "app.signing_secret_rotated": marked("Made a new signing secret for events"),
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
    "app.searches_set": marked("Set the number of searches"),
    "app.ceiling_set": marked("Set permissions and scopes"),
    "person.phone_changed": marked("Changed their number through an app"),
    "app.requested": marked("Asked for permissions or places"),
    "app.request_withdrawn": marked("Took a request back"),
    "app.request_decided": marked("Answered a request"),
    "app.classified": marked("Set service type and tags"),
    "ticket.opened": marked("Opened a ticket"),
    "ticket.written": marked("Wrote in a ticket"),
    "ticket.answered": marked("Answered a ticket"),
    "ticket.noted": marked("Left a note in a ticket"),
    "ticket.assigned": marked("Said who answers a ticket"),
    "ticket.closed": marked("Closed a ticket"),
    "ticket.reopened": marked("Reopened a ticket"),
    "deposit.asked": marked("Asked for a deposit to be confirmed"),
    "deposit.withdrawn": marked("Took a deposit back"),
    "deposit.confirmed": marked("Confirmed a deposit"),
    "deposit.refused": marked("Refused a deposit"),
    "payment_ticket.issued": marked("Issued a payment ticket"),
    "payment.refunded": marked("Gave a payment back"),
    "charge.refunded": marked("Gave back what a person paid an app"),
    "wallet.paid_out": marked("Paid out what a closed account left"),
    "price.set": marked("Set a price"),
    "price.removed": marked("Removed a price"),
    "price.free_posts_set": marked("Set how many posts are free"),
    "person.blocked": marked("Blocked a person"),
    "person.unblocked": marked("Unblocked a person"),
    "person.signed_out": marked("Signed a person out everywhere"),
    "person.notices_chosen": marked("Chose what to be told"),
    "person.mail_address_set": marked("Confirmed a mail address"),
    "person.mail_address_removed": marked("Removed the mail address"),
    "person.phone_shown": marked("Looked at a phone number"),
    "operator.appointed": marked("Appointed an operator"),
    "operator.dismissed": marked("Dismissed an operator"),
    "post.published": marked("Published a post"),
    "post.edit_asked": marked("Asked for an edit of a post"),
    "post.rejected": marked("Rejected a post"),
    "post.edit_accepted": marked("Accepted an edit of a post"),
    "post.edit_refused": marked("Refused an edit of a post"),
    "post.claimed": marked("Took a post to review"),
    "post.let_go": marked("Left a post to other reviewers"),
    "post.reports_dismissed": marked("Dismissed reports of a post"),
    "post.reports_upheld": marked("Acted on reports of a post"),
    "moderation.rule_set": marked("Set a rule"),
    "moderation.word_forbidden": marked("Forbade a word"),
    "moderation.word_allowed": marked("Allowed a word again"),
    "person.chat_ban_lifted": marked("Let a person chat again"),
    "chat.report_upheld": marked("Shut a person out of chats"),
    "chat.report_dismissed": marked("Dismissed a report of a chat"),
    "person.banned_from_posting": marked("Kept a person from posting"),
    "person.posting_ban_lifted": marked("Let a person post again"),
    "list.entry_added": marked("Added to a list"),
    "list.entry_renamed": marked("Renamed an entry of a list"),
    "list.entry_retired": marked("Retired an entry of a list"),
    "list.entry_brought_back": marked("Brought an entry of a list back"),
    "business.opened": marked("Opened a business"),
    "business.edited": marked("Changed a business"),
    "business.topped_up": marked("Put money into the wallet of a business"),
    "business.closed": marked("Closed a business"),
    "business.member_added": marked("Let somebody into a business"),
    "business.member_role_set": marked("Gave somebody of a business another role"),
    "business.member_removed": marked("Removed somebody from a business"),
    "business.app_linked": marked("Linked an app to a business"),
    "business.app_unlinked": marked("Unlinked an app from a business"),
    "business.addon_removed": marked("Removed an app's add-on from a business"),
    "link.quarantined": marked("Kept visitors from a short link"),
    "link.released": marked("Let visitors to a short link again"),
    "link.switched_off": marked("Switched a short link off"),
    "link.reports_dismissed": marked("Dismissed reports of a short link"),
    "host.blocked": marked("Blocked a host"),
    "host.unblocked": marked("Let links lead to a host again"),
    "host.list_imported": marked("Brought in a list of blocked hosts"),
    "domain.added": marked("Added a short domain"),
    "domain.changed": marked("Changed a short domain"),
    "domain.removed": marked("Removed a short domain"),
    "post.development_made": marked("Made a development post"),
    "link.edited": marked("Changed the short link"),
    "link.activated": marked("Switched the short link on"),
    "link.deactivated": marked("Switched the short link off"),
    "link.deleted": marked("Deleted the short link"),
    "link.restored": marked("Brought the short link back"),
}
"""Every action there is, in words."""

_FACTS: Final[dict[str, str]] = {
    "amount_rials": marked("Amount in rials"),
    "app_id": marked("App number"),
    "was_rials": marked("Before, in rials"),
    "asked": marked("Asked for"),
    "categories": marked("Categories"),
    "category": marked("Category"),
    "changed": marked("Changed"),
    "city": marked("City"),
    "operation": marked("What for"),
    "posts_count": marked("Free posts"),
    "cities": marked("Cities"),
    "deposit_id": marked("Deposit number"),
    "disabled": marked("Switched off"),
    "days": marked("Days"),
    "decision": marked("Decision"),
    "effect": marked("Effect"),
    "enabled": marked("Switched on"),
    "event": marked("Event"),
    "granted": marked("Granted"),
    "added": marked("Added"),
    "host": marked("Host"),
    "link": marked("Short link"),
    "key_id": marked("Key number"),
    "kind": marked("Kind"),
    "replaces_id": marked("Number of the old key"),
    "life_days": marked("Days to live"),
    "note": marked("Note"),
    "number": marked("Number of the rule"),
    "overlap_hours": marked("Hours the old one lives on"),
    "payment": marked("Payment number"),
    "per_day": marked("Calls a day"),
    "per_minute": marked("Calls a minute"),
    "permissions": marked("Permissions"),
    "person_id": marked("Person"),
    "reason": marked("Reason"),
    "refused": marked("Refused"),
    "role": marked("Role"),
    "scopes": marked("Scopes"),
    "service_type": marked("Service type"),
    "sessions": marked("Sessions"),
    "slug": marked("Slug"),
    "tags": marked("Tags"),
    "rule": marked("Rule"),
    "ticket_id": marked("Ticket number"),
    "title": marked("Title"),
    "uri": marked("Address"),
    "widgets": marked("Widgets"),
    "word": marked("Word"),
}

_FIELDS: Final[dict[str, str]] = {
    "display": marked("Name"),
    "subtitle": marked("Subtitle"),
    "description": marked("Description"),
    "avatar_image_id": marked("Logo"),
    "target": marked("Address"),
    "tags": marked("Tags"),
    "title": marked("Title"),
    "note": marked("Note"),
    "picture": marked("Picture"),
    "expires_at": marked("Until"),
    "valid_from": marked("Valid from"),
    "visits_max": marked("Visits at most"),
    "password": marked("Password"),
    "after_address": marked("Where to go afterwards"),
    "terms": marked("Rules"),
}

_OURS: Final = frozenset({"note", "reason", "title", "word"})
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
    if entry.actor_kind == "system" and "key_id" in entry.facts:
        return _("The app itself, with a key")
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
