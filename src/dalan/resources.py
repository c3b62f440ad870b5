"""How each kind of thing a permission may name is owned and shown.

The authorization server knows no room; the composition root hands it these.
"""

from collections.abc import Mapping

from dalan.domains import media, oauth, posts
from dalan.kernel.db import ReadTransaction

PICTURE_SIZE_PX: media.Size = 600


class Posts:
    """A post, by its token. Its owner may let an app act on it."""

    async def standing(self, tx: ReadTransaction, person_id: int, resource: str) -> bool:
        return await posts.is_owner(tx, person_id=person_id, token=resource)

    async def describe(self, tx: ReadTransaction, resource: str) -> oauth.Described | None:
        post = await posts.by_token(tx, resource)
        if post is None:
            return None
        return oauth.Described(
            title=post.title,
            picture_path=(
                media.path_of(post.image_names[0], PICTURE_SIZE_PX) if post.image_names else ""
            ),
            url=f"/v/{post.token}",
            development=post.development,
        )


def resource_kinds() -> Mapping[str, oauth.ResourceKind]:
    """By the scopes' resource type. Conversations and businesses come with their rooms;
    until then nobody has standing over one."""
    return {"post": Posts(), "app": oauth.AppResource()}
