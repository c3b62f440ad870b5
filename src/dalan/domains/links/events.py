"""What the room announces, of the links of those whose links somebody listens to."""

from datetime import datetime
from typing import ClassVar

from dalan.domains import clicks
from dalan.domains.links import queries
from dalan.domains.links.tables import Link, Owner
from dalan.kernel import clock, outbox
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.db.types import microseconds_of


class LinkCreated(outbox.Fact, frozen=True):
    """There is a link that was not there before."""

    kind: ClassVar[str] = "links.created"

    link_id: int

    @property
    def resource(self) -> str:
        return f"link:{self.link_id}"


class LinkChanged(outbox.Fact, frozen=True):
    """A link was edited, switched, deleted or brought back. ``action`` is that of its history,
    ``changed`` the names of what was edited."""

    kind: ClassVar[str] = "links.changed"

    link_id: int
    action: str
    changed: list[str]

    @property
    def resource(self) -> str:
        return f"link:{self.link_id}"


class LinkExpired(outbox.Fact, frozen=True):
    """A link's time is over."""

    kind: ClassVar[str] = "links.expired"

    link_id: int

    @property
    def resource(self) -> str:
        return f"link:{self.link_id}"


class LinkLimitReached(outbox.Fact, frozen=True):
    """The last visitor whom a link's limit lets in has come."""

    kind: ClassVar[str] = "links.limit_reached"

    link_id: int

    @property
    def resource(self) -> str:
        return f"link:{self.link_id}"


async def watch(tx: WriteTransaction, owner: Owner, *, watched: bool) -> None:
    """Announce what becomes of somebody's links, and their clicks, or no more."""
    await clicks.watch_group(tx, owner.number, watched=watched)


async def announce(tx: WriteTransaction, link: Link, fact: outbox.Fact) -> None:
    """Record a fact of a link that somebody listens to."""
    if await clicks.is_watched(tx, link.owner.number):
        await outbox.record(tx, fact)


async def announce_expired(
    tx: WriteTransaction, owner: Owner, *, since: datetime, until: datetime
) -> int:
    """Record what ended after ``since``, by ``until``, of an owner's links that were not deleted;
    answers how much. A link that was switched off ends all the same."""
    ended = await queries.expired_between.all(
        tx,
        owner_no=owner.number,
        after=microseconds_of(since),
        until=microseconds_of(until),
    )
    for (link_id,) in ended:
        await outbox.record(tx, LinkExpired(link_id))
    return len(ended)


async def next_end(tx: ReadTransaction, owner: Owner) -> datetime | None:
    """When the next of an owner's links ends; None: none does."""
    found: datetime | None = await queries.next_end.scalar(
        tx, owner_no=owner.number, after=microseconds_of(clock.now())
    )
    return found
