"""Codes that prove something about somebody who is signed in, asked for by an app.

They are no sign-in codes: an app sees them, so none may open the account. Six digits, the first
of which is never zero, for the contract passes them as numbers. Stored as a keyed MAC only.
"""

from datetime import datetime, timedelta

import msgspec

from dalan.domains.identity import proof_queries as queries
from dalan.domains.identity.codes import IssuedCode, NoLiveCode, WrongCode, count_send
from dalan.domains.identity.errors import TooManyCodes
from dalan.domains.identity.proof_tables import ProofCodeRow, ProofPurpose
from dalan.kernel import clock, randomness
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import WriteTransaction

_LOWEST, _COUNT = 100_000, 900_000


class ProofRules(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator decides; ``settings.py`` gives the values and the reasons.

    ``fixed_code``: the code of a dev world that asked for one; "" draws them by chance.
    """

    code_seconds: int
    pause_seconds: int
    attempts_max: int
    sends_per_hour: int
    fixed_code: str = ""


async def issue_proof_code(
    tx: WriteTransaction,
    *,
    person_id: int,
    purpose: ProofPurpose,
    subject: str,
    phone: str,
    rules: ProofRules,
    keys: Keyring,
) -> IssuedCode:
    """A code to be sent to ``phone`` (E.164) once the unit is committed; the older one is dead.

    Raises ``TooManyCodes``, nothing changed: one was sent less than ``pause_seconds`` ago, or the
    number has had its share of the hour, in which its sign-in codes count too.
    """
    now = clock.now()
    expires_at = now + timedelta(seconds=rules.code_seconds)
    code = rules.fixed_code or str(_LOWEST + randomness.below(_COUNT))
    values = {
        "subject": subject,
        "mac": keys.code_mac(code, context=_context(person_id, purpose, subject)),
        "created_at": now,
        "expires_at": expires_at,
        "attempts_count": 0,
        "used_at": None,
    }
    before = await last_code(tx, person_id=person_id, purpose=purpose)
    if before is None:
        await queries.keep_place_for_proof_code.execute(
            tx, person_id=person_id, purpose=purpose, **values
        )
    elif (free_at := before.created_at + timedelta(seconds=rules.pause_seconds)) > now:
        wait = free_at - now
        raise TooManyCodes(retry_after_seconds=max(1, -(-wait // timedelta(seconds=1))))
    await count_send(tx, phone=phone, sends_per_hour=rules.sends_per_hour, expires_at=expires_at)
    await queries.replace_proof_code.execute(tx, of_person=person_id, for_purpose=purpose, **values)
    return IssuedCode(phone, code, expires_at)


async def last_code(
    tx: WriteTransaction, *, person_id: int, purpose: ProofPurpose
) -> ProofCodeRow | None:
    """The code of that purpose as it was last sent; who asks for another meanwhile waits."""
    return await queries.proof_code_locked.one_or_none(tx, of_person=person_id, for_purpose=purpose)


def is_alive(code: ProofCodeRow | None, subject: str, rules: ProofRules, at: datetime) -> bool:
    """Whether a guess at it could still be right."""
    return (
        code is not None
        and code.subject == subject
        and code.used_at is None
        and code.expires_at > at
        and code.attempts_count < rules.attempts_max
    )


async def spend_proof_code(
    tx: WriteTransaction,
    *,
    person_id: int,
    purpose: ProofPurpose,
    subject: str,
    code: str,
    rules: ProofRules,
    keys: Keyring,
) -> WrongCode | NoLiveCode | None:
    """Try a code; None when it was right, and it is spent then.

    Every guess counts, so the caller commits whatever the answer is.
    """
    now = clock.now()
    live = await queries.count_proof_guess.one_or_none(
        tx,
        of_person=person_id,
        for_purpose=purpose,
        about=subject,
        now=now,
        attempts_max=rules.attempts_max,
    )
    if live is None:
        return NoLiveCode()
    context = _context(person_id, purpose, subject)
    if not keys.code_matches(code, context=context, stored=live.mac):
        return WrongCode(attempts_left=rules.attempts_max - live.attempts_count)
    await queries.use_proof_code.execute(tx, of_person=person_id, for_purpose=purpose, used_at=now)
    return None


def _context(person_id: int, purpose: ProofPurpose, subject: str) -> str:
    return f"{purpose} {person_id} {subject}"
