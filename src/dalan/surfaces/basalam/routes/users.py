"""The person of the token: who they are, their number, their identity. Reference 4.1."""

from typing import Any

from dalan.domains import audit, identity
from dalan.domains.identity import BankAccount, IssuedCode, Person, PersonNumber, Proof
from dalan.kernel import phone
from dalan.kernel.db import WriteTransaction
from dalan.surfaces.basalam.call import Call
from dalan.surfaces.basalam.routes import proofs
from dalan.surfaces.basalam.wire import decode
from dalan.surfaces.basalam.wire import users as wire
from dalan.surfaces.basalam.wire.shapes import EnumResponse, OkResponse, moment
from dalan.surfaces.operations import Operation

UNVERIFIED = EnumResponse("احراز نشده", 1)
VERIFIED = EnumResponse("احراز شده", 2)
"""Source: the enumeration ``info_verification_status`` of the reference's assets."""

READS_PROFILE = "customer.profile.read"


async def read_me(call: Call) -> wire.PrivateUserResponse:
    """The person of the token; private members only with customer.profile.read.

    ``vendor`` is null: there are no stalls yet, with ``with-out-vendor`` or without.
    """
    return await private_user(call)


async def private_user(call: Call) -> wire.PrivateUserResponse:
    """The person as ``PrivateUserResponse`` spells them, in the call's transaction."""
    person = await identity.person(call.look, call.person_id)
    number = await identity.number_of(call.look, call.person_id)
    if not call.allows(READS_PROFILE):
        return _spelled(person, number)
    keys = call.services.keys
    accounts = await identity.bank_accounts(call.look, call.person_id, keys=keys)
    return _spelled(
        person,
        number,
        mobile=phone.national(person.phone),
        proof=await identity.proof_of(call.look, call.person_id, keys=keys),
        account=next((one for one in accounts if one.is_default), None),
    )


async def request_mobile_verification(call: Call) -> OkResponse:
    """Send a code to the number the person has."""

    async def work(tx: WriteTransaction) -> IssuedCode:
        return await identity.ask_phone_proof(
            tx,
            person_id=call.person_id,
            rules=proofs.rules_of(call),
            keys=call.services.keys,
        )

    await proofs.send(call, await proofs.in_own_unit(call, work), "verify_phone")
    return OkResponse(result=True)


async def confirm_mobile_verification(call: Call) -> OkResponse:
    """Take the code, and write down that the number is the person's."""
    body = call.body(wire.ConfirmMobile)
    code = decode.digits(body.verification_code, "body", "verification_code")

    async def work(tx: WriteTransaction) -> Any:
        return await identity.prove_phone(
            tx,
            person_id=call.person_id,
            code=code,
            rules=proofs.rules_of(call),
            keys=call.services.keys,
        )

    if refused := await proofs.in_own_unit(call, work):
        raise proofs.refuse(refused, field="verification_code")
    return OkResponse(result=True)


async def request_mobile_change(call: Call) -> OkResponse:
    """Send a code to the number the person wants to have."""
    number = phone.parse(decode.text(call.body(wire.ChangeMobile).mobile))

    async def work(tx: WriteTransaction) -> IssuedCode:
        return await identity.ask_phone_change(
            tx,
            person_id=call.person_id,
            phone=number,
            rules=proofs.rules_of(call),
            keys=call.services.keys,
        )

    await proofs.send(call, await proofs.in_own_unit(call, work), "change_phone")
    return OkResponse(result=True)


async def confirm_mobile_change(call: Call) -> OkResponse:
    """Take the code that was sent to the new number, which is the person's from then on."""
    body = call.body(wire.ConfirmMobileChange)
    number = phone.parse(decode.text(body.mobile))
    code = decode.digits(body.verification_code, "body", "verification_code")

    async def work(tx: WriteTransaction) -> Any:
        refused = await identity.change_phone(
            tx,
            person_id=call.person_id,
            phone=number,
            code=code,
            app_id=call.caller.app_id,
            rules=proofs.rules_of(call),
            keys=call.services.keys,
        )
        if refused is None:
            await audit.record(
                tx,
                audit.Actor.person(call.person_id),
                "person.phone_changed",
                audit.Subject.person(call.person_id),
                slug=call.caller.slug,
            )
        return refused

    if refused := await proofs.in_own_unit(call, work):
        raise proofs.refuse(refused, field="verification_code")
    return OkResponse(result=True)


