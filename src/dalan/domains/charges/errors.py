"""What the charges room may refuse."""

from typing import ClassVar

from dalan.errors import FailedPrecondition, Forbidden, Invalid, NotFound, ResourceExhausted


class InvalidField(Invalid):
    """A charge cannot be like this. ``field`` is the one that says so."""

    code: ClassVar[str] = "charges.invalid_field"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class TooManyOpen(ResourceExhausted):
    """The app has asked this person for many payments that wait still."""

    code: ClassVar[str] = "charges.too_many_open"

    def __init__(self, *, most: int, retry_after_seconds: int) -> None:
        super().__init__(
            f"{most} payments wait for this person already",
            retry_after_seconds=retry_after_seconds,
        )
        self.most = most


class OnlyOwnTeam(Forbidden):
    """A development app takes money from its own team alone."""

    code: ClassVar[str] = "charges.only_own_team"

    def __init__(self) -> None:
        super().__init__("a development app asks only its own team for payments")


class UnknownCharge(NotFound):
    """There is no such charge, or it is another app's or person's."""

    code: ClassVar[str] = "charges.unknown_charge"

    def __init__(self) -> None:
        super().__init__("there is no such payment")


class NotPaid(FailedPrecondition):
    """The app wants the money before the person has paid."""

    code: ClassVar[str] = "charges.not_paid"

    def __init__(self) -> None:
        super().__init__("the payment is not paid yet")


class ChargeOver(FailedPrecondition):
    """Its time is over, or the person said no."""

    code: ClassVar[str] = "charges.over"

    def __init__(self) -> None:
        super().__init__("the payment has expired")
