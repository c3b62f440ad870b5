"""A person's bank accounts: added by card or sheba, confirmed by a code, verified by who they are.

Numbers lie in sealed boxes. An account begins temporary; nobody but a proof makes it verified,
and whoever changes its numbers has to prove them again.
"""

from datetime import date, datetime, timedelta
from typing import Final, Literal

import msgspec

from dalan.domains.identity import papers
from dalan.domains.identity import proof_queries as queries
from dalan.domains.identity.codes import IssuedCode, NoLiveCode, WrongCode
from dalan.domains.identity.outside_numbers import draw_number
from dalan.domains.identity.people import person
from dalan.domains.identity.proof_codes import (
    ProofRules,
    is_alive,
    issue_proof_code,
    last_code,
    spend_proof_code,
)
from dalan.domains.identity.proof_errors import (
    AccountExists,
    AccountNotConfirmed,
    AlreadyVerified,
    IdentityDiffers,
    NoSuchBankAccount,
    NumbersMissing,
    StatusNotTheirs,
    TooManyAccounts,
)
from dalan.domains.identity.proof_tables import BankAccountRow, BankAccountStatus
from dalan.domains.identity.proving import check_same, proof_of
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.text import clean

ACCOUNTS_MAX: Final = 20
OWNER_LENGTH_MAX: Final = 100
NUMBER_LENGTH_MAX: Final = 40

_PURPOSE: Final = "bank account"


class BankNumbers(msgspec.Struct, frozen=True, kw_only=True):
    """What the box of an account holds; "" for what was not given.

    ``national_code`` and ``birthday`` are its owner's as they were claimed when it was added.
    """

    card: str = ""
    sheba: str = ""
    owner: str = ""
    bank: str = ""
    account_number: str = ""
    sheba_status: str = ""
    national_code: str = ""
    birthday: date | None = None


class BankAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A bank account in clear: not for logs. ``verified_by`` is None until it is verified."""

    id: int
    person_id: int
    numbers: BankNumbers
    status: BankAccountStatus
    verified_by: Literal["system", "operator"] | None
    is_default: bool
    confirmed_at: datetime | None
    created_at: datetime
    updated_at: datetime


async def bank_accounts(tx: ReadTransaction, person_id: int, *, keys: Keyring) -> list[BankAccount]:
    """A person's accounts, oldest first."""
    found = await queries.bank_accounts_of.all(tx, of_person=person_id)
    return [_opened(row, keys) for row in found]


async def add_bank_account(
    tx: WriteTransaction,
    *,
    person_id: int,
    card: str | None,
    sheba: str | None,
    owner: str = "",
    national_code: str | None = None,
    birthday: str | None = None,
    strict: bool,
    rules: ProofRules,
    keys: Keyring,
) -> tuple[BankAccount, IssuedCode]:
    """A temporary account, and the code for the person's own phone that confirms it.

    Adding the same numbers again sends a new code once the older one is dead, unless the account
    is verified: then, and while a code is alive, it raises ``AccountExists``. Raises besides what
    ``papers`` raises, ``NumbersMissing``, ``IdentityDiffers``, ``TooManyAccounts`` and
    ``TooManyCodes``; nothing is changed then.
    """
    numbers = _read(
        BankNumbers(
            card=card or "",
            sheba=sheba or "",
            owner=clean(owner, longest=OWNER_LENGTH_MAX),
            national_code=papers.national_code(national_code, strict=strict)
            if national_code
            else "",
            birthday=papers.birthday(birthday) if birthday else None,
        ),
        strict=strict,
    )
    if numbers.national_code:
        proof = await proof_of(tx, person_id, keys=keys)
        check_same(proof, national_code=numbers.national_code, birthday=numbers.birthday)
    await queries.lock_person.execute(tx, of_person=person_id)
    now = clock.now()
    held = await bank_accounts(tx, person_id, keys=keys)
    same = _with_same_numbers(held, numbers)
    if same is not None:
        code = await last_code(tx, person_id=person_id, purpose="bank_account")
        if same.status == "verified" or is_alive(code, str(same.id), rules, now):
            raise AccountExists(field="card_number" if numbers.card else "sheba_number")
        account = msgspec.structs.replace(
            same, numbers=_merged(same.numbers, numbers), confirmed_at=None, updated_at=now
        )
        await _keep(tx, account, keys)
    else:
        if len(held) >= ACCOUNTS_MAX:
            raise TooManyAccounts(most=ACCOUNTS_MAX)
        account = await _added(tx, person_id, numbers, keys)
    issued = await issue_proof_code(
        tx,
        person_id=person_id,
        purpose="bank_account",
        subject=str(account.id),
        phone=(await person(tx, person_id)).phone,
        rules=rules,
        keys=keys,
    )
    return account, issued


