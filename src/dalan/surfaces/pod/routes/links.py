"""The five operations on short links. Source: pod-links.md 4."""

from datetime import datetime, timedelta
from typing import Final

from dalan.domains import clicks, links
from dalan.kernel import clock
from dalan.kernel.db import WriteTransaction
from dalan.surfaces.pod.call import Answer, Call, milliseconds
from dalan.surfaces.pod.errors import HashMissing
from dalan.surfaces.pod.wire.envelopes import inner_success
from dalan.surfaces.pod.wire.links import (
    Added,
    ClickIntervals,
    Country,
    LinkVo,
    Listed,
    Named,
    Statistics,
)
from dalan.surfaces.visitors import visitor

_WITHIN_A_MILLISECOND: Final = timedelta(microseconds=999)
"""Our times are finer than the wire's: a link is of the whole millisecond it is listed with."""

_ORDERS: Final[dict[str, links.Order]] = {
    "hash": "hash",
    "createTime": "created_at",
    "expireTime": "expires_at",
    "visitCount": "visits_count",
}
_OLDER_KINDS: Final[dict[str, links.LinkKind]] = {"true": "link", "false": "content"}
_STATUSES: Final = {"active": True, "deactive": False, "deactivate": False, "inactive": False}


async def add(call: Call) -> Answer:
    """46410: add a short link."""
    target = call.raw("urlOrContent")
    if not target.strip():
        raise links.TargetMissing
    kind = _kind(call)
    wish = links.Wish(
        kind,
        target if kind == "content" else target.strip(),
        hash=call.text("hash"),
        tags=call.listed("tags"),
        domain=call.services.settings.short_domain,
    )
    made = await links.create(call.unit, wish, owner=call.owner, rules=call.services.link_rules)
    visits = (await clicks.totals(call.unit, [made.id]))[made.id].visits  # of one that was reused
    return Answer(
        inner_success(Added(made.target, made.hash, visits, made.kind)),
    )


async def visit(call: Call) -> Answer:
    """46411: the link, text or file behind a hash; nothing is fetched."""
    services = call.services
    async with services.db.look() as look:
        link = await links.live_in(look, _needed_hash(call), domains=call.domains)
    if link.has_password:  # which nobody can give on this wire
        raise links.ProtectedLink(link)
    location = "" if link.kind == "content" else await _led(call, link)
    if link.visits_max is not None:

        async def use(tx: WriteTransaction) -> int | None:
            return await links.use_visit(tx, link)

        await services.db.transact(use)
    await services.clicks.record(link.id, call.address, call.told, "api")
    if link.kind == "content":
        return Answer(link.target, header={"Content-Type": "text/plain; charset=utf-8"})
    return Answer("", status=302, header={"Location": location})


async def _led(call: Call, link: links.Link) -> str:
    """Where its terms lead this caller. Raises BlockedLink."""
    services = call.services
    own = links.destination(link, base_url=services.settings.base_url)
    if not link.terms:
        return own
    led = links.lead(link, visitor(services, call.scope), own_target=own).address
    async with services.db.look() as look:
        await links.check_open(look, led)
    return led


async def listed(call: Call) -> Answer:
    """46412: the caller's links."""
    created_from, created_until = call.moment("date_from"), call.moment("date_to")
    if created_from and created_until and created_from > created_until:
        raise links.InvalidLink("the time ends before it begins", field="date_from")
    offset, most = call.number("offset"), call.number("count", 10)
    question = links.Question(
        owner=call.owner,
        text=call.text("search_sub_string"),
        kind=call.choice("shortenObjectKind", links.KINDS),
        hash_method=call.choice("hashGeneratedMethod", links.HASH_METHODS),
        created_from=created_from,
        created_until=created_until and created_until + _WITHIN_A_MILLISECOND,
        tags=call.listed("filter_tags"),
        words=call.listed("search_tags"),
        order=_ORDERS[call.choice("order_by", tuple(_ORDERS)) or "createTime"],
        ascending=call.is_true("order_asc"),
    )
    found = await links.look_up(call.look, question, offset=offset, most=most)
    totals = await clicks.totals(call.look, [one.id for one in found.links])
    listed = [_vo(call, one, totals[one.id].visits) for one in found.links]
    return Answer(inner_success(Listed(found.total, listed)))


