"""What is paid for: prices, transactions of apps and owners, tickets, reports of payments.

The room says what publishing, bumping and renewing a post costs, takes the money from an app's
balance or an owner's wallet in the unit of work that changes the post, and gives it back when the
post is never published. Money itself is moved and counted by ``ledger``; whole rials everywhere.
"""

from dalan.domains import posts, support
from dalan.domains.payments.balances import balance_rials, book_deposit, pay_in
from dalan.domains.payments.default_prices import FREE_POSTS, PRICES, default_price_rials
from dalan.domains.payments.errors import (
    CostAboveTicket,
    InvalidField,
    NotInternal,
    NotSubmittedByApp,
    OtherPersonsTicket,
    OtherServicesTicket,
    PriceChanged,
    ReferenceReported,
    TransactionExists,
    UnknownTicket,
    UnknownTransaction,
    UserNotNamed,
)
from dalan.domains.payments.events import TransactionChanged
from dalan.domains.payments.free_posts import (
    Quota,
    free_posts_left,
    free_quota_lines,
    free_quotas,
    remove_free_quota,
    set_free_quota,
    submit_is_free,
)
from dalan.domains.payments.listing import (
    EVERYTHING,
    PAGE_SIZE,
    PAGE_SIZE_MAX,
    Filter,
    Page,
    all_transactions_of,
    newest_transactions,
    statement_of,
    transaction,
    transactions_called,
    transactions_for,
    transactions_of,
)
from dalan.domains.payments.paying import (
    EXTRA_DETAILS_LENGTH_MAX,
    Order,
    Payer,
    by_balance,
    by_business,
    by_wallet,
    note_failure,
    order,
    pay,
    payment_id,
    transaction_of,
)
from dalan.domains.payments.pricing import (
    FOR_EVERYBODY,
    PRICE_MAX_RIALS,
    Cost,
    Offer,
    cost,
    offer,
    offers,
    price_lines,
    remove_price,
    set_price,
)
from dalan.domains.payments.purging import purge
from dalan.domains.payments.refunding import refund, refund_unpublished
from dalan.domains.payments.reporting import report_payment, reports_of_app, reports_of_person
from dalan.domains.payments.tables import (
    OPERATIONS,
    STATES,
    FreeQuota,
    Operation,
    PayerKind,
    Price,
    Report,
    State,
    Ticket,
    Transaction,
)
from dalan.domains.payments.tickets import (
    check_ticket,
    check_user_named,
    issue_ticket,
    spend_ticket,
    ticket_for,
    tickets_of,
)
from dalan.kernel.outbox import Listeners


def listeners() -> Listeners:
    """Who listens in this room, for the composition root's worker."""
    return {
        posts.PostChangedState.kind: (("payments.refund_unpublished", refund_unpublished),),
        support.DepositConfirmed.kind: (("payments.book_deposit", book_deposit),),
    }


__all__ = [
    "EVERYTHING",
    "EXTRA_DETAILS_LENGTH_MAX",
    "FOR_EVERYBODY",
    "FREE_POSTS",
    "OPERATIONS",
    "PAGE_SIZE",
    "PAGE_SIZE_MAX",
    "PRICES",
    "PRICE_MAX_RIALS",
    "STATES",
    "Cost",
    "CostAboveTicket",
    "Filter",
    "FreeQuota",
    "InvalidField",
    "NotInternal",
    "NotSubmittedByApp",
    "Offer",
    "Operation",
    "Order",
    "OtherPersonsTicket",
    "OtherServicesTicket",
    "Page",
    "Payer",
    "PayerKind",
    "Price",
    "PriceChanged",
    "Quota",
    "ReferenceReported",
    "Report",
    "State",
    "Ticket",
    "Transaction",
    "TransactionChanged",
    "TransactionExists",
    "UnknownTicket",
    "UnknownTransaction",
    "UserNotNamed",
    "all_transactions_of",
    "balance_rials",
    "book_deposit",
    "by_balance",
    "by_business",
    "by_wallet",
    "check_ticket",
    "check_user_named",
    "cost",
    "default_price_rials",
    "free_posts_left",
    "free_quota_lines",
    "free_quotas",
    "issue_ticket",
    "listeners",
    "newest_transactions",
    "note_failure",
    "offer",
    "offers",
    "order",
    "pay",
    "pay_in",
    "payment_id",
    "price_lines",
    "purge",
    "refund",
    "refund_unpublished",
    "remove_free_quota",
    "remove_price",
    "report_payment",
    "reports_of_app",
    "reports_of_person",
    "set_free_quota",
    "set_price",
    "spend_ticket",
    "statement_of",
    "submit_is_free",
    "ticket_for",
    "tickets_of",
    "transaction",
    "transaction_of",
    "transactions_called",
    "transactions_for",
    "transactions_of",
]
