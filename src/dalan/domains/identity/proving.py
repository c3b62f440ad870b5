"""Who a person is, by national code and birthday, and all that they proved of themselves."""

from datetime import date

import msgspec

from dalan.domains.identity import papers
from dalan.domains.identity import proof_queries as queries
from dalan.domains.identity.proof_errors import IdentityDiffers
from dalan.domains.identity.proof_tables import Proof, ProofRow
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import ReadTransaction, WriteTransaction

_PURPOSE = "identity"


class _Identity(msgspec.Struct, frozen=True):
    """What the box holds."""

    national_code: str
    birthday: date | None


async def proof_of(tx: ReadTransaction, person_id: int, *, keys: Keyring) -> Proof:
    """What a person proved so far, in clear: not for logs."""
    row = await queries.proof_of.one_or_none(tx, of_person=person_id)
    return Proof() if row is None else _opened(row, keys)


async def prove_identity(
    tx: WriteTransaction,
    *,
    person_id: int,
    national_code: str,
    birthday: str | None,
    strict: bool,
    keys: Keyring,
) -> Proof:
    """Write down who a person is; answers all that they proved.

    No registry of people is asked, for there is none to ask: the code must be one that can be,
    with its check digit when ``strict``. The same again changes nothing, and a birthday may be
    added later. Raises ``InvalidNationalCode``, ``InvalidBirthday``, and ``IdentityDiffers`` for
    somebody who was verified with other data.
    """
    given = _Identity(
        papers.national_code(national_code, strict=strict),
        papers.birthday(birthday) if birthday else None,
    )
    await queries.add_proof.execute(tx, person_id=person_id)
    row = await queries.proof_of_locked.one(tx, of_person=person_id)
    known = _opened(row, keys)
    if known.national_code:
        check_same(known, national_code=given.national_code, birthday=given.birthday)
        if given.birthday is None or known.birthday is not None:
            return known
    now = clock.now()
    box = keys.seal(msgspec.json.encode(given), _PURPOSE, str(person_id).encode())
    await queries.keep_identity.execute(
        tx, of_person=person_id, identity_box=box, identity_verified_at=now
    )
    return msgspec.structs.replace(
        known,
        national_code=given.national_code,
        birthday=given.birthday,
        identity_verified_at=now,
    )


def check_same(proof: Proof, *, national_code: str, birthday: date | None) -> None:
    """Raises ``IdentityDiffers`` when a person who proved who they are claims to be another."""
    if not proof.national_code:
        return
    if proof.national_code != national_code or (
        birthday is not None and proof.birthday not in (None, birthday)
    ):
        raise IdentityDiffers


def _opened(row: ProofRow, keys: Keyring) -> Proof:
    person = str(row.person_id).encode()
    box = row.identity_box and keys.open_sealed(row.identity_box, _PURPOSE, person)
    if not box:  # nothing was proved, or under a secret that was given up since
        return Proof(mobile_verified_at=row.mobile_verified_at)
    known = msgspec.json.decode(box, type=_Identity)
    return Proof(
        row.mobile_verified_at, known.national_code, known.birthday, row.identity_verified_at
    )
