"""A post says something else, or came or went. Source: reference/kenar.md 7.1 and 7.3."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from dalan.domains import businesses, developers, posts
from dalan.domains.events.kinds import Kind, Telling
from dalan.domains.events.subscribing import listening
from dalan.kernel import outbox
from dalan.kernel.db import ReadTransaction, WriteTransaction

Change = Literal["PUBLISH", "RETIRE", "ONGOING", "ARCHIVE"]

_ONGOING = frozenset({"waiting_for_payment", "waiting_for_review", "waiting_for_edit"})


class PostUpdate(msgspec.Struct, frozen=True):
    """What became of a post. ``post`` is as it stands when the app is told; None when it is no
    longer to be seen, or has moved on since: then only its token is told. ``business`` is whose
    it is, None where it is a person's."""

    change: Change
    token: str
    post: posts.Post | None
    business: businesses.Business | None


def change_of(before: str, state: str) -> Change | None:
    """What a step from state to state is to an app; None when it is nothing.

    ``PUBLISH``: it came to be seen. ``RETIRE``: it is seen no more. ``ONGOING``: something moved
    before it is seen. ``ARCHIVE``: it was given up before anybody saw it.
    """
    if state == "published":
        return "PUBLISH"
    if before == "published":
        return "RETIRE"
    if state in _ONGOING:
        return "ONGOING"
    return "ARCHIVE" if before in _ONGOING else None


async def _moved(tx: WriteTransaction, recorded: outbox.Recorded) -> Sequence[Telling]:
    fact = posts.PostChangedState.of(recorded)
    change = change_of(fact.before, fact.state)
    return [] if change is None else await _tell(tx, recorded, fact.post_id, change, fact.state)


async def _edited(tx: WriteTransaction, recorded: outbox.Recorded) -> Sequence[Telling]:
    fact = posts.PostEdited.of(recorded)
    if fact.state == "published":
        return await _tell(tx, recorded, fact.post_id, "PUBLISH", fact.state)
    if fact.state in _ONGOING:
        return await _tell(tx, recorded, fact.post_id, "ONGOING", fact.state)
    return []


async def _tell(
    tx: WriteTransaction, recorded: outbox.Recorded, post_id: int, change: Change, state: str
) -> Sequence[Telling]:
    """The apps its owner lets follow it; of a development post those of its developer's alone."""
    post = await posts.by_id(tx, post_id)
    if post is None:
        return []
    is_shown = change in ("PUBLISH", "ONGOING") and post.state == state
    subject = PostUpdate(
        change,
        post.token,
        post if is_shown else None,
        await _business_of(tx, post.id) if is_shown else None,
    )
    followers = await listening(
        tx,
        post.owner_id,
        type_="POST_UPDATE",
        resource=post.token,
        happened_at=recorded.recorded_at,
    )
    return [
        Telling(app_id=one.app_id, subject=subject, metadata=one.metadata)
        for one in followers
        if not post.development or await developers.is_member(tx, one.app_id, post.owner_id)
    ]


async def _business_of(tx: ReadTransaction, post_id: int) -> businesses.Business | None:
    origin = await posts.origin_of(tx, post_id)
    if origin is None or origin.business_id is None:
        return None
    return await businesses.by_id(tx, origin.business_id)


POST_UPDATE = Kind(
    "POST_UPDATE", {posts.PostChangedState.kind: _moved, posts.PostEdited.kind: _edited}
)
