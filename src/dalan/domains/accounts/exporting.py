"""Everything we hold about a person, in words a program can read."""

from typing import Any

from dalan.domains import (
    addons,
    bookmarks,
    businesses,
    charges,
    chat,
    developers,
    events,
    identity,
    media,
    moderation,
    notices,
    oauth,
    payments,
    posts,
    support,
    wallet,
)
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import ReadTransaction

POSTS_MAX = 100_000
REPORTS_MAX = 100_000
MESSAGES_MAX = 100_000


async def export(
    tx: ReadTransaction, person_id: int, *, keys: Keyring, base_url: str
) -> dict[str, Any]:
    """Profile, proofs and bank accounts, sessions, posts (also those taken away) and drafts,
    what they keep and reported, what they wrote in chats, their money and what apps said they
    paid, connected apps, what those are told of and what they said and made of them, apps and
    businesses of their own, tickets, and what they were told.

    Values are plain or moments, for JSON; pictures are addresses below ``base_url``. Codes,
    tokens and cookies are not in it: we do not have them. Raises ``NoSuchPerson``.
    """
    return {
        "exported_at": clock.now(),
        "person": await _profile(tx, person_id, keys=keys),
        "bank_accounts": [
            _bank_account(one) for one in await identity.bank_accounts(tx, person_id, keys=keys)
        ],
        "sessions": await _sessions(tx, person_id),
        **await _writing(tx, person_id, base_url),
        "connected_apps": await _connected_apps(tx, person_id),
        "told_to_apps": await _told_to_apps(tx, person_id),
        "said_by_apps": await _said_by_apps(tx, person_id),
        "addons": await _addons(tx, person_id, base_url),
        **await _kept(tx, person_id, base_url),
        "chats": await _chats(tx, person_id, base_url),
        **await _money(tx, person_id),
        **await _asked_for(tx, person_id),
        **await _work(tx, person_id, base_url),
        "notices": await _told(tx, person_id),
    }


async def _profile(tx: ReadTransaction, person_id: int, *, keys: Keyring) -> dict[str, Any]:
    """Who the person is, how they are reached and what was proven of them."""
    person = await identity.person(tx, person_id)
    outside = await identity.number_of(tx, person_id)
    proof = await identity.proof_of(tx, person_id, keys=keys)
    mail = await notices.mail_address(tx, person_id)
    return {
        "phone": person.phone,
        "name": person.name,
        "language": person.language,
        "created_at": person.created_at,
        "mail_address": mail.address if mail else "",
        "user_number": outside.number,
        "hash_id": outside.hash_id,
        "mobile_verified_at": proof.mobile_verified_at,
        "national_code": proof.national_code,
        "birthday": proof.birthday,
        "identity_verified_at": proof.identity_verified_at,
    }


async def _sessions(tx: ReadTransaction, person_id: int) -> list[dict[str, Any]]:
    """Where they are signed in."""
    return [
        {
            "created_at": one.created_at,
            "last_seen_at": one.last_seen_at,
            "expires_at": one.expires_at,
            "device": one.device,
        }
        for one in await identity.sessions(tx, person_id)
    ]


async def _writing(tx: ReadTransaction, person_id: int, base_url: str) -> dict[str, Any]:
    """Posts, also those that are gone, what is still being written, and whether they may post."""
    owned = await posts.of_person(tx, person_id, states=posts.STATES, limit=POSTS_MAX)
    owned += await posts.development_posts(tx, person_id)
    ban = await posts.ban_of(tx, person_id)
    return {
        "posts": [_post(post, base_url) for post in owned],
        "drafts": [_draft(one, base_url) for one in await posts.drafts_of(tx, person_id)],
        "posting_ban": None
        if ban is None
        else {"reason": ban.reason, "since": ban.banned_at, "until": ban.ends_at},
    }


async def _connected_apps(tx: ReadTransaction, person_id: int) -> list[dict[str, Any]]:
    """Apps of others that were let in, and how far."""
    return [
        {
            "app": (await developers.app(tx, one.app_id)).slug,
            "known_to_it_as": await developers.user_id_of(
                tx, app_id=one.app_id, person_id=person_id
            ),
            "since": one.since,
            "last_used_at": one.last_used_at,
            "permissions": [
                {
                    "scope": given.scope.name,
                    "resource": given.resource,
                    "granted_at": given.granted_at,
                }
                for given in one.permissions
            ],
        }
        for one in await oauth.connections_of(tx, person_id)
    ]


async def _told_to_apps(tx: ReadTransaction, person_id: int) -> list[dict[str, Any]]:
    """What apps are told of as it happens, of one post or (``post`` empty) of all of theirs, and
    what the app left to be told along."""
    return [
        {
            "app": (await developers.app(tx, one.app_id)).slug,
            "event": one.type,
            "post": one.resource,
            "metadata": one.metadata,
            "since": one.created_at,
        }
        for one in await events.subscriptions_of_person(tx, person_id)
    ]


