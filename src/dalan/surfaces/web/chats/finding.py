"""Whose conversation an address means, and what a page needs to know of it."""

import msgspec

from dalan.domains import chat, developers, identity, media, posts
from dalan.kernel.db import ReadTransaction
from dalan.surfaces.html.session import Visitor

BOT: str = "addon_"
LOGO_SIZE: media.Size = 200


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation as one person has it.

    ``conversation`` is None where they have not written yet. Of a post's, ``post`` is there
    however its post fared; of a bot's, ``app`` is.
    """

    path: str
    person: identity.Person
    conversation: chat.Conversation | None
    post: posts.Post | None = None
    app: developers.App | None = None

    @property
    def side(self) -> chat.Side:
        """Which side the person is on."""
        side = self.conversation.side_of(self.person.id) if self.conversation else None
        return side or "buyer"


async def find(tx: ReadTransaction, name: str, person: identity.Person) -> Found:
    """The conversation of that name: an id, or ``addon_`` and an app's slug.

    Raises ``chat.UnknownConversation``, also for other people's, and ``chat.NoBot``.
    """
    if name.startswith(BOT):
        return await _bot(tx, name.removeprefix(BOT), person)
    held = await chat.of_person(tx, name, person.id)
    if held.app_id is not None:
        app = await developers.app(tx, held.app_id)
        return Found(path=bot_path(app), person=person, conversation=held, app=app)
    post = await posts.by_id(tx, held.post_id or 0)
    return Found(path=f"/chat/{held.uuid}", person=person, conversation=held, post=post)


def bot_path(app: developers.App) -> str:
    """Where an app's bot is written to."""
    return f"/chat/{BOT}{app.slug}"


async def _bot(tx: ReadTransaction, slug: str, person: identity.Person) -> Found:
    try:
        app = await developers.app_by_slug(tx, slug)
    except developers.UnknownApp:
        raise chat.NoBot from None
    held = await chat.with_bot(tx, app_id=app.id, person_id=person.id)
    if held is None:  # what was said with a bot that is gone may still be read
        await chat.check_bot(tx, app, person.id)
    return Found(path=bot_path(app), person=person, conversation=held, app=app)


async def found(tx: ReadTransaction, name: str, visitor: Visitor) -> Found:
    """``find`` for whoever is signed in; others are led to sign in and back."""
    person = visitor.require_person(back=f"/chat/{name}")
    return await find(tx, name, person)
