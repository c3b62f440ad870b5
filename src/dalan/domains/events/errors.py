"""What the room may refuse."""

from typing import ClassVar

from dalan.errors import Forbidden, Invalid, NotFound, ResourceExhausted


class InvalidSubscription(Invalid):
    """Something about the wish cannot be; ``field`` names it."""

    code: ClassVar[str] = "events.invalid_subscription"

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field


class SubscriptionNotAllowed(Forbidden):
    """The person did not agree to the app being told of this."""

    code: ClassVar[str] = "events.scope_missing"

    def __init__(self, scope: str) -> None:
        super().__init__(f"access token lacks scope {scope}")
        self.scope = scope


class NotTheirThing(NotFound):
    """The person has no such post."""

    code: ClassVar[str] = "events.resource_unknown"

    def __init__(self, resource: str) -> None:
        super().__init__(f"the person has no post {resource[:64]}")


class TooManySubscriptions(ResourceExhausted):
    """More subscriptions on one person's word than anybody needs."""

    code: ClassVar[str] = "events.too_many_subscriptions"


class UnknownSubscription(NotFound):
    """The app has no such subscription, or it died with its token."""

    code: ClassVar[str] = "events.subscription_unknown"

    def __init__(self) -> None:
        super().__init__("there is no such subscription")
