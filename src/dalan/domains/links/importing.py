"""Links from a file brought in, a batch at a time, as often as somebody likes.

The same file again makes nothing twice: what stands as the file has it is left as it is. Source:
pod-links.md 9, point 1; decision 0042.
"""

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final, Literal

import msgspec

from dalan.domains import clicks
from dalan.domains.links import checking, creating, hashes, queries
from dalan.domains.links.creating import LinkRules, Wish
from dalan.domains.links.editing import set_active
from dalan.domains.links.errors import HashTaken, InvalidLink
from dalan.domains.links.finding import find
from dalan.domains.links.hashes import folded_hash
from dalan.domains.links.imports import ImportRow
from dalan.domains.links.tables import Link, Owner
from dalan.domains.links.tags import TAG_LENGTH_MAX, TAGS_MAX
from dalan.domains.links.terms import NO_TERMS, Terms
from dalan.errors import DalanError, ResourceExhausted
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction

OnTaken = Literal["skip", "draw"]
Result = Literal["made", "stands", "taken", "refused"]

ImportBatch = Sequence[ImportRow]

IMPORT_BATCH: Final = 100
"""So many rows a transaction: everybody else goes on meanwhile."""


class UnreadableRow(InvalidLink):
    """A row of a file that no link can be made of."""

    code: ClassVar[str] = "links.import_row"

    def __init__(self, message: str) -> None:
        super().__init__(message, field="file")


class Importing(msgspec.Struct, frozen=True, kw_only=True):
    """Whose links they become, and where. ``on_taken``: leave a row out whose hash is taken, or
    draw another hash for it."""

    owner: Owner
    rules: LinkRules
    on_taken: OnTaken = "skip"
    domain: str = ""


class Outcome(msgspec.Struct, frozen=True):
    """What becomes of a row. ``stands``: the owner has that link already. ``taken``: another link
    has the hash. ``code`` and ``reason`` say why there is no link, ``lost`` what of the row the
    link does not have. ``hash`` is the link's, or would be; "" if it is to be drawn."""

    number: int
    result: Result
    hash: str = ""
    target: str = ""
    code: str = ""
    reason: str = ""
    lost: tuple[str, ...] = ()
    clicks: int = 0
    link_id: int | None = None


class Seen:
    """What earlier rows of the same file would make, for a preview: it makes nothing."""

    def __init__(self) -> None:
        self.targets: dict[str, str] = {}
        self.fingerprints: set[bytes] = set()


def batches(rows: Sequence[ImportRow], importing: Importing) -> Iterator[ImportBatch]:
    """The rows of a file as one transaction after the other takes them: never more than the owner
    may make in a minute, or none of them would ever be made."""
    size = importing.rules.limits.of(importing.owner).at_once(IMPORT_BATCH)
    for begin in range(0, len(rows), size):
        yield rows[begin : begin + size]


async def bring_in(tx: WriteTransaction, rows: ImportBatch, importing: Importing) -> list[Outcome]:
    """Make the links of these rows that do not stand yet; what becomes of each. A row that is
    refused changes nothing and stops no other. Raises LinkLimit, upon which the caller rolls back;
    the same file later goes on from there. The caller owns the transaction."""
    told = []
    for row in rows:
        try:
            told.append(await _brought(tx, row, importing))
        except ResourceExhausted:  # it ends the unit of work, and with it this batch
            raise
        except DalanError as refusal:
            told.append(_refused(row, refusal))
    return told


async def preview(
    tx: ReadTransaction, rows: ImportBatch, importing: Importing, seen: Seen
) -> list[Outcome]:
    """What ``bring_in`` would make of these rows; nothing is changed. ``seen`` goes along from
    batch to batch of a file."""
    told = []
    for row in rows:
        try:
            told.append(await _foreseen(tx, row, importing, seen))
        except DalanError as refusal:
            told.append(_refused(row, refusal))
    return told


async def _brought(tx: WriteTransaction, row: ImportRow, importing: Importing) -> Outcome:
    wish, lost = _wish(row, importing)
    standing = await _standing(tx, wish, importing)
    if standing is not None:
        return _told(row, "stands", standing.hash, lost, standing)
    if wish.hash and await find(tx, wish.hash, domain=wish.domain) is not None:
        if importing.on_taken == "skip":
            return _refused(row, HashTaken())
        wish = msgspec.structs.replace(wish, hash="")
    rules = msgspec.structs.replace(importing.rules, duplicates="allow")
    now = clock.now()
    created_at = min(row.created_at or now, now)
    link = await creating.create(
        tx, wish, owner=importing.owner, rules=rules, created_at=created_at
    )
    if row.clicks:
        await clicks.set_base(tx, link.id, row.clicks)
    if not row.active:
        await set_active(tx, link.id, owner=importing.owner, active=False)
    return _told(row, "made", link.hash, lost, link)


