"""The end of conversations: quiet for too long, or one side leaves for good."""

from collections import Counter
from datetime import timedelta
from typing import Final

from dalan.domains import media
from dalan.domains.chat import desk_queries, queries
from dalan.kernel import clock
from dalan.kernel.db import WriteTransaction

ENDED_AT_ONCE: Final = 100
OPENED_AND_LEFT: Final = timedelta(days=7)
"""A conversation somebody opened to look is forgotten when nobody wrote within that time."""


async def purge(tx: WriteTransaction, *, keep: timedelta) -> int:
    """Forget conversations in which nobody wrote for that long, a hundred of them; how many.

    What was sent in them is removed by ``media.purge``. Call it until it answers 0; the caller
    owns the transaction.
    """
    now = clock.now()
    await queries.never_begun.execute(tx, before=now - min(keep, OPENED_AND_LEFT))
    rows = await queries.quiet_since.all(tx, before=now - keep, most=ENDED_AT_ONCE)
    ids = [row[0] for row in rows]
    if not ids:
        return 0
    unread: Counter[int] = Counter()
    for one in await queries.unread_among.all(tx, conversation_ids=ids):
        unread[one.person_id] += one.unread_count
    files = [row[0] for row in await queries.files_of.all(tx, conversation_ids=ids)]
    await media.release_files(tx, files)
    await queries.forget_conversations.execute(tx, ids=ids)
    for person_id, count in sorted(unread.items()):
        await queries.lower_inbox.execute(tx, of_person_id=person_id, less=count)
    return len(ids)


async def forget(tx: WriteTransaction, person_id: int) -> None:
    """Somebody closes their account: their list of conversations is gone, and nobody can write
    to them. What they wrote stays with those they wrote it to, under no name."""
    await queries.leave_all.execute(tx, of_person_id=person_id)
    await queries.forget_inbox.execute(tx, person_id=person_id)
    await desk_queries.keep_report_without_text.execute(tx, of_reporter_id=person_id)
