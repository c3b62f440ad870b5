"""Posts that are still being written: kept for a while, and sent once."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import msgspec

from dalan.domains.posts import draft_queries as queries
from dalan.domains.posts.draft_tables import Draft
from dalan.domains.posts.errors import DraftsFull, UnknownDraft
from dalan.domains.posts.tables import Post
from dalan.kernel import clock, randomness
from dalan.kernel.db import ReadTransaction, WriteTransaction

DRAFTS_MAX: Final = 10
"""Of one person; an eleventh takes the place of the oldest."""

DRAFTS_OF_NOBODY_MAX: Final = 5_000
"""Of all who are not signed in yet, together: whoever floods us makes others sign in first."""

_TOKEN_BYTES: Final = 16
_TOKEN_LENGTH: Final = 22


def new_draft_token() -> str:
    """What a form that is shown for the first time calls itself: 128 bits, for it is a secret."""
    return randomness.token_urlsafe(_TOKEN_BYTES)


def is_draft_token(text: str) -> bool:
    """Whether it could be one; anything else is not looked up."""
    return (
        len(text) == _TOKEN_LENGTH
        and text.isascii()
        and text.replace("-", "").replace("_", "").isalnum()
    )


async def save_draft(
    tx: WriteTransaction,
    token: str,
    *,
    person_id: int | None,
    category: str,
    typed: Mapping[str, Sequence[str]],
    image_names: Sequence[str] = (),
) -> Draft:
    """Keep what stands in a form, unchecked; the caller bounds it.

    Whoever is signed in makes a draft of nobody their own. One that is a post already stays as it
    is. Raises ``UnknownDraft`` for somebody else's and for what is no token, and ``DraftsFull``
    when nobody is signed in and too many such drafts are kept.
    """
    if not is_draft_token(token):
        raise UnknownDraft
    now = clock.now()
    before = await queries.lock.one_or_none(tx, wanted=token, at=now)
    if before is not None:
        _check_whose(before, person_id)
        if before.post_id is not None:
            return before
    elif person_id is None:
        if await queries.count_of_nobody.scalar(tx) >= DRAFTS_OF_NOBODY_MAX:
            raise DraftsFull
    else:
        for old in (await drafts_of(tx, person_id))[DRAFTS_MAX - 1 :]:
            await queries.drop.execute(tx, wanted=old.token)
    return await queries.save.one(
        tx,
        token=token,
        person_id=person_id,
        category=category,
        typed={name: list(values) for name, values in typed.items()},
        image_names=list(image_names),
        post_id=None,
        created_at=before.created_at if before else now,
        changed_at=now,
    )


async def draft(tx: ReadTransaction, token: str, *, person_id: int | None) -> Draft:
    """The draft of that token. Raises ``UnknownDraft``, also for somebody else's."""
    found = None
    if is_draft_token(token):
        found = await queries.by_token.one_or_none(tx, wanted=token)
    if found is None:
        raise UnknownDraft
    _check_whose(found, person_id)
    return found


async def hold_draft(tx: WriteTransaction, token: str, *, person_id: int) -> Draft:
    """The same, held until the unit of work ends: of two that send one form the second finds the
    ``post_id`` of the first. A draft of nobody becomes this person's. Raises ``UnknownDraft``."""
    found = None
    if is_draft_token(token):
        found = await queries.lock.one_or_none(tx, wanted=token, at=clock.now())
    if found is None:
        raise UnknownDraft
    _check_whose(found, person_id)
    if found.person_id is None:
        return await queries.save.one(
            tx, **(msgspec.structs.asdict(found) | {"person_id": person_id})
        )
    return found


async def draft_became(tx: WriteTransaction, held: Draft, post: Post) -> None:
    """Note that a held draft is this post now; what was typed stands there."""
    await queries.became.execute(tx, wanted=held.token, post_id=post.id, typed={}, image_names=[])


async def drafts_of(tx: ReadTransaction, person_id: int) -> list[Draft]:
    """What a person is writing, newest first."""
    return await queries.of_person.all(tx, writer_id=person_id, count=DRAFTS_MAX * 2)


async def drop_draft(tx: WriteTransaction, token: str, *, person_id: int) -> None:
    """Throw a draft away; one that is a post, or gone, stays so. Raises ``UnknownDraft`` for
    somebody else's."""
    found = await queries.by_token.one_or_none(tx, wanted=token) if is_draft_token(token) else None
    if found is not None:
        _check_whose(found, person_id)
        await queries.drop.execute(tx, wanted=token)


async def forget_drafts(tx: WriteTransaction, person_id: int) -> None:
    """A person closes their account."""
    await queries.forget.execute(tx, writer_id=person_id)


async def purge_drafts(tx: WriteTransaction, *, keep: timedelta) -> None:
    """Forget what nobody touched for that long."""
    await queries.purge.execute(tx, before=clock.now() - keep)


def _check_whose(found: Draft, person_id: int | None) -> None:
    if found.person_id is not None and found.person_id != person_id:
        raise UnknownDraft
