"""Messages of our own API."""

from datetime import datetime
from typing import Any

import msgspec


class Event(msgspec.Struct, frozen=True):
    """An event as the app was told of it: ``body`` is what was or will be sent."""

    id: str
    position: int
    type: str
    resource: str
    seq: int
    happened_at: datetime
    body: msgspec.Raw
    headers: dict[str, str]
    """What to send along when forwarding: id, number, time stamp and a fresh signature."""


class Events(msgspec.Struct, frozen=True):
    """A part of the log, oldest first. Ask again with ``after=next_after``."""

    events: list[Event]
    next_after: int


class EventsQuery(msgspec.Struct, frozen=True):
    """``after`` a position; or ``since`` so many seconds ago; ``wait`` for news so long."""

    after: int = 0
    since: int = 0
    limit: int = 100
    wait: int = 0


class Attempt(msgspec.Struct, frozen=True):
    """One try to deliver."""

    began_at: datetime
    duration_ms: int
    url: str
    outcome: str
    status: int | None
    error: str
    headers: Any
    body: str


class EventInFull(msgspec.Struct, frozen=True):
    """An event, how it fares and every try; ``state`` null: owed to nobody."""

    event: Event
    state: str | None
    due_at: datetime | None
    attempts: list[Attempt]


class Resend(msgspec.Struct, frozen=True):
    """Which events are to be sent again; what is left out does not narrow it."""

    type: str = ""
    resource: str = ""
    state: str = ""
    since: datetime | None = None
    until: datetime | None = None
    from_position: int | None = None
    to_position: int | None = None


class Resent(msgspec.Struct, frozen=True):
    """How many events are sent again."""

    count: int


class Subscription(msgspec.Struct, frozen=True):
    """What the app asked to be told of."""

    id: str
    event_type: str
    event_resource_id: str
    metadata: Any
    created_at: datetime


class Subscriptions(msgspec.Struct, frozen=True):
    """The app's subscriptions whose tokens live."""

    subscriptions: list[Subscription]


class Done(msgspec.Struct, frozen=True):
    """``{}``"""
