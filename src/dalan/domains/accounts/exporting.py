"""Everything we hold about a person, in words a program can read."""

from typing import Any

from dalan.domains import developers, identity, oauth, posts
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction

POSTS_MAX = 100_000


async def export(tx: ReadTransaction, person_id: int, *, base_url: str) -> dict[str, Any]:
    """Profile, sessions, posts (also those taken away), connected apps and apps of one's own.

    Values are plain or moments, for JSON; pictures are addresses below ``base_url``. Codes,
    tokens and cookies are not in it: we do not have them. Raises ``NoSuchPerson``.
    """
    person = await identity.person(tx, person_id)
    owned = await posts.of_person(tx, person_id, states=posts.STATES, limit=POSTS_MAX)
    owned += await posts.development_posts(tx, person_id)
    roles = await developers.roles_of(tx, person_id)
    apps = {app.id: app for app in await developers.apps_of(tx, person_id)}
    return {
        "exported_at": clock.now(),
        "person": {
            "phone": person.phone,
            "name": person.name,
            "language": person.language,
            "created_at": person.created_at,
        },
        "sessions": [
            {
                "created_at": one.created_at,
                "last_seen_at": one.last_seen_at,
                "expires_at": one.expires_at,
                "device": one.device,
            }
            for one in await identity.sessions(tx, person_id)
        ],
        "posts": [_post(post, base_url) for post in owned],
        "connected_apps": [
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
        ],
        "apps": [
            {"app": app.slug, "name": app.display, "role": roles.get(app.id, "")}
            for app in apps.values()
        ],
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
