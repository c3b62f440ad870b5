"""An app's short links: made, listed, edited, switched, deleted and brought back."""

import hashlib
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

import msgspec
from msgspec import UnsetType

from dalan.domains import links
from dalan.kernel import paging
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.db.types import microseconds_of
from dalan.surfaces.api import link_wire as wire
from dalan.surfaces.api.answers import Answer, File
from dalan.surfaces.api.call import PREFIX, Call
from dalan.surfaces.api.errors import ChangedMeanwhile
from dalan.surfaces.api.links_shown import changes_of, one_shown, shown, wish_of
from dalan.surfaces.api.reading import Fields
from dalan.surfaces.api.repeats import once
from dalan.surfaces.api.wire import Done
from dalan.surfaces.operations import Operation, header

LIMIT_MAX: Final = 200

ORDERS: Final[dict[str, links.Order]] = {
    "created_at": "created_at",
    "expires_at": "expires_at",
    "hash": "hash",
    "clicks": "visits_count",
}
_CURSORS: Final[dict[str, Any]] = {
    "created_at": tuple[datetime, int],
    "expires_at": tuple[int, int],
    "hash": tuple[str, int],
}
_OFFSET_MAX: Final = 100_000_000


async def create_link(call: Call) -> File:
    """Make a short link. With ``Idempotency-Key`` the same call again is answered the same."""
    wish = wish_of(call.body(wire.NewLink, nulls=True))

    async def work(tx: WriteTransaction) -> Answer:
        link = await links.create(tx, wish, owner=owner_of(call), rules=call.services.link_rules)
        told = await one_shown(tx, link, base_url=call.services.settings.base_url)
        return Answer(told, 201, [etag_of(link), (b"location", path_of(link).encode())])

    return await once(call, work)


async def list_links(call: Call) -> wire.Links:
    """The app's links, searched, narrowed, ordered, page by page; those deleted are not listed."""
    asked, fields = question_of(call), call.fields
    limit = fields.number("limit", 50, least=1, most=LIMIT_MAX)
    offset, after = _place(fields, asked.order)
    wants_total = fields.flag("total")
    async with call.services.db.read() as tx:
        found = await links.look_up(tx, asked, offset=offset, most=limit + 1, after=after)
        told = await shown(tx, found.links[:limit], base_url=call.services.settings.base_url)
    more = len(found.links) > limit
    cursor = _cursor(found.links[limit - 1], asked.order, offset + limit) if more else None
    return wire.Links(told, cursor, found.total if wants_total else None)


async def get_link(call: Call) -> Answer:
    """One link, with the ``ETag`` that ``If-Match`` wants."""
    async with call.services.db.read() as tx:
        link = await own_link(call, tx)
        told = await one_shown(tx, link, base_url=call.services.settings.base_url)
    return Answer(told, headers=[etag_of(link)])


async def edit_link(call: Call) -> Answer:
    """Change what is named of a link: null clears. ``If-Match`` refuses where it was changed."""
    body = call.body(wire.Edit, nulls=True)

    async def work(tx: WriteTransaction) -> Answer:
        link = await edited(call, tx, await matched_link(call, tx), body)
        told = await one_shown(tx, link, base_url=call.services.settings.base_url)
        return Answer(told, headers=[etag_of(link)])

    return await call.services.db.transact(work)


async def delete_link(call: Call) -> Done:
    """Take a link away; its hash stays taken, and a restoration brings it back."""

    async def work(tx: WriteTransaction) -> Done:
        link = await matched_link(call, tx)
        await links.delete(tx, link.id, owner=owner_of(call))
        return Done()

    return await call.services.db.transact(work)


async def restore_link(call: Call) -> File:
    """Bring back a link that was deleted."""

    async def work(tx: WriteTransaction) -> Answer:
        link = await own_link(call, tx, deleted=True)
        link = await links.restore(tx, link.id, owner=owner_of(call))
        told = await one_shown(tx, link, base_url=call.services.settings.base_url)
        return Answer(told, headers=[etag_of(link)])

    return await once(call, work)


async def activate_link(call: Call) -> File:
    """Let visitors find a link again."""
    return await _switched(call, active=True)


async def deactivate_link(call: Call) -> File:
    """Let no visitor find a link until it is activated."""
    return await _switched(call, active=False)


async def _switched(call: Call, *, active: bool) -> File:
    async def work(tx: WriteTransaction) -> Answer:
        link = await own_link(call, tx)
        link = await links.set_active(tx, link.id, owner=owner_of(call), active=active)
        told = await one_shown(tx, link, base_url=call.services.settings.base_url)
        return Answer(told, headers=[etag_of(link)])

    return await once(call, work)


