"""What apps report of money people paid in them, for sharing revenue. None of it is ours.

Source: kenar.md 5.7, user-payments.
"""

from collections.abc import Sequence

from dalan.domains import ledger
from dalan.domains.payments import queries
from dalan.domains.payments.errors import InvalidField, ReferenceReported
from dalan.domains.payments.tables import Report
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction

REFERENCE_LENGTH_MAX = 200
SERVICES_MAX = 50
SERVICE_LENGTH_MAX = 100


async def report_payment(
    tx: WriteTransaction,
    *,
    app_id: int,
    person_id: int,
    reference_id: str,
    amount_rials: int,
    profit_rials: int,
    services: Sequence[str],
) -> None:
    """Write down what somebody paid in an app, and what of it is the app's profit.

    Raises ``InvalidField`` naming the field, and ``ReferenceReported`` when the app used the
    reference before, for whomever.
    """
    if not 0 < amount_rials <= ledger.AMOUNT_MAX_RIALS:
        raise InvalidField("amount_rials", f"from 1 to {ledger.AMOUNT_MAX_RIALS}")
    if not 0 <= profit_rials <= amount_rials:
        raise InvalidField("profit_rials", "from 0 to amount_rials")
    if not reference_id.strip() or len(reference_id) > REFERENCE_LENGTH_MAX:
        raise InvalidField("reference_id", f"from 1 to {REFERENCE_LENGTH_MAX} characters")
    if not services or len(services) > SERVICES_MAX:
        raise InvalidField("services", f"from 1 to {SERVICES_MAX} slugs")
    if any(not slug.strip() or len(slug) > SERVICE_LENGTH_MAX for slug in services):
        raise InvalidField("services", f"each from 1 to {SERVICE_LENGTH_MAX} characters")
    added = await queries.add_report.scalar(
        tx,
        app_id=app_id,
        reference_id=reference_id,
        person_id=person_id,
        amount_rials=amount_rials,
        profit_rials=profit_rials,
        services=list(services),
        reported_at=clock.now(),
    )
    if added is None:
        raise ReferenceReported(reference_id)


async def reports_of_person(tx: ReadTransaction, person_id: int, *, limit: int) -> list[Report]:
    """What apps said a person paid in them, newest first."""
    return await queries.reports_of_person.all(tx, person_id=person_id, count=limit)


async def reports_of_app(tx: ReadTransaction, app_id: int, *, limit: int) -> list[Report]:
    """What an app said people paid in it, newest first."""
    return await queries.reports_of_app.all(tx, app_id=app_id, count=limit)