async def _said_by_apps(tx: ReadTransaction, person_id: int) -> list[dict[str, Any]]:
    """Semantic data about them and their posts. What is kept as a hash has its key told alone."""
    owned = await posts.of_person(tx, person_id, states=posts.STATES, limit=POSTS_MAX)
    owned += await posts.development_posts(tx, person_id)
    tokens = {post.id: post.token for post in owned}
    return [
        {
            "app": (await developers.app(tx, one.app_id)).slug,
            "about_post": tokens.get(one.post_id or 0, ""),
            "values": one.semantic,
            "hashed_keys": sorted(one.semantic_hashed),
            "since": one.created_at,
            "changed_at": one.last_modified_at,
        }
        for one in await addons.records_about(tx, person_id, owned)
    ]


async def _addons(tx: ReadTransaction, person_id: int, base_url: str) -> list[dict[str, Any]]:
    """What they let apps show on all posts of theirs, or of a business."""

    def url_of(name: str) -> str:
        return name if name == addons.LOGO else base_url + media.path_of(name, 1200)

    return [
        {
            "app": (await developers.app(tx, one.app_id)).slug,
            "of_business": ""
            if one.business_id is None
            else (await businesses.by_id(tx, one.business_id)).token,
            "categories": one.categories,
            "widgets": addons.with_images(one.widgets, url_of),
            "values": one.semantic,
            "hashed_keys": sorted(one.semantic_hashed),
            "since": one.created_at,
            "changed_at": one.last_modified_at,
            "until": one.expires_at,
        }
        for one in await addons.agreed_to(tx, person_id)
    ]


async def _kept(tx: ReadTransaction, person_id: int, base_url: str) -> dict[str, Any]:
    """Posts and searches they want to find again, and posts they reported."""
    kept = await bookmarks.bookmarks_of(tx, person_id)
    reported = await moderation.reports_by(tx, person_id)
    named = await posts.by_ids(
        tx, [*(one.post_id for one in kept), *(one.post_id for one in reported)]
    )
    return {
        "favourites": [
            {"post": named[one.post_id].token, "note": one.note, "kept_at": one.created_at}
            for one in kept
        ],
        "saved_searches": [
            {
                "name": one.name,
                "address": base_url + one.address,
                "active": one.active,
                "saved_at": one.created_at,
            }
            for one in await bookmarks.searches_of(tx, person_id)
        ],
        "reports": [
            {
                "post": named[one.post_id].token,
                "reason": one.reason,
                "text": one.text,
                "reported_at": one.created_at,
            }
            for one in reported
        ],
    }


async def _chats(tx: ReadTransaction, person_id: int, base_url: str) -> dict[str, Any]:
    """What they wrote, themselves or through an app, whom they reported, and whether they may
    chat. What others wrote to them is those others'."""
    written = await chat.written_by(tx, person_id, limit=MESSAGES_MAX)
    files = await media.files_by_id(tx, [one.file_id for _, one in written if one.file_id])
    ban = await chat.ban_of(tx, person_id)
    return {
        "messages": [
            {
                "chat": held.uuid,
                "side": one.side,
                "kind": one.kind,
                "text": one.text,
                "file": _address(files.get(one.file_id or 0), base_url),
                "place_or_contact": one.facts,
                "through_an_app": one.app_id is not None,
                "sent_at": one.sent_at,
            }
            for held, one in written
        ],
        "reports": [
            {"reason": one.reason, "text": one.text, "reported_at": one.created_at}
            for one in await chat.reports_by(tx, person_id)
        ],
        "ban": None
        if ban is None
        else {"reason": ban.reason, "since": ban.banned_at, "until": ban.ends_at},
    }


def _address(file: media.MediaFile | None, base_url: str) -> str:
    if file is None:
        return ""
    path = media.path_of(file.name, 1200) if file.kind == "image" else media.path_of_file(file.name)
    return base_url + path