async def edited(call: Call, tx: WriteTransaction, link: links.Link, body: wire.Edit) -> links.Link:
    """The link with these changes."""
    owner, rules = owner_of(call), call.services.link_rules
    changed = await links.edit(tx, link.id, owner=owner, changes=changes_of(body), rules=rules)
    if isinstance(body.active, UnsetType):
        return changed
    return await links.set_active(tx, link.id, owner=owner, active=body.active)


def owner_of(call: Call) -> links.Owner:
    """Whose links a call reaches: the app's, and nobody else's."""
    return links.Owner.app(call.caller.app_id)


async def own_link(call: Call, tx: ReadTransaction, *, deleted: bool = False) -> links.Link:
    """The link a path names. Raises UnknownLink."""
    domain = call.fields.text("domain", most=253)
    return await links.of_owner(
        tx, call.path["hash"], owner=owner_of(call), domain=domain, deleted=deleted
    )


async def matched_link(call: Call, tx: WriteTransaction) -> links.Link:
    """The same, where it still is what ``If-Match`` says. Raises ChangedMeanwhile."""
    found = await own_link(call, tx)
    link = await links.locked(tx, found.id, owner=owner_of(call))
    wanted = header(call.scope, b"if-match").strip()
    if wanted not in ("", "*", etag_of(link)[1].decode()):
        raise ChangedMeanwhile
    return link


def etag_of(link: links.Link) -> tuple[bytes, bytes]:
    """Another one after each change of the link; what is counted of it is no change."""
    version = f"{link.id} {microseconds_of(link.changed_at)}".encode()
    return b"etag", f'"{hashlib.sha256(version).hexdigest()[:20]}"'.encode()


def path_of(link: links.Link) -> str:
    """Where this API has the link."""
    domain = f"?domain={quote(link.domain, safe='')}" if link.domain else ""
    return f"{PREFIX}/links/{quote(link.hash, safe='')}{domain}"


def question_of(call: Call) -> links.Question:
    """What a list or an export is asked for. Raises InvalidQuery and InvalidLink."""
    fields = call.fields
    return links.Question(
        owner=owner_of(call),
        text=fields.text("search"),
        kind=fields.word("kind", links.KINDS),
        hash_method=fields.word("method", links.HASH_METHODS),
        tags=fields.text("tags", most=2_000),
        words=fields.text("words", most=2_000),
        state=fields.word("state", links.STATES),
        created_from=fields.moment("created_from"),
        created_until=fields.moment("created_until"),
        order=ORDERS[fields.word("order", tuple(ORDERS)) or "created_at"],
        ascending=fields.flag("ascending"),
    )


def _place(fields: Fields, order: links.Order) -> tuple[int, links.Position | None]:
    """How many links to pass over, or behind which to go on: counts of clicks grow meanwhile, so
    in their order a page is known by its number alone."""
    text = fields.text("cursor", most=paging.CURSOR_LENGTH_MAX)
    if not text:
        return 0, None
    if order == "visits_count":
        (offset,) = paging.decode(text, tuple[int])
        if not 0 <= offset <= _OFFSET_MAX:
            raise paging.InvalidCursor
        return offset, None
    value, link_id = paging.decode(text, _CURSORS[order])
    return 0, links.Position(value, link_id)


def _cursor(last: links.Link, order: links.Order, offset: int) -> str:
    if order == "visits_count":
        return paging.encode((offset,))
    position = links.position(last, order)
    return paging.encode((position.value, position.link_id))


def operation(
    method: str, path: str, handle: Any, answer: type[msgspec.Struct] | None, **more: Any
) -> Operation:
    """An operation on links."""
    return Operation(
        method=method, paths=(f"{PREFIX}{path}",), handle=handle, answer=answer, tag="Links", **more
    )


OPERATIONS: Final = (
    operation("POST", "/links", create_link, wire.Link, body=wire.NewLink, status=201),
    operation("GET", "/links", list_links, wire.Links, query=wire.LinksQuery),
    operation("GET", "/links/{hash}", get_link, wire.Link, query=wire.DomainQuery),
    operation(
        "PATCH", "/links/{hash}", edit_link, wire.Link, body=wire.Edit, query=wire.DomainQuery
    ),
    operation("DELETE", "/links/{hash}", delete_link, Done, query=wire.DomainQuery),
    operation(
        "POST", "/links/{hash}/restorations", restore_link, wire.Link, query=wire.DomainQuery
    ),
    operation(
        "POST", "/links/{hash}/activations", activate_link, wire.Link, query=wire.DomainQuery
    ),
    operation(
        "POST", "/links/{hash}/deactivations", deactivate_link, wire.Link, query=wire.DomainQuery
    ),
)
