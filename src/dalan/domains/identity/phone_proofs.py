"""A person shows that their number is theirs, or takes another one, by a code sent to it."""

from dalan.domains.identity import proof_queries as queries
from dalan.domains.identity import queries as people_queries
from dalan.domains.identity.codes import IssuedCode, NoLiveCode, WrongCode
from dalan.domains.identity.events import PhoneChanged
from dalan.domains.identity.people import person
from dalan.domains.identity.proof_codes import ProofRules, issue_proof_code, spend_proof_code
from dalan.domains.identity.proof_errors import PhoneTaken, PhoneUnchanged
from dalan.domains.identity.tables import Person
from dalan.kernel import clock, outbox
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import WriteTransaction


async def ask_phone_proof(
    tx: WriteTransaction, *, person_id: int, rules: ProofRules, keys: Keyring
) -> IssuedCode:
    """A code for the number the person has. Raises ``TooManyCodes``, ``NoSuchPerson``."""
    phone = (await person(tx, person_id)).phone
    return await issue_proof_code(
        tx,
        person_id=person_id,
        purpose="verify_phone",
        subject=phone,
        phone=phone,
        rules=rules,
        keys=keys,
    )


async def prove_phone(
    tx: WriteTransaction, *, person_id: int, code: str, rules: ProofRules, keys: Keyring
) -> WrongCode | NoLiveCode | None:
    """Try the code; the right one is written down as proof of the number.

    Every guess counts, so the caller commits whatever the answer is.
    """
    phone = (await person(tx, person_id)).phone
    refused = await spend_proof_code(
        tx,
        person_id=person_id,
        purpose="verify_phone",
        subject=phone,
        code=code,
        rules=rules,
        keys=keys,
    )
    if refused is None:
        await queries.keep_mobile_proof.execute(
            tx, person_id=person_id, mobile_verified_at=clock.now()
        )
    return refused


async def ask_phone_change(
    tx: WriteTransaction, *, person_id: int, phone: str, rules: ProofRules, keys: Keyring
) -> IssuedCode:
    """A code for the number (E.164) the person wants to have from now on.

    Raises ``PhoneUnchanged``, ``PhoneTaken`` and ``TooManyCodes``, nothing changed.
    """
    await _check_free(tx, person_id=person_id, phone=phone)
    return await issue_proof_code(
        tx,
        person_id=person_id,
        purpose="change_phone",
        subject=phone,
        phone=phone,
        rules=rules,
        keys=keys,
    )


async def change_phone(
    tx: WriteTransaction,
    *,
    person_id: int,
    phone: str,
    code: str,
    app_id: int | None,
    rules: ProofRules,
    keys: Keyring,
) -> WrongCode | NoLiveCode | None:
    """Try the code that was sent to the new number; with the right one the number is theirs.

    ``app_id`` is the app that asks in the person's name, None when they ask themselves; who hears
    ``PhoneChanged`` tells the person. What was on its way to the older number opens nothing any
    more. Every guess counts, so the caller commits whatever the answer is.

    Raises ``PhoneUnchanged``, and ``PhoneTaken`` when somebody signed up with it meanwhile.
    """
    leaving = (await _check_free(tx, person_id=person_id, phone=phone)).phone
    refused = await spend_proof_code(
        tx,
        person_id=person_id,
        purpose="change_phone",
        subject=phone,
        code=code,
        rules=rules,
        keys=keys,
    )
    if refused is not None:
        return refused
    await _claim(tx, phone)
    await queries.set_phone.execute(tx, of_person=person_id, phone=phone)
    await people_queries.forget_code.execute(tx, phone=leaving)
    await queries.keep_mobile_proof.execute(tx, person_id=person_id, mobile_verified_at=clock.now())
    await outbox.record(tx, PhoneChanged(person_id=person_id, app_id=app_id))
    return None


async def _check_free(tx: WriteTransaction, *, person_id: int, phone: str) -> Person:
    asking = await person(tx, person_id)
    if asking.phone == phone:
        raise PhoneUnchanged
    if await people_queries.person_by_phone.one_or_none(tx, phone=phone) is not None:
        raise PhoneTaken
    return asking


async def _claim(tx: WriteTransaction, phone: str) -> None:
    """Hold a number nobody has until the unit ends. Raises ``PhoneTaken``.

    An update that meets another unit's uncommitted sign-up fails on PostgreSQL; an insert that
    does nothing on conflict waits for it. So the number is taken by a row that goes at once.
    """
    placeholder = await people_queries.add_person.one_or_none(
        tx, phone=phone, name="", language="fa", created_at=clock.now()
    )
    if placeholder is None:
        raise PhoneTaken
    await queries.drop_placeholder.execute(tx, of_person=placeholder.id)
