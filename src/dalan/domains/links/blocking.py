"""Hosts no link may lead to: the operator's list, and asking it.

An entry covers its host and all below it. Links are not marked: whoever is about to be sent
somewhere has the list asked, so that a host blocked now stops every link there is to it, whatever
rule of the link leads there, and one let go lets them go on. The question is one look into an
index, however long the list is. Source: pod-links.md 9.12; decision 0043.
"""

from typing import Final, NamedTuple

from dalan.domains.links import abuse_queries as queries
from dalan.domains.links import hosts
from dalan.domains.links.abuse_tables import BlockedHostRow
from dalan.domains.links.errors import BlockedHost, BlockedLink, InvalidHost, UnknownHost
from dalan.domains.links.listening import forget_all
from dalan.domains.links.tables import Link
from dalan.domains.links.terms import terms_of
from dalan.kernel import clock, paging
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.text import TextTooLong, clean

NOTE_LENGTH_MAX: Final = 200
LINES_MAX: Final = 50_000
HOSTS_SHOWN: Final = 100
REFUSED_SHOWN: Final = 20

_COMMENTS: Final = ("#", "!", ";")


class Imported(NamedTuple):
    """What became of a list of lines: hosts that are new, hosts that stood, and the lines that
    name none, by number; of those the first few."""

    added: int
    stood: int
    refused: list[tuple[int, str]]
    refused_count: int


class HostsPage(NamedTuple):
    """Blocked hosts, and the cursor after the last of them, "" when there are no more."""

    hosts: list[BlockedHostRow]
    next_cursor: str


def addresses_of(link: Link) -> list[tuple[str, str]]:
    """Every address a visitor of the link may be sent to, behind the part of it that says so."""
    terms = terms_of(link.terms)
    said = [
        *([("target", link.target)] if link.kind != "content" else []),
        *((f"rules[{at}].target", one.target) for at, one in enumerate(terms.rules)),
        *((f"weighted[{at}].target", one.target) for at, one in enumerate(terms.weighted)),
        ("after_address", link.after_address),
    ]
    return [(field, address) for field, address in said if "://" in address]


async def check_not_blocked(tx: ReadTransaction, address: str, *, field: str = "target") -> None:
    """For whoever saves an address that a link is to lead to. Raises BlockedHost."""
    if (found := await blocked_by(tx, address)) is not None:
        raise BlockedHost(host=found.host, field=field)


async def check_open(tx: ReadTransaction, address: str) -> None:
    """For whoever is about to send a visitor there. Raises BlockedLink."""
    if await blocked_by(tx, address) is not None:
        raise BlockedLink


async def blocked_by(tx: ReadTransaction, address: str) -> BlockedHostRow | None:
    """The entry that covers an address's host. A text or a file of ours has no host."""
    host = hosts.host_of(address) if "://" in address else ""
    if not host or len(host) > hosts.HOST_LENGTH_MAX:
        return None
    return await queries.covering_host.one_or_none(tx, hosts=hosts.covering(host))


async def block_host(tx: WriteTransaction, text: str, *, note: str = "") -> BlockedHostRow:
    """Let no link lead there, nor below; a host that is blocked gets the new note. Existing links
    stop at once. The caller owns the transaction. Raises InvalidHost, having changed nothing."""
    host, said = hosts.entry(text), _note(note)
    if not host:
        raise InvalidHost
    host_id = await queries.put_host.scalar(tx, host=host, note=said, added_at=clock.now())
    await forget_all(tx)
    return await queries.host_by_id.one(tx, host_id=host_id)


async def unblock_host(tx: WriteTransaction, host_id: int) -> BlockedHostRow:
    """Let links lead there again; those that stopped go on. Raises UnknownHost."""
    dropped = await queries.drop_host.one_or_none(tx, host_id=host_id)
    if dropped is None:
        raise UnknownHost
    await forget_all(tx)
    return dropped


async def import_hosts(tx: WriteTransaction, text: str, *, note: str = "") -> Imported:
    """Block every host of a list, a line each; what follows a ``#`` is that line's note, others
    get ``note``. Lines that name no host are left out and answered; hosts that stand keep their
    note, so that the same list may come again. Raises InvalidHost for too many lines."""
    said, now = _note(note), clock.now()
    lines = text.splitlines()
    if len(lines) > LINES_MAX:
        raise InvalidHost
    refused: list[tuple[int, str]] = []
    added = stood = refused_count = 0
    for number, line in enumerate(lines, start=1):
        named, _, own = line.partition("#")
        if not named.strip() or named.lstrip().startswith(_COMMENTS):
            continue
        host = hosts.entry(named)
        if not host:
            refused_count += 1
            if len(refused) < REFUSED_SHOWN:
                refused.append((number, line.strip()[:80]))
            continue
        about = clean(own[:NOTE_LENGTH_MAX], longest=NOTE_LENGTH_MAX) or said
        is_new = await queries.add_host.scalar(tx, host=host, note=about, added_at=now)
        added, stood = (added, stood + 1) if is_new is None else (added + 1, stood)
    if added:
        await forget_all(tx)
    return Imported(added, stood, refused, refused_count)


async def blocked_hosts(
    tx: ReadTransaction, *, text: str = "", after: str = "", most: int = HOSTS_SHOWN
) -> HostsPage:
    """Blocked hosts with ``text`` in their name, in order; ``after`` is a page's cursor. Raises
    ``paging.InvalidCursor``."""
    begin = paging.decode(after, tuple[str])[0] if after else ""
    typed = clean(text[: hosts.HOST_LENGTH_MAX], longest=hosts.HOST_LENGTH_MAX)
    wanted = hosts.folded(typed) or typed.casefold()
    plain = "".join(f"!{one}" if one in "!%_" else one for one in wanted)
    found = await queries.hosts_page.all(tx, pattern=f"%{plain}%", after=begin, most=most + 1)
    shown = found[:most]
    return HostsPage(shown, paging.encode((shown[-1].host,)) if len(found) > most else "")


async def blocked_hosts_count(tx: ReadTransaction) -> int:
    """How many hosts are blocked."""
    return int(await queries.count_hosts.scalar(tx))


def _note(text: str) -> str:
    try:
        return clean(text, longest=NOTE_LENGTH_MAX)
    except TextTooLong:
        raise InvalidHost(field="note") from None
