"""Who people are to us: a phone number, a name they chose, a language they read."""

from collections.abc import Sequence

from dalan.domains.identity import queries
from dalan.domains.identity.errors import NoSuchPerson
from dalan.domains.identity.events import PersonShutOut
from dalan.domains.identity.outside_numbers import give_number
from dalan.domains.identity.tables import NAME_LENGTH_MAX, Language, Person
from dalan.kernel import clock, outbox, text
from dalan.kernel.db import ReadTransaction, WriteTransaction


async def person(tx: ReadTransaction, person_id: int) -> Person:
    """The person with this id. Raises ``NoSuchPerson``."""
    found = await queries.person_by_id.one_or_none(tx, person_id=person_id)
    if found is None:
        raise NoSuchPerson
    return found


async def people(tx: ReadTransaction, person_ids: Sequence[int]) -> dict[int, Person]:
    """The people of these ids, by id; unknown ids are left out."""
    found = await queries.people_by_ids.all(tx, person_ids=list(person_ids))
    return {one.id: one for one in found}


async def person_by_phone(tx: ReadTransaction, phone: str) -> Person | None:
    """The person with this number, given in E.164 as ``kernel.phone.parse`` returns it."""
    return await queries.person_by_phone.one_or_none(tx, phone=phone)


async def register(
    tx: WriteTransaction, *, phone: str, name: str = "", language: Language = "fa"
) -> Person:
    """The person with this number, made now if there is none.

    ``phone`` is E.164. Name and language are for a new person only: somebody who is known
    keeps their own. Safe when two register the same number at once.
    """
    added = await queries.add_person.one_or_none(
        tx,
        phone=phone,
        name=text.clean(name, longest=NAME_LENGTH_MAX),
        language=language,
        created_at=clock.now(),
    )
    if added is not None:
        await give_number(tx, added.id)
        return added
    return await queries.person_by_phone.one(tx, phone=phone)


async def rename(tx: WriteTransaction, *, person_id: int, name: str) -> str:
    """What a person is called from now on, as it was stored; "" takes the name away.

    Raises ``text.TextTooLong`` over 60 characters and ``NoSuchPerson``.
    """
    cleaned = text.clean(name, longest=NAME_LENGTH_MAX)
    if not await queries.rename_person.execute(tx, person_id=person_id, name=cleaned):
        raise NoSuchPerson
    return cleaned


async def set_language(tx: WriteTransaction, *, person_id: int, language: Language) -> None:
    """The language pages and messages speak to a person. Raises ``NoSuchPerson``."""
    if not await queries.set_person_language.execute(tx, person_id=person_id, language=language):
        raise NoSuchPerson


async def block(tx: WriteTransaction, *, person_id: int) -> None:
    """Shut a person out: their sessions stop working at once, and so does whoever listens for
    ``PersonShutOut``. Raises ``NoSuchPerson``."""
    if not await queries.block_person.execute(tx, person_id=person_id, blocked_at=clock.now()):
        raise NoSuchPerson
    await outbox.record(tx, PersonShutOut(person_id=person_id))


async def unblock(tx: WriteTransaction, *, person_id: int) -> None:
    """Let a person in again; sessions that have not expired work again too."""
    if not await queries.block_person.execute(tx, person_id=person_id, blocked_at=None):
        raise NoSuchPerson
