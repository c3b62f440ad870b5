"""Who may see and change an app."""

from dalan.domains.developers import queries
from dalan.domains.developers.errors import (
    AlreadyMember,
    LastOwner,
    NotAllowed,
    TooMany,
    UnknownApp,
    UnknownMember,
)
from dalan.domains.developers.tables import App, Member, Role
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction

MEMBERS_MAX = 50

_RANK: dict[Role, int] = {"developer": 0, "admin": 1, "owner": 2}


async def is_member(tx: ReadTransaction, app_id: int, person_id: int) -> bool:
    """Whether a person belongs to an app, in any role."""
    return await queries.member.one_or_none(tx, app_id=app_id, person_id=person_id) is not None


async def members(tx: ReadTransaction, app_id: int) -> list[Member]:
    """Everybody of an app, the longest there first."""
    return await queries.members.all(tx, app_id=app_id)


async def roles_of(tx: ReadTransaction, person_id: int) -> dict[int, Role]:
    """A person's role by app id."""
    return {
        row.app_id: row.role for row in await queries.roles_of_person.all(tx, person_id=person_id)
    }


async def app_for_member(
    tx: ReadTransaction, slug: str, person_id: int, *, at_least: Role = "developer"
) -> tuple[App, Member]:
    """The app of that slug and the person's membership of it.

    Raises UnknownApp when there is none or the person is no member (the asker cannot tell
    which), NotAllowed when the role does not reach ``at_least``.
    """
    found = None
    if 0 < len(slug) <= 64 and "\0" not in slug:
        found = await queries.app_by_slug.one_or_none(tx, slug=slug)
    if found is None:
        raise UnknownApp(slug)
    member = await queries.member.one_or_none(tx, app_id=found.id, person_id=person_id)
    if member is None:
        raise UnknownApp(slug)
    if not reaches(member.role, at_least):
        raise NotAllowed(role=member.role, needed=at_least)
    return found, member


def reaches(role: Role, at_least: Role) -> bool:
    """An owner reaches what an admin does, an admin what a developer does."""
    return _RANK[role] >= _RANK[at_least]


async def add_member(
    tx: WriteTransaction, app_id: int, *, by_person_id: int, person_id: int, role: Role
) -> None:
    """Let a person in. Owners name anybody, admins name admins and developers.

    Raises NotAllowed, AlreadyMember, TooMany past fifty.
    """
    everybody = await queries.lock_members.all(tx, app_id=app_id)
    _check_reach(everybody, by_person_id, role)
    if len(everybody) >= MEMBERS_MAX:
        raise TooMany("members", MEMBERS_MAX)
    added = await queries.add_member.scalar(
        tx, app_id=app_id, person_id=person_id, role=role, added_at=clock.now()
    )
    if added is None:
        raise AlreadyMember


async def change_role(
    tx: WriteTransaction, app_id: int, *, by_person_id: int, person_id: int, role: Role
) -> None:
    """Give a member another role; only owners make and unmake owners.

    Raises NotAllowed, UnknownMember, LastOwner.
    """
    everybody = await queries.lock_members.all(tx, app_id=app_id)
    member = _one_of(everybody, person_id)
    _check_reach(everybody, by_person_id, member.role, role)
    if member.role == "owner" and role != "owner":
        await _pass_ownership(tx, app_id, everybody, leaving_id=person_id)
    await queries.set_role.execute(tx, of_app_id=app_id, of_person_id=person_id, role=role)


async def remove_member(
    tx: WriteTransaction, app_id: int, *, by_person_id: int, person_id: int
) -> None:
    """Let a member go; everybody may leave by themselves, except the last owner.

    Raises NotAllowed, UnknownMember, LastOwner.
    """
    everybody = await queries.lock_members.all(tx, app_id=app_id)
    member = _one_of(everybody, person_id)
    if by_person_id != person_id:
        _check_reach(everybody, by_person_id, member.role)
    if member.role == "owner":
        await _pass_ownership(tx, app_id, everybody, leaving_id=person_id)
    await queries.remove_member.execute(tx, app_id=app_id, person_id=person_id)


def _check_reach(everybody: list[Member], by_person_id: int, *roles: Role) -> None:
    """Admins and owners manage members, each up to their own role."""
    by = _one_of(everybody, by_person_id)
    needed: Role = "owner" if "owner" in roles else "admin"
    if not reaches(by.role, needed):
        raise NotAllowed(role=by.role, needed=needed)


async def _pass_ownership(
    tx: WriteTransaction, app_id: int, everybody: list[Member], *, leaving_id: int
) -> None:
    """The app counts among the longest-standing owner's apps once its first one goes."""
    others = [one for one in everybody if one.role == "owner" and one.person_id != leaving_id]
    if not others:
        raise LastOwner
    app = await queries.app_by_id.one(tx, app_id=app_id)
    if app.owner_id == leaving_id:
        await queries.set_owner.execute(
            tx, app_id=app_id, owner_id=others[0].person_id, updated_at=clock.now()
        )


def _one_of(everybody: list[Member], person_id: int) -> Member:
    for member in everybody:
        if member.person_id == person_id:
            return member
    raise UnknownMember
