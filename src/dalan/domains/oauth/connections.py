"""The apps a person is connected to, and taking back what they were given.

What is taken back leaves the families in the same unit of work, so it is refused at the very next
call, in every process, and no refresh brings it back.

Source: kenar.md 3.8; RFC 9700, 4.14.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta

import msgspec

from dalan.domains.oauth import connection_queries as queries
from dalan.domains.oauth.doors import EVERY_SCOPE, door_of, impliers
from dalan.domains.oauth.events import AccessRevoked, ScopesWithdrawn
from dalan.domains.oauth.grammar import without
from dalan.domains.oauth.scopes import OFFLINE_ACCESS, Scope
from dalan.kernel import clock, outbox
from dalan.kernel.db import ReadTransaction, WriteTransaction

LEAK_SHOWN_DAYS = 30
"""Days a closed leak is shown to the person and the developer."""

_TOLD = frozenset({"NOTIFICATION_ACCESS_REVOCATION", "USER_ID"})


class Permission(msgspec.Struct, frozen=True):
    """One thing an app may do, and to what; the resource is empty where the scope takes none."""

    scope: Scope
    resource: str
    granted_at: datetime


class Leak(msgspec.Struct, frozen=True):
    """Access that was closed because a secret was used twice.

    ``reason``: ``refresh_token_reused`` or ``code_reused``.
    """

    reason: str
    closed_at: datetime


class Connection(msgspec.Struct, frozen=True):
    """An app a person is connected to.

    ``live_until``: when its last token can die, None when none is alive; a new consent may then
    be remembered all the same. ``leak``: the newest of the last 30 days.
    """

    app_id: int
    since: datetime
    last_used_at: datetime | None
    permissions: tuple[Permission, ...]
    live_until: datetime | None
    leak: Leak | None

    @property
    def is_offline(self) -> bool:
        """It may go on while the person is away; at Basalam's door every app may."""
        return any(
            one.scope.name == OFFLINE_ACCESS or door_of(one.scope) == "basalam"
            for one in self.permissions
        )

    @property
    def is_offline_asked(self) -> bool:
        """It holds the permission to go on by itself, which can be taken back alone."""
        return any(one.scope.name == OFFLINE_ACCESS for one in self.permissions)


class Leaks(msgspec.Struct, frozen=True):
    """How many of an app's consents were closed for a leak in the last 30 days, and when last."""

    count: int
    last_at: datetime | None


async def connections_of(tx: ReadTransaction, person_id: int) -> list[Connection]:
    """Every app the person is connected to, the newest first."""
    grants = await queries.grants_of_person.all(tx, person_id=person_id)
    if not grants:
        return []
    grant_ids = [grant.id for grant in grants]
    permissions: dict[int, list[Permission]] = {}
    for given in await queries.scopes_of_grants.all(tx, grant_ids=grant_ids):
        if given.scope in EVERY_SCOPE:
            permissions.setdefault(given.grant_id, []).append(
                Permission(EVERY_SCOPE[given.scope], given.resource, given.granted_at)
            )
    lives = {
        row.grant_id: row.until
        for row in await queries.lives_of_grants.all(tx, grant_ids=grant_ids, now=clock.now())
    }
    leaks = {
        row.grant_id: Leak(row.revoked_reason, row.revoked_at)
        for row in await queries.leaks_of_grants.all(tx, grant_ids=grant_ids, since=_leaks_since())
    }
    return [
        Connection(
            grant.app_id,
            grant.created_at,
            grant.last_used_at,
            tuple(permissions.get(grant.id, ())),
            lives.get(grant.id),
            leaks.get(grant.id),
        )
        for grant in grants
    ]


async def leaks_of_app(tx: ReadTransaction, app_id: int) -> Leaks:
    """What the app's developer should know: tokens or codes of it were in two hands."""
    row = await queries.leaks_of_app.one(tx, app_id=app_id, since=_leaks_since())
    return Leaks(row.count, row.last_at)


async def disconnect(
    tx: WriteTransaction, *, person_id: int, app_id: int, reason: str = "disconnected"
) -> bool:
    """Take back all a person gave an app, and announce it; False when there was nothing.

    Add-ons it attached stay. The caller owns the transaction.
    """
    grant = await queries.lock_grant.one_or_none(tx, person_id=person_id, app_id=app_id)
    if grant is None:
        return False
    held = await queries.scopes_of_grants.all(tx, grant_ids=[grant.id])
    await _end(tx, grant, {one.scope for one in held}, reason)
    return True


