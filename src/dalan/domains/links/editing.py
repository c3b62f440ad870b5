"""Changing a link, switching it, deleting it and bringing it back.

Every change is written down (``history``). Source: pod-links.md 4.4; decision 0039.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from dalan.domains import audit, clicks
from dalan.domains.links import answering, checking, indexing, queries
from dalan.domains.links.creating import LinkRules, expiry_order, fingerprint
from dalan.domains.links.events import LinkChanged, announce
from dalan.domains.links.finding import locked
from dalan.domains.links.passwords import purge_guesses
from dalan.domains.links.searchable import searchable
from dalan.domains.links.tables import Link, Owner
from dalan.domains.links.tags import tags_in
from dalan.domains.links.term_checks import checked_terms
from dalan.domains.links.terms import Terms
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction

HISTORY_MAX: Final = 50
PURGED_AT_ONCE: Final = 100


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a link: what is left out stays. ``password`` "": none any more."""

    target: str | UnsetType = UNSET
    tags: str | UnsetType = UNSET
    title: str | UnsetType = UNSET
    note: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    picture: str | UnsetType = UNSET
    expires_at: datetime | UnsetType | None = UNSET
    valid_from: datetime | UnsetType | None = UNSET
    visits_max: int | UnsetType | None = UNSET
    password: str | UnsetType = UNSET
    after_address: str | UnsetType = UNSET
    terms: Terms | UnsetType = UNSET


async def edit(
    tx: WriteTransaction,
    link_id: int,
    *,
    owner: Owner,
    changes: Changes,
    rules: LinkRules,
    by: audit.Actor | None = None,
) -> Link:
    """Change a link of somebody's; hash, domain and kind stay. ``by``: who does it, where that is
    not the owner itself. Raises UnknownLink, TargetMissing, InvalidLink, having changed nothing.
    """
    before = await locked(tx, link_id, owner=owner)
    given = {
        name: value
        for name in changes.__struct_fields__
        if not isinstance(value := getattr(changes, name), UnsetType)
    }
    password = given.pop("password", None)
    for name in ("title", "note", "description", "after_address"):
        if name in given:
            given[name] = given[name].strip()
    if "target" in given:
        given["target"] = await checking.target(tx, before.kind, given["target"], rules.own)
    if "tags" in given:
        given["tags"] = ",".join(tags_in(given["tags"]).values())
    if "terms" in given:
        given["terms"] = checked_terms(given["terms"], before.kind, rules.own)
    after = msgspec.structs.replace(before, **given)
    await checking.check(tx, after, rules.own)
    if password:
        checking.check_password(password, rules.keys)
    changed = [name for name in given if getattr(before, name) != getattr(after, name)]
    if password is not None and (password or before.has_password):
        changed.append("password")
    if not changed:
        return before
    after = msgspec.structs.replace(
        after,
        changed_at=clock.now(),
        has_password=before.has_password if password is None else bool(password),
    )
    await _written(tx, before, after)
    if after.visits_max is None:
        await queries.drop_allowance.execute(tx, link_id=link_id)
    elif after.visits_max != before.visits_max:
        await queries.set_allowance.execute(
            tx, link_id=link_id, visits_max=after.visits_max, visits_used=0
        )
    if password is not None:
        await checking.set_password(tx, link_id, password, rules.keys)
    await _note(tx, after, "link.edited", by, changed=changed)
    return after


async def set_active(
    tx: WriteTransaction,
    link_id: int,
    *,
    owner: Owner,
    active: bool,
    by: audit.Actor | None = None,
) -> Link:
    """Let visitors find a link of somebody's, or not; the same again changes nothing. An expired
    one stays expired. Raises UnknownLink."""
    link = await locked(tx, link_id, owner=owner)
    if link.active == active:
        return link
    now = clock.now()
    await queries.set_active.execute(tx, link_id=link_id, active=active, changed_at=now)
    await _note(tx, link, "link.activated" if active else "link.deactivated", by)
    return msgspec.structs.replace(link, active=active, changed_at=now)


