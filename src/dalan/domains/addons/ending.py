"""The ends of add-ons of people and businesses: taken back, given up, over; and who is told.

Consent that is taken back leaves them on the posts that show them, as it leaves the add-ons of
posts, and keeps them off every later one. Decision 0034.
"""

from collections.abc import Sequence
from uuid import UUID

from dalan.domains import businesses, oauth, posts
from dalan.domains.addons import attaching, spread_queries
from dalan.domains.addons.errors import UnknownAddon
from dalan.domains.addons.spread_tables import Spread
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.outbox import Listeners, Recorded

OF_PERSON, OF_BUSINESS = "USER_ADDON_CREATE", "BUSINESS_ADDON_CREATE"
"""The scopes they rest on."""

_THEMSELVES = "-"
"""No business has this token."""


async def take_back(tx: WriteTransaction, *, app_id: int, uuid: str) -> None:
    """Take away the add-on of a person that the app knows by that name, from all their posts.

    Raises ``UnknownAddon``, also of another app's.
    """
    row = None
    if _is_uuid(uuid):
        row = await spread_queries.take_back.one_or_none(tx, wanted=uuid.lower(), app_id=app_id)
    if row is None:
        raise UnknownAddon


async def remove_from_person(tx: WriteTransaction, *, app_id: int, person_id: int) -> bool:
    """Take away what an app made of a person, at their own wish; whether there was anything."""
    row = await spread_queries.remove_from_person.one_or_none(
        tx, app_id=app_id, person_id=person_id
    )
    return row is not None


async def remove_from_business(tx: WriteTransaction, *, app_id: int, business_id: int) -> bool:
    """Likewise of a business, at its managers' wish."""
    row = await spread_queries.remove_from_business.one_or_none(
        tx, app_id=app_id, business_id=business_id
    )
    return row is not None


async def of_app_on_person(tx: ReadTransaction, *, app_id: int, person_id: int) -> Spread | None:
    """What an app said last of a person, unless it is over."""
    return await spread_queries.of_app_on_person.one_or_none(
        tx, app_id=app_id, person_id=person_id, at=clock.now()
    )


async def of_person(tx: ReadTransaction, person_id: int) -> Sequence[Spread]:
    """What apps made of a person for their posts, made last first."""
    return await spread_queries.all_of_person.all(tx, person_id=person_id, at=clock.now())


async def of_business(tx: ReadTransaction, business_id: int) -> Sequence[Spread]:
    """Likewise of a business."""
    return await spread_queries.all_of_business.all(tx, business_id=business_id, at=clock.now())


async def agreed_to(tx: ReadTransaction, person_id: int) -> Sequence[Spread]:
    """All that somebody let apps make of them and of businesses, oldest first."""
    return await spread_queries.agreed_to.all(tx, person_id=person_id, at=clock.now())


async def forget_spread(tx: WriteTransaction, person_id: int) -> None:
    """Nothing is said of whoever closes their account."""
    await spread_queries.forget_person.execute(tx, person_id=person_id)


async def purge(tx: WriteTransaction) -> None:
    """What is over is shown nowhere, and goes."""
    now = clock.now()
    await spread_queries.purge_addons.execute(tx, at=now)
    await spread_queries.purge_contents.execute(tx, at=now)


def listeners() -> Listeners:
    """Who listens in this room, for the composition root's worker."""
    return {
        **attaching.listeners(),
        oauth.AccessRevoked.kind: (("addons.access_revoked", _access_revoked),),
        oauth.ScopesWithdrawn.kind: (("addons.scopes_withdrawn", _scopes_withdrawn),),
        businesses.BusinessClosed.kind: (("addons.business_closed", _business_closed),),
    }


async def _access_revoked(tx: WriteTransaction, recorded: Recorded) -> None:
    fact = oauth.AccessRevoked.of(recorded)
    await _stop(tx, recorded, app_id=fact.app_id, person_id=fact.person_id)


async def _scopes_withdrawn(tx: WriteTransaction, recorded: Recorded) -> None:
    fact = oauth.ScopesWithdrawn.of(recorded)
    for name, resource in fact.scopes:
        if name == OF_PERSON:
            await _stop(tx, recorded, app_id=fact.app_id, person_id=fact.person_id, of=_THEMSELVES)
        elif name == OF_BUSINESS:
            await _stop(tx, recorded, app_id=fact.app_id, person_id=fact.person_id, of=resource)


async def _business_closed(tx: WriteTransaction, recorded: Recorded) -> None:
    business_id = businesses.BusinessClosed.of(recorded).business_id
    await spread_queries.forget_business.execute(tx, business_id=business_id)


async def _stop(
    tx: WriteTransaction, recorded: Recorded, *, app_id: int, person_id: int, of: str = ""
) -> None:
    """Posts to come do not show what this person had let the app make: of everything, of
    themselves, or of the business of that token. What they agreed to anew since stays."""
    for spread in await spread_queries.agreed_with.all(tx, app_id=app_id, person_id=person_id):
        if spread.until_post_id is not None or spread.last_modified_at > recorded.recorded_at:
            continue
        if spread.business_id is None:
            subject, newest = _THEMSELVES, await posts.newest_number_of(tx, person_id)
        else:
            subject = (await businesses.by_id(tx, spread.business_id)).token
            newest = await posts.newest_number_of_business(tx, spread.business_id)
        if of in ("", subject):
            # This very content: the app may say something else at this moment, agreed to anew.
            await spread_queries.stop.execute(
                tx,
                content_id=spread.id,
                told_at=recorded.recorded_at,
                until_post_id=max(newest, spread.after_post_id),
            )


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
