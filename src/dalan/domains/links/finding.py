"""Links by their hash, and whether they are somebody's own.

Source: pod-links.md 3.1 and 4.4.
"""

from collections.abc import Sequence
from contextlib import suppress

from dalan.domains.links import hashes, queries
from dalan.domains.links.errors import UnknownLink
from dalan.domains.links.hashes import folded_hash
from dalan.domains.links.tables import Link, Owner
from dalan.kernel.db import ReadTransaction, WriteTransaction


async def find(tx: ReadTransaction, hash_: str, *, domain: str = "") -> Link | None:
    """The link of that hash, spelled in any way that folds to it, live or not, deleted or not."""
    if len(hash_) > hashes.SPELLING_LENGTH_MAX:
        return None
    folded = folded_hash(hash_)
    if not folded or len(folded) > hashes.FOLDED_LENGTH_MAX or "\x00" in folded:
        return None
    return await queries.by_hash.one_or_none(tx, domain=domain, folded_hash=folded)


async def of_owner(
    tx: ReadTransaction, hash_: str, *, owner: Owner, domain: str = "", deleted: bool = False
) -> Link:
    """The owner's own link of that hash; one that was deleted only where ``deleted`` asks for it.
    Raises UnknownLink, for somebody else's too."""
    return _own(await find(tx, hash_, domain=domain), owner, deleted=deleted)


async def of_owner_in(
    tx: ReadTransaction, hash_: str, *, owner: Owner, domains: Sequence[str]
) -> Link:
    """``of_owner`` in the first of these domains that has such a link of the owner's."""
    for domain in domains:
        with suppress(UnknownLink):
            return await of_owner(tx, hash_, owner=owner, domain=domain)
    raise UnknownLink


async def by_id(tx: ReadTransaction, link_id: int, *, owner: Owner, deleted: bool = False) -> Link:
    """The owner's own link of that number. Raises UnknownLink."""
    return _own(await queries.by_id.one_or_none(tx, link_id=link_id), owner, deleted=deleted)


async def locked(
    tx: WriteTransaction, link_id: int, *, owner: Owner, deleted: bool = False
) -> Link:
    """``by_id``, as it is when nobody else is changing it; whoever would, waits until this unit
    is over. Raises UnknownLink."""
    return _own(await queries.locked.one_or_none(tx, link_id=link_id), owner, deleted=deleted)


async def by_ids(tx: ReadTransaction, link_ids: Sequence[int]) -> dict[int, Link]:
    """Links by their numbers, whoever owns them; those that were deleted too."""
    return {link.id: link for link in await queries.by_ids.all(tx, ids=list(link_ids))}


def _own(link: Link | None, owner: Owner, *, deleted: bool) -> Link:
    if link is None or link.owner != owner or link.purged_at is not None:
        raise UnknownLink
    if link.deleted_at is not None and not deleted:
        raise UnknownLink
    return link
