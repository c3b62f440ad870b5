"""Money a team says it paid in for its app, and an operator's yes or no.

What an app holds is the ledger's to say: ``payments`` hears of each ``DepositConfirmed`` and books
its id once. Source: kenar.md 1 (balance) and 2.6 (panel deposit).
"""

from collections.abc import Sequence
from uuid import UUID

from dalan.domains.support import files as kept_files
from dalan.domains.support import queries
from dalan.domains.support.errors import (
    AlreadyDecided,
    InvalidField,
    SameTransfer,
    TooMuch,
    UnknownDeposit,
)
from dalan.domains.support.events import DepositConfirmed
from dalan.domains.support.files import Prepared
from dalan.domains.support.tables import DEPOSIT_METHODS, Deposit, DepositState, File
from dalan.kernel import clock, outbox
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.text import TextTooLong, clean, fold_digits

AMOUNT_RIALS_MIN, AMOUNT_RIALS_MAX = 10_000, 1_000_000_000_000
TRACKING_LENGTH_MAX, NOTE_LENGTH_MAX = 40, 500
OPEN_DEPOSITS_MAX = 10
SHOWN_MAX = 100


async def ask_deposit(
    tx: WriteTransaction,
    app_id: int,
    *,
    deposit_id: str,
    person_id: int,
    amount_rials: int,
    method: str,
    tracking_number: str,
    note: str = "",
    receipt: Sequence[Prepared] = (),
) -> Deposit:
    """Ask for a balance to be topped up. ``deposit_id`` is a UUID of the caller: asking again with
    it answers the first request and changes nothing.

    Raises InvalidField (``deposit_id``, ``amount``, ``method``, ``tracking_number``, ``note``),
    SameTransfer when the team named this transfer before, TooMuch past ten that wait.
    """
    deposit_id = _uuid(deposit_id)
    earlier = await queries.deposit_by_id.one_or_none(tx, deposit_id=deposit_id)
    if earlier is not None:
        if earlier.app_id != app_id:
            raise InvalidField("deposit_id", "unknown")
        return earlier
    if not AMOUNT_RIALS_MIN <= amount_rials <= AMOUNT_RIALS_MAX:
        small = amount_rials < AMOUNT_RIALS_MIN
        raise InvalidField(
            "amount",
            "too_small" if small else "too_large",
            most=AMOUNT_RIALS_MIN if small else AMOUNT_RIALS_MAX,
        )
    if method not in DEPOSIT_METHODS:
        raise InvalidField("method", "unknown")
    number = tracking(tracking_number)
    said = _note("note", note)
    if len(await queries.lock_open_of_app.all(tx, app_id=app_id)) >= OPEN_DEPOSITS_MAX:
        raise TooMuch("open_deposits", OPEN_DEPOSITS_MAX)
    same = await queries.same_transfer.all(tx, method=method, tracking_number=number)
    if any(one.app_id == app_id for one in same):
        raise SameTransfer
    added = await queries.add_deposit.scalar(
        tx,
        id=deposit_id,
        app_id=app_id,
        asked_by_id=person_id,
        amount_rials=amount_rials,
        method=method,
        tracking_number=number,
        note=said,
        state="open",
        asked_at=clock.now(),
        decided_at=None,
        decided_by_id=None,
        answer="",
    )
    if added is not None:  # else another request of the same form was quicker
        await kept_files.keep(tx, app_id, receipt, deposit_id=deposit_id)
    return await queries.deposit_by_id.one(tx, deposit_id=deposit_id)


async def confirm_deposit(
    tx: WriteTransaction, deposit_id: str, *, by_id: int, answer: str = ""
) -> Deposit:
    """The money is there: the balance has it, and DepositConfirmed says so. Confirming again
    changes nothing and announces nothing.

    Raises UnknownDeposit, AlreadyDecided when it was refused or withdrawn, and SameTransfer when
    the transfer was confirmed for somebody already.
    """
    asked = await deposit(tx, deposit_id)
    same = await queries.lock_same_transfer.all(
        tx, method=asked.method, tracking_number=asked.tracking_number
    )
    held = next(one for one in same if one.id == deposit_id)
    if held.state == "confirmed":
        return held
    if held.state != "open":
        raise AlreadyDecided(held.state)
    if any(one.state == "confirmed" for one in same):
        raise SameTransfer
    confirmed = await _decide(tx, held, "confirmed", by_id=by_id, answer=_note("answer", answer))
    assert confirmed.decided_at is not None, "it was decided just now"
    await outbox.record(
        tx,
        DepositConfirmed(
            deposit_id=confirmed.id,
            app_id=confirmed.app_id,
            amount_rials=confirmed.amount_rials,
            confirmed_at=confirmed.decided_at,
        ),
    )
    return confirmed


