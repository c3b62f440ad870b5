"""Who waits for news of which conversation or list, in this process."""

from collections.abc import Collection
from typing import Literal

from dalan.domains import chat
from dalan.kernel.db import Database, ReadTransaction
from dalan.surfaces.web import watching

Thing = tuple[Literal["conversation", "inbox"], int]


class Watch(watching.Watch[Thing]):
    """All who wait for chats in this process."""

    def __init__(self, db: Database) -> None:
        super().__init__(db, _versions)


async def _versions(look: ReadTransaction, things: Collection[Thing]) -> dict[Thing, int]:
    return await chat.versions(
        look,
        conversations=[id_ for kind, id_ in things if kind == "conversation"],
        inboxes=[id_ for kind, id_ in things if kind == "inbox"],
    )