async def verify_user(call: Call) -> wire.PrivateUserResponse:
    """Take national code and birthday; the person is verified from then on."""
    body = call.body(wire.UserVerification)
    await call.require_self(call.unit)
    await identity.prove_identity(
        call.unit,
        person_id=call.person_id,
        national_code=decode.text(body.national_code),
        birthday=body.birthday,
        strict=call.services.settings.identity_checks_strict,
        keys=call.services.keys,
    )
    return await private_user(call)


def _spelled(
    person: Person,
    number: PersonNumber,
    *,
    mobile: str | None = None,
    proof: Proof | None = None,
    account: BankAccount | None = None,
) -> wire.PrivateUserResponse:
    """``proof`` is None when nothing private may be told."""
    bank = account.numbers if account is not None else None
    verified = None if proof is None else VERIFIED if proof.national_code else UNVERIFIED
    return wire.PrivateUserResponse(
        id=number.number,
        hash_id=number.hash_id,
        username=None,
        name=person.name,
        avatar=None,
        marked_type=None,
        user_follower_count=0,
        user_following_count=0,
        gender=None,
        bio=None,
        city=None,
        created_at=moment(person.created_at),
        last_activity=None,
        referral_journey_enum=None,
        is_banned_in_social=False,
        ban_user=None,
        vendor=None,
        email=None,
        birthday=proof.birthday.isoformat() if proof is not None and proof.birthday else None,
        national_code=(proof.national_code or None) if proof is not None else None,
        mobile=mobile,
        credit_card_number=identity.masked_card(bank.card) if bank and bank.card else None,
        credit_card_owner=bank.owner or None if bank and bank.card else None,
        foreign_citizen_code=None,
        user_sheba_number=bank.sheba or None if bank else None,
        user_sheba_owner=bank.owner or None if bank and bank.sheba else None,
        bank_information=bank.account_number or None if bank else None,
        bank_information_owner=bank.owner or None if bank and bank.account_number else None,
        info_verification_status=verified,
        referrer_user_id=None,
    )


def _own(method: str, name: str, older_name: str, handle: Any, **more: Any) -> Operation:
    """An operation on the person themselves, who writes their profile with it."""
    user_id = {"name": "user_id", "in": "path", "required": True, "schema": {"type": "integer"}}
    return Operation(
        method=method,
        paths=(f"/v1/users/{{user_id}}/{name}", f"/v3/users/{{user_id}}/{older_name}"),
        handle=handle,
        scopes=proofs.WRITES_PROFILE,
        tag="Users",
        extra={"parameters": [user_id]},
        **more,
    )


OPERATIONS = (
    Operation(
        method="GET",
        paths=("/v1/users/me", "/v3/users/me"),
        handle=read_me,
        answer=wire.PrivateUserResponse,
        tag="Users",
        extra={
            "parameters": [
                {"name": "with-out-vendor", "in": "header", "schema": {"type": "boolean"}}
            ]
        },
    ),
    _own(
        "POST", "mobile-verification-requests", "confirm-mobile-request",
        request_mobile_verification, answer=OkResponse, takes="nothing", access="own",
    ),
    _own(
        "POST", "mobile-verification-confirmations", "confirm-mobile",
        confirm_mobile_verification, body=wire.ConfirmMobile, answer=OkResponse, access="own",
    ),
    _own(
        "POST", "mobile-change-requests", "change-mobile-request",
        request_mobile_change, body=wire.ChangeMobile, answer=OkResponse, access="own",
    ),
    _own(
        "POST", "mobile-change-confirmations", "change-mobile-confirm",
        confirm_mobile_change, body=wire.ConfirmMobileChange, answer=OkResponse, access="own",
    ),
    _own(
        "PATCH", "verification-requests", "verification-request",
        verify_user, body=wire.UserVerification, answer=wire.PrivateUserResponse,
    ),
)  # fmt: skip
