"""A charge from the app's question to the app's money.

The app asks, the person pays from their wallet, the app takes it. Between the last two the money
is nobody's to spend: it stands in an account of its own, and goes back to the person when the app
does not take it in time. Source: kenar.md 5.7, the wallet interface of 2025; decision 0028.
"""

from datetime import timedelta
from typing import Final

import msgspec

from dalan.domains import developers, ledger
from dalan.domains.charges import queries
from dalan.domains.charges.errors import (
    ChargeOver,
    InvalidField,
    NotPaid,
    OnlyOwnTeam,
    TooManyOpen,
    UnknownCharge,
)
from dalan.domains.charges.tables import Charge
from dalan.kernel import clock, randomness
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.text import TextTooLong, clean

AMOUNT_MIN_RIALS: Final = 1_000
AMOUNT_MAX_RIALS: Final = 1_000_000_000
"""What one card payment may be: more could hardly be put into a wallet for it."""

DESCRIPTION_LENGTH_MAX: Final = 200
TOKEN_LENGTH_MAX: Final = 64

PAY_WITHIN: Final = timedelta(minutes=30)
TAKE_WITHIN: Final = timedelta(days=1)
"""Our choices: the sources name no times."""

OPEN_MAX: Final = 20
ENDED_AT_ONCE: Final = 100
SHOWN_MAX: Final = 10
EXPORTED_MAX: Final = 10_000

HELD_BY: Final = 0
"""``holder_id`` of the wallet that is nobody's: what was paid and not taken yet."""


async def ask(
    tx: WriteTransaction,
    *,
    app: developers.App,
    person_id: int,
    amount_rials: int,
    description: str,
    return_url: str,
    policy: developers.AddressPolicy,
) -> Charge:
    """Ask a person for money. ``return_url`` is where they go afterwards. No money moves.

    Raises ``InvalidField`` (``amount_rials``, ``description``, ``redirect_url``), ``OnlyOwnTeam``
    and ``TooManyOpen``.
    """
    if not AMOUNT_MIN_RIALS <= amount_rials <= AMOUNT_MAX_RIALS:
        raise InvalidField("amount_rials", f"from {AMOUNT_MIN_RIALS} to {AMOUNT_MAX_RIALS}")
    said = _description(description)
    try:
        developers.check_address("redirect_url", return_url, policy=policy)
    except developers.InvalidField as error:
        raise InvalidField("redirect_url", "must be an https address") from error
    if app.is_development and not await developers.is_member(tx, app.id, person_id):
        raise OnlyOwnTeam
    now = clock.now()
    waiting = await queries.open_count.scalar(tx, app_id=app.id, person_id=person_id, at=now)
    if waiting >= OPEN_MAX:
        raise TooManyOpen(most=OPEN_MAX, retry_after_seconds=int(PAY_WITHIN.total_seconds()))
    return await queries.add.one(
        tx,
        token=randomness.token_urlsafe(18),
        app_id=app.id,
        person_id=person_id,
        amount_rials=amount_rials,
        description=said,
        return_url=return_url,
        state="created",
        asked_at=now,
        ends_at=now + PAY_WITHIN,
    )


async def of_app(tx: ReadTransaction, token: str, *, app_id: int) -> Charge:
    """An app's own charge, as it stands now. Raises ``UnknownCharge``, for others' too."""
    found = await _by_token(tx, token)
    if found.app_id != app_id:
        raise UnknownCharge
    return found


async def for_person(tx: ReadTransaction, token: str, *, person_id: int) -> Charge:
    """A charge on this person, as it stands now. Raises ``UnknownCharge``, for others' too."""
    found = await _by_token(tx, token)
    if found.person_id != person_id:
        raise UnknownCharge
    return found


