"""How each kind of thing a permission may name is owned and shown.

The authorization server knows no room; the composition root hands it these.
"""

from collections.abc import Mapping

from dalan.domains import businesses, chat, developers, media, oauth, posts
from dalan.kernel.db import ReadTransaction

PICTURE_SIZE_PX: media.Size = 600


class Posts:
    """A post, by its token. Its owner, or who manages its business, may let an app act on it."""

    async def standing(self, tx: ReadTransaction, person_id: int, resource: str) -> bool:
        return await posts.may_let_in(tx, person_id=person_id, token=resource)

    async def describe(self, tx: ReadTransaction, resource: str) -> oauth.Described | None:
        post = await posts.by_token(tx, resource)
        return None if post is None else _described(post, f"/v/{post.token}")


class Conversations:
    """A conversation about a post, by its id: shown as what it is about. Whoever is in it may
    let an app act in it for them."""

    async def standing(self, tx: ReadTransaction, person_id: int, resource: str) -> bool:
        found = await chat.by_uuid(tx, resource)
        return found is not None and found.side_of(person_id) is not None

    async def describe(self, tx: ReadTransaction, resource: str) -> oauth.Described | None:
        found = await chat.by_uuid(tx, resource)
        if found is None or found.post_id is None:
            return None
        post = await posts.by_id(tx, found.post_id)
        return None if post is None else _described(post, f"/chat/{found.uuid}")


class ConversationsOfPeople:
    """The same named by its people and post, as the first generation did. It need not have begun:
    whoever looks at a post may let an app write the first message."""

    async def standing(self, tx: ReadTransaction, person_id: int, resource: str) -> bool:
        triple = chat.read_triple(resource)
        if triple is None or await developers.person_named(tx, triple.user_id) != person_id:
            return False
        peer_id = await developers.person_named(tx, triple.peer_id)
        post = await posts.by_token(tx, triple.post_token)
        return post is not None and peer_id is not None and post.owner_id in (person_id, peer_id)

    async def describe(self, tx: ReadTransaction, resource: str) -> oauth.Described | None:
        triple = chat.read_triple(resource)
        post = await posts.by_token(tx, triple.post_token) if triple is not None else None
        return None if post is None else _described(post, f"/v/{post.token}")


class Businesses:
    """A business, by its token. Its owners and managers may let an app act for it."""

    async def standing(self, tx: ReadTransaction, person_id: int, resource: str) -> bool:
        business = await _business(tx, resource)
        return business is not None and await businesses.is_member(
            tx, business.id, person_id, least="manager"
        )

    async def describe(self, tx: ReadTransaction, resource: str) -> oauth.Described | None:
        business = await _business(tx, resource)
        if business is None:
            return None
        logos = await media.images_by_id(tx, [business.logo_image_id or 0])
        logo = logos.get(business.logo_image_id or 0)
        return oauth.Described(
            title=business.name,
            picture_path=media.path_of(logo.name, PICTURE_SIZE_PX) if logo else "",
            url=f"/b/{business.token}",
        )


def _described(post: posts.Post, url: str) -> oauth.Described:
    picture = media.path_of(post.image_names[0], PICTURE_SIZE_PX) if post.image_names else ""
    return oauth.Described(
        title=post.title, picture_path=picture, url=url, development=post.development
    )


async def _business(tx: ReadTransaction, token: str) -> businesses.Business | None:
    try:
        return await businesses.by_token(tx, token)
    except businesses.UnknownBusiness:
        return None


def resource_kinds() -> Mapping[str, oauth.ResourceKind]:
    """By the scopes' resource type."""
    return {
        "post": Posts(),
        "business": Businesses(),
        "app": oauth.AppResource(),
        "conversation": Conversations(),
        "chat_triple": ConversationsOfPeople(),
    }
