"""Things a permission can be about. Other rooms own them; the composition root tells us how."""

from typing import Protocol

import msgspec

from dalan.domains import developers
from dalan.kernel.db import ReadTransaction


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """A thing as the consent page shows it. Paths are our own, beginning with a slash.

    ``development``: it exists for trying apps out; apps in development touch no other.
    """

    title: str
    picture_path: str = ""
    url: str = ""
    development: bool = False


class ResourceKind(Protocol):
    """What the room that owns one type of resource answers about it."""

    async def standing(self, tx: ReadTransaction, person_id: int, resource: str) -> bool:
        """Whether this person may let an app act on it: owns the post, is in the chat."""
        ...

    async def describe(self, tx: ReadTransaction, resource: str) -> Described | None:
        """How to show it; None when there is no such thing."""
        ...


class AppResource:
    """Apps as things a permission can be about: the one kind this room can answer for itself."""

    async def standing(self, tx: ReadTransaction, person_id: int, resource: str) -> bool:
        """Whether the person is on the app's team."""
        app = await _app(tx, resource)
        return app is not None and await developers.is_member(tx, app.id, person_id)

    async def describe(self, tx: ReadTransaction, resource: str) -> Described | None:
        """The app by the name people see."""
        app = await _app(tx, resource)
        if app is None:
            return None
        return Described(title=app.display, url=f"/apps/{app.slug}")


async def _app(tx: ReadTransaction, slug: str) -> developers.App | None:
    try:
        return await developers.app_by_slug(tx, slug)
    except developers.UnknownApp:
        return None
