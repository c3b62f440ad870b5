"""Messages about prices, transactions, reports and tickets. Reference 5.7 and 5.9.

64-bit numbers go out as text; they are taken as text or as numbers. All amounts are rials.
"""

from datetime import datetime
from typing import Any, Literal

from msgspec import UNSET, UnsetType

from dalan.surfaces.kenar.wire.common import Answer, Given

TransactionState = Literal[
    "TRANSACTION_STATE_PENDING",
    "TRANSACTION_STATE_COMPLETED",
    "TRANSACTION_STATE_FAILED",
    "TRANSACTION_STATE_REFUNDED",
]
TransactionType = Literal[
    "TRANSACTION_TYPE_REORDER", "TRANSACTION_TYPE_SUBMIT", "TRANSACTION_TYPE_RENEW"
]

Amount = str | int
"""A 64-bit number as clients send it."""


class PricingReorder(Answer, frozen=True):
    """``GetPostPricingResponseReorder``"""

    cost_rials: str = "0"
    available: bool = False


class PricingSubmit(Answer, frozen=True):
    """``GetPostPricingResponseSubmit``"""

    cost_rials: str = "0"
    available: bool = False


class PricingRenew(Answer, frozen=True):
    """``GetPostPricingResponseRenew``"""

    cost_rials: str = "0"
    available: bool = False


class GetPostPricingResponse(Answer, frozen=True):
    """``paymentGetPostPricingResponse``; the three are always there."""

    reorder: PricingReorder
    submit: PricingSubmit
    renew: PricingRenew


class PaymentBody(Given, frozen=True):
    """``PaymentReorderPostBody``, ``PaymentRenewPostBody`` and ``PaymentPublishUserPostBody``."""

    id: str = ""
    extra_details: str = ""


class Transaction(Answer, frozen=True):
    """``paymentTransaction``"""

    id: str
    app_slug: str
    created_at: datetime
    state: TransactionState
    type: TransactionType
    cost_rials: str = "0"
    extra_details: str = ""


class ReorderPostResponse(Answer, frozen=True):
    """``paymentReorderPostResponse``"""

    id: str
    cost_rials: str = "0"


class TransactionResponse(Answer, frozen=True):
    """``paymentRenewPostResponse``, ``paymentPublishUserPostResponse`` and
    ``paymentGetTransactionResponse``."""

    transaction: Transaction


class GetBalanceResponse(Answer, frozen=True):
    """``paymentGetBalanceResponse``; an empty balance is told too, for people look for it."""

    balance_rials: str


class TransactionsQuery(Given, frozen=True):
    """The fields of the query of ``Payment_ListTransactions``."""

    page_size: int | UnsetType = UNSET
    page_token: str | UnsetType = UNSET


class ListTransactionsResponse(Answer, frozen=True):
    """``paymentListTransactionsResponse``; no ``next_page_token`` on the last page."""

    transactions: list[Transaction] = []
    next_page_token: str = ""


class SubmitUserPaymentRequest(Given, frozen=True):
    """``paymentSubmitUserPaymentRequest``"""

    amount_rials: Amount
    profit_rials: Amount
    services: list[str]
    reference_id: str


class ValidateTicketRequest(Given, frozen=True):
    """``payment_ticketValidateRequest``"""

    ticket_uuid: str
    service_cost: Amount
    user_id: str = ""
    phone_number: str = ""


class ValidateTicketResponse(Answer, frozen=True):
    """``payment_ticketValidateResponse``"""

    issuer_payload: dict[str, Any] = {}


class GenerateTicketRequest(Given, frozen=True):
    """What an internal app says of the ticket it issues. ``phone`` is the older way to name the
    person; ``issuer_payload`` is given back to whoever validates the ticket."""

    service_type: str
    max_amount_sponsored: Amount
    divar_user_id: str = ""
    phone: str = ""
    issuer_payload: dict[str, Any] = {}


class GenerateTicketResponse(Answer, frozen=True):
    """The new ticket."""

    ticket_uuid: str


PromotionOperation = Literal[
    "PROMOTION_OPERATION_PUBLISH", "PROMOTION_OPERATION_REORDER", "PROMOTION_OPERATION_RENEW"
]
PayStatus = Literal["PAY_STATUS_PAID", "PAY_STATUS_FAILED", "PAY_STATUS_RECONCILING"]


class PayPostPromotionBody(Given, frozen=True):
    """``PaymentPayPostPromotionBody``; without ``is_personal`` the business pays."""

    operation: PromotionOperation
    id: str
    is_personal: bool = False


class PayPostPromotionResponse(Answer, frozen=True):
    """``paymentPayPostPromotionResponse``; ``paid_at`` only when it is paid."""

    status: PayStatus
    order_id: str
    amount_rials: str
    paid_at: datetime | UnsetType = UNSET
