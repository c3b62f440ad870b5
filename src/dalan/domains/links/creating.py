"""Making short links.

Source: pod-links.md 3 and 4.1; decisions 0038 and 0039.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec
from msgspec import UNSET, UnsetType

from dalan.domains import clicks
from dalan.domains.links import allowances, checking, hashes, indexing, queries
from dalan.domains.links.allowances import MakingLimits
from dalan.domains.links.errors import AlreadyShortened, HashTaken, InvalidLink, KeyReused
from dalan.domains.links.events import LinkCreated, announce
from dalan.domains.links.finding import find
from dalan.domains.links.hashes import folded_hash
from dalan.domains.links.searchable import searchable
from dalan.domains.links.short_domains import check_domain
from dalan.domains.links.tables import Link, LinkKind, Owner
from dalan.domains.links.tags import tags_in
from dalan.domains.links.targets import OwnAddresses
from dalan.domains.links.term_checks import checked_terms
from dalan.domains.links.terms import NO_TERMS, Terms
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.db.types import microseconds_of

Duplicates = Literal["refuse", "reuse", "allow"]

IDEMPOTENCY_KEY_LENGTH_MAX: Final = 255
NEVER: Final = 1 << 62
"""``expiry_order`` of what never ends."""


class LinkRules(msgspec.Struct, frozen=True):
    """What the operator decides: how long a link lives (None: for good), what becomes of a second
    link of one owner to the same, how many one may make. ``keys`` are for passwords; without, no
    link has one."""

    own: OwnAddresses
    life: timedelta | None = timedelta(days=730)
    duplicates: Duplicates = "refuse"
    keys: Keyring | None = None
    limits: MakingLimits = MakingLimits()


class Wish(msgspec.Struct, frozen=True):
    """A link somebody would like. ``hash`` "": one is drawn. ``domain`` "": our own ``/l/``.
    ``expires_at`` left out: as the operator decided; None: never."""

    kind: LinkKind
    target: str
    hash: str = ""
    tags: str = ""
    domain: str = ""
    title: str = ""
    note: str = ""
    description: str = ""
    picture: str = ""
    expires_at: datetime | UnsetType | None = UNSET
    valid_from: datetime | None = None
    visits_max: int | None = None
    password: str = ""
    after_address: str = ""
    terms: Terms = NO_TERMS


async def create(
    tx: WriteTransaction,
    wish: Wish,
    *,
    owner: Owner,
    rules: LinkRules,
    idempotency_key: str = "",
    created_at: datetime | None = None,
) -> Link:
    """Make a short link of somebody's. With an ``idempotency_key`` that made one before, for as
    long as keys are kept, that one is answered and nothing made. ``created_at`` is for links that
    were made elsewhere.

    Raises TargetMissing, InvalidLink, HashTooLong, HashTaken, AlreadyShortened, in that order,
    KeyReused, and LinkLimit; nothing is changed then. Of equal wishes at the same moment one is
    granted. The caller owns the transaction.
    """
    key_hash = _hashed("key", str(owner), idempotency_key)
    request_hash = _hashed(_told(wish, rules.keys))
    if idempotency_key:
        _check_key(idempotency_key)
        await _one_at_a_time(tx, key_hash)
        if (made := await queries.creation.one_or_none(tx, key_hash=key_hash)) is not None:
            if made.request_hash != request_hash:
                raise KeyReused
            return await queries.by_id.one(tx, link_id=made.link_id)
    link = await checked(tx, wish, owner, rules, created_at or clock.now())
    print_ = fingerprint(owner, link.kind, link.target)
    if rules.duplicates != "allow":
        await _one_at_a_time(tx, print_)
        twin = await queries.live_twin.one_or_none(
            tx, fingerprint=print_, is_active=True, at=clock.now()
        )
        if twin is not None and rules.duplicates == "reuse":
            return twin
        if twin is not None:
            raise AlreadyShortened(hash_=twin.hash)
    link = await _added(tx, link, print_)
    await clicks.open_count(tx, link.id, group_id=owner.number)
    await checking.pin(tx, link)
    if link.visits_max is not None:
        await queries.set_allowance.execute(
            tx, link_id=link.id, visits_max=link.visits_max, visits_used=0
        )
    if wish.password:
        await checking.set_password(tx, link.id, wish.password, rules.keys)
        link = msgspec.structs.replace(link, has_password=True)
    await indexing.put_in(tx, link)
    if idempotency_key:
        await queries.add_creation.execute(
            tx, key_hash=key_hash, request_hash=request_hash, link_id=link.id,
            created_at=clock.now(),
        )  # fmt: skip
    await announce(tx, link, LinkCreated(link.id))
    await allowances.count(tx, f"link:{owner}", rules.limits.of(owner))
    return link


async def standing(
    tx: ReadTransaction, target: str, *, owner: Owner, kind: LinkKind = "link"
) -> Link | None:
    """The owner's first live link to that, whatever its terms; None where there is none."""
    return await queries.live_twin.one_or_none(
        tx, fingerprint=fingerprint(owner, kind, target), is_active=True, at=clock.now()
    )


