"""Events of an app's links: how they read, and which of them it wants."""

from datetime import datetime
from typing import Any, Final

import msgspec

from dalan.domains import clicks, events, links
from dalan.kernel.db import WriteTransaction
from dalan.surfaces.api.call import Call
from dalan.surfaces.api.links import operation
from dalan.surfaces.api.links_shown import tags_of
from dalan.surfaces.api.wire import Done


class LinkInEvent(msgspec.Struct, frozen=True):
    """A link as an event tells of it."""

    hash: str
    domain: str
    short_url: str
    kind: str
    target: str
    title: str
    tags: list[str]
    active: bool
    expires_at: datetime | None
    visits_max: int | None
    deleted_at: datetime | None


class ClickInEvent(msgspec.Struct, frozen=True):
    """A click, without its visitor."""

    at: datetime
    source: str
    country: str
    city: str
    referrer: str
    browser: str
    os: str
    device: str
    language: str


class OwnSubscription(msgspec.Struct, frozen=True):
    """A kind of event the app wants of its links."""

    type: str
    created_at: datetime


class OwnSubscriptions(msgspec.Struct, frozen=True):
    """The kinds of events the app wants of its links, and those there are."""

    subscriptions: list[OwnSubscription]
    types: list[str]


class Spelling:
    """``events.Spell`` of what is our own: ``link``, and what happened to it."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    def __call__(self, type_: str, told: events.LinkTold) -> dict[str, Any]:
        link = told.link
        body: dict[str, Any] = {"link": self._link(link)}
        if type_ == "link.changed":
            body |= {"action": told.action.removeprefix("link."), "changed": list(told.changed)}
        if type_ == "link.clicked":
            body |= {"count": told.count, "newest_clicks": [_click(one) for one in told.newest]}
        return body

    def _link(self, link: links.Link) -> LinkInEvent:
        said = {
            name: getattr(link, name)
            for name in LinkInEvent.__struct_fields__
            if name not in ("short_url", "tags")
        }
        address = links.short_address(link, base_url=self._base_url)
        return LinkInEvent(**said, short_url=address, tags=tags_of(link))


def _click(one: clicks.Click) -> ClickInEvent:
    return ClickInEvent(**{name: getattr(one, name) for name in ClickInEvent.__struct_fields__})


async def list_link_subscriptions(call: Call) -> OwnSubscriptions:
    """Which events of its links the app wants."""
    async with call.services.db.look() as look:
        found = await events.own_subscriptions(look, call.caller.app_id)
    return OwnSubscriptions(
        [OwnSubscription(one.type, one.created_at) for one in found], list(events.OWN_TYPES)
    )


async def subscribe_to_links(call: Call) -> Done:
    """Be told of one kind of event of the app's links, from now on."""

    async def work(tx: WriteTransaction) -> Done:
        await events.subscribe_own(tx, call.caller.app_id, call.path["type"])
        return Done()

    return await call.services.db.transact(work)


async def unsubscribe_from_links(call: Call) -> Done:
    """Be told no more."""

    async def work(tx: WriteTransaction) -> Done:
        await events.unsubscribe_own(tx, call.caller.app_id, call.path["type"])
        return Done()

    return await call.services.db.transact(work)


OPERATIONS: Final = (
    operation("GET", "/link-subscriptions", list_link_subscriptions, OwnSubscriptions),
    operation("PUT", "/link-subscriptions/{type}", subscribe_to_links, Done),
    operation("DELETE", "/link-subscriptions/{type}", unsubscribe_from_links, Done),
)
