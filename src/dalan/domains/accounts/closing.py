"""Ending an account, in every room, in one unit of work."""

from typing import ClassVar

from dalan.domains import developers, identity, oauth, operators, posts
from dalan.errors import Conflict
from dalan.kernel.db import ReadTransaction, WriteTransaction

_SEEN_OR_TO_BE: tuple[posts.State, ...] = tuple(
    state for state in posts.ACTIVE if "retired" in posts.NEXT[state]
)


class AppsInTheWay(Conflict):
    """Other people need an app that only this person owns."""

    code: ClassVar[str] = "accounts.apps_in_the_way"

    def __init__(self, slugs: list[str]) -> None:
        super().__init__(f"the only owner of {', '.join(slugs)}")
        self.slugs = slugs


class IsOperator(Conflict):
    """Whoever runs the place first leaves that to others."""

    code: ClassVar[str] = "accounts.is_operator"

    def __init__(self) -> None:
        super().__init__("an operator's account is not closed")


async def what_stands_in_the_way(
    tx: ReadTransaction, person_id: int
) -> AppsInTheWay | IsOperator | None:
    """Why an account cannot be closed now; None when it can.

    An app with other members, or one that is in production, needs an owner who stays.
    """
    if await operators.operator(tx, person_id) is not None:
        return IsOperator()
    needed = []
    for app in await developers.apps_of(tx, person_id):
        team = await developers.members(tx, app.id)
        owners = [one.person_id for one in team if one.role == "owner"]
        if owners == [person_id] and (len(team) > 1 or not app.is_development):
            needed.append(app.slug)
    return AppsInTheWay(needed) if needed else None


async def close(tx: WriteTransaction, *, person_id: int) -> None:
    """End an account for good: apps lose every permission, posts are retired, sessions die, name
    and number are forgotten. Ids stay, so that what others did with this person still adds up.

    Whoever asks has proven with a fresh code that it is them; the caller owns the transaction.
    Development apps nobody else works on stay behind without keys. Raises AppsInTheWay and
    IsOperator, nothing changed.
    """
    if refused := await what_stands_in_the_way(tx, person_id):
        raise refused
    await oauth.disconnect_all(tx, person_id=person_id, reason="account_closed")
    await _leave_apps(tx, person_id)
    for post in await posts.development_posts(tx, person_id):
        if post.state in _SEEN_OR_TO_BE:
            await posts.retire(tx, post)
    while some := await posts.of_person(tx, person_id, states=_SEEN_OR_TO_BE):
        for post in some:
            await posts.retire(tx, post)
    await identity.close_account(tx, person_id=person_id)


async def _leave_apps(tx: WriteTransaction, person_id: int) -> None:
    for app in await developers.apps_of(tx, person_id):
        if len(await developers.members(tx, app.id)) > 1:
            await developers.remove_member(tx, app.id, by_person_id=person_id, person_id=person_id)
        else:
            for key in await developers.keys_of(tx, app.id):
                await developers.revoke_key(tx, app.id, key_id=key.id)
