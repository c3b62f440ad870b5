"""What the room may refuse."""

from typing import ClassVar

from dalan.errors import Conflict, FailedPrecondition, NotFound


class UnknownEvent(NotFound):
    """The app was never told of this, or it is forgotten by now."""

    code: ClassVar[str] = "deliveries.event_unknown"

    def __init__(self, uid: str) -> None:
        super().__init__(f"there is no event {uid[:64]}")


class NoAddress(FailedPrecondition):
    """The app named no address for events."""

    code: ClassVar[str] = "deliveries.no_address"

    def __init__(self) -> None:
        super().__init__("the app has no address for events: set one in its panel, under addresses")


class NotWaiting(Conflict):
    """The event is not on its way: it was taken, given up or skipped, or is owed to nobody."""

    code: ClassVar[str] = "deliveries.not_waiting"

    def __init__(self, uid: str) -> None:
        super().__init__(f"the event {uid[:64]} does not wait to be sent")


class NothingDisabled(Conflict):
    """The endpoint is active already."""

    code: ClassVar[str] = "deliveries.not_disabled"

    def __init__(self) -> None:
        super().__init__("the endpoint is not disabled")