async def refuse_deposit(
    tx: WriteTransaction, deposit_id: str, *, by_id: int, answer: str
) -> Deposit:
    """The money is not there; ``answer`` tells the team why. Raises UnknownDeposit,
    AlreadyDecided, InvalidField (``answer``)."""
    said = _note("answer", answer)
    if not said:
        raise InvalidField("answer", "required")
    held = await _held(tx, deposit_id)
    if held.state != "open":
        raise AlreadyDecided(held.state)
    return await _decide(tx, held, "refused", by_id=by_id, answer=said)


async def withdraw_deposit(tx: WriteTransaction, deposit_id: str, *, app_id: int) -> Deposit:
    """The team made a mistake; twice changes nothing. Raises UnknownDeposit, AlreadyDecided."""
    held = await _held(tx, deposit_id, app_id=app_id)
    if held.state == "withdrawn":
        return held
    if held.state != "open":
        raise AlreadyDecided(held.state)
    return await _decide(tx, held, "withdrawn", by_id=None, answer="")


async def deposit(tx: ReadTransaction, deposit_id: str) -> Deposit:
    """One deposit. Raises UnknownDeposit."""
    found = None
    if _is_uuid(deposit_id):
        found = await queries.deposit_by_id.one_or_none(tx, deposit_id=deposit_id)
    if found is None:
        raise UnknownDeposit
    return found


async def deposits_of(tx: ReadTransaction, app_id: int) -> list[Deposit]:
    """An app's deposits, the newest hundred, newest first."""
    return await queries.deposits_of_app.all(tx, app_id=app_id, most=SHOWN_MAX)


async def open_deposits(tx: ReadTransaction) -> list[Deposit]:
    """Deposits that wait, the longest waiting first, at most a hundred: an operator's queue."""
    return await queries.open_deposits.all(tx, most=SHOWN_MAX)


async def decided_deposits(tx: ReadTransaction) -> list[Deposit]:
    """The last hundred deposits that were answered or withdrawn."""
    return await queries.decided_deposits.all(tx, most=SHOWN_MAX)


async def open_deposits_count(tx: ReadTransaction) -> int:
    """How many deposits wait."""
    return int(await queries.open_deposits_count.scalar(tx))


async def named_elsewhere(tx: ReadTransaction, deposit: Deposit) -> list[Deposit]:
    """Other requests, of any app, that name the same bank transfer and were not refused."""
    same = await queries.same_transfer.all(
        tx, method=deposit.method, tracking_number=deposit.tracking_number
    )
    return [one for one in same if one.id != deposit.id]


async def receipts_of(tx: ReadTransaction, deposits: Sequence[Deposit]) -> dict[str, list[File]]:
    """The receipts of these deposits, by deposit."""
    found: dict[str, list[File]] = {}
    ids = [one.id for one in deposits]
    for file in await queries.files_of_deposits.all(tx, deposit_ids=ids) if ids else ():
        found.setdefault(file.deposit_id or "", []).append(file)
    return found


async def confirmed_rials(tx: ReadTransaction, app_id: int) -> int:
    """What was confirmed for an app, together, in rials; not what it holds."""
    return int(await queries.confirmed_rials.scalar(tx, app_id=app_id))


def tracking(number: str) -> str:
    """A bank's tracking number as it is compared: Latin digits and capitals, no spaces.

    Raises InvalidField.
    """
    kept = "".join(fold_digits(number).split()).upper()
    if not kept:
        raise InvalidField("tracking_number", "required")
    if len(kept) > TRACKING_LENGTH_MAX:
        raise InvalidField("tracking_number", "too_long", most=TRACKING_LENGTH_MAX)
    if not all(one.isascii() and (one.isalnum() or one in "-/.") for one in kept):
        raise InvalidField("tracking_number", "not_printable")
    return kept


async def _held(tx: WriteTransaction, deposit_id: str, *, app_id: int | None = None) -> Deposit:
    found = None
    if _is_uuid(deposit_id):
        found = await queries.lock_deposit.one_or_none(tx, deposit_id=deposit_id)
    if found is None or (app_id is not None and found.app_id != app_id):
        raise UnknownDeposit
    return found


async def _decide(
    tx: WriteTransaction, held: Deposit, state: DepositState, *, by_id: int | None, answer: str
) -> Deposit:
    await queries.decide_deposit.execute(
        tx,
        deposit_id=held.id,
        state=state,
        decided_at=clock.now(),
        decided_by_id=by_id,
        answer=answer,
    )
    return await queries.deposit_by_id.one(tx, deposit_id=held.id)


def _note(field: str, text: str) -> str:
    try:
        return clean(text, longest=NOTE_LENGTH_MAX, multiline=True)
    except TextTooLong as error:
        raise InvalidField(field, "too_long", most=NOTE_LENGTH_MAX) from error


def _uuid(text: str) -> str:
    if not _is_uuid(text):
        raise InvalidField("deposit_id", "unknown")
    return text


def _is_uuid(text: str) -> bool:
    """A UUID as we write it: other spellings of one would be other ids."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
