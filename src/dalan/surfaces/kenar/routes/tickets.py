"""Payment tickets: validated by apps, issued by internal ones. Reference 4.10 and 5.9."""

from typing import Final

from dalan.domains import developers, identity, payments
from dalan.errors import NotFound
from dalan.kernel import phone
from dalan.surfaces.kenar.call import Call
from dalan.surfaces.kenar.routes.payments import whole
from dalan.surfaces.kenar.wire import payments as wire
from dalan.surfaces.operations import Operation

PREFIX: Final = "/v1/open-platform/payment-ticket"


class UnknownUser(NotFound):
    """The app knows nobody by this id, or nobody has this number."""

    code = "kenar.user_unknown"

    def __init__(self) -> None:
        super().__init__("there is no such user")


async def validate_ticket(call: Call) -> wire.ValidateTicketResponse:
    """Whether a ticket pays that much for that person at this app; nothing is held or spent.

    The refusals' statuses and messages are the published ones, which apps compare.
    """
    body = call.body(wire.ValidateTicketRequest)
    payments.check_user_named(body.user_id, body.phone_number)
    ticket = await payments.check_ticket(
        call.unit,
        body.ticket_uuid,
        app_id=call.app.app_id,
        person_id=await _person_id(call, user_id=body.user_id, number=body.phone_number),
        cost_rials=whole(body.service_cost, "service_cost"),
    )
    return wire.ValidateTicketResponse(issuer_payload=ticket.issuer_payload)


async def generate_ticket(call: Call) -> wire.GenerateTicketResponse:
    """Issue a ticket for a person; internal apps alone."""
    body = call.body(wire.GenerateTicketRequest)
    payments.check_user_named(body.divar_user_id, body.phone)
    person_id = await _person_id(call, user_id=body.divar_user_id, number=body.phone)
    if person_id is None:
        raise UnknownUser
    ticket = await payments.issue_ticket(
        call.unit,
        issuer_app_id=call.app.app_id,
        person_id=person_id,
        service_type=body.service_type,
        amount_max_rials=whole(body.max_amount_sponsored, "max_amount_sponsored"),
        issuer_payload=body.issuer_payload,
    )
    return wire.GenerateTicketResponse(ticket_uuid=ticket.uuid)


async def _person_id(call: Call, *, user_id: str, number: str) -> int | None:
    """Whom the app means, by its own id of them or, without one, by phone. Raises
    ``phone.InvalidPhone``."""
    if user_id:
        return await developers.person_of_user_id(call.look, call.app.app_id, user_id)
    person = await identity.person_by_phone(call.look, phone.parse(number))
    return None if person is None else person.id


OPERATIONS = (
    Operation(
        method="POST",
        paths=(f"{PREFIX}/validate",),
        handle=validate_ticket,
        body=wire.ValidateTicketRequest,
        answer=wire.ValidateTicketResponse,
        permission="PAYMENT_TICKET_VALIDATE",
        tag="PaymentTicket",
    ),
    Operation(
        method="POST",
        paths=(f"{PREFIX}/generate",),
        handle=generate_ticket,
        body=wire.GenerateTicketRequest,
        answer=wire.GenerateTicketResponse,
        permission="PAYMENT_TICKET_GENERATE",
        tag="PaymentTicket",
    ),
)
