"""What the payments room may refuse."""

from typing import ClassVar

from dalan.domains.payments.tables import Transaction
from dalan.errors import Conflict, FailedPrecondition, Forbidden, Invalid, NotFound


class InvalidField(Invalid):
    """Something a payment, price, ticket or report says cannot be accepted."""

    code: ClassVar[str] = "payments.invalid_field"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class TransactionExists(Conflict):
    """The payer made another payment, or this very one, under the same id already."""

    code: ClassVar[str] = "payments.transaction_exists"

    def __init__(self, earlier: Transaction) -> None:
        super().__init__(f"a transaction with the id {earlier.uuid} exists and is {earlier.state}")
        self.earlier = earlier


class UnknownTransaction(NotFound):
    """The payer has no payment of that id."""

    code: ClassVar[str] = "payments.unknown_transaction"

    def __init__(self) -> None:
        super().__init__("there is no such transaction")


class NotSubmittedByApp(FailedPrecondition):
    """An app pays for publishing what it submitted itself, and nothing else."""

    code: ClassVar[str] = "payments.not_submitted_by_app"

    def __init__(self) -> None:
        super().__init__("only the app that submitted the post may pay for its publication")


class PriceChanged(FailedPrecondition):
    """It costs something else now than the payer agreed to."""

    code: ClassVar[str] = "payments.price_changed"

    def __init__(self, *, agreed_rials: int, cost_rials: int) -> None:
        super().__init__(f"the price is {cost_rials} rials now, not {agreed_rials}")
        self.agreed_rials = agreed_rials
        self.cost_rials = cost_rials


class ReferenceReported(Conflict):
    """The app reported a payment under this reference already."""

    code: ClassVar[str] = "payments.reference_reported"

    def __init__(self, reference_id: str) -> None:
        super().__init__(f"a payment was reported under reference_id {reference_id[:80]!r} already")


class NotInternal(Forbidden):
    """Only apps of the service type INTERNAL issue payment tickets."""

    code: ClassVar[str] = "payments.not_internal"

    def __init__(self) -> None:
        super().__init__("only apps of the service type INTERNAL issue payment tickets")


class UserNotNamed(Invalid):
    """A ticket is checked for somebody. Apps compare the message: it stays as it is."""

    code: ClassVar[str] = "payments.ticket_user_missing"

    def __init__(self) -> None:
        super().__init__("user_identifier is required")


class CostAboveTicket(Invalid):
    """The service costs more than is sponsored. The message stays as it is."""

    code: ClassVar[str] = "payments.ticket_too_small"

    def __init__(self) -> None:
        super().__init__("Actual cost is more than sponsored amount")


class OtherPersonsTicket(NotFound):
    """The ticket was issued to somebody else. The message stays as it is."""

    code: ClassVar[str] = "payments.ticket_of_other_person"

    def __init__(self) -> None:
        super().__init__("phone number not match with ticket phone")


class OtherServicesTicket(NotFound):
    """The ticket is for another kind of service. The message stays as it is."""

    code: ClassVar[str] = "payments.ticket_of_other_service"

    def __init__(self) -> None:
        super().__init__("App service_type not match ticket service_type")


class UnknownTicket(NotFound):
    """No such ticket was issued, or it is over, or spent. The message stays as it is."""

    code: ClassVar[str] = "payments.unknown_ticket"

    def __init__(self) -> None:
        super().__init__("Not found ticket")
