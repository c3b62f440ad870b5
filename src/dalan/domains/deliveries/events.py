"""What the room announces."""

from typing import ClassVar

from dalan.kernel.outbox import Fact


class EndpointFailing(Fact, frozen=True):
    """Nothing got through to an app's events address for that many hours."""

    kind: ClassVar[str] = "deliveries.endpoint_failing"

    app_id: int
    endpoint_id: int
    hours: int
    since: str

    @property
    def resource(self) -> str:
        return f"event_endpoint:{self.endpoint_id}"


class EndpointDisabled(Fact, frozen=True):
    """Nothing is sent to an app's events address any more; what happens is kept for it.

    ``reason``: ``gone`` (it answered 410) or ``failing`` (for days). ``at`` tells one time from
    the next.
    """

    kind: ClassVar[str] = "deliveries.endpoint_disabled"

    app_id: int
    endpoint_id: int
    reason: str
    at: str

    @property
    def resource(self) -> str:
        return f"event_endpoint:{self.endpoint_id}"
