"""What an app's developers set up: where it wants to be offered, and what choosing it does."""

from typing import Final, get_args

from dalan.domains.touchpoints import queries
from dalan.domains.touchpoints.errors import InvalidTouchpoint
from dalan.domains.touchpoints.tables import Operation, Place, Touchpoint
from dalan.kernel.db import ReadTransaction, WriteTransaction

PLACES: Final[tuple[Place, ...]] = get_args(Place)
OPERATIONS: Final[tuple[Operation, ...]] = get_args(Operation)

POST_PLACES: Final[frozenset[Place]] = frozenset({"MY_POST", "DEMAND_POST"})
"""Places that belong to a post: only these can open a direct link."""


def operations_at(place: Place) -> tuple[Operation, ...]:
    """What may be chosen for a place. Source: reference/kenar.md 4.1."""
    if place in POST_PLACES:
        return OPERATIONS
    return tuple(one for one in OPERATIONS if one != "LOAD_WEBVIEW_DIRECT_LINK")


async def settings_of(tx: ReadTransaction, app_id: int) -> list[Touchpoint]:
    """Every place in a fixed order; places the app never set up are switched off."""
    found = {one.place: one for one in await queries.touchpoints_of_app.all(tx, app_id=app_id)}
    return [
        found.get(place) or Touchpoint(app_id, place, False, operations_at(place)[0])
        for place in PLACES
    ]


async def configure(
    tx: WriteTransaction, app_id: int, *, place: str, enabled: bool, operation: str
) -> Touchpoint:
    """Say whether and how the app is offered at a place, from the next page on.

    Raises ``InvalidTouchpoint``.
    """
    if place not in PLACES:
        raise InvalidTouchpoint(f"there is no place {place[:40]}")
    if operation not in operations_at(place):
        raise InvalidTouchpoint(f"{operation[:40]} is not for {place}")
    await queries.put_touchpoint.execute(
        tx, app_id=app_id, place=place, enabled=enabled, operation=operation
    )
    return Touchpoint(app_id, place, enabled, operation)
