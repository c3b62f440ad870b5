"""What is done to a business, for the operators' audit log."""

from dalan.domains import audit
from dalan.kernel.db import WriteTransaction


async def note(
    tx: WriteTransaction, person_id: int, action: str, business_id: int, /, **facts: audit.Fact
) -> None:
    """Write down what somebody just did to a business, in the unit that did it."""
    subject = audit.Subject("business", str(business_id))
    await audit.record(tx, audit.Actor.person(person_id), action, subject, **facts)
