"""The payment ticket that may come with what an app does for a person.

Source: reference/kenar.md 4.10, 5.2, 5.3.
"""

from typing import Final

import msgspec

from dalan.domains import payments
from dalan.domains.addons.errors import InvalidAddon
from dalan.domains.addons.reading import Fields
from dalan.kernel.db import WriteTransaction

COST_MAX_RIALS: Final = 2**31 - 1
"""``cost`` is a 32-bit number on the wire."""

UUID_LENGTH_MAX: Final = 64


class Paid(msgspec.Struct, frozen=True):
    """What is to be paid, and by which ticket."""

    ticket_uuid: str
    """Empty: nobody pays for it."""
    cost_rials: int


def read_paid(fields: Fields, *, older: str = "") -> Paid:
    """``ticket_uuid`` and ``cost`` of a body. ``older``: an earlier name of ``cost``.

    A cost without a ticket is refused: it would be paid by nobody. Raises ``InvalidAddon``.
    """
    ticket_uuid = fields.get("ticket_uuid")
    ticket_uuid = "" if ticket_uuid is None else ticket_uuid
    if not isinstance(ticket_uuid, str) or len(ticket_uuid) > UUID_LENGTH_MAX:
        raise InvalidAddon("ticket_uuid", "must be a UUID")
    cost_rials = 0
    for name in ("cost", older) if older else ("cost",):
        try:
            cost_rials = cost_rials or fields.integer(name, least=0, most=COST_MAX_RIALS) or 0
        except InvalidAddon as error:
            raise InvalidAddon(name, error.rule) from None
    if cost_rials and not ticket_uuid:
        raise InvalidAddon("ticket_uuid", "is needed where something costs")
    return Paid(ticket_uuid, cost_rials)


async def spend(tx: WriteTransaction, paid: Paid, *, app_id: int, person_id: int) -> None:
    """Spend the ticket, if there is one, in the caller's unit of work. Raises as
    ``payments.spend_ticket``."""
    if paid.ticket_uuid:
        await payments.spend_ticket(
            tx, paid.ticket_uuid, app_id=app_id, person_id=person_id, cost_rials=paid.cost_rials
        )
