"""What a visitor finds behind a hash.

Source: pod-links.md 5.1.
"""

from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from dalan.domains import media
from dalan.domains.links import queries
from dalan.domains.links.blocking import check_open
from dalan.domains.links.errors import (
    DeactivatedLink,
    ExpiredLink,
    NotYetValid,
    QuarantinedLink,
    UnknownLink,
    VisitLimitReached,
)
from dalan.domains.links.events import LinkLimitReached, announce
from dalan.domains.links.finding import find
from dalan.domains.links.tables import Link
from dalan.domains.links.targets import location
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction


async def live(tx: ReadTransaction, hash_: str, *, domain: str = "") -> Link:
    """The link a visitor may see now, a password and a limit of visits apart. Raises UnknownLink,
    of which QuarantinedLink and BlockedLink are kinds, and DeactivatedLink, NotYetValid and
    ExpiredLink, which know their link. Where terms choose the place, the caller asks whether it
    is blocked (``check_open``)."""
    link = await find(tx, hash_, domain=domain)
    if link is None or link.purged_at is not None:
        raise UnknownLink
    if link.quarantined_at is not None:
        raise QuarantinedLink
    if not link.active or link.deleted_at is not None:
        raise DeactivatedLink(link)
    now = clock.now()
    if link.is_expired(now):
        raise ExpiredLink(link)
    if link.valid_from is not None and link.valid_from > now:
        raise NotYetValid(link)
    if link.kind != "content" and not link.terms:
        await check_open(tx, link.target)
    return link


async def live_in(tx: ReadTransaction, hash_: str, *, domains: Sequence[str]) -> Link:
    """``live`` in the first of these domains that has such a link at all."""
    for domain in domains[:-1]:
        if await find(tx, hash_, domain=domain) is not None:
            return await live(tx, hash_, domain=domain)
    return await live(tx, hash_, domain=domains[-1])


async def check_visits_left(tx: ReadTransaction, link: Link) -> None:
    """Raises VisitLimitReached where ``use_visit`` would; nothing is used."""
    if link.visits_max is not None and (await visits_left(tx, [link]))[link.id] <= 0:
        raise VisitLimitReached(link)


async def visits_left(tx: ReadTransaction, found: Sequence[Link]) -> dict[int, int]:
    """How many visitors may still come, of those links that have a limit."""
    limited = {one.id: one.visits_max for one in found if one.visits_max is not None}
    used: dict[int, int] = dict(await queries.allowances.all(tx, ids=list(limited)))
    return {link_id: max(0, most - used.get(link_id, 0)) for link_id, most in limited.items()}


async def use_visit(tx: WriteTransaction, link: Link) -> int | None:
    """One visitor more: how many may come after them, None for as many as like. The database
    decides, whoever else comes at the same moment. Raises VisitLimitReached."""
    if link.visits_max is None:
        return None
    left = await queries.use_visit.scalar(tx, link_id=link.id)
    if left is None:
        raise VisitLimitReached(link)
    if not left:
        await announce(tx, link, LinkLimitReached(link.id))
    return int(left)


def destination(link: Link, *, base_url: str) -> str:
    """Where a visitor of a link, or of one to a file, is sent, in ASCII. A stored file's address
    is made now: links outlive the place we serve files at."""
    assert link.kind != "content", "a text is shown, and leads nowhere"
    if link.kind == "file" and "://" not in link.target:
        return base_url + media.path_of_file(link.target)
    return location(link.target)


def short_address(link: Link, *, base_url: str) -> str:
    """A link's whole short address, percent-encoded: what can be pasted anywhere."""
    hash_ = quote(link.hash, safe="")
    if not link.domain:
        return f"{base_url}/l/{hash_}"
    base = urlsplit(base_url)
    port = "" if base.port is None else f":{base.port}"
    return f"{base.scheme}://{link.domain}{port}/{hash_}"