async def checked(
    tx: ReadTransaction, wish: Wish, owner: Owner, rules: LinkRules, created_at: datetime
) -> Link:
    """The link as it would be; its hash "" if to be drawn.
    Raises what ``create`` raises of one wish alone, and changes nothing."""
    target = await checking.target(tx, wish.kind, wish.target, rules.own)
    tags = tags_in(wish.tags)
    expires_at = wish.expires_at
    if isinstance(expires_at, UnsetType):
        expires_at = None if rules.life is None else created_at + rules.life
    if wish.domain:
        await check_domain(tx, wish.domain)
    chosen = hashes.chosen(wish.hash) if wish.hash else ""
    link = Link(
        id=0,
        domain=wish.domain,
        hash=chosen,
        hash_method="custom" if chosen else "auto",
        kind=wish.kind,
        target=target,
        app_id=owner.app_id,
        person_id=owner.person_id,
        tags=",".join(tags.values()),
        title=wish.title.strip(),
        note=wish.note.strip(),
        description=wish.description.strip(),
        picture=wish.picture,
        active=True,
        created_at=created_at,
        changed_at=clock.now(),
        expires_at=expires_at,
        valid_from=wish.valid_from,
        visits_max=wish.visits_max,
        has_password=False,
        after_address=wish.after_address.strip(),
        terms=checked_terms(wish.terms, wish.kind, rules.own),
        deleted_at=None,
        purged_at=None,
    )
    await checking.check(tx, link, rules.own)
    if wish.password:
        checking.check_password(wish.password, rules.keys)
    if chosen and await find(tx, chosen, domain=wish.domain) is not None:
        raise HashTaken
    return link


async def _added(tx: WriteTransaction, link: Link, fingerprint_: bytes) -> Link:
    """The link in its table: under its own hash, or under one that is drawn until it is free."""
    custom = link.hash
    values = msgspec.structs.asdict(link)
    del values["id"], values["has_password"]
    values |= {
        "owner_no": link.owner.number,
        "expiry_order": expiry_order(link.expires_at),
        "fingerprint": fingerprint_,
        "password_hash": None,
    }
    for draw in range(2 * hashes.DRAWS_BEFORE_CROWDED):
        text = custom or hashes.drawn(crowded=draw >= hashes.DRAWS_BEFORE_CROWDED)
        values |= {
            "hash": text,
            "folded_hash": folded_hash(text),
            "searchable": searchable(text, link.target),
        }
        link_id = await queries.add.scalar(tx, **values)
        if link_id is not None:
            return msgspec.structs.replace(link, id=int(link_id), hash=text)
        if custom:
            raise HashTaken
    raise RuntimeError("ten hashes drawn by chance were all taken")


async def _one_at_a_time(tx: WriteTransaction, digest: bytes) -> None:
    """Whoever else asks for the same waits until this unit is over, and then sees what it made.
    SQLite has one writer anyway."""
    if tx.engine != "sqlite":
        number = int.from_bytes(digest[:8], "big", signed=True)
        await queries.wait_for_others.scalar(tx, number=number)


def _told(wish: Wish, keys: Keyring | None) -> str:
    """A wish as a text that can be compared; a password is in it as a MAC alone."""
    mac = keys.secret_mac(wish.password, "link wish").hex() if keys and wish.password else ""
    return repr(msgspec.structs.replace(wish, password=mac))


def _check_key(key: str) -> None:
    if len(key) > IDEMPOTENCY_KEY_LENGTH_MAX:
        most = IDEMPOTENCY_KEY_LENGTH_MAX
        raise InvalidLink(
            f"an idempotency key has at most {most} characters", field="idempotency_key"
        )


def fingerprint(owner: Owner, kind: LinkKind, target: str) -> bytes:
    """What two links of one owner to the same have in common."""
    return _hashed("target", str(owner), kind, target.strip())


def expiry_order(expires_at: datetime | None) -> int:
    """An end in microseconds, never behind all times."""
    return NEVER if expires_at is None else microseconds_of(expires_at)


def _hashed(*parts: str) -> bytes:
    """A fingerprint of texts, each told from the next by its length."""
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode(errors="surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.digest()
