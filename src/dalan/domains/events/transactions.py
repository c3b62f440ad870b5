"""A payment an app made was done, or given back. Source: reference/kenar.md 5.7 and 7.1."""

from collections.abc import Sequence

from dalan.domains import payments
from dalan.domains.events.kinds import Kind, Telling
from dalan.kernel import outbox
from dalan.kernel.db import WriteTransaction


async def _changed(_: WriteTransaction, recorded: outbox.Recorded) -> Sequence[Telling]:
    """The app through which it was asked for; what owners do on the site concerns no app."""
    fact = payments.TransactionChanged.of(recorded)
    return [] if fact.app_id is None else [Telling(app_id=fact.app_id, subject=fact)]


TRANSACTION = Kind("PAYMENT_TRANSACTION", {payments.TransactionChanged.kind: _changed})
