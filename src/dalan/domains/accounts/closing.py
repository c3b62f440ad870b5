"""Ending an account, in every room, in one unit of work."""

from typing import ClassVar

from dalan.domains import (
    addons,
    bookmarks,
    businesses,
    chat,
    developers,
    identity,
    moderation,
    notices,
    oauth,
    operators,
    posts,
    wallet,
)
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


class BusinessesInTheWay(Conflict):
    """Colleagues need a business that only this person owns."""

    code: ClassVar[str] = "accounts.businesses_in_the_way"

    def __init__(self, needed: list[businesses.Business]) -> None:
        super().__init__(f"the only owner of {', '.join(one.token for one in needed)}")
        self.businesses = needed


class IsOperator(Conflict):
    """Whoever runs the place first leaves that to others."""

    code: ClassVar[str] = "accounts.is_operator"

    def __init__(self) -> None:
        super().__init__("an operator's account is not closed")


async def what_stands_in_the_way(
    tx: ReadTransaction, person_id: int
) -> AppsInTheWay | BusinessesInTheWay | IsOperator | None:
    """Why an account cannot be closed now; None when it can.

    An app with other members, or one that is in production, needs an owner who stays,
    and so does a business with colleagues in it.
    """
    if await operators.operator(tx, person_id) is not None:
        return IsOperator()
    needed = []
    for app in await developers.apps_of(tx, person_id):
        team = await developers.members(tx, app.id)
        owners = [one.person_id for one in team if one.role == "owner"]
        if owners == [person_id] and (len(team) > 1 or not app.is_development):
            needed.append(app.slug)
    if needed:
        return AppsInTheWay(needed)
    left = [
        one
        for one in await businesses.of_person(tx, person_id)
        if await _is_last_owner(tx, one.id, person_id)
        and len(await businesses.members(tx, one.id)) > 1
    ]
    return BusinessesInTheWay(left) if left else None


async def close(tx: WriteTransaction, *, person_id: int) -> None:
    """End an account for good: apps lose every permission, posts are retired, sessions die, name,
    number and what apps said and made of them are forgotten. Ids stay, so that what others did
    with this person still adds up.

    Whoever asks has proven with a fresh code that it is them; the caller owns the transaction.
    Development apps nobody else works on stay behind without keys, businesses
    nobody else works in are closed, posts for others pass to their owners. Raises AppsInTheWay,
    BusinessesInTheWay and IsOperator, nothing changed.
    """
    # First, so that a consent given at this very moment is either seen below or never given.
    await identity.hold_to_close(tx, person_id)
    if refused := await what_stands_in_the_way(tx, person_id):
        raise refused
    await oauth.disconnect_all(tx, person_id=person_id, reason="account_closed")
    await _leave_apps(tx, person_id)
    await _leave_businesses(tx, person_id)
    for post in await posts.development_posts(tx, person_id):
        if post.state in _SEEN_OR_TO_BE:
            await posts.retire(tx, post)
    while some := await posts.of_person(tx, person_id, states=_SEEN_OR_TO_BE):
        for post in some:
            await posts.retire(tx, post)
    await bookmarks.forget(tx, person_id)
    await chat.forget(tx, person_id)
    await addons.forget(tx, person_id)
    await addons.forget_spread(tx, person_id)
    await moderation.forget(tx, person_id)
    await posts.forget_drafts(tx, person_id)
    await notices.forget(tx, person_id)
    await identity.close_account(tx, person_id=person_id)


async def _leave_businesses(tx: WriteTransaction, person_id: int) -> None:
    for business in await businesses.of_person(tx, person_id):
        if await _is_last_owner(tx, business.id, person_id):
            await businesses.close_business(tx, business.id, by_person_id=person_id)
            await wallet.give_back_of_business(tx, business.id, to_person_id=person_id)
        else:
            await businesses.remove_member(
                tx, business.id, by_person_id=person_id, person_id=person_id
            )
            # At once, not when the fact is heard: what is still theirs is retired next.
            heir_id = await businesses.owner_of(tx, business.id)
            await posts.hand_over(tx, business.id, from_person_id=person_id, to_person_id=heir_id)
    await businesses.set_profile_image(tx, person_id=person_id, image_id=None)


async def _is_last_owner(tx: ReadTransaction, business_id: int, person_id: int) -> bool:
    owners = [
        one.person_id for one in await businesses.members(tx, business_id) if one.role == "owner"
    ]
    return owners == [person_id]


async def _leave_apps(tx: WriteTransaction, person_id: int) -> None:
    for app in await developers.apps_of(tx, person_id):
        if len(await developers.members(tx, app.id)) > 1:
            await developers.remove_member(tx, app.id, by_person_id=person_id, person_id=person_id)
        else:
            for key in await developers.keys_of(tx, app.id):
                await developers.revoke_key(tx, app.id, key_id=key.id)
