"""Telling people something, once, and what they do with it."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, ClassVar, NamedTuple

from dalan.domains.notices import queries
from dalan.domains.notices.kinds import NoticeKind
from dalan.domains.notices.preferences import EVERYTHING, Preference
from dalan.domains.notices.tables import Notice
from dalan.errors import NotFound
from dalan.kernel import clock, paging
from dalan.kernel.db import ReadTransaction, WriteTransaction

PAGE_SIZE = 30
CLAIMS_KEPT = timedelta(days=1)
_ID_MAX = 2**63 - 1


class NoSuchNotice(NotFound):
    """The person has no such notice."""

    code: ClassVar[str] = "notices.no_such_notice"

    def __init__(self) -> None:
        super().__init__("there is no such notice")


class NoticesPage(NamedTuple):
    """Notices, and the cursor after the last of them, "" when there are no more."""

    notices: list[Notice]
    next_cursor: str


async def tell(
    tx: WriteTransaction,
    people: Iterable[int],
    *,
    kind: NoticeKind,
    occasion: str,
    app_id: int | None = None,
    facts: Mapping[str, Any],
) -> int:
    """Tell these people something; answers how many had not been told of ``occasion`` before.

    Each is told as they chose: in the panel, by mail if they have a verified address, or not at
    all. Mail leaves later (``mail_due``), when the caller's transaction is long committed.
    """
    person_ids = sorted(set(people))
    chosen = {
        row.person_id: Preference(row.in_panel, row.by_mail)
        for row in await queries.preferences_of_kind.all(tx, person_ids=person_ids, kind=kind)
    }
    reachable = {row[0] for row in await queries.reachable.all(tx, person_ids=person_ids)}
    now, told = clock.now(), 0
    for person_id in person_ids:
        wanted = chosen.get(person_id, EVERYTHING)
        by_mail = wanted.by_mail and person_id in reachable
        if not wanted.in_panel and not by_mail:
            continue
        added = await queries.add_notice.scalar(
            tx,
            person_id=person_id,
            kind=kind,
            occasion=occasion,
            app_id=app_id,
            facts=dict(facts),
            in_panel=wanted.in_panel,
            created_at=now,
            mail_due_at=now if by_mail else None,
            mail_attempts_count=0,
        )
        told += added is not None
    return told


async def notices_of(
    tx: ReadTransaction, person_id: int, *, after: str = "", limit: int = PAGE_SIZE
) -> NoticesPage:
    """What a person was told in the panel, newest first. Raises ``paging.InvalidCursor``."""
    before_id = paging.decode(after, tuple[int])[0] if after else _ID_MAX
    found = await queries.notices_of_person.all(
        tx, person_id=person_id, before_id=before_id, most=limit + 1
    )
    shown = found[:limit]
    return NoticesPage(shown, paging.encode((shown[-1].id,)) if len(found) > limit else "")


async def unread_count(tx: ReadTransaction, person_id: int) -> int:
    """How many notices wait in the panel."""
    return int(await queries.unread_count.scalar(tx, person_id=person_id))


async def mark_read(tx: WriteTransaction, person_id: int, *, notice_id: int) -> Notice:
    """The person has seen one; answers it. Twice changes nothing. Raises NoSuchNotice."""
    found = await queries.notice_of_person.one_or_none(tx, person_id=person_id, notice_id=notice_id)
    if found is None:
        raise NoSuchNotice
    await queries.mark_read.execute(
        tx, of_person_id=person_id, notice_id=notice_id, read_at=clock.now()
    )
    return found


async def mark_all_read(tx: WriteTransaction, person_id: int, *, up_to_id: int = _ID_MAX) -> None:
    """The person has seen that one and every earlier one: not what came while they read."""
    await queries.mark_all_read.execute(
        tx, of_person_id=person_id, up_to_id=up_to_id, read_at=clock.now()
    )


async def forget(tx: WriteTransaction, person_id: int) -> None:
    """A person closes their account: address, choices and all they were told go."""
    await queries.drop_address.execute(tx, person_id=person_id)
    await queries.forget_claim.execute(tx, person_id=person_id)
    await queries.forget_preferences.execute(tx, person_id=person_id)
    await queries.forget_notices.execute(tx, person_id=person_id)


async def purge(tx: WriteTransaction, *, keep_days: int) -> None:
    """Forget notices, read or not, after so many days, and codes for addresses after one."""
    now = clock.now()
    await queries.purge_notices.execute(tx, before=now - timedelta(days=keep_days))
    await queries.purge_claims.execute(tx, before=now - CLAIMS_KEPT)
