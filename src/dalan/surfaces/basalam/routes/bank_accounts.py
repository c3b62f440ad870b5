"""Bank accounts of the person of the token. Reference 4.2."""

from typing import Any, Final

from dalan.domains import identity
from dalan.domains.identity import BankAccountStatus, IssuedCode, NoLiveCode, WrongCode
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces.basalam.call import Call
from dalan.surfaces.basalam.errors import StaffOnly, misfit
from dalan.surfaces.basalam.routes import proofs
from dalan.surfaces.basalam.wire import bank_accounts as wire
from dalan.surfaces.basalam.wire import decode
from dalan.surfaces.basalam.wire.shapes import Named, moment
from dalan.surfaces.operations import Operation

READS: Final = ("customer.identity.read", "customer.profile.read", "vendor.profile.read")
WRITES: Final = ("customer.profile.write", "vendor.profile.write")

_STATUSES: Final[dict[BankAccountStatus, Named]] = {
    "verified": Named("احراز شده", 1),
    "unverified": Named("احراز نشده", 2),
    "temporary": Named("موقت", 6),
}
_STATUS_BY_VALUE: Final = {named.value: status for status, named in _STATUSES.items()}
_VERIFIED_BY: Final = {
    "system": Named("احراز شده توسط سیستم", 1),
    "operator": Named("احراز شده توسط ادمین", 2),
}
"""Source: ``bank_account_status`` and ``bank_verify_type`` of the reference's assets."""


async def list_bank_accounts(call: Call) -> list[wire.BankAccount]:
    """The person's bank accounts, oldest first."""
    await call.require_self(call.look)
    held = await identity.bank_accounts(call.look, call.person_id, keys=call.services.keys)
    return await _spelled(call, call.look, held)


async def create_bank_account(call: Call) -> wire.BankAccount:
    """Add a temporary account by card or sheba, and send the code that confirms it."""
    body = call.body(wire.UserCards)
    for name in ("bank_account_status", "verify_type", "operator_id"):
        if getattr(body, name) is not None:
            raise StaffOnly(name)

    async def work(tx: WriteTransaction) -> tuple[wire.BankAccount, IssuedCode]:
        account, issued = await identity.add_bank_account(
            tx,
            person_id=call.person_id,
            card=_text(body.card_number),
            sheba=_text(body.sheba_number),
            owner=body.sheba_owner or "",
            national_code=_text(body.national_code),
            birthday=body.birthday,
            strict=call.services.settings.identity_checks_strict,
            rules=proofs.rules_of(call),
            keys=call.services.keys,
        )
        (spelled,) = await _spelled(call, tx, [account])
        return spelled, issued

    answer: wire.BankAccount
    answer, issued = await proofs.in_own_unit(call, work)
    await proofs.send(call, issued, "bank_account")
    return answer


async def confirm_bank_account(call: Call) -> wire.BankAccount:
    """Take the code that was sent for the account of that card (or sheba)."""
    body = call.body(wire.UserCardsOtp)
    code = decode.digits(body.otp_code, "body", "otp_code")

    async def work(tx: WriteTransaction) -> wire.BankAccount | WrongCode | NoLiveCode:
        done = await identity.confirm_bank_account(
            tx,
            person_id=call.person_id,
            number=decode.text(body.card_number),
            code=code,
            rules=proofs.rules_of(call),
            keys=call.services.keys,
        )
        if isinstance(done, WrongCode | NoLiveCode):
            return done
        return (await _spelled(call, tx, [done]))[0]

    done: wire.BankAccount | WrongCode | NoLiveCode = await proofs.in_own_unit(call, work)
    if isinstance(done, WrongCode | NoLiveCode):
        raise proofs.refuse(done, field="otp_code")
    return done


async def verify_bank_account(call: Call) -> wire.BankAccount:
    """Take its owner's national code and birthday; the account is verified from then on."""
    body = call.body(wire.VerifyBankInformation)
    await call.require_self(call.unit)
    account = await identity.verify_bank_account(
        call.unit,
        person_id=call.person_id,
        account_id=_bounded(body.bank_information_id),
        national_code=decode.text(body.national_code),
        birthday=body.birthday,
        strict=call.services.settings.identity_checks_strict,
        keys=call.services.keys,
    )
    return (await _spelled(call, call.unit, [account]))[0]


async def update_bank_account(call: Call) -> wire.BankAccount:
    """Change an account; with other numbers it has to be confirmed and verified again."""
    body = call.body(wire.UpdateBankInformation)
    status = _STATUS_BY_VALUE.get(body.status)
    if status is None:
        known = ", ".join(str(value) for value in _STATUS_BY_VALUE)
        raise misfit("body", "status", msg=f"one of {known}", kind="type_error.enum")
    if "user_id" in call.path:
        await call.require_self(call.unit)
    account = await identity.change_bank_account(
        call.unit,
        person_id=call.person_id,
        account_id=call.id_of("bank_account_id"),
        sheba=decode.text(body.sheba_number),
        owner=body.account_owner,
        status=status,
        card=_text(body.card_number),
        bank=body.bank_name,
        sheba_status=body.sheba_status,
        account_number=_text(body.bank_account_number),
        strict=call.services.settings.identity_checks_strict,
        keys=call.services.keys,
    )
    return (await _spelled(call, call.unit, [account]))[0]


