"""The name one app knows one person by, which tells other apps nothing."""

from dalan.domains.developers import queries
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import ReadTransaction, WriteTransaction


def user_id_for(keys: Keyring, app_id: int, person_id: int) -> str:
    """A UUID-shaped name for that person as that app may know them; pure, under today's secret.

    ``remember_user_id`` writes it down when an app meets a person; from then on the name that
    was written is theirs, also after the server's secret changed.
    """
    return keys.pseudonym(app_id, person_id)


async def remember_user_id(
    tx: WriteTransaction, *, keys: Keyring, app_id: int, person_id: int
) -> str:
    """The name the app knows the person by, given and kept if they had not met."""
    await queries.add_app_person.execute(
        tx, app_id=app_id, person_id=person_id, user_id=user_id_for(keys, app_id, person_id)
    )
    return str(await queries.user_id_of.scalar(tx, app_id=app_id, person_id=person_id))


async def user_id_of(tx: ReadTransaction, *, app_id: int, person_id: int) -> str | None:
    """The name the app knows the person by, or None when they have not met."""
    found = await queries.user_id_of.scalar(tx, app_id=app_id, person_id=person_id)
    return None if found is None else str(found)


async def person_of_user_id(tx: ReadTransaction, app_id: int, user_id: str) -> int | None:
    """The id of the person an app knows by that name, or None."""
    if not 0 < len(user_id) <= 64 or "\0" in user_id:
        return None
    found = await queries.person_of_user_id.scalar(tx, app_id=app_id, user_id=user_id)
    return None if found is None else int(found)


async def person_named(tx: ReadTransaction, user_id: str) -> int | None:
    """The id of the person whom some app, whichever, knows by that name, or None."""
    if not 0 < len(user_id) <= 64 or "\0" in user_id:
        return None
    found = await queries.person_named.scalar(tx, user_id=user_id)
    return None if found is None else int(found)
