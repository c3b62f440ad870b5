"""Making, asking for and dismissing operators."""

from typing import Final, get_args

from dalan.domains.operators import queries
from dalan.domains.operators.errors import BeyondRole, LastAdmin, UnknownOperator
from dalan.domains.operators.tables import Duty, Operator, OperatorRole
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction

_DUTIES: Final[dict[OperatorRole, frozenset[Duty]]] = {
    "admin": frozenset(get_args(Duty)),
    "reviewer": frozenset({"apps", "posts", "links", "requests", "tickets"}),
    "support": frozenset({"people", "tickets"}),
}


def duties_of(role: OperatorRole) -> frozenset[Duty]:
    """What a role may do: an admin everything, a reviewer posts, links, apps and what their teams
    ask for, support people; both of them answer tickets."""
    return _DUTIES[role]


async def operator(tx: ReadTransaction, person_id: int) -> Operator | None:
    """The operator that this person is, if they are one."""
    return await queries.operator_by_person.one_or_none(tx, person_id=person_id)


async def require(tx: ReadTransaction, person_id: int, duty: Duty | None = None) -> Operator:
    """The operator that this person is.

    Raises UnknownOperator for everybody else, BeyondRole when the role does not have ``duty``.
    """
    found = await operator(tx, person_id)
    if found is None:
        raise UnknownOperator
    if duty is not None and duty not in duties_of(found.role):
        raise BeyondRole(role=found.role, duty=duty)
    return found


async def operators(tx: ReadTransaction) -> list[Operator]:
    """Everybody who runs the place, the longest there first."""
    return await queries.operators.all(tx)


async def appoint(tx: WriteTransaction, person_id: int, *, role: OperatorRole) -> Operator:
    """Make a person an operator, or give one another role. Raises LastAdmin."""
    await _keep_an_admin(tx, person_id, unless=role == "admin")
    await queries.put_operator.execute(tx, person_id=person_id, role=role, added_at=clock.now())
    return await queries.operator_by_person.one(tx, person_id=person_id)


async def dismiss(tx: WriteTransaction, person_id: int) -> None:
    """Make a person like everybody else. Raises UnknownOperator, LastAdmin."""
    await _keep_an_admin(tx, person_id, unless=False)
    if not await queries.remove_operator.execute(tx, person_id=person_id):
        raise UnknownOperator


async def _keep_an_admin(tx: WriteTransaction, person_id: int, *, unless: bool) -> None:
    admins = [one for one in await queries.lock_operators.all(tx) if one.role == "admin"]
    if not unless and [one.person_id for one in admins] == [person_id]:
        raise LastAdmin