async def pay(tx: WriteTransaction, token: str, *, person_id: int) -> Charge:
    """Pay it from the person's wallet; paying again changes nothing. The caller owns the
    transaction.

    Raises ``UnknownCharge``, ``ChargeOver`` and ``ledger.InsufficientFunds``.
    """
    seen = await for_person(tx, token, person_id=person_id)
    now = clock.now()
    paid = await queries.pay.one_or_none(
        tx, charge_id=seen.id, at=now, take_until=now + TAKE_WITHIN
    )
    if paid is None:
        meanwhile = await _by_token(tx, token)
        if meanwhile.state == "over":
            raise ChargeOver
        return meanwhile
    await ledger.transfer(
        tx,
        reference=paid.reference,
        kind="charge",
        sides=[
            ledger.Side("wallet", paid.person_id, -paid.amount_rials),
            ledger.Side("wallet", HELD_BY, paid.amount_rials),
        ],
        note=paid.description,
    )
    return paid


async def decline(tx: WriteTransaction, token: str, *, person_id: int) -> Charge:
    """The person will not pay it; once it is paid, or over, this changes nothing.

    Raises ``UnknownCharge``.
    """
    seen = await for_person(tx, token, person_id=person_id)
    if seen.state != "created":
        return seen
    ended = await queries.end.one_or_none(
        tx, charge_id=seen.id, seen_state="created", at=clock.now()
    )
    return ended or await _by_token(tx, token)


async def take(tx: WriteTransaction, token: str, *, app_id: int) -> Charge:
    """Give the app what was paid; taking again changes nothing. The caller owns the transaction.

    Raises ``UnknownCharge``, ``NotPaid`` and ``ChargeOver``.
    """
    seen = await of_app(tx, token, app_id=app_id)
    taken = await queries.take.one_or_none(tx, charge_id=seen.id, at=clock.now())
    if taken is None:
        meanwhile = await _by_token(tx, token)
        if meanwhile.state == "taken":
            return meanwhile
        raise NotPaid if meanwhile.state == "created" else ChargeOver
    await ledger.transfer(
        tx,
        reference=f"{taken.reference}:taken",
        kind="charge",
        sides=[
            ledger.Side("wallet", HELD_BY, -taken.amount_rials),
            ledger.Side("app", taken.app_id, taken.amount_rials),
        ],
        note=taken.description,
    )
    return taken


async def end_due(tx: WriteTransaction) -> int:
    """End what nobody paid, or no app took, in time; what was paid goes back. A batch at a time;
    answers how many."""
    now = clock.now()
    due = await queries.due.all(tx, at=now, count=ENDED_AT_ONCE)
    for one in due:
        ended = await queries.end.one_or_none(tx, charge_id=one.id, seen_state=one.state, at=now)
        if ended is not None and ended.paid_at is not None:
            await ledger.reverse(
                tx,
                of_reference=ended.reference,
                reference=f"{ended.reference}:back",
                kind="charge_back",
                note=ended.description,
            )
    return len(due)


async def waiting_for(tx: ReadTransaction, person_id: int) -> list[Charge]:
    """What a person may pay now, newest first."""
    return await queries.waiting_for.all(tx, person_id=person_id, at=clock.now(), count=SHOWN_MAX)


async def everything_of(tx: ReadTransaction, person_id: int) -> list[Charge]:
    """All that a person was asked for, for handing over to them."""
    return await queries.of_person.all(tx, person_id=person_id, count=EXPORTED_MAX)


async def purge(tx: WriteTransaction, *, keep: timedelta) -> int:
    """Forget charges that ended longer ago and were never paid; those that were stay, as the
    books do. Answers how many."""
    return await queries.forget_never_paid.execute(tx, before=clock.now() - keep)


async def called(tx: ReadTransaction, token: str) -> Charge | None:
    """The charge of that public name as it is written down; None for what no name is."""
    if not 0 < len(token) <= TOKEN_LENGTH_MAX or "\0" in token:
        return None
    return await queries.by_token.one_or_none(tx, wanted=token)


async def _by_token(tx: ReadTransaction, token: str) -> Charge:
    """As it stands now: over from the moment its time is, whether anybody ended it or not."""
    found = await called(tx, token)
    if found is None:
        raise UnknownCharge
    if found.state in ("created", "paid") and found.ends_at <= clock.now():
        return msgspec.structs.replace(found, state="over")
    return found


def _description(text: str) -> str:
    try:
        said = clean(text, longest=DESCRIPTION_LENGTH_MAX)
    except TextTooLong:
        said = ""
    if not said:
        raise InvalidField("description", f"from 1 to {DESCRIPTION_LENGTH_MAX} characters")
    return said