async def confirm_bank_account(
    tx: WriteTransaction,
    *,
    person_id: int,
    number: str,
    code: str,
    rules: ProofRules,
    keys: Keyring,
) -> BankAccount | WrongCode | NoLiveCode:
    """Try the code for the account with that card or sheba; answers the account when it is right.

    Every guess counts, so the caller commits whatever the answer is. Raises
    ``NoSuchBankAccount``.
    """
    account = await _by_number(tx, person_id, number, keys)
    refused = await spend_proof_code(
        tx,
        person_id=person_id,
        purpose="bank_account",
        subject=str(account.id),
        code=code,
        rules=rules,
        keys=keys,
    )
    if refused is not None:
        return refused
    now = clock.now()
    account = msgspec.structs.replace(account, confirmed_at=now, updated_at=now)
    await _keep(tx, account, keys)
    return account


async def verify_bank_account(
    tx: WriteTransaction,
    *,
    person_id: int,
    account_id: int,
    national_code: str,
    birthday: str,
    strict: bool,
    keys: Keyring,
) -> BankAccount:
    """A confirmed account becomes verified when its owner says who they are.

    The first verified one is the default from then on. Raises ``NoSuchBankAccount``,
    ``AlreadyVerified``, ``AccountNotConfirmed``, what ``papers`` raises, and ``IdentityDiffers``
    when the person, or whoever added the account, claimed to be somebody else.
    """
    code = papers.national_code(national_code, strict=strict)
    born_on = papers.birthday(birthday)
    await queries.lock_person.execute(tx, of_person=person_id)
    held = await bank_accounts(tx, person_id, keys=keys)
    account = _by_id(held, account_id)
    if account.status == "verified":
        raise AlreadyVerified
    if account.confirmed_at is None:
        raise AccountNotConfirmed
    check_same(await proof_of(tx, person_id, keys=keys), national_code=code, birthday=born_on)
    claimed = account.numbers
    if (claimed.national_code and claimed.national_code != code) or (
        claimed.birthday and claimed.birthday != born_on
    ):
        raise IdentityDiffers
    account = msgspec.structs.replace(
        account,
        numbers=msgspec.structs.replace(claimed, national_code=code, birthday=born_on),
        status="verified",
        verified_by="system",
        is_default=not any(one.is_default for one in held),
        updated_at=clock.now(),
    )
    await _keep(tx, account, keys)
    return account


async def change_bank_account(
    tx: WriteTransaction,
    *,
    person_id: int,
    account_id: int,
    sheba: str,
    owner: str,
    status: BankAccountStatus,
    card: str | None = None,
    bank: str | None = None,
    sheba_status: str | None = None,
    account_number: str | None = None,
    strict: bool,
    keys: Keyring,
) -> BankAccount:
    """Change an account; what is None stays as it is.

    With another card, sheba or owner it has to be confirmed and verified again, whatever
    ``status`` says. Raises ``NoSuchBankAccount``, ``AccountExists``, what ``papers`` raises, and
    ``StatusNotTheirs`` when ``status`` would make an account verified that is not.
    """
    await queries.lock_person.execute(tx, of_person=person_id)
    held = await bank_accounts(tx, person_id, keys=keys)
    before = _by_id(held, account_id)
    numbers = _read(
        msgspec.structs.replace(
            before.numbers,
            card=before.numbers.card if card is None else card,
            sheba=sheba,
            owner=clean(owner, longest=OWNER_LENGTH_MAX),
            bank="" if bank is None else clean(bank, longest=OWNER_LENGTH_MAX),
            account_number=before.numbers.account_number
            if account_number is None
            else clean(account_number, longest=NUMBER_LENGTH_MAX),
            sheba_status=before.numbers.sheba_status
            if sheba_status is None
            else clean(sheba_status, longest=NUMBER_LENGTH_MAX),
        ),
        strict=strict,
    )
    others = [one for one in held if one.id != account_id]
    if (same := _with_same_numbers(others, numbers)) is not None:
        is_card = bool(numbers.card) and same.numbers.card == numbers.card
        raise AccountExists(field="card_number" if is_card else "sheba_number")
    as_before = (
        before.numbers.sheba in ("", numbers.sheba)
        and before.numbers.card in ("", numbers.card)
        and before.numbers.owner in ("", numbers.owner)
    )
    if status == "verified" and before.status != "verified":
        raise StatusNotTheirs
    if before.status == "verified" and not as_before:
        status = "unverified"
    stays = status == "verified"
    account = msgspec.structs.replace(
        before,
        numbers=numbers,
        status=status,
        verified_by=before.verified_by if stays else None,
        is_default=before.is_default and stays,
        confirmed_at=before.confirmed_at if as_before else None,
        updated_at=clock.now(),
    )
    await _keep(tx, account, keys)
    return account


