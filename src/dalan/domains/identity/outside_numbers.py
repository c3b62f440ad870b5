"""What people are called where a contract wants a number, and an opaque text beside it.

Both are drawn by chance when a person is registered and never change (decision 0013).
"""

from collections.abc import Sequence
from typing import Final

from dalan.domains.identity import proof_queries as queries
from dalan.domains.identity.proof_tables import PersonNumber
from dalan.kernel import randomness
from dalan.kernel.db import ReadTransaction, WriteTransaction

NUMBER_MIN: Final = 10_000_000
NUMBER_MAX: Final = 2**31 - 1
"""Clients keep these in signed 32-bit columns, and none is as short as a real count would be."""

_HASH_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
_HASH_LENGTH: Final = 10


def draw_number() -> int:
    """A number for something that is new; whoever keeps it sees whether it is taken."""
    return NUMBER_MIN + randomness.below(NUMBER_MAX - NUMBER_MIN + 1)


async def give_number(tx: WriteTransaction, person_id: int) -> None:
    """Number a person who has just been registered. The caller owns the transaction."""
    taken: int | None = None
    while taken is None:
        taken = await queries.add_number.scalar(
            tx,
            person_id=person_id,
            number=draw_number(),
            hash_id=randomness.choice_text(_HASH_ALPHABET, _HASH_LENGTH),
        )


async def number_of(tx: ReadTransaction, person_id: int) -> PersonNumber:
    """What a person is called outside; everybody has a number from the start."""
    return await queries.number_of.one(tx, of_person=person_id)


async def numbers_of(tx: ReadTransaction, person_ids: Sequence[int]) -> dict[int, PersonNumber]:
    """What these people are called outside, by id."""
    found = await queries.numbers_of.all(tx, person_ids=list(person_ids))
    return {one.person_id: one for one in found}


async def person_of_number(tx: ReadTransaction, number: int) -> int | None:
    """The id of the person of that outside number, or None."""
    found = await queries.by_number.one_or_none(tx, number=number)
    return None if found is None else found.person_id
