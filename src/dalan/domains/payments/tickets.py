"""Payment tickets: the marketplace pays what an app's work for one person costs.

An internal app issues a ticket, the app that does the work looks at it as often as it likes, and
what it then attaches to the person spends it. Source: kenar.md 4.10 and 5.9.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from dalan.domains import developers, ledger, taxonomy
from dalan.domains.payments import queries
from dalan.domains.payments.errors import (
    CostAboveTicket,
    InvalidField,
    NotInternal,
    OtherPersonsTicket,
    OtherServicesTicket,
    UnknownTicket,
    UserNotNamed,
)
from dalan.domains.payments.tables import Ticket
from dalan.kernel import clock, randomness
from dalan.kernel.db import ReadTransaction, WriteTransaction

LIFETIME = timedelta(days=30)
"""A ticket nobody spent is over then. Our choice: the sources name no end."""

AMOUNT_MAX_RIALS = 2**31 - 1
"""``service_cost`` is a 32-bit number on the wire."""

PAYLOAD_BYTES_MAX = 4_096
INTERNAL = "INTERNAL"


async def issue_ticket(
    tx: WriteTransaction,
    *,
    issuer_app_id: int,
    person_id: int,
    service_type: str,
    amount_max_rials: int,
    issuer_payload: dict[str, Any] | None = None,
    uuid: str = "",
) -> Ticket:
    """Issue a ticket for a person and a kind of service, for at most so many rials.

    ``uuid`` is drawn unless a form brings one: sent twice, it issues one ticket.
    Raises ``NotInternal`` unless the issuer is an internal app, and ``InvalidField``
    (``service_type``, ``max_amount_sponsored``, ``issuer_payload``, ``ticket_uuid``).
    """
    issuer = await developers.app(tx, issuer_app_id)
    if issuer.service_type != INTERNAL:
        raise NotInternal
    if service_type not in {option.slug for option in taxonomy.service_types()}:
        raise InvalidField("service_type", "must be one of the published service types")
    if not 0 < amount_max_rials <= AMOUNT_MAX_RIALS:
        raise InvalidField("max_amount_sponsored", f"from 1 to {AMOUNT_MAX_RIALS} rials")
    payload = issuer_payload or {}
    if len(msgspec.json.encode(payload)) > PAYLOAD_BYTES_MAX:
        raise InvalidField("issuer_payload", f"at most {PAYLOAD_BYTES_MAX} bytes")
    if uuid and not _is_uuid(uuid):
        raise InvalidField("ticket_uuid", "must be a UUID")
    uuid = uuid.lower() or str(randomness.uuid4())
    now = clock.now()
    await queries.add_ticket.execute(
        tx,
        uuid=uuid,
        issuer_app_id=issuer_app_id,
        person_id=person_id,
        service_type=service_type,
        amount_max_rials=amount_max_rials,
        issuer_payload=payload,
        issued_at=now,
        expires_at=now + LIFETIME,
        spent_at=None,
        spent_by_app_id=None,
        spent_rials=None,
    )
    issued = await queries.ticket_by_uuid.one(tx, wanted=uuid)
    if issued.issuer_app_id != issuer_app_id:
        raise InvalidField("ticket_uuid", "is taken")
    return issued


async def check_ticket(
    tx: ReadTransaction,
    uuid: str,
    *,
    app_id: int,
    person_id: int | None,
    cost_rials: int,
) -> Ticket:
    """The ticket, if the app may be paid that much for that person with it. Looking at it holds
    nothing: it may be looked at again, and may be spent meanwhile.

    ``person_id`` None: whoever was named is nobody here. Raises ``UnknownTicket``,
    ``OtherPersonsTicket``, ``OtherServicesTicket``, ``CostAboveTicket``, ``InvalidField``
    (``service_cost``).
    """
    if cost_rials < 0:
        raise InvalidField("service_cost", "must not be negative")
    ticket = await _unspent(tx, uuid)
    if person_id != ticket.person_id:
        raise OtherPersonsTicket
    app = await developers.app(tx, app_id)
    if app.service_type != ticket.service_type:
        raise OtherServicesTicket
    if cost_rials > ticket.amount_max_rials:
        raise CostAboveTicket
    return ticket


async def ticket_for(
    tx: ReadTransaction, *, service_type: str | None, person_id: int | None
) -> Ticket | None:
    """The ticket an app of that kind may be paid with for that person: of several the one that
    ends first. Nobody we know, and apps of no kind, have none.

    Source: reference/kenar.md 4.2 and 4.10.
    """
    if service_type is None or person_id is None:
        return None
    return await queries.ticket_of_person.one_or_none(
        tx, person_id=person_id, service_type=service_type, at=clock.now()
    )


def check_user_named(*identifiers: str) -> None:
    """Raises ``UserNotNamed`` when none of the ways to name a person was used."""
    if not any(identifiers):
        raise UserNotNamed


async def spend_ticket(
    tx: WriteTransaction, uuid: str, *, app_id: int, person_id: int | None, cost_rials: int
) -> Ticket:
    """Spend a ticket on what the app did: it is invoiced, its balance grows by the cost at the
    marketplace's expense, and the ticket is no more. The caller's unit of work attaches the work.

    Raises as ``check_ticket``; whoever comes second finds no ticket.
    """
    await check_ticket(tx, uuid, app_id=app_id, person_id=person_id, cost_rials=cost_rials)
    spent = await queries.spend_ticket.one_or_none(
        tx, wanted=uuid, at=clock.now(), app_id=app_id, cost_rials=cost_rials
    )
    if spent is None:
        raise UnknownTicket
    if cost_rials:
        await ledger.transfer(
            tx,
            reference=f"ticket:{uuid}",
            kind="ticket",
            sides=[
                ledger.Side("revenue", 0, -cost_rials),
                ledger.Side("app", app_id, cost_rials),
            ],
        )
    return spent


async def tickets_of(tx: ReadTransaction, issuer_app_id: int, *, limit: int) -> list[Ticket]:
    """What an app issued, newest first."""
    return await queries.tickets_of_issuer.all(tx, app_id=issuer_app_id, count=limit)


async def _unspent(tx: ReadTransaction, uuid: str) -> Ticket:
    ticket = None
    if _is_uuid(uuid):
        ticket = await queries.ticket_by_uuid.one_or_none(tx, wanted=uuid.lower())
    if ticket is None or ticket.spent_at is not None or ticket.expires_at <= clock.now():
        raise UnknownTicket
    return ticket


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