async def set_status(call: Call) -> Answer:
    """46413: activate or deactivate a link."""
    hash_ = call.text("hash")
    if not hash_:
        raise HashMissing
    status = call.choice("setStatus", tuple(_STATUSES))
    if status is None:
        raise links.InvalidLink("setStatus is active or deactive", field="setStatus")
    link = await links.of_owner_in(call.unit, hash_, owner=call.owner, domains=call.domains)
    await links.set_active(call.unit, link.id, owner=call.owner, active=_STATUSES[status])
    return Answer(inner_success(True))


async def statistics(call: Call) -> Answer:
    """46414: statistics of one link."""
    hash_, now = _needed_hash(call), clock.now()
    kind = call.choice("kind", links.INTERVAL_KINDS) or "month"
    begin, end = links.window(
        kind, call.moment("fromTimestamp"), call.moment("toTimestamp"), now=now
    )
    link = await links.of_owner_in(call.look, hash_, owner=call.owner, domains=call.domains)
    begin, end = max(begin, link.created_at), min(end, now)
    starts = links.starts(kind, begin, end)
    first, last = _edges(begin, end, link.created_at, now)
    found = (
        clicks.Counts() if first >= last else await clicks.report(call.look, [link.id], first, last)
    )
    counted = (
        await clicks.series(call.look, [link.id], [first, *starts[1:]], last) if starts else {}
    )
    return Answer(
        inner_success(
            Statistics(
                total_count=found.clicks,
                create_time=milliseconds(link.created_at),
                url_or_content=link.target,
                hash_url=_address(call, link),
                is_url=link.kind == "link",
                countries=[
                    Country(name, count, _named(cities))
                    for name, count, cities in clicks.ranked_places(found.places)
                ],
                referers=_named(clicks.ranked(found.referrers)),
                browsers=_named(clicks.ranked(found.browsers)),
                oses=_named(clicks.ranked(found.oses)),
                click_intervals=ClickIntervals(
                    [milliseconds(one) for one in starts], counted.get(link.id, [])
                ),
            )
        )
    )


def _edges(
    begin: datetime, end: datetime, created_at: datetime, now: datetime
) -> tuple[datetime, datetime]:
    """The same clicks, from and to before whole minutes where that may be: nobody clicked before
    there was a link, nor after now. Both ends count in, a whole millisecond of them."""
    if begin <= created_at:
        begin = created_at.replace(second=0, microsecond=0)
    if end >= now:
        return begin, now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return begin, end + timedelta(milliseconds=1)


def _named(ranked: list[tuple[str, int]]) -> list[Named]:
    return [Named(name, count) for name, count in ranked]


def _kind(call: Call) -> links.LinkKind:
    """What kind of link is wanted; older clients say ``isURL`` instead."""
    said = call.choice("shortenObjectKind", links.KINDS)
    if said is None:
        said = _OLDER_KINDS.get(call.text("isURL").lower())
    if said is None:
        raise links.InvalidLink("shortenObjectKind is needed", field="shortenObjectKind")
    return said


def _needed_hash(call: Call) -> str:
    hash_ = call.text("hash")
    if not hash_:
        raise links.InvalidLink("hash is needed", field="hash")
    return hash_


def _vo(call: Call, link: links.Link, visits: int) -> LinkVo:
    return LinkVo(
        url_or_content=link.target,
        hash=link.hash,
        hash_url=_address(call, link),
        expire_time=milliseconds(link.expires_at),
        create_time=milliseconds(link.created_at),
        visit_count=visits,
        is_deleted=not link.active,
        hash_generated_method=link.hash_method,
        shorten_object_kind=link.kind,
        tags=link.tags,
    )


def _address(call: Call, link: links.Link) -> str:
    """A link's short address, percent-encoded: what can be pasted anywhere."""
    return links.short_address(link, base_url=call.services.settings.base_url)
