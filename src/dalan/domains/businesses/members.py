"""Who works in a business, and in which role."""

from collections.abc import Sequence

from dalan.domains.businesses import queries
from dalan.domains.businesses.errors import (
    AlreadyOfBusiness,
    LastOwnerOfBusiness,
    NotOfBusiness,
    TooManyOfBusiness,
    UnknownColleague,
)
from dalan.domains.businesses.events import MemberAdded, MemberLeft
from dalan.domains.businesses.tables import BusinessMember, BusinessRole
from dalan.kernel import clock, outbox
from dalan.kernel.db import ReadTransaction, WriteTransaction

MEMBERS_MAX = 50

_RANK: dict[BusinessRole, int] = {"member": 0, "manager": 1, "owner": 2}


def reaches(role: BusinessRole, least: BusinessRole) -> bool:
    """An owner reaches what a manager does, a manager what a member does."""
    return _RANK[role] >= _RANK[least]


async def is_member(
    tx: ReadTransaction, business_id: int, person_id: int, *, least: BusinessRole = "member"
) -> bool:
    """Whether somebody works there, in that role or a higher one."""
    role = await role_of(tx, business_id, person_id)
    return role is not None and reaches(role, least)


async def role_of(tx: ReadTransaction, business_id: int, person_id: int) -> BusinessRole | None:
    """What somebody is in a business that stands; None: they do not work there."""
    found = await queries.member.one_or_none(tx, business_id=business_id, person_id=person_id)
    return found.role if found is not None else None


async def check_member(
    tx: ReadTransaction, business_id: int, person_id: int, *, least: BusinessRole = "member"
) -> None:
    """Raises ``NotOfBusiness`` unless they work there, in that role or a higher one."""
    if not await is_member(tx, business_id, person_id, least=least):
        raise NotOfBusiness


async def members(tx: ReadTransaction, business_id: int) -> Sequence[BusinessMember]:
    """Everybody who works there, the longest there first."""
    return await queries.members.all(tx, business_id=business_id)


async def owner_of(tx: ReadTransaction, business_id: int) -> int:
    """The person who answers for the business: the owner who has been there longest."""
    person_id: int = await queries.owner_of.scalar(tx, business_id=business_id)
    return person_id


async def add_member(
    tx: WriteTransaction,
    business_id: int,
    *,
    by_person_id: int,
    person_id: int,
    role: BusinessRole,
) -> None:
    """Let somebody in; they are told. An owner's to do.

    Raises ``NotOfBusiness``, ``AlreadyOfBusiness`` and ``TooManyOfBusiness`` past fifty. The
    caller owns the transaction.
    """
    everybody = await _locked(tx, business_id, by_person_id)
    if any(one.person_id == person_id for one in everybody):
        raise AlreadyOfBusiness
    if len(everybody) >= MEMBERS_MAX:
        raise TooManyOfBusiness("members", MEMBERS_MAX)
    await queries.set_member.execute(
        tx, business_id=business_id, person_id=person_id, role=role, added_at=clock.now()
    )
    await outbox.record(
        tx,
        MemberAdded(
            business_id=business_id, person_id=person_id, by_person_id=by_person_id, role=role
        ),
    )


async def change_role(
    tx: WriteTransaction,
    business_id: int,
    *,
    by_person_id: int,
    person_id: int,
    role: BusinessRole,
) -> None:
    """Give a colleague another role; an owner's to do.

    Raises ``NotOfBusiness``, ``UnknownColleague`` and ``LastOwnerOfBusiness``.
    """
    everybody = await _locked(tx, business_id, by_person_id)
    member = _one_of(everybody, person_id)
    if role != "owner":
        _check_not_last(everybody, member)
    await queries.set_member.execute(
        tx, business_id=business_id, person_id=person_id, role=role, added_at=member.added_at
    )


async def remove_member(
    tx: WriteTransaction, business_id: int, *, by_person_id: int, person_id: int
) -> None:
    """Let a colleague go, or leave; the last owner stays.

    What they submitted passes to the longest-standing owner (``MemberLeft``, which the posts
    room hears). Raises ``NotOfBusiness``, ``UnknownColleague`` and ``LastOwnerOfBusiness``.
    """
    least: BusinessRole = "member" if by_person_id == person_id else "owner"
    everybody = await _locked(tx, business_id, by_person_id, least=least)
    member = _one_of(everybody, person_id)
    _check_not_last(everybody, member)
    await queries.remove_member.execute(tx, business_id=business_id, person_id=person_id)
    heir_id = next(
        one.person_id for one in everybody if one.role == "owner" and one.person_id != person_id
    )
    await outbox.record(
        tx, MemberLeft(business_id=business_id, person_id=person_id, heir_id=heir_id)
    )


async def _locked(
    tx: WriteTransaction, business_id: int, by_person_id: int, *, least: BusinessRole = "owner"
) -> Sequence[BusinessMember]:
    """Everybody, in turn with whoever else changes them: two owners cannot both leave."""
    await queries.lock_business.one_or_none(tx, business_id=business_id)
    everybody = await queries.members.all(tx, business_id=business_id)
    by = next((one for one in everybody if one.person_id == by_person_id), None)
    if by is None or not reaches(by.role, least):
        raise NotOfBusiness
    return everybody


def _one_of(everybody: Sequence[BusinessMember], person_id: int) -> BusinessMember:
    for member in everybody:
        if member.person_id == person_id:
            return member
    raise UnknownColleague


def _check_not_last(everybody: Sequence[BusinessMember], member: BusinessMember) -> None:
    owners_count = sum(one.role == "owner" for one in everybody)
    if member.role == "owner" and owners_count == 1:
        raise LastOwnerOfBusiness
