"""Payments in words: what was paid for, what became of it, what is refused."""

from collections.abc import Callable
from typing import Final

from dalan.domains import payments
from dalan.surfaces.html.i18n import marked

Translate = Callable[[str], str]

_OPERATIONS: Final[dict[payments.Operation, str]] = {
    "submit": marked("Publishing"),
    "bump": marked("Bump"),
    "renew": marked("Renewal"),
}
_STATES: Final[dict[payments.State, tuple[str, str]]] = {
    "pending": (marked("Under way"), "info"),
    "completed": (marked("Paid"), "success"),
    "failed": (marked("Refused, nothing was taken"), "danger"),
    "refunded": (marked("Given back"), "neutral"),
}


_MOVEMENTS: Final[dict[str, str]] = {
    "deposit": marked("Deposit"),
    "ticket": marked("Payment ticket"),
    "charge": marked("Paid by a person"),
    "charge_refund": marked("Given back to a person"),
    "refund": marked("Given back"),
    "world": marked("Begun with"),
}


def movement(_: Translate, kind: str) -> str:
    """Why an app's balance changed; kinds are the ledger's."""
    named = next((one for one in payments.OPERATIONS if one == kind), None)
    if named is not None:
        return operation(_, named)
    return _(_MOVEMENTS.get(kind, marked("Other")))


def operation(_: Translate, named: payments.Operation) -> str:
    """What was paid for."""
    return _(_OPERATIONS[named])


def state(_: Translate, named: payments.State) -> tuple[str, str]:
    """What became of a payment, and the kind of its badge."""
    text, kind = _STATES[named]
    return _(text), kind
