"""Making short links, and changing them afterwards.

Source: pod-links.md 3, 4.1 and 4.4.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec

from dalan.domains import media
from dalan.domains.links import hashes, queries
from dalan.domains.links.errors import (
    AlreadyShortened,
    HashTaken,
    InvalidLink,
    KeyReused,
    UnknownLink,
)
from dalan.domains.links.hashes import folded_hash
from dalan.domains.links.tables import Link, LinkKind
from dalan.domains.links.tags import tags_in
from dalan.domains.links.targets import OwnAddresses, check_target
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.text import fold

Duplicates = Literal["refuse", "reuse", "allow"]

IDEMPOTENCY_KEY_LENGTH_MAX: Final = 255

_HASH_FROM_TEXT: Final = "\x01"
"""Between hash and target in what is searched: folding leaves it in no word looked for."""


class LinkRules(msgspec.Struct, frozen=True):
    """What the operator decides: how long a link lives (None: for good), and what becomes of a
    second link of one owner to the same."""

    own: OwnAddresses
    life: timedelta | None = timedelta(days=730)
    duplicates: Duplicates = "refuse"


class Wish(msgspec.Struct, frozen=True):
    """A link somebody would like. ``hash`` "": one is drawn. ``domain`` "": our own ``/l/``."""

    kind: LinkKind
    target: str
    hash: str = ""
    tags: str = ""
    domain: str = ""


async def create(
    tx: WriteTransaction,
    wish: Wish,
    *,
    app_id: int,
    rules: LinkRules,
    idempotency_key: str = "",
) -> Link:
    """Make a short link of an app's. With an ``idempotency_key`` that made one before, for as
    long as keys are kept, that one is answered and nothing made.

    Raises TargetMissing, InvalidLink, HashTooLong, HashTaken, AlreadyShortened, in that order,
    and KeyReused; nothing is changed then. Of two equal wishes at the same moment both may be
    granted, each with its own hash: only a hash is made sure of. The caller owns the transaction.
    """
    key_hash = _hashed("key", str(app_id), idempotency_key)
    request_hash = _hashed(*msgspec.structs.astuple(wish))
    if idempotency_key:
        _check_key(idempotency_key)
        if (made := await queries.creation.one_or_none(tx, key_hash=key_hash)) is not None:
            if made.request_hash != request_hash:
                raise KeyReused
            return await queries.by_id.one(tx, link_id=made.link_id)
    target = await _target(tx, wish.kind, wish.target, rules)
    tags = tags_in(wish.tags)
    chosen = hashes.chosen(wish.hash) if wish.hash else ""
    if chosen and await find(tx, chosen, domain=wish.domain) is not None:
        raise HashTaken
    now = clock.now()
    fingerprint = _hashed("target", str(app_id), wish.kind, target.strip())
    if rules.duplicates != "allow":
        twin = await queries.live_twin.one_or_none(
            tx, fingerprint=fingerprint, is_active=True, at=now
        )
        if twin is not None and rules.duplicates == "reuse":
            return twin
        if twin is not None:
            raise AlreadyShortened(hash_=twin.hash)
    link = Link(
        id=0,
        domain=wish.domain,
        hash=chosen,
        hash_method="custom" if chosen else "auto",
        kind=wish.kind,
        target=target,
        app_id=app_id,
        tags=",".join(tags.values()),
        active=True,
        created_at=now,
        changed_at=now,
        expires_at=None if rules.life is None else now + rules.life,
    )
    link = await _added(tx, link, fingerprint)
    for name in tags:
        await queries.add_tag.execute(tx, link_id=link.id, folded_name=name)
    if idempotency_key:
        kept = await queries.add_creation.scalar(
            tx, key_hash=key_hash, request_hash=request_hash, link_id=link.id, created_at=now
        )
        if kept is None:  # another with this key was quicker: its link stands, ours never was
            raise KeyReused
    return link


async def edit_target(
    tx: WriteTransaction, link_id: int, *, app_id: int, target: str, rules: LinkRules
) -> Link:
    """Lead a link of the app's elsewhere; its kind stays. Raises UnknownLink, TargetMissing,
    InvalidLink."""
    link = await _own(tx, link_id, app_id)
    kept = await _target(tx, link.kind, target, rules)
    now = clock.now()
    await queries.set_target.execute(
        tx,
        link_id=link_id,
        target=kept,
        fingerprint=_hashed("target", str(app_id), link.kind, kept.strip()),
        searchable=_searchable(link.hash, kept),
        changed_at=now,
    )
    return msgspec.structs.replace(link, target=kept, changed_at=now)


async def edit_tags(tx: WriteTransaction, link_id: int, *, app_id: int, tags: str) -> Link:
    """Give a link of the app's these tags and no others. Raises UnknownLink, InvalidLink."""
    link = await _own(tx, link_id, app_id)
    named = tags_in(tags)
    now, joined = clock.now(), ",".join(named.values())
    await queries.set_tags.execute(tx, link_id=link_id, tags=joined, changed_at=now)
    await queries.drop_tags.execute(tx, link_id=link_id)
    for name in named:
        await queries.add_tag.execute(tx, link_id=link_id, folded_name=name)
    return msgspec.structs.replace(link, tags=joined, changed_at=now)