async def remove_bank_account(
    tx: WriteTransaction, *, person_id: int, account_id: int, keys: Keyring
) -> list[BankAccount]:
    """Take an account away; answers those that are left, of which the oldest verified one is
    the default when it was the one taken away. Raises ``NoSuchBankAccount``."""
    await queries.lock_person.execute(tx, of_person=person_id)
    if not await queries.remove_bank_account.execute(
        tx, account_id=account_id, of_person=person_id
    ):
        raise NoSuchBankAccount
    left = await bank_accounts(tx, person_id, keys=keys)
    heir = next((one for one in left if one.status == "verified"), None)
    if heir is not None and not any(one.is_default for one in left):
        await _keep(tx, msgspec.structs.replace(heir, is_default=True), keys)
        return await bank_accounts(tx, person_id, keys=keys)
    return left


async def purge_proofs(
    tx: WriteTransaction, *, codes_days: int, temporary_accounts_days: int
) -> int:
    """Forget codes so many days after they expired, and accounts that stayed temporary for so
    long; answers how many. For a worker, about daily."""
    now = clock.now()
    codes = await queries.purge_proof_codes.execute(tx, before=now - timedelta(days=codes_days))
    return codes + await queries.purge_temporary_accounts.execute(
        tx, before=now - timedelta(days=temporary_accounts_days)
    )


def _read(numbers: BankNumbers, *, strict: bool) -> BankNumbers:
    """The numbers as they are kept. Raises what ``papers`` raises, and ``NumbersMissing``."""
    if not numbers.card and not numbers.sheba:
        raise NumbersMissing
    card = papers.card(numbers.card, strict=strict) if numbers.card else ""
    sheba = papers.sheba(numbers.sheba, strict=strict) if numbers.sheba else ""
    bank = numbers.bank or papers.bank_name(card_number=card, sheba_number=sheba)
    return msgspec.structs.replace(numbers, card=card, sheba=sheba, bank=bank)


def _merged(before: BankNumbers, given: BankNumbers) -> BankNumbers:
    changes = {
        name: value for name in BankNumbers.__struct_fields__ if (value := getattr(given, name))
    }
    return msgspec.structs.replace(before, **changes)


def _with_same_numbers(held: list[BankAccount], numbers: BankNumbers) -> BankAccount | None:
    for one in held:
        if numbers.card and one.numbers.card == numbers.card:
            return one
        if numbers.sheba and one.numbers.sheba == numbers.sheba:
            return one
    return None


async def _by_number(
    tx: WriteTransaction, person_id: int, number: str, keys: Keyring
) -> BankAccount:
    asked = papers.sheba(number, strict=False) if _is_sheba(number) else None
    asked = asked or papers.card(number, strict=False)
    for one in await bank_accounts(tx, person_id, keys=keys):
        if asked in (one.numbers.card, one.numbers.sheba):
            return one
    raise NoSuchBankAccount


def _is_sheba(number: str) -> bool:
    return number.strip()[:2].upper() == "IR"


def _by_id(held: list[BankAccount], account_id: int) -> BankAccount:
    for one in held:
        if one.id == account_id:
            return one
    raise NoSuchBankAccount


async def _added(
    tx: WriteTransaction, person_id: int, numbers: BankNumbers, keys: Keyring
) -> BankAccount:
    now = clock.now()
    while True:
        account = BankAccount(
            id=draw_number(),
            person_id=person_id,
            numbers=numbers,
            status="temporary",
            verified_by=None,
            is_default=False,
            confirmed_at=None,
            created_at=now,
            updated_at=now,
        )
        kept = await queries.add_bank_account.scalar(
            tx,
            id=account.id,
            person_id=person_id,
            box=_sealed(account, keys),
            status=account.status,
            is_default=False,
            created_at=now,
            updated_at=now,
        )
        if kept is not None:
            return account


async def _keep(tx: WriteTransaction, account: BankAccount, keys: Keyring) -> None:
    await queries.change_bank_account.execute(
        tx,
        account_id=account.id,
        box=_sealed(account, keys),
        status=account.status,
        verified_by=account.verified_by,
        is_default=account.is_default,
        confirmed_at=account.confirmed_at,
        updated_at=account.updated_at,
    )


def _sealed(account: BankAccount, keys: Keyring) -> bytes:
    return keys.seal(msgspec.json.encode(account.numbers), _PURPOSE, str(account.id).encode())


def _opened(row: BankAccountRow, keys: Keyring) -> BankAccount:
    box = keys.open_sealed(row.box, _PURPOSE, str(row.id).encode())
    # Sealed under a secret that was given up since: the account is there, its numbers are not.
    numbers = msgspec.json.decode(box, type=BankNumbers) if box else BankNumbers()
    return BankAccount(
        id=row.id,
        person_id=row.person_id,
        numbers=numbers,
        status=row.status,
        verified_by=row.verified_by,
        is_default=row.is_default,
        confirmed_at=row.confirmed_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
