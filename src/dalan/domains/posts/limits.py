"""How much one person may submit: against flooding, against the same thing twice."""

from datetime import datetime, timedelta

from dalan.domains.posts import queries
from dalan.domains.posts.bans import check_not_banned
from dalan.domains.posts.content import content_of
from dalan.domains.posts.errors import DuplicatePost, Offender, SubmissionLimit
from dalan.domains.posts.reading import ONGOING_OR_PUBLISHED, of_person
from dalan.domains.posts.tables import Post, Submitted
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction
from dalan.kernel.text import fold

SUBMISSIONS_PER_DAY = 20
"""Of one person, by whatever way. Our choice: the sources say nothing."""

REFUSED_MAX = 5
REFUSED_WITHIN = timedelta(days=30)
"""Whoever had so many posts refused in that time is an offender (Kenar digest 8.4, can-submit)."""

_DAY = timedelta(days=1)


async def check_may_submit(tx: ReadTransaction, person_id: int) -> None:
    """Whether the person may submit one more post now. Raises ``Banned``, ``Offender`` and
    ``SubmissionLimit``. Two at the same moment may both pass: the limit is against floods."""
    await check_not_banned(tx, person_id)
    now = clock.now()
    refused = await queries.count_refused_since.scalar(
        tx, person_id=person_id, since=now - REFUSED_WITHIN
    )
    if refused >= REFUSED_MAX:
        raise Offender
    made, first_at = await queries.count_submitted_since.one(
        tx, person_id=person_id, since=now - _DAY
    )
    if made >= SUBMISSIONS_PER_DAY:
        waits = int((first_at + _DAY - now).total_seconds())
        raise SubmissionLimit(allowed=SUBMISSIONS_PER_DAY, retry_after_seconds=max(1, waits))


async def submitted_since(
    tx: ReadTransaction, person_id: int, *, since: datetime
) -> list[Submitted]:
    """What somebody submitted since then by hand, not through an app, whatever became of it;
    oldest first. As few as ``SUBMISSIONS_PER_DAY`` allows."""
    return await queries.submitted_since.all(tx, person_id=person_id, since=since)


async def submitted_today(tx: ReadTransaction, person_id: int) -> int:
    """How many posts a person submitted within a day, whatever became of them."""
    made, _ = await queries.count_submitted_since.one(
        tx, person_id=person_id, since=clock.now() - _DAY
    )
    return int(made)


async def check_not_said_before(tx: ReadTransaction, post: Post) -> None:
    """Whether no other standing post of the same person says the same words in the same city and
    category. Raises ``DuplicatePost``; the caller rolls the new one back."""
    said = _words(post)
    for other in await of_person(tx, post.owner_id, states=ONGOING_OR_PUBLISHED):
        if other.id != post.id and _words(other) == said:
            raise DuplicatePost(other.token)


def _words(post: Post) -> tuple[str, ...]:
    content = content_of(post)
    return (post.category, post.city, fold(content.title), fold(content.description))
