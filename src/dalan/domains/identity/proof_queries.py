"""Statements about proofs, outside numbers and bank accounts."""

from sqlalchemy import Integer, Text, bindparam, delete, select, update

from dalan.domains.identity.proof_tables import (
    BankAccountRow,
    PersonNumber,
    ProofCodeRow,
    ProofRow,
    bank_account,
    person_number,
    person_proof,
    proof_code,
)
from dalan.domains.identity.tables import LiveCode, person
from dalan.kernel.db import Id, UtcTime, in_list, statement, upsert

_of_person = bindparam("of_person", type_=Id)
_purpose = bindparam("for_purpose", type_=Text())

add_number = statement(
    upsert(person_number, key=("number",), returning=(person_number.c.person_id,)),
    sets=("person_id", "number", "hash_id"),
)
"""A person's outside number; no row when somebody has that number already."""

number_of = statement(
    select(person_number).where(person_number.c.person_id == _of_person), into=PersonNumber
)
"""What a person is called outside."""

numbers_of = statement(
    select(person_number).where(in_list(person_number.c.person_id, "person_ids")),
    into=PersonNumber,
)
"""What these people are called outside."""

by_number = statement(
    select(person_number).where(person_number.c.number == bindparam("number", type_=Id)),
    into=PersonNumber,
)
"""Who is called so."""

drop_placeholder = statement(delete(person).where(person.c.id == _of_person))
"""Take back a row that only held its number for a moment."""

set_phone = statement(update(person).where(person.c.id == _of_person), sets=("phone",))
"""A person's number from now on."""

proof_of = statement(
    select(person_proof).where(person_proof.c.person_id == _of_person), into=ProofRow
)
"""What a person proved."""

keep_mobile_proof = statement(
    upsert(person_proof, key=("person_id",), update=("mobile_verified_at",)),
    sets=("person_id", "mobile_verified_at"),
)
"""The person's number was proved now."""

add_proof = statement(upsert(person_proof, key=("person_id",)), sets=("person_id",))
"""A row for what a person is about to prove, so that there is something to lock."""

proof_of_locked = statement(
    select(person_proof).where(person_proof.c.person_id == _of_person).with_for_update(),
    into=ProofRow,
)
"""The same; who proves at the same moment waits."""

keep_identity = statement(
    update(person_proof).where(person_proof.c.person_id == _of_person),
    sets=("identity_box", "identity_verified_at"),
)
"""Who the person is was proved."""

forget_proof = statement(delete(person_proof).where(person_proof.c.person_id == _of_person))
"""Drop what a person proved."""

_CODE = ("subject", "mac", "created_at", "expires_at", "attempts_count", "used_at")

keep_place_for_proof_code = statement(
    upsert(proof_code, key=("person_id", "purpose")), sets=("person_id", "purpose", *_CODE)
)
"""A row if there is none yet, so that there is something to lock."""

proof_code_locked = statement(
    select(
        proof_code.c.subject,
        proof_code.c.created_at,
        proof_code.c.expires_at,
        proof_code.c.attempts_count,
        proof_code.c.used_at,
    )
    .where(proof_code.c.person_id == _of_person)
    .where(proof_code.c.purpose == _purpose)
    .with_for_update(),
    into=ProofCodeRow,
)
"""The last code of a purpose; who asks at the same moment waits."""

replace_proof_code = statement(
    update(proof_code)
    .where(proof_code.c.person_id == _of_person)
    .where(proof_code.c.purpose == _purpose),
    sets=_CODE,
)
"""The only code of this purpose from now on."""

count_proof_guess = statement(
    update(proof_code)
    .where(proof_code.c.person_id == _of_person)
    .where(proof_code.c.purpose == _purpose)
    .where(proof_code.c.subject == bindparam("about", type_=Text()))
    .where(proof_code.c.used_at.is_(None))
    .where(proof_code.c.expires_at > bindparam("now", type_=UtcTime()))
    .where(proof_code.c.attempts_count < bindparam("attempts_max", type_=Integer()))
    .values(attempts_count=proof_code.c.attempts_count + 1)
    .returning(proof_code.c.mac, proof_code.c.attempts_count),
    into=LiveCode,
)
"""Count a guess and give what it is compared with; no row when the code is dead or another's."""

use_proof_code = statement(
    update(proof_code)
    .where(proof_code.c.person_id == _of_person)
    .where(proof_code.c.purpose == _purpose),
    sets=("used_at",),
)
"""The code was right and is spent."""

forget_proof_codes = statement(delete(proof_code).where(proof_code.c.person_id == _of_person))
"""Drop a person's codes."""

purge_proof_codes = statement(
    delete(proof_code).where(proof_code.c.expires_at < bindparam("before", type_=UtcTime()))
)
"""Drop codes long dead."""


add_bank_account = statement(
    upsert(bank_account, key=("id",), returning=(bank_account.c.id,)),
    sets=("id", "person_id", "box", "status", "is_default", "created_at", "updated_at"),
)
"""A bank account; no row when another has that id already."""

bank_accounts_of = statement(
    select(bank_account)
    .where(bank_account.c.person_id == _of_person)
    .order_by(bank_account.c.created_at, bank_account.c.id),
    into=BankAccountRow,
)
"""A person's bank accounts, oldest first."""

change_bank_account = statement(
    update(bank_account).where(bank_account.c.id == bindparam("account_id", type_=Id)),
    sets=("box", "status", "verified_by", "is_default", "confirmed_at", "updated_at"),
)
"""A bank account as it is from now on."""

remove_bank_account = statement(
    delete(bank_account)
    .where(bank_account.c.id == bindparam("account_id", type_=Id))
    .where(bank_account.c.person_id == _of_person)
)
"""Drop one bank account, if it is this person's."""

forget_bank_accounts = statement(delete(bank_account).where(bank_account.c.person_id == _of_person))
"""Drop all of a person's."""

purge_temporary_accounts = statement(
    delete(bank_account)
    .where(bank_account.c.status == "temporary")
    .where(bank_account.c.updated_at < bindparam("before", type_=UtcTime()))
)
"""Drop accounts nobody confirmed."""

lock_person = statement(
    select(person.c.id).where(person.c.id == _of_person).with_for_update(of=person)
)
"""Who changes the same person's things at the same moment waits."""
