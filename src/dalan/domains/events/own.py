"""Events of what is the app's own, its short links: asked for by the app itself, on nobody's word.

Source: pod-links.md 9, point 11; decision 0042.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, Literal, get_args

import msgspec
from sqlalchemy import Column, ForeignKey, Table, Text, bindparam, delete, select, update

from dalan.domains import clicks, links
from dalan.domains.events.errors import InvalidSubscription, UnknownSubscription
from dalan.domains.events.kinds import Kind, Telling
from dalan.kernel import clock, outbox
from dalan.kernel.db import (
    Id,
    ReadTransaction,
    UtcTime,
    WriteTransaction,
    metadata,
    statement,
    upsert,
)

OwnType = Literal[
    "link.created", "link.changed", "link.clicked", "link.expired", "link.limit_reached"
]

OWN_TYPES: Final[tuple[OwnType, ...]] = get_args(OwnType)
NEWEST_CLICKS: Final = 10

event_own_subscription = Table(
    "event_own_subscription",
    metadata,
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), primary_key=True),
    Column("type", Text, primary_key=True),
    Column("created_at", UtcTime, nullable=False),
    Column("told_until", UtcTime, nullable=False),
)
"""``told_until``: what is due by the clock was looked for until then."""


class OwnSubscription(msgspec.Struct, frozen=True):
    """An app's wish to be told of what becomes of its own things."""

    app_id: int
    type: OwnType
    created_at: datetime
    told_until: datetime


class LinkTold(msgspec.Struct, frozen=True, kw_only=True):
    """A link as its app is told of it: what was done, or how often it was clicked, and by the
    newest of those clicks. Nobody's address is among it."""

    link: links.Link
    action: str = ""
    changed: Sequence[str] = ()
    count: int = 0
    newest: Sequence[clicks.Click] = ()


_subscribe = statement(
    upsert(event_own_subscription, key=["app_id", "type"]),
    sets=("app_id", "type", "created_at", "told_until"),
)
"""Be told of this; who is told already is told on."""

_unsubscribe = statement(
    delete(event_own_subscription).where(
        event_own_subscription.c.app_id == bindparam("of_app", type_=Id),
        event_own_subscription.c.type == bindparam("of_type"),
    )
)
"""Be told no more."""

_of_app = statement(
    select(event_own_subscription)
    .where(event_own_subscription.c.app_id == bindparam("app_id"))
    .order_by(event_own_subscription.c.type),
    into=OwnSubscription,
)
"""What an app is told of."""

_of_type = statement(
    select(event_own_subscription)
    .where(event_own_subscription.c.type == bindparam("type"))
    .order_by(event_own_subscription.c.app_id),
    into=OwnSubscription,
)
"""Who is told of this."""

_told = statement(
    update(event_own_subscription).where(
        event_own_subscription.c.app_id == bindparam("of_app", type_=Id),
        event_own_subscription.c.type == bindparam("of_type"),
    ),
    sets=("told_until",),
)
"""It was looked until then."""


async def subscribe_own(tx: WriteTransaction, app_id: int, type_: str) -> None:
    """Tell an app of what becomes of its links from now on; again changes nothing. Without an
    address it finds the events in its log. Raises InvalidSubscription."""
    if type_ not in OWN_TYPES:
        raise InvalidSubscription("type", f"must be one of {', '.join(OWN_TYPES)}")
    now = clock.now()
    await _subscribe.execute(tx, app_id=app_id, type=type_, created_at=now, told_until=now)
    await links.watch(tx, links.Owner.app(app_id), watched=True)


async def unsubscribe_own(tx: WriteTransaction, app_id: int, type_: str) -> None:
    """Tell it no more. Raises UnknownSubscription."""
    if not await _unsubscribe.execute(tx, of_app=app_id, of_type=type_):
        raise UnknownSubscription
    if not await own_subscriptions(tx, app_id):
        await links.watch(tx, links.Owner.app(app_id), watched=False)


async def own_subscriptions(tx: ReadTransaction, app_id: int) -> list[OwnSubscription]:
    """What an app is told of its own things."""
    return await _of_app.all(tx, app_id=app_id)


async def tell_expired(tx: WriteTransaction) -> int:
    """Announce the links that ended since it was looked last, of apps that want to know; answers
    how many."""
    found, now = 0, clock.now()
    for one in await _of_type.all(tx, type="link.expired"):
        owner = links.Owner.app(one.app_id)
        found += await links.announce_expired(tx, owner, since=one.told_until, until=now)
        await _told.execute(tx, of_app=one.app_id, of_type=one.type, told_until=now)
    return found


async def next_expiry(tx: ReadTransaction) -> datetime | None:
    """When ``tell_expired`` has something to tell; None: never, as things stand."""
    wanting = await _of_type.all(tx, type="link.expired")
    ends = [await links.next_end(tx, links.Owner.app(one.app_id)) for one in wanting]
    return clock.earliest(*ends)


def _of_one(type_: OwnType, fact: type[Any]) -> Kind:
    async def hear(tx: WriteTransaction, recorded: outbox.Recorded) -> Sequence[Telling]:
        said = fact.of(recorded)
        link = (await links.by_ids(tx, [said.link_id])).get(said.link_id)
        told = {"action": getattr(said, "action", ""), "changed": getattr(said, "changed", ())}
        return await _telling(tx, type_, [] if link is None else [(link, told)])

    return Kind(type_, {fact.kind: hear})


async def _clicked(tx: WriteTransaction, recorded: outbox.Recorded) -> Sequence[Telling]:
    counts = {int(link_id): count for link_id, count in clicks.Drained.of(recorded).counts.items()}
    told = []
    for link in await _wanted(tx, "link.clicked", (await links.by_ids(tx, list(counts))).values()):
        newest = [one for one in await clicks.newest(tx, link.id, most=3 * NEWEST_CLICKS)
                  if not one.is_bot]  # fmt: skip
        most = min(counts[link.id], NEWEST_CLICKS)
        told.append((link, {"count": counts[link.id], "newest": newest[:most]}))
    return await _telling(tx, "link.clicked", told)


async def _telling(
    tx: ReadTransaction, type_: OwnType, told: Sequence[tuple[links.Link, dict[str, Any]]]
) -> list[Telling]:
    """The apps whose links they are, where they asked for it: nobody hears of another's."""
    wanted = {one.id for one in await _wanted(tx, type_, [link for link, _ in told])}
    return [
        Telling(
            app_id=link.app_id,
            subject=LinkTold(link=link, **facts),
            resource=f"link:{link.domain}/{link.hash}",
        )
        for link, facts in told
        if link.app_id is not None and link.id in wanted
    ]


async def _wanted(
    tx: ReadTransaction, type_: OwnType, found: Iterable[links.Link]
) -> list[links.Link]:
    """Those of these links whose app wants to be told of that."""
    there = [link for link in found if link.purged_at is None]
    wanting = {
        app_id
        for app_id in {link.app_id for link in there}
        if app_id is not None
        and any(one.type == type_ for one in await own_subscriptions(tx, app_id))
    }
    return [link for link in there if link.app_id in wanting]


OWN_KINDS: Final = (
    _of_one("link.created", links.LinkCreated),
    _of_one("link.changed", links.LinkChanged),
    _of_one("link.expired", links.LinkExpired),
    _of_one("link.limit_reached", links.LinkLimitReached),
    Kind("link.clicked", {clicks.Drained.kind: _clicked}),
)