async def set_expiry(
    tx: WriteTransaction, link_id: int, *, app_id: int, expires_at: datetime | None
) -> Link:
    """End a link of the app's at that time; None: never. Raises UnknownLink."""
    link = await _own(tx, link_id, app_id)
    now = clock.now()
    await queries.set_expiry.execute(tx, link_id=link_id, expires_at=expires_at, changed_at=now)
    return msgspec.structs.replace(link, expires_at=expires_at, changed_at=now)


async def set_active(tx: WriteTransaction, link_id: int, *, app_id: int, active: bool) -> Link:
    """Let visitors find a link of the app's, or not; the same again changes nothing. An expired
    one stays expired. Raises UnknownLink."""
    link = await _own(tx, link_id, app_id)
    if link.active == active:
        return link
    now = clock.now()
    await queries.set_active.execute(tx, link_id=link_id, active=active, changed_at=now)
    return msgspec.structs.replace(link, active=active, changed_at=now)


async def find(tx: ReadTransaction, hash_: str, *, domain: str = "") -> Link | None:
    """The link of that hash, spelled in any way that folds to it, live or not."""
    if len(hash_) > hashes.SPELLING_LENGTH_MAX:
        return None
    folded = folded_hash(hash_)
    if not folded or len(folded) > hashes.FOLDED_LENGTH_MAX or "\x00" in folded:
        return None
    return await queries.by_hash.one_or_none(tx, domain=domain, folded_hash=folded)


async def of_owner(tx: ReadTransaction, hash_: str, *, app_id: int, domain: str = "") -> Link:
    """The app's own link of that hash. Raises UnknownLink, for somebody else's too."""
    link = await find(tx, hash_, domain=domain)
    if link is None or link.app_id != app_id:
        raise UnknownLink
    return link


async def purge(tx: WriteTransaction, *, keep: timedelta) -> None:
    """Forget idempotency keys of longer ago than that."""
    await queries.purge_creations.execute(tx, before=clock.now() - keep)


async def _own(tx: ReadTransaction, link_id: int, app_id: int) -> Link:
    link = await queries.by_id.one_or_none(tx, link_id=link_id)
    if link is None or link.app_id != app_id:
        raise UnknownLink
    return link


async def _target(tx: WriteTransaction, kind: LinkKind, text: str, rules: LinkRules) -> str:
    """The target as it is kept; a file of ours is kept for good from now on."""
    if kind == "file" and (file := (await media.known_files(tx, [text.strip()])).get(text.strip())):
        await media.attach_file(tx, file.id)
        return file.name
    return check_target(text, kind, rules.own)


async def _added(tx: WriteTransaction, link: Link, fingerprint: bytes) -> Link:
    """The link in its table: under its own hash, or under one that is drawn until it is free."""
    custom = link.hash
    for draw in range(2 * hashes.DRAWS_BEFORE_CROWDED):
        text = custom or hashes.drawn(crowded=draw >= hashes.DRAWS_BEFORE_CROWDED)
        values = msgspec.structs.asdict(link)
        del values["id"]
        link_id = await queries.add.scalar(
            tx,
            **{
                **values,
                "hash": text,
                "folded_hash": folded_hash(text),
                "fingerprint": fingerprint,
                "searchable": _searchable(text, link.target),
            },
        )
        if link_id is not None:
            return msgspec.structs.replace(link, id=int(link_id), hash=text)
        if custom:
            raise HashTaken
    raise RuntimeError("ten hashes drawn by chance were all taken")


def _check_key(key: str) -> None:
    if len(key) > IDEMPOTENCY_KEY_LENGTH_MAX:
        most = IDEMPOTENCY_KEY_LENGTH_MAX
        raise InvalidLink(
            f"an idempotency key has at most {most} characters", field="idempotency_key"
        )


def _searchable(hash_: str, target: str) -> str:
    return f"{fold(hash_)}{_HASH_FROM_TEXT}{fold(target)}"


def _hashed(*parts: str) -> bytes:
    """A fingerprint of texts, each told from the next by its length."""
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode(errors="surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.digest()
