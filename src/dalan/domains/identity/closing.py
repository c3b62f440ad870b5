"""A person leaves: what says who they were is forgotten, and the number is free again."""

from datetime import datetime

from dalan.domains.identity import queries
from dalan.domains.identity.events import AccountClosed
from dalan.domains.identity.people import person
from dalan.kernel import clock, outbox
from dalan.kernel.db import ReadTransaction, WriteTransaction


async def close_account(tx: WriteTransaction, *, person_id: int) -> None:
    """Forget name, number, sessions and codes of a person; their id stays, for others point to it.

    Whoever signs in with the number from now on is somebody new. What other rooms hold of the
    person is theirs to end: ``domains.accounts`` does all of it in one unit. Raises
    ``NoSuchPerson``.
    """
    leaving = await person(tx, person_id)
    await queries.forget_sessions.execute(tx, person_id=person_id)
    await queries.forget_code.execute(tx, phone=leaving.phone)
    await queries.forget_in_inbox.execute(tx, phone=leaving.phone)
    await queries.forget_person.execute(tx, person_id=person_id, phone=f"+0-{person_id}", name="")
    await queries.add_closed_account.execute(tx, person_id=person_id, closed_at=clock.now())
    await outbox.record(tx, AccountClosed(person_id=person_id))


async def account_closed_at(tx: ReadTransaction, person_id: int) -> datetime | None:
    """When a person closed their account; None for whoever has not."""
    found: datetime | None = await queries.closed_at.scalar(tx, person_id=person_id)
    return found