async def delete_bank_account(call: Call) -> list[wire.BankAccount]:
    """Take an account away; answers those that are left."""
    await call.require_self(call.unit)
    left = await identity.remove_bank_account(
        call.unit,
        person_id=call.person_id,
        account_id=call.id_of("bank_account_id"),
        keys=call.services.keys,
    )
    return await _spelled(call, call.unit, left)


async def _spelled(
    call: Call, tx: ReadTransaction, accounts: list[identity.BankAccount]
) -> list[wire.BankAccount]:
    user_id = (await identity.number_of(tx, call.person_id)).number
    return [_account(one, user_id, in_full=call.prefers == "full") for one in accounts]


def _account(one: identity.BankAccount, user_id: int, *, in_full: bool) -> wire.BankAccount:
    numbers = one.numbers
    card = numbers.card if in_full or not numbers.card else identity.masked_card(numbers.card)
    return wire.BankAccount(
        id=one.id,
        bank_information_id=one.id,
        user_id=user_id,
        card_number=card or None,
        sheba_number=numbers.sheba or None,
        account_owner=numbers.owner or None,
        bank_name=numbers.bank or None,
        bank_account_number=numbers.account_number or None,
        bank_account_status=_STATUSES[one.status],
        verify_type=None if one.verified_by is None else _VERIFIED_BY[one.verified_by],
        sheba_status=numbers.sheba_status or None,
        is_default=one.is_default,
        created_at=moment(one.created_at),
        updated_at=moment(one.updated_at),
    )


def _text(value: str | int | None) -> str | None:
    return None if value is None else decode.text(value)


def _bounded(account_id: int) -> int:
    if not 0 < account_id <= decode.ID_MAX:
        raise identity.NoSuchBankAccount
    return account_id


def _path(*names: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "integer"}}
        for name in names
    ]


_PREFER: Final = {"name": "prefer", "in": "header", "schema": {"type": ["string", "null"]}}

OPERATIONS = (
    Operation(
        method="GET",
        paths=("/v1/users/{user_id}/bank-accounts", "/v3/users/{user_id}/bank-information"),
        handle=list_bank_accounts,
        answer=list[wire.BankAccount],
        scopes=READS,
        tag="Bank accounts",
        extra={"parameters": [*_path("user_id"), _PREFER]},
    ),
    Operation(
        method="POST",
        paths=("/v1/users/{user_id}/bank-accounts", "/v3/users/{user_id}/bank-information"),
        handle=create_bank_account,
        body=wire.UserCards,
        answer=wire.BankAccount,
        scopes=WRITES,
        access="own",
        tag="Bank accounts",
        extra={"parameters": [*_path("user_id"), _PREFER]},
    ),
    Operation(
        method="POST",
        paths=(
            "/v1/users/{user_id}/bank-accounts/verify-otp",
            "/v3/users/{user_id}/bank-information/verify-otp",
        ),
        handle=confirm_bank_account,
        body=wire.UserCardsOtp,
        answer=wire.BankAccount,
        scopes=WRITES,
        access="own",
        tag="Bank accounts",
        extra={"parameters": _path("user_id")},
    ),
    Operation(
        method="POST",
        paths=(
            "/v1/users/{user_id}/bank-accounts/verify",
            "/v3/users/{user_id}/bank-information/verify",
        ),
        handle=verify_bank_account,
        body=wire.VerifyBankInformation,
        answer=wire.BankAccount,
        scopes=WRITES,
        tag="Bank accounts",
        extra={"parameters": _path("user_id")},
    ),
    Operation(
        method="PATCH",
        paths=(
            "/v1/users/{user_id}/bank-accounts/{bank_account_id}",
            "/v3/bank-information/{bank_account_id}",
        ),
        handle=update_bank_account,
        body=wire.UpdateBankInformation,
        answer=wire.BankAccount,
        scopes=WRITES,
        tag="Bank accounts",
        extra={"parameters": _path("user_id", "bank_account_id")},
    ),
    Operation(
        method="DELETE",
        paths=(
            "/v1/users/{user_id}/bank-accounts/{bank_account_id}",
            "/v3/users/{user_id}/bank-information/{bank_account_id}",
        ),
        handle=delete_bank_account,
        answer=list[wire.BankAccount],
        scopes=WRITES,
        takes="nothing",
        tag="Bank accounts",
        extra={"parameters": _path("user_id", "bank_account_id")},
    ),
)
