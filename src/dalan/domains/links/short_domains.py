"""Hosts of which every path is a hash: added and removed by operators, known by every process.

Source: pod-links.md 5.1 and 9.5; decision 0039.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from dalan.domains import audit
from dalan.domains.links import checking, queries
from dalan.domains.links.errors import InvalidLink, UnknownDomain
from dalan.domains.links.tables import ShortDomain
from dalan.domains.links.targets import OwnAddresses, host_in_ascii
from dalan.kernel import clock
from dalan.kernel.db import Database, ReadTransaction, WriteTransaction
from dalan.kernel.repeating import Repeating

LOOK_SECONDS: Final = 0.5
DOMAINS_MAX: Final = 1_000
NAME_LENGTH_MAX: Final = 253


async def add_domain(
    tx: WriteTransaction,
    name: str,
    *,
    own: OwnAddresses,
    base_address: str = "",
    missing_address: str = "",
    by: audit.Actor = audit.CLI,
) -> ShortDomain:
    """Make a host a short domain, or change where its bare address and unknown hashes lead; one
    that was removed is there again with its links. The caller owns the transaction.

    Raises InvalidLink, for a host that is ours already too.
    """
    host = _host(name)
    if own.is_base(host):
        raise InvalidLink("this host is the platform's own", field="name")
    for field, address in (("base_address", base_address), ("missing_address", missing_address)):
        if address:
            checking.check_address(address, field, own)
    known = {one.name: one for one in await queries.short_domains.all(tx)}
    if host not in known and len(known) >= DOMAINS_MAX:
        raise InvalidLink(f"at most {DOMAINS_MAX} short domains are kept", field="name")
    await queries.put_domain.execute(
        tx, name=host, base_address=base_address.strip(), missing_address=missing_address.strip(),
        created_at=clock.now(), removed_at=None,
    )  # fmt: skip
    action = "domain.changed" if host in known else "domain.added"
    await audit.record(tx, by, action, audit.Subject("domain", host[:80]))
    return await queries.domain_by_name.one(tx, name=host)


async def remove_domain(
    tx: WriteTransaction, name: str, *, by: audit.Actor = audit.CLI
) -> ShortDomain:
    """Answer under this host no more; its links stay, and are there again when it is. Raises
    UnknownDomain."""
    domain = await find_domain(tx, name)
    await queries.remove_domain.execute(tx, name=domain.name, removed_at=clock.now())
    await audit.record(tx, by, "domain.removed", audit.Subject("domain", domain.name[:80]))
    return domain


async def find_domain(tx: ReadTransaction, name: str) -> ShortDomain:
    """The short domain of that name, in any letter case. Raises UnknownDomain."""
    host = host_in_ascii(name.strip()[:NAME_LENGTH_MAX])
    found = await queries.domain_by_name.one_or_none(tx, name=host) if host.isprintable() else None
    if found is None or found.removed_at is not None:
        raise UnknownDomain
    return found


async def check_domain(tx: ReadTransaction, name: str) -> None:
    """Raises InvalidLink for what is no short domain, spelled as it is kept."""
    is_name = name.isascii() and name.isprintable()
    found = await queries.domain_by_name.one_or_none(tx, name=name) if is_name else None
    if found is None or found.removed_at is not None:
        raise InvalidLink("there is no such short domain", field="domain")


async def short_domains(tx: ReadTransaction) -> list[ShortDomain]:
    """All short domains there are, by name."""
    return [one for one in await queries.short_domains.all(tx) if one.removed_at is None]


class Domains:
    """The short domains as this process knows them: within ``LOOK_SECONDS`` and a statement.
    ``changed`` is called when there are others than before."""

    def __init__(self, db: Database, *, changed: Callable[[], None] = lambda: None) -> None:
        self._db, self._changed = db, changed
        self.known: Mapping[str, ShortDomain] = {}
        self._looking = Repeating("short domains", self.look, seconds=LOOK_SECONDS)

    async def start(self) -> None:
        """Know them before anybody asks, then keep looking."""
        await self.look()
        await self._looking.start()

    async def stop(self) -> None:
        """Look no more."""
        await self._looking.stop()

    async def look(self) -> None:
        """Take up what there is."""
        async with self._db.look() as look:
            found = {one.name: one for one in await short_domains(look)}
        if found != self.known:
            self.known = found
            self._changed()

    def of(self, scope: Mapping[str, Any]) -> ShortDomain | None:
        """The short domain a request was sent to, by its one ``Host``."""
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        return self.named(hosts[0]) if len(hosts) == 1 else None

    def named(self, host: bytes) -> ShortDomain | None:
        """The short domain of a ``Host`` header, with or without a port."""
        if not self.known:
            return None
        return self.known.get(host.partition(b":")[0].decode("latin-1").lower().rstrip("."))


def _host(name: str) -> str:
    host = host_in_ascii(name.strip())
    is_odd = not host.isprintable() or any(one in host for one in " /\\:?#@%\"'<>^`{|}[]")
    if not host or len(host) > NAME_LENGTH_MAX or is_odd or not host.isascii() or "." not in host:
        raise InvalidLink("a domain is a host name such as dln.example", field="name")
    return host