async def delete(
    tx: WriteTransaction, link_id: int, *, owner: Owner, by: audit.Actor | None = None
) -> Link:
    """Take a link of somebody's away; its hash stays taken, and ``restore`` brings it back until
    it is purged. Raises UnknownLink."""
    link = await locked(tx, link_id, owner=owner)
    now = clock.now()
    await queries.set_deleted.execute(tx, link_id=link_id, deleted_at=now, changed_at=now)
    await indexing.take_out(tx, link)
    await _note(tx, link, "link.deleted", by)
    return msgspec.structs.replace(link, deleted_at=now, changed_at=now)


async def restore(
    tx: WriteTransaction, link_id: int, *, owner: Owner, by: audit.Actor | None = None
) -> Link:
    """Bring back a link that was deleted; one that was not stays as it is. Raises UnknownLink."""
    link = await locked(tx, link_id, owner=owner, deleted=True)
    if link.deleted_at is None:
        return link
    now = clock.now()
    await queries.set_deleted.execute(tx, link_id=link_id, deleted_at=None, changed_at=now)
    await indexing.put_in(tx, link)
    await _note(tx, link, "link.restored", by)
    return msgspec.structs.replace(link, deleted_at=None, changed_at=now)


async def history(
    tx: ReadTransaction, link_id: int, *, after: str = "", limit: int = HISTORY_MAX
) -> audit.Page:
    """What became of a link, newest first; the caller knows that it may be shown."""
    return await audit.entries_of(tx, _subject(link_id), after=after, limit=limit)


async def purge(tx: WriteTransaction, *, keep: timedelta) -> None:
    """Forget idempotency keys of longer ago than that, and guesses that count no more."""
    await purge_guesses(tx)
    before = clock.now() - keep
    await queries.purge_creations.execute(tx, before=before)
    await answering.purge_answers.execute(tx, before=before)


async def purge_deleted(tx: WriteTransaction, *, keep: timedelta) -> int:
    """Of links deleted longer ago than that leave nothing but their hash, which stays taken, and
    how often they were visited in all; how many of them, at most ``PURGED_AT_ONCE``. The caller
    owns the transaction."""
    now = clock.now()
    found = await queries.deleted_before.all(tx, before=now - keep, count=PURGED_AT_ONCE)
    texts = ("tags", "title", "note", "description", "picture", "after_address", "terms")
    for link in found:
        await checking.unpin(tx, link)
        await clicks.forget_sums(tx, link.id)
        await queries.drop_creations_of.execute(tx, link_id=link.id)
        await queries.purge_link.execute(
            tx, link_id=link.id, kind="content", target="-", searchable="", fingerprint=b"",
            password_hash=None, purged_at=now, **dict.fromkeys(texts, ""),
        )  # fmt: skip
    return len(found)


async def _written(tx: WriteTransaction, before: Link, after: Link) -> None:
    await checking.pin(tx, after)
    await checking.unpin(tx, before)
    await queries.change.execute(
        tx,
        link_id=after.id,
        fingerprint=fingerprint(after.owner, after.kind, after.target),
        searchable=searchable(after.hash, after.target),
        expiry_order=expiry_order(after.expires_at),
        **{name: getattr(after, name) for name in queries.CHANGED_AS_THEY_ARE},
    )
    if (before.tags, before.target) != (after.tags, after.target):
        await indexing.take_out(tx, before)
        await indexing.put_in(tx, after)


async def _note(
    tx: WriteTransaction,
    link: Link,
    action: str,
    by: audit.Actor | None,
    changed: Sequence[str] = (),
) -> None:
    """Write the change down: ``by`` somebody, else by the person or the app whose link it is."""
    facts: dict[str, Any] = {"changed": list(changed)} if changed else {}
    if by is None and link.person_id is not None:
        by = audit.Actor.person(link.person_id)
    elif by is None:
        facts["app_id"] = link.app_id
    await audit.record(tx, by or audit.SYSTEM, action, _subject(link.id), **facts)
    await announce(tx, link, LinkChanged(link.id, action, list(changed)))


def _subject(link_id: int) -> audit.Subject:
    return audit.Subject("link", str(link_id))
