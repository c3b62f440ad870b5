"""What a person wrote to the operators, for the file of all we hold about them."""

from typing import NamedTuple

from dalan.domains.support import queries
from dalan.domains.support.tables import Deposit, Entry
from dalan.kernel.db import ReadTransaction


class Written(NamedTuple):
    """A person's messages in tickets, with the subject of each ticket by id, and deposits."""

    messages: list[Entry]
    subjects: dict[int, str]
    deposits: list[Deposit]


async def written_by(tx: ReadTransaction, person_id: int) -> Written:
    """All a person wrote as a member of a team; what they wrote as an operator is not theirs."""
    messages = await queries.written_by.all(tx, person_id=person_id)
    subjects = {}
    for ticket_id in {one.ticket_id for one in messages}:
        subjects[ticket_id] = (await queries.ticket_by_id.one(tx, ticket_id=ticket_id)).subject
    return Written(messages, subjects, await queries.deposits_by.all(tx, person_id=person_id))
