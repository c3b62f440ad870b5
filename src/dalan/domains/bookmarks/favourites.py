"""Posts a person wants to find again."""

from collections.abc import Sequence
from typing import Final

from dalan.domains import posts
from dalan.domains.bookmarks import queries
from dalan.domains.bookmarks.errors import InvalidNote, TooManyBookmarks
from dalan.domains.bookmarks.tables import Bookmark
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.text import TextTooLong, clean

BOOKMARKS_MAX: Final = 500
NOTE_LENGTH_MAX: Final = 300


async def keep(tx: WriteTransaction, person_id: int, post: posts.Post) -> None:
    """Keep a post; keeping it again changes nothing. Raises TooManyBookmarks.

    Two at the same moment may make it one more than the most: the bound is against hoarding.
    """
    added = await queries.add_bookmark.scalar(
        tx, person_id=person_id, post_id=post.id, note="", created_at=clock.now()
    )
    if added is not None and await queries.count_bookmarks.scalar(tx, person_id=person_id) > (
        BOOKMARKS_MAX
    ):
        raise TooManyBookmarks(allowed=BOOKMARKS_MAX)


async def let_go(tx: WriteTransaction, person_id: int, post_id: int) -> None:
    """Keep a post no longer, and its note neither."""
    await queries.drop_bookmark.execute(tx, person_id=person_id, post_id=post_id)


async def write_note(tx: WriteTransaction, person_id: int, post_id: int, text: str) -> None:
    """Write something beside a kept post that nobody else reads. Raises InvalidNote."""
    try:
        note = clean(text, longest=NOTE_LENGTH_MAX, multiline=True)
    except TextTooLong:
        raise InvalidNote(f"a note has at most {NOTE_LENGTH_MAX} characters") from None
    if not await queries.set_note.execute(
        tx, of_person_id=person_id, of_post_id=post_id, note=note
    ):
        raise InvalidNote("the post is not kept")


async def bookmarks_of(tx: ReadTransaction, person_id: int) -> Sequence[Bookmark]:
    """What a person keeps, newest first; posts that are gone stay until they are let go."""
    return await queries.bookmarks_of.all(tx, person_id=person_id, count=BOOKMARKS_MAX + 10)


async def kept_among(tx: ReadTransaction, person_id: int, ids: Sequence[int]) -> frozenset[int]:
    """Which of these posts the person keeps."""
    rows = await queries.kept_among.all(tx, person_id=person_id, ids=list(ids))
    return frozenset(row[0] for row in rows)
