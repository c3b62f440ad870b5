"""Many links at once: each item has its outcome; all or nothing where that is asked."""

from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from dalan.domains import links
from dalan.errors import DalanError, ResourceExhausted
from dalan.kernel import clock
from dalan.kernel.db import WriteTransaction
from dalan.kernel.text import fold
from dalan.surfaces.api import link_wire as wire
from dalan.surfaces.api.answers import JSON, Answer, File
from dalan.surfaces.api.call import Call
from dalan.surfaces.api.errors import BatchRefused, told
from dalan.surfaces.api.links import edited, operation, owner_of
from dalan.surfaces.api.links_shown import one_shown, tags_of, wish_of
from dalan.surfaces.api.reading import InvalidQuery, moment
from dalan.surfaces.api.repeats import message_of, once

ITEMS_MAX: Final = 1_000
PIECE: Final = 100
"""So many items a unit of work, unless it is all or nothing: everybody else goes on meanwhile."""

Doing = Callable[[Call, WriteTransaction, wire.BatchItem], Awaitable[links.Link]]


async def change_links(call: Call) -> wire.BatchDone | File:
    """Make, edit, tag, end, switch, delete and restore up to 1,000 links; each item's outcome."""
    batch = call.body(wire.Batch, nulls=True)
    if not 1 <= len(batch.items) <= ITEMS_MAX:
        raise InvalidQuery(f"from 1 to {ITEMS_MAX}", field="items")
    if batch.atomic:
        return await _all_or_nothing(call, batch.items)
    results: list[wire.BatchResult] = []
    size = call.services.link_rules.limits.of(owner_of(call)).at_once(PIECE)
    for begin in range(0, len(batch.items), size):
        piece = batch.items[begin : begin + size]

        async def work(tx: WriteTransaction, piece: list[wire.BatchItem] = piece) -> Answer:
            return Answer(await _done(call, tx, piece))

        file = await once(call, work, part=str(begin))
        results += message_of(file, list[wire.BatchResult])
    return _summed(results)


async def _all_or_nothing(call: Call, items: list[wire.BatchItem]) -> File:
    async def work(tx: WriteTransaction) -> Answer:
        results = await _done(call, tx, items)
        if any(one.error is not None for one in results):
            raise BatchRefused(results)
        return Answer(_summed(results))

    try:
        return await once(call, work)
    except BatchRefused as refusal:
        call.scope["refusal"] = refusal.code
        undone = wire.BatchUndone(
            told(refusal), [wire.BatchResult(None, one.error) for one in refusal.items]
        )
        return File(msgspec.json.encode(undone), JSON, 409)


def _summed(results: list[wire.BatchResult]) -> wire.BatchDone:
    refused_count = sum(one.error is not None for one in results)
    return wire.BatchDone(results, len(results) - refused_count, refused_count)


async def _done(
    call: Call, tx: WriteTransaction, items: list[wire.BatchItem]
) -> list[wire.BatchResult]:
    results = []
    for item in items:
        try:
            link = await _DOINGS[item.action](call, tx, item)
            shown = await one_shown(tx, link, base_url=call.services.settings.base_url)
            results.append(wire.BatchResult(shown, None))
        except ResourceExhausted:  # it ends the unit of work, and with it this piece
            raise
        except DalanError as refusal:
            results.append(wire.BatchResult(None, told(refusal)))
    return results


async def _create(call: Call, tx: WriteTransaction, item: wire.BatchItem) -> links.Link:
    if item.link is None:
        raise InvalidQuery("a link to be made is needed", field="link")
    wish, rules = wish_of(item.link), call.services.link_rules
    return await links.create(tx, wish, owner=owner_of(call), rules=rules)


async def _edit(call: Call, tx: WriteTransaction, item: wire.BatchItem) -> links.Link:
    if item.changes is None:
        raise InvalidQuery("changes are needed", field="changes")
    return await edited(call, tx, await _named(call, tx, item), item.changes)


async def _tag(call: Call, tx: WriteTransaction, item: wire.BatchItem) -> links.Link:
    """Tags are the same as links compare them: in any letter case and spelling."""
    link = await _named(call, tx, item)
    gone = {fold(name) for name in item.remove or []}
    kept = [name for name in tags_of(link) if fold(name) not in gone]
    return await edited(call, tx, link, wire.Edit(tags=[*kept, *(item.add or [])]))


async def _expire(call: Call, tx: WriteTransaction, item: wire.BatchItem) -> links.Link:
    link = await _named(call, tx, item)
    at = clock.now() if item.at is None else moment(item.at, field="at")
    return await edited(call, tx, link, wire.Edit(expires_at=at))


async def _activate(call: Call, tx: WriteTransaction, item: wire.BatchItem) -> links.Link:
    link = await _named(call, tx, item)
    return await links.set_active(tx, link.id, owner=owner_of(call), active=True)


async def _deactivate(call: Call, tx: WriteTransaction, item: wire.BatchItem) -> links.Link:
    link = await _named(call, tx, item)
    return await links.set_active(tx, link.id, owner=owner_of(call), active=False)


async def _delete(call: Call, tx: WriteTransaction, item: wire.BatchItem) -> links.Link:
    link = await _named(call, tx, item)
    return await links.delete(tx, link.id, owner=owner_of(call))


async def _restore(call: Call, tx: WriteTransaction, item: wire.BatchItem) -> links.Link:
    link = await _named(call, tx, item, deleted=True)
    return await links.restore(tx, link.id, owner=owner_of(call))


async def _named(
    call: Call, tx: WriteTransaction, item: wire.BatchItem, *, deleted: bool = False
) -> links.Link:
    if not item.hash:
        raise InvalidQuery("the hash of a link is needed", field="hash")
    return await links.of_owner(
        tx, item.hash, owner=owner_of(call), domain=item.domain or "", deleted=deleted
    )


_DOINGS: Final[dict[str, Doing]] = {
    "create": _create,
    "edit": _edit,
    "tag": _tag,
    "expire": _expire,
    "activate": _activate,
    "deactivate": _deactivate,
    "delete": _delete,
    "restore": _restore,
}

OPERATIONS: Final = (
    operation("POST", "/link-batches", change_links, wire.BatchDone, body=wire.Batch),
)