async def _money(tx: ReadTransaction, person_id: int) -> dict[str, Any]:
    """The wallet, payments by card, and what apps reported that the person paid in them."""
    lines, paid = await wallet.everything_of(tx, person_id)
    said = await payments.reports_of_person(tx, person_id, limit=REPORTS_MAX)
    slugs = {
        app_id: (await developers.app(tx, app_id)).slug
        for app_id in sorted({one.app_id for one in said})
    }
    return {
        "wallet": {
            "balance_rials": await wallet.balance_rials(tx, person_id),
            "statement": [
                {
                    "at": one.made_at,
                    "amount_rials": one.amount_rials,
                    "kind": one.kind,
                    "note": one.note,
                }
                for one in lines
            ],
            "payments_by_card": [
                {
                    "begun_at": one.created_at,
                    "amount_rials": one.amount_rials,
                    "for": one.purpose,
                    "state": one.state,
                    "bank_reference": one.bank_reference,
                    "settled_at": one.settled_at,
                }
                for one in paid
            ],
            "asked_by_apps": [
                {
                    "app": (await developers.app(tx, one.app_id)).slug,
                    "amount_rials": one.amount_rials,
                    "description": one.description,
                    "state": one.state,
                    "asked_at": one.asked_at,
                    "paid_at": one.paid_at,
                    "given_back_at": one.refunded_at,
                }
                for one in await charges.everything_of(tx, person_id)
            ],
        },
        "payments_in_apps": [
            {
                "app": slugs[one.app_id],
                "reference_id": one.reference_id,
                "amount_rials": one.amount_rials,
                "services": one.services,
                "reported_at": one.reported_at,
            }
            for one in said
        ],
    }


async def _asked_for(tx: ReadTransaction, person_id: int) -> dict[str, Any]:
    """What they wrote to the operators: tickets and deposits."""
    written = await support.written_by(tx, person_id)
    return {
        "tickets": [
            {
                "subject": written.subjects[one.ticket_id],
                "text": one.text,
                "written_at": one.written_at,
            }
            for one in written.messages
        ],
        "deposits": [
            {
                "id": one.id,
                "amount_rials": one.amount_rials,
                "method": one.method,
                "tracking_number": one.tracking_number,
                "note": one.note,
                "state": one.state,
                "asked_at": one.asked_at,
            }
            for one in written.deposits
        ],
    }


async def _work(tx: ReadTransaction, person_id: int, base_url: str) -> dict[str, Any]:
    """Apps and businesses they work on, and their professional picture."""
    roles = await developers.roles_of(tx, person_id)
    works = await businesses.roles_of_person(tx, person_id)
    picture_id = await businesses.profile_image(tx, person_id) or 0
    pictures = await media.images_by_id(tx, [picture_id])
    return {
        "apps": [
            {"app": app.slug, "name": app.display, "role": roles.get(app.id, "")}
            for app in await developers.apps_of(tx, person_id)
        ],
        "businesses": [
            {
                "token": one.token,
                "name": one.name,
                "type": one.type,
                "role": works[one.id],
                "opened_at": one.created_at,
            }
            for one in await businesses.of_person(tx, person_id)
        ],
        "professional_picture": base_url + media.path_of(pictures[picture_id].name, 600)
        if pictures
        else "",
    }


async def _told(tx: ReadTransaction, person_id: int) -> list[dict[str, Any]]:
    """What they were told, newest first, in their language."""
    language = (await identity.person(tx, person_id)).language
    told = []
    after = ""
    while True:
        page = await notices.notices_of(tx, person_id, after=after)
        for one in page.notices:
            said = notices.words_of(one, language)
            told.append(
                {
                    "at": one.created_at,
                    "title": said.title,
                    "text": said.text,
                    "read_at": one.read_at,
                }
            )
        after = page.next_cursor
        if not after:
            return told


def _draft(draft: posts.Draft, base_url: str) -> dict[str, Any]:
    """What stands in a form that was not sent yet, as it was typed."""
    return {
        "category": draft.category,
        "typed": draft.typed,
        "pictures": [base_url + media.path_of(name, 1200) for name in draft.image_names],
        "begun_at": draft.created_at,
        "changed_at": draft.changed_at,
    }


def _bank_account(account: identity.BankAccount) -> dict[str, Any]:
    numbers = account.numbers
    return {
        "card": numbers.card,
        "sheba": numbers.sheba,
        "owner": numbers.owner,
        "bank": numbers.bank,
        "account_number": numbers.account_number,
        "national_code": numbers.national_code,
        "birthday": numbers.birthday,
        "status": account.status,
        "is_default": account.is_default,
        "created_at": account.created_at,
        "updated_at": account.updated_at,
    }


def _post(post: posts.Post, base_url: str) -> dict[str, Any]:
    return {
        "token": post.token,
        "state": post.state,
        "development": post.development,
        "category": post.category,
        "city": post.city,
        "district": post.district,
        "title": post.title,
        "description": post.description,
        "fields": post.fields,
        "price_mode": post.price_mode,
        "price_tomans": post.price_tomans,
        "pictures": posts.image_addresses(post, base_url=base_url),
        "chat_enabled": post.chat_enabled,
        "hide_phone": post.hide_phone,
        "reject_reason": post.reject_reason,
        "created_at": post.created_at,
        "first_published_at": post.first_published_at,
        "last_modified_at": post.last_modified_at,
        "expires_at": post.expires_at,
    }