async def disconnect_all(tx: WriteTransaction, *, person_id: int, reason: str) -> int:
    """The same for every app of the person; answers how many there were."""
    grants = await queries.grants_of_person.all(tx, person_id=person_id)
    for app_id in sorted(grant.app_id for grant in grants):
        await disconnect(tx, person_id=person_id, app_id=app_id, reason=reason)
    return len(grants)


async def withdraw(
    tx: WriteTransaction, *, person_id: int, app_id: int, scope: str, resource: str
) -> bool:
    """Take one permission back, by its canonical name; False when the app did not hold it.

    What brings it along goes too, or nothing would be taken back (``impliers``). Without
    ``OFFLINE_ACCESS`` no refresh token is exchanged any more. When nothing else is left, the app
    is disconnected. The caller owns the transaction.
    """
    return await _withdraw(
        tx,
        person_id,
        app_id,
        lambda one: one.scope in impliers(scope) and one.resource == resource,
    )


async def withdraw_resource(
    tx: WriteTransaction, *, person_id: int, app_id: int, resource_type: str, resource: str
) -> bool:
    """Take back everything about one thing, such as ``("post", "AZTH74V2")``; else as above."""

    def is_about_it(one: queries.GivenRow) -> bool:
        known = EVERY_SCOPE.get(one.scope)
        return known is not None and (known.resource, one.resource) == (resource_type, resource)

    return await _withdraw(tx, person_id, app_id, is_about_it)


async def _withdraw(
    tx: WriteTransaction,
    person_id: int,
    app_id: int,
    is_gone: Callable[[queries.GivenRow], bool],
) -> bool:
    grant = await queries.lock_grant.one_or_none(tx, person_id=person_id, app_id=app_id)
    if grant is None:
        return False
    held = await queries.scopes_of_grants.all(tx, grant_ids=[grant.id])
    gone = {(one.scope, one.resource) for one in held if is_gone(one)}
    if not gone:
        return False
    if not _worth_keeping((one.scope, one.resource) for one in held if not is_gone(one)):
        await _end(tx, grant, {one.scope for one in held}, "disconnected")
        return True
    now = clock.now()
    for name, thing in sorted(gone):
        await queries.withdraw_scope.execute(
            tx, of_grant=grant.id, name=name, thing=thing, revoked_at=now
        )
    await _narrow_families(tx, grant.id, gone)
    if any(name == OFFLINE_ACCESS for name, _ in gone):
        await queries.end_refreshing.execute(tx, of_grant=grant.id, refresh_ended_at=now)
    await outbox.record(
        tx, ScopesWithdrawn(person_id=person_id, app_id=app_id, scopes=sorted(gone))
    )
    return True


async def _narrow_families(
    tx: WriteTransaction, grant_id: int, gone: Collection[tuple[str, str]]
) -> None:
    now = clock.now()
    for family in await queries.live_families.all(tx, of_grant=grant_id, now=now):
        held = [(name, resource) for name, resource in family.scopes]
        left = [pair for pair in held if pair not in gone]
        if len(left) == len(held):
            continue
        if _worth_keeping(left):
            await queries.narrow_family.execute(
                tx,
                family_id=family.id,
                scope=without(family.scope, gone, door=family.door),
                scopes=left,
            )
        else:
            await queries.end_family.execute(
                tx, family_id=family.id, revoked_at=now, revoked_reason="withdrawn"
            )


async def _end(
    tx: WriteTransaction, grant: queries.GrantRow, held: Collection[str], reason: str
) -> None:
    now = clock.now()
    await queries.end_grant.execute(tx, of_grant=grant.id, revoked_at=now)
    await queries.withdraw_scopes.execute(tx, of_grant=grant.id, revoked_at=now)
    await queries.end_families.execute(tx, of_grant=grant.id, revoked_at=now, revoked_reason=reason)
    await outbox.record(
        tx,
        AccessRevoked(
            person_id=grant.person_id,
            app_id=grant.app_id,
            reason=reason,
            tell_app=_TOLD.issubset(held),
        ),
    )


def _worth_keeping(pairs: Iterable[tuple[str, str]]) -> bool:
    """Whether an app can do anything with them: time alone is nothing."""
    return any(name != OFFLINE_ACCESS for name, _ in pairs)


def _leaks_since() -> datetime:
    return clock.now() - timedelta(days=LEAK_SHOWN_DAYS)
