"""Looking at what an app was told: its log, one event with every attempt, reading on from a
position."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, get_args

import msgspec

from dalan.domains.deliveries import log_queries, queries
from dalan.domains.deliveries.errors import UnknownEvent
from dalan.domains.deliveries.tables import MAIN, Attempt, Endpoint, Event, Told
from dalan.kernel.db import ReadTransaction

PAGE_SIZE: Final = 50
PULL_MAX: Final = 500

ToldState = Literal["waiting", "delivered", "failed", "skipped", "stored"]
TOLD_STATES: tuple[ToldState, ...] = get_args(ToldState)


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which events; what is empty or None does not narrow it. Times are when we wrote it down,
    positions those of the app's log, both ends included."""

    type: str = ""
    resource: str = ""
    state: ToldState | Literal[""] = ""
    since: datetime | None = None
    until: datetime | None = None
    from_position: int | None = None
    to_position: int | None = None

    def values(self) -> dict[str, Any]:
        """What narrows, for the statements."""
        given: Mapping[str, Any] = msgspec.structs.asdict(self)
        return {
            name: given[name]
            for name in log_queries.FILTERS
            if name in given and given[name] not in ("", None)
        }


class LogPage(msgspec.Struct, frozen=True):
    """A page of an app's log, newest first; ``next_before`` goes on to older ones."""

    events: Sequence[Told]
    next_before: int | None


async def log_page(
    tx: ReadTransaction, app_id: int, chosen: Filter, *, before: int | None = None
) -> LogPage:
    """An app's events by these filters, from just before a position."""
    values = chosen.values() | ({"before": before} if before is not None else {})
    found = await log_queries.told(frozenset(values), chosen.state).all(
        tx, app_id=app_id, most=PAGE_SIZE + 1, **values
    )
    page = found[:PAGE_SIZE]
    return LogPage(page, page[-1].position if len(found) > PAGE_SIZE else None)


async def world_page(
    tx: ReadTransaction,
    *,
    app_id: int | None = None,
    state: ToldState | Literal[""] = "",
    before: int | None = None,
) -> LogPage:
    """Events of all apps, for the console of a dev world; ``before`` is an event's id here."""
    of_app = {} if app_id is None else {"app_id": app_id}
    found = await log_queries.told_in_world(state, of_app=app_id is not None).all(
        tx, before_id=before if before is not None else 2**63 - 1, most=PAGE_SIZE + 1, **of_app
    )
    page = found[:PAGE_SIZE]
    return LogPage(page, page[-1].id if len(found) > PAGE_SIZE else None)


async def one_event(tx: ReadTransaction, app_id: int, uid: str) -> tuple[Told, list[Attempt]]:
    """An event of the app with every attempt, the newest first. Raises ``UnknownEvent``."""
    told = await log_queries.event_by_uid.one_or_none(tx, app_id=app_id, wanted=uid)
    if told is None:
        raise UnknownEvent(uid)
    if told.delivery_id is None:
        return told, []
    return told, await log_queries.attempts.all(tx, delivery_id=told.delivery_id)


async def event_sent(tx: ReadTransaction, uid: str) -> Event | None:
    """What we are about to send or have sent under that id, for whichever app."""
    return await log_queries.event_sent.one_or_none(tx, wanted=uid)


async def waits_for(tx: ReadTransaction, told: Told) -> str:
    """The id of the earlier event that this one waits behind; "" when it waits for none."""
    if told.state != "blocked":
        return ""
    return str(await log_queries.first_in_lane.scalar(tx, delivery_id=told.delivery_id))


async def events_after(
    tx: ReadTransaction, app_id: int, position: int, *, most: int
) -> list[Event]:
    """An app's log after that position, oldest first: whoever reads on from the last one they got
    misses nothing. At most ``PULL_MAX``."""
    return await log_queries.after_position.all(
        tx, app_id=app_id, after=position, most=min(most, PULL_MAX)
    )


async def last_position(tx: ReadTransaction, app_id: int) -> int:
    """Where an app's log ends; 0 of an empty one."""
    return int(await queries.last_position.scalar(tx, app_id=app_id) or 0)


async def position_before(tx: ReadTransaction, app_id: int, since: datetime) -> int:
    """The position after which everything since then comes."""
    first = await log_queries.position_since.scalar(tx, app_id=app_id, since=since)
    return int(first) - 1 if first is not None else await last_position(tx, app_id)


async def types_told(tx: ReadTransaction, app_id: int) -> list[str]:
    """What kinds of events the app was told of."""
    return [type_ for (type_,) in await log_queries.types.all(tx, app_id=app_id)]


async def endpoint(tx: ReadTransaction, app_id: int, name: str = MAIN) -> Endpoint | None:
    """How an endpoint of the app fares; None before the first event was owed to it."""
    return await queries.endpoint_of.one_or_none(tx, app_id=app_id, name=name)


async def waiting_count(tx: ReadTransaction, endpoint_id: int) -> int:
    """How many events wait for an endpoint."""
    return int(await log_queries.waiting_counts.scalar(tx, endpoint_id=endpoint_id))
