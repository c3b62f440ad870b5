"""Who did what to a post, and when."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from dalan.domains.posts import queries
from dalan.domains.posts.tables import Authorship, Change, Content, Post, What
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction

HISTORY_MAX = 200


class Author(msgspec.Struct, frozen=True):
    """Whoever does something to a post. ``id`` is a person's, or of an app's the app's."""

    kind: Authorship
    id: int | None = None


SYSTEM = Author("system")
"""The clock, or a rule nobody has to be asked about."""


def by_owner(person_id: int) -> Author:
    return Author("owner", person_id)


def by_app(app_id: int) -> Author:
    return Author("app", app_id)


def by_operator(person_id: int) -> Author:
    return Author("operator", person_id)


async def history_of(
    tx: ReadTransaction, post_id: int, *, limit: int = HISTORY_MAX
) -> Sequence[Change]:
    """What became of a post, newest first."""
    return await queries.changes_of.all(tx, post_id=post_id, count=limit)


async def purge_history(tx: WriteTransaction, *, keep: timedelta) -> int:
    """Forget what happened longer ago than that; answers how many lines."""
    return await queries.forget_changes_before.execute(tx, before=clock.now() - keep)


async def note(
    tx: WriteTransaction,
    post: Post,
    what: What,
    *,
    by: Author,
    reason: str = "",
    content: Content | None = None,
) -> None:
    """Add a line; ``post`` is as it is afterwards. For the verbs of this room."""
    await queries.add_change.execute(
        tx,
        post_id=post.id,
        at=clock.now(),
        what=what,
        author=by.kind,
        author_id=by.id,
        state=post.state,
        reason=reason,
        content=content,
    )
