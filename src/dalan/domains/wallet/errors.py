"""What the wallet room may refuse."""

from typing import ClassVar

from dalan.errors import FailedPrecondition, Forbidden, Invalid, NotFound, ResourceExhausted
from dalan.errors import Unavailable as _Unavailable


class AmountOutOfBounds(Invalid):
    """No gateway takes so little, or so much, at once."""

    code: ClassVar[str] = "wallet.amount_out_of_bounds"

    def __init__(self, *, least_rials: int, most_rials: int) -> None:
        super().__init__(f"from {least_rials} to {most_rials} rials")
        self.least_rials = least_rials
        self.most_rials = most_rials


class TooManyUnpaid(ResourceExhausted):
    """The person began many payments lately and finished none of them."""

    code: ClassVar[str] = "wallet.too_many_unpaid"

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__("too many payments begun", retry_after_seconds=retry_after_seconds)


class UnknownPayment(NotFound):
    """There is no such payment, or it is somebody else's."""

    code: ClassVar[str] = "wallet.unknown_payment"

    def __init__(self) -> None:
        super().__init__("there is no such payment")


class ForgedReturn(Forbidden):
    """Whoever came back from the bank named another payment than the one they were sent with."""

    code: ClassVar[str] = "wallet.forged_return"

    def __init__(self) -> None:
        super().__init__("the authority is not this payment's")


class NoGateway(FailedPrecondition):
    """Nobody can pay here: the operator has set no gateway."""

    code: ClassVar[str] = "wallet.no_gateway"

    def __init__(self) -> None:
        super().__init__("no payment gateway is set")


class GatewayFailed(_Unavailable):
    """The gateway could not be reached, or answered what cannot be understood."""

    code: ClassVar[str] = "wallet.gateway_failed"


class GatewayRefused(_Unavailable):
    """The gateway answered with a refusal. ``gateway_code`` is its number."""

    code: ClassVar[str] = "wallet.gateway_refused"

    def __init__(self, gateway_code: int) -> None:
        super().__init__(f"the gateway refused with {gateway_code}")
        self.gateway_code = gateway_code
