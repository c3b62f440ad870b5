"""Which app a call of ours goes to, and with which event."""

from typing import TYPE_CHECKING, Final

from dalan.errors import DalanError
from dalan.kernel.outbound import OutboundCall

if TYPE_CHECKING:
    from dalan.surfaces.services import Services

EVENT_ID: Final = "webhook-id"


async def called(services: "Services", call: OutboundCall) -> tuple[str, str]:
    """The slug of the app and the type of the event; "" where a call does not tell."""
    from dalan.domains import deliveries, developers  # noqa: PLC0415 (not at a start)

    try:
        async with services.db.look() as look:
            if uid := call.headers.get(EVENT_ID, ""):
                event = await deliveries.event_sent(look, uid)
                if event is not None:
                    return (await developers.app(look, event.app_id)).slug, event.type
            return await developers.app_called_at(look, call.url), ""
    except DalanError:  # the call is made all the same
        return "", ""