async def _foreseen(
    tx: ReadTransaction, row: ImportRow, importing: Importing, seen: Seen
) -> Outcome:
    wish, lost = _wish(row, importing)
    standing = await _standing(tx, wish, importing)
    if standing is not None:
        return _told(row, "stands", standing.hash, lost, standing)
    folded = folded_hash(wish.hash) if wish.hash else ""
    if folded and seen.targets.get(folded) == wish.target:
        return _told(row, "stands", wish.hash, lost)
    is_taken = folded in seen.targets or (
        wish.hash and await find(tx, wish.hash, domain=wish.domain) is not None
    )
    if is_taken and importing.on_taken == "skip":
        return _refused(row, HashTaken())
    if is_taken or not wish.hash:
        wish = msgspec.structs.replace(wish, hash="")
        print_ = creating.fingerprint(importing.owner, wish.kind, wish.target)
        if print_ in seen.fingerprints:
            return _told(row, "stands", "", lost)
    rules = importing.rules
    link = await creating.checked(tx, wish, importing.owner, rules, clock.now())
    seen.fingerprints.add(creating.fingerprint(importing.owner, link.kind, link.target))
    if wish.hash:
        seen.targets[folded] = wish.target
    return _told(row, "made", link.hash, lost)


async def _standing(tx: ReadTransaction, wish: Wish, importing: Importing) -> Link | None:
    """The owner's link that this row made before. With a hash of its own it is the one of that
    hash, even among several to the same; a hash that is drawn is known by where it leads."""
    if wish.hash:
        found = await find(tx, wish.hash, domain=wish.domain)
        if found is None:
            return None
        is_own = found.owner == importing.owner and found.deleted_at is None
        if is_own and (found.kind, found.target) == (wish.kind, wish.target):
            return found
        if importing.on_taken == "skip":
            return None
    print_ = creating.fingerprint(importing.owner, wish.kind, wish.target)
    return await queries.twin.one_or_none(tx, fingerprint=print_)


def _wish(row: ImportRow, importing: Importing) -> tuple[Wish, tuple[str, ...]]:
    """The link a row asks for, and what of the row it cannot have. Raises UnreadableRow,
    HashTooLong, InvalidLink."""
    if row.problem:
        raise UnreadableRow(row.problem)
    lost = list(row.lost)
    title = row.title
    if len(title) > checking.TITLE_LENGTH_MAX:
        title = title[: checking.TITLE_LENGTH_MAX - 1].rstrip() + "…"
        lost.append("title")
    tags = [tag.strip() for tag in row.tags.split(",") if tag.strip()]
    kept = [tag for tag in tags if len(tag) <= TAG_LENGTH_MAX][:TAGS_MAX]
    if len(kept) < len(tags):
        lost.append("tags")
    if row.created_at is not None and row.created_at > clock.now():
        lost.append("created_at")
    return Wish(
        kind=row.kind,
        target=row.target if row.kind == "content" else row.target.strip(),
        hash=hashes.chosen(row.hash) if row.hash else "",
        domain=importing.domain,
        tags=",".join(kept),
        title=title,
        note=row.note,
        after_address=row.after_address,
        expires_at=row.expires_at,  # a file that names no end means none
        valid_from=row.valid_from,
        visits_max=row.visit_limit or None,
        terms=Terms(forwards_query=True) if row.forward_query else NO_TERMS,
    ), tuple(lost)


def _told(
    row: ImportRow, result: Result, hash_: str, lost: tuple[str, ...], link: Link | None = None
) -> Outcome:
    return Outcome(
        number=row.number,
        result=result,
        hash=hash_,
        target=row.target,
        lost=lost,
        clicks=row.clicks,
        link_id=None if link is None else link.id,
    )


def _refused(row: ImportRow, refusal: DalanError) -> Outcome:
    return Outcome(
        number=row.number,
        result="taken" if isinstance(refusal, HashTaken) else "refused",
        hash=row.hash,
        target=row.target,
        code=refusal.code,
        reason=str(refusal),
        lost=row.lost,
        clicks=row.clicks,
    )
