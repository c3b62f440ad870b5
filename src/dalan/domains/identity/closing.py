"""A person leaves: what says who they were is forgotten, and the number is free again."""

from datetime import datetime

from dalan.domains.identity import proof_queries, queries
from dalan.domains.identity.errors import NoSuchPerson, PersonBlocked
from dalan.domains.identity.events import AccountClosed
from dalan.domains.identity.people import person
from dalan.domains.identity.tables import ClosedAccount, Person
from dalan.kernel import clock, outbox
from dalan.kernel.db import ReadTransaction, WriteTransaction

CLOSED_PHONE = "+0-"
"""What the number of somebody who left begins with: no real one does."""


async def hold(tx: WriteTransaction, person_id: int) -> Person:
    """The person, who is neither shut out nor leaves before this unit of work ends.

    For whoever writes down what a person agreed to: it either stands before they leave, and then
    ends with their account, or is not written at all. Raises ``NoSuchPerson``, also of somebody
    who has left, and ``PersonBlocked``.
    """
    held = await queries.person_held.one_or_none(tx, person_id=person_id)
    if held is None or held.phone.startswith(CLOSED_PHONE):
        raise NoSuchPerson
    if held.blocked_at is not None:
        raise PersonBlocked
    return held


async def hold_to_close(tx: WriteTransaction, person_id: int) -> None:
    """Wait for every unit that holds the person, and let none begin before this one ends.

    The first statement of a unit that closes their account: what it looks at afterwards is all
    there is.
    """
    await queries.lock_person.one_or_none(tx, person_id=person_id)


async def close_account(tx: WriteTransaction, *, person_id: int) -> None:
    """Forget name, number, sessions, codes, proofs and bank accounts of a person; their ids stay,
    for others point to them.

    The caller has them held (``hold_to_close``). Whoever signs in with the number from now on is
    somebody new. What other rooms hold of the person is theirs to end: ``domains.accounts`` does
    all of it in one unit. Raises ``NoSuchPerson``.
    """
    leaving = await person(tx, person_id)
    await queries.forget_sessions.execute(tx, person_id=person_id)
    await queries.forget_code.execute(tx, phone=leaving.phone)
    await queries.forget_sends.execute(tx, phone=leaving.phone)
    await queries.forget_in_inbox.execute(tx, phone=leaving.phone)
    phone = f"{CLOSED_PHONE}{person_id}"
    await proof_queries.forget_proof_codes.execute(tx, of_person=person_id)
    await proof_queries.forget_proof.execute(tx, of_person=person_id)
    await proof_queries.forget_bank_accounts.execute(tx, of_person=person_id)
    await queries.forget_person.execute(tx, person_id=person_id, phone=phone, name="")
    await queries.add_closed_account.execute(tx, person_id=person_id, closed_at=clock.now())
    await outbox.record(tx, AccountClosed(person_id=person_id))


async def closed_last(tx: ReadTransaction, *, most: int) -> list[ClosedAccount]:
    """The accounts that were closed last, the last one first."""
    return await queries.closed_last.all(tx, most=most)


async def account_closed_at(tx: ReadTransaction, person_id: int) -> datetime | None:
    """When a person closed their account; None for whoever has not."""
    found: datetime | None = await queries.closed_at.scalar(tx, person_id=person_id)
    return found
