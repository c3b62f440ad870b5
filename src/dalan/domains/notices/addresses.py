"""A person's mail address: said, proven by a code that is sent there, changed, taken away.

Until the code was typed, nothing is ever mailed there but codes, a few an hour; an address that
stood before stays until the new one is proven. A code is stored as a keyed MAC only.
"""

import re
from datetime import datetime, timedelta
from typing import ClassVar

import msgspec

from dalan.domains import identity
from dalan.domains.notices import queries
from dalan.domains.notices.senders import Mail, MailSender
from dalan.domains.notices.tables import ADDRESS_LENGTH_MAX, MailAddress
from dalan.domains.notices.texts import persian_digits
from dalan.errors import Invalid, ResourceExhausted
from dalan.kernel import clock, randomness
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import Database, ReadTransaction, WriteTransaction

CODE_LENGTH = 6
CLAIM_SECONDS = 1_800
"""Life of a code: mail is slower than a text message."""

SENDS_WINDOW_SECONDS = 3_600

# One @, a dotted domain, no spaces or controls; the server behind it knows the rest (RFC 5321).
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)

_SUBJECT = {"fa": "دالان: تأیید نشانی ایمیل", "en": "Dalan: confirm your mail address"}
_TEXT = {
    "fa": (
        "کد تأیید شما: {code}\n\n"
        "این کد تا {minutes} دقیقهٔ دیگر معتبر است. آن را در صفحهٔ ایمیلِ حساب خود بنویسید.\n"
        "اگر شما این را نخواسته‌اید، نادیده بگیرید؛ هیچ ایمیل دیگری نمی‌فرستیم.\n"
    ),
    "en": (
        "Your code: {code}\n\n"
        "It is good for {minutes} minutes. Type it on the mail page of your account.\n"
        "If you did not ask for this, ignore it; nothing else will be sent here.\n"
    ),
}


class ClaimRules(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of a claim; ``settings.py`` has those of sign-in codes, which these follow."""

    attempts_max: int
    sends_per_hour: int


class InvalidAddress(Invalid):
    """This is no mail address a message could be sent to."""

    code: ClassVar[str] = "notices.invalid_address"

    def __init__(self) -> None:
        super().__init__("this is no mail address")


class TooManyClaims(ResourceExhausted):
    """The person was sent as many codes as an hour allows."""

    code: ClassVar[str] = "notices.too_many_claims"

    def __init__(self, *, retry_after_seconds: int) -> None:
        super().__init__("too many codes were sent", retry_after_seconds=retry_after_seconds)


class IssuedClaim(msgspec.Struct, frozen=True):
    """A code on its way to an address: in clear, so neither kept nor logged by anybody."""

    address: str
    code: str
    expires_at: datetime
    reference: str


class WrongClaimCode(msgspec.Struct, frozen=True):
    """Not the code that was sent. With no attempts left, only a new one helps."""

    attempts_left: int


class NoLiveClaim(msgspec.Struct, frozen=True):
    """No code could be right: none was sent, or it expired, was used or guessed at too often."""


async def mail_address(tx: ReadTransaction, person_id: int) -> MailAddress | None:
    """A person's verified address, None without one."""
    return await queries.address_of.one_or_none(tx, person_id=person_id)


async def claimed_address(tx: ReadTransaction, person_id: int) -> str | None:
    """The address that waits for its code, None when none does."""
    found = await queries.claimed_address.scalar(tx, person_id=person_id, at=clock.now())
    return None if found is None else str(found)


async def send_claim(
    db: Database,
    sender: MailSender,
    *,
    person: identity.Person,
    address: str,
    rules: ClaimRules,
    keys: Keyring,
) -> str:
    """Make a code for an address and mail it once that is committed; answers the address.

    Raises InvalidAddress and TooManyClaims, having sent and changed nothing, and what the sender
    raises (``Unavailable``): the code then counts as sent.
    """

    async def work(tx: WriteTransaction) -> IssuedClaim:
        return await claim_address(tx, person_id=person.id, address=address, rules=rules, keys=keys)

    issued = await db.transact(work)
    lang = "fa" if person.language == "fa" else "en"
    minutes = str(CLAIM_SECONDS // 60)
    # The code stays in Latin digits: it is copied into a form.
    shown = persian_digits(minutes) if lang == "fa" else minutes
    text = _TEXT[lang].format(code=issued.code, minutes=shown)
    await sender.send(Mail(issued.address, _SUBJECT[lang], text, issued.reference))
    return issued.address


async def claim_address(
    tx: WriteTransaction, *, person_id: int, address: str, rules: ClaimRules, keys: Keyring
) -> IssuedClaim:
    """A code for an address; an older one of this person is dead from now on.

    To be sent after the transaction is committed: ``send_claim`` does both. Raises InvalidAddress,
    TooManyClaims.
    """
    address = _checked(address)
    now = clock.now()
    code = keys.one_time_code()
    values = {
        "address": address,
        "mac": keys.code_mac(code, context=_context(person_id, address)),
        "expires_at": now + timedelta(seconds=CLAIM_SECONDS),
        "attempts_count": 0,
        "used_at": None,
    }
    await queries.keep_place_for_claim.execute(tx, person_id=person_id, sent_at_recent=[], **values)
    texts: list[str] = await queries.recent_sends_locked.scalar(tx, person_id=person_id)
    window = timedelta(seconds=SENDS_WINDOW_SECONDS)
    sends = [at for at in map(datetime.fromisoformat, texts) if at > now - window]
    if len(sends) >= rules.sends_per_hour:
        wait = sends[-rules.sends_per_hour] + window - now
        raise TooManyClaims(retry_after_seconds=max(1, -(-wait // timedelta(seconds=1))))
    recent = [at.isoformat() for at in [*sends, now]]
    await queries.replace_claim.execute(tx, of_person_id=person_id, sent_at_recent=recent, **values)
    reference = f"claim-{randomness.token_bytes(12).hex()}"
    return IssuedClaim(address, code, now + timedelta(seconds=CLAIM_SECONDS), reference)


async def verify_address(
    tx: WriteTransaction, *, person_id: int, code: str, rules: ClaimRules, keys: Keyring
) -> MailAddress | WrongClaimCode | NoLiveClaim:
    """Try a code; the right one makes the address the person's.

    Every wrong guess counts, so the caller commits whatever the answer is.
    """
    now = clock.now()
    claim = await queries.count_guess.one_or_none(
        tx, of_person_id=person_id, now=now, attempts_max=rules.attempts_max
    )
    if claim is None:
        return NoLiveClaim()
    context = _context(person_id, claim.address)
    if not keys.code_matches(code, context=context, stored=claim.mac):
        return WrongClaimCode(max(0, rules.attempts_max - claim.attempts_count))
    await queries.use_claim.execute(tx, of_person_id=person_id, used_at=now)
    await queries.set_address.execute(
        tx, person_id=person_id, address=claim.address, verified_at=now
    )
    return MailAddress(claim.address, now)


async def drop_address(tx: WriteTransaction, person_id: int) -> bool:
    """No mail any more; False when there was no address."""
    return bool(await queries.drop_address.execute(tx, person_id=person_id))


def _checked(address: str) -> str:
    address = address.strip()
    if len(address) > ADDRESS_LENGTH_MAX or _ADDRESS.fullmatch(address) is None:
        raise InvalidAddress
    local, _, domain = address.rpartition("@")
    if local.startswith(".") or local.endswith(".") or ".." in local:
        raise InvalidAddress
    return f"{local}@{domain.lower()}"


def _context(person_id: int, address: str) -> str:
    return f"mail address {person_id} {address}"
