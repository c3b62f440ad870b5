"""What visitors say is wrong with a link, and what operators do about it.

Whoever reports need not be known: a keyed hash of their browser's cookie tells two reports of one
reporter apart, one of their network bounds how much comes from there in a day. Source:
pod-links.md 9.12; decision 0043.
"""

from datetime import datetime, timedelta
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

import msgspec

from dalan.domains.links import abuse_queries, allowances, hosts, queries
from dalan.domains.links.abuse_events import LinkDecided
from dalan.domains.links.abuse_tables import (
    LINK_REPORT_REASONS,
    BlockedHostRow,
    LinkReport,
    LinkReportReason,
    ReportedLink,
)
from dalan.domains.links.allowances import Allowed
from dalan.domains.links.blocking import NOTE_LENGTH_MAX as HOST_NOTE_LENGTH_MAX
from dalan.domains.links.blocking import block_host
from dalan.domains.links.errors import (
    InvalidLinkReport,
    LinkReportedAlready,
    ReportsOutdated,
    UnknownLink,
)
from dalan.domains.links.finding import by_ids, find
from dalan.domains.links.tables import Link
from dalan.domains.links.targets import ADDRESS_BYTES_MAX
from dalan.kernel import clock, outbox
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.text import TextTooLong, clean

LINK_REPORT_LENGTH_MAX: Final = 500
DECISION_NOTE_LENGTH_MAX: Final = 500
REPORTS_SHOWN: Final = 100
QUEUE_MAX: Final = 100

_PER_BROWSER: Final = Allowed(per_day=10)
_PER_NETWORK: Final = Allowed(per_day=50)


class LinkReporter(msgspec.Struct, frozen=True):
    """Whoever reports: keyed hashes made by the surface. ``network`` "": not known."""

    browser: str
    network: str


async def addressed(tx: ReadTransaction, text: str, *, base_url: str) -> Link | None:
    """The link somebody means: by its address as they met it, preview or not, or its hash."""
    said = text.strip()[:ADDRESS_BYTES_MAX]
    if "/" not in said:
        return await find(tx, said.removesuffix("+"))
    try:
        parts = urlsplit(said if "://" in said else f"https://{said}")
    except ValueError:
        return None
    host, path = hosts.folded(parts.hostname or ""), unquote(parts.path).rstrip("/+")
    if host != hosts.host_of(base_url):
        return await find(tx, path.removeprefix("/"), domain=host) if host else None
    for prefix in ("/l/", "/srv/tinylink/"):
        if path.startswith(prefix):
            return await find(tx, path.removeprefix(prefix))
    return None


async def report_link(
    tx: WriteTransaction, link: Link, *, reporter: LinkReporter, reason: str, text: str
) -> None:
    """Take a report of a link down. The caller owns the transaction, and rolls back when this
    raises: InvalidLinkReport, LinkReportedAlready, LinkLimit."""
    try:
        said = clean(text, longest=LINK_REPORT_LENGTH_MAX, multiline=True)
    except TextTooLong:
        raise InvalidLinkReport(f"at most {LINK_REPORT_LENGTH_MAX} characters") from None
    known = _known(reason)
    if known is None or (known == "other" and not said):
        raise InvalidLinkReport("a report has a reason, and another reason is told")
    added = await abuse_queries.add_report.scalar(
        tx,
        link_id=link.id,
        reporter=reporter.browser,
        reason=known,
        text=said,
        created_at=clock.now(),
        state="open",
        decided_at=None,
    )
    if added is None:
        raise LinkReportedAlready
    await allowances.count(tx, f"report:b:{reporter.browser}", _PER_BROWSER)
    if reporter.network:
        await allowances.count(tx, f"report:n:{reporter.network}", _PER_NETWORK)


async def reported_links(tx: ReadTransaction, *, most: int = QUEUE_MAX) -> list[ReportedLink]:
    """Links with open reports: those with most first, among equals those that wait longest."""
    return await abuse_queries.reported.all(tx, most=most)


async def reported_links_count(tx: ReadTransaction) -> int:
    """How many links have open reports."""
    return int(await abuse_queries.count_reported.scalar(tx))


async def reports_of_link(tx: ReadTransaction, link_id: int) -> list[LinkReport]:
    """What is open against a link, oldest first, so many at most as are shown."""
    return await abuse_queries.open_reports.all(tx, link_id=link_id, most=REPORTS_SHOWN)


async def quarantined_links(tx: ReadTransaction, *, most: int = QUEUE_MAX) -> list[Link]:
    """Links that are kept from visitors, the newest first."""
    ids = [row[0] for row in await abuse_queries.quarantined_ids.all(tx, most=most)]
    found = await by_ids(tx, ids)
    return [found[link_id] for link_id in ids if link_id in found]


async def by_number(tx: ReadTransaction, link_id: int) -> Link:
    """A link whoever owns it, for operators. Raises UnknownLink."""
    link = await queries.by_id.one_or_none(tx, link_id=link_id)
    if link is None or link.purged_at is not None:
        raise UnknownLink
    return link


async def dismiss_reports(tx: WriteTransaction, link_id: int, *, up_to_id: int) -> None:
    """Leave the link be, and close the reports that were read. Raises ReportsOutdated."""
    if not await _close(tx, link_id, up_to_id, into="dismissed"):
        raise ReportsOutdated


async def quarantine(
    tx: WriteTransaction, link_id: int, *, up_to_id: int = 0, reason: str = "", note: str = ""
) -> Link:
    """Show visitors a page that says so instead of the link, until it is released; what was
    counted stays. Reports up to that one are upheld, the owner is told why. Again changes nothing
    but the reports. The caller owns the transaction. Raises UnknownLink, InvalidLinkReport.
    """
    link, said = await by_number(tx, link_id), _said(reason, note)
    await _close(tx, link_id, up_to_id, into="upheld")
    if link.quarantined_at is not None:
        return link
    link = await _set_quarantine(tx, link, clock.now())
    await _tell(tx, link_id, "quarantined", reason, said)
    return link


async def release(tx: WriteTransaction, link_id: int, *, note: str = "") -> Link:
    """Let visitors through again; the owner is told. Of a link that is not held nothing is
    changed. Raises UnknownLink, InvalidLinkReport."""
    link, said = await by_number(tx, link_id), _said("", note)
    if link.quarantined_at is None:
        return link
    link = await _set_quarantine(tx, link, None)
    await _tell(tx, link_id, "released", "", said)
    return link


async def switch_off(
    tx: WriteTransaction, link_id: int, *, up_to_id: int = 0, reason: str = "", note: str = ""
) -> Link:
    """Deactivate a link of whomever; reports up to that one are upheld, the owner is told why and
    may switch it on again. Raises UnknownLink, InvalidLinkReport."""
    link, said = await by_number(tx, link_id), _said(reason, note)
    await _close(tx, link_id, up_to_id, into="upheld")
    if not link.active:
        return link
    now = clock.now()
    await queries.set_active.execute(tx, link_id=link_id, active=False, changed_at=now)
    await _tell(tx, link_id, "deactivated", reason, said)
    return msgspec.structs.replace(link, active=False, changed_at=now)


async def block_host_of(
    tx: WriteTransaction,
    link_id: int,
    *,
    host: str,
    up_to_id: int = 0,
    reason: str = "",
    note: str = "",
) -> BlockedHostRow:
    """Let no link lead to a host this one leads to; reports up to that one are upheld, the owner
    of this link is told why. Raises UnknownLink, InvalidLinkReport, InvalidHost."""
    link, said = await by_number(tx, link_id), _said(reason, note)
    row = await block_host(tx, host, note=said[:HOST_NOTE_LENGTH_MAX])
    await _close(tx, link.id, up_to_id, into="upheld")
    await _tell(tx, link_id, "host_blocked", reason, said)
    return row


async def purge_reports(tx: WriteTransaction, *, keep: timedelta) -> None:
    """Forget reports that were decided longer ago than that, and counts of days that are over."""
    await abuse_queries.purge_reports.execute(tx, before=clock.now() - keep)
    await allowances.purge(tx)


def _known(reason: str) -> LinkReportReason | None:
    return next((one for one in LINK_REPORT_REASONS if one == reason), None)


def _said(reason: str, note: str) -> str:
    if reason and _known(reason) is None:
        raise InvalidLinkReport("there is no such reason")
    try:
        return clean(note, longest=DECISION_NOTE_LENGTH_MAX, multiline=True)
    except TextTooLong:
        raise InvalidLinkReport(f"at most {DECISION_NOTE_LENGTH_MAX} characters") from None


async def _close(
    tx: WriteTransaction, link_id: int, up_to_id: int, *, into: Literal["upheld", "dismissed"]
) -> int:
    return await abuse_queries.decide_reports.execute(
        tx, of_link_id=link_id, up_to_id=up_to_id, into_state=into, decided_at=clock.now()
    )


async def _set_quarantine(tx: WriteTransaction, link: Link, at: datetime | None) -> Link:
    now = clock.now()
    await abuse_queries.set_quarantine.execute(
        tx, link_id=link.id, quarantined_at=at, changed_at=now
    )
    return msgspec.structs.replace(link, quarantined_at=at, changed_at=now)


async def _tell(tx: WriteTransaction, link_id: int, decided: str, reason: str, note: str) -> None:
    fact = LinkDecided(link_id=link_id, decided=decided, reason=reason, note=note)
    await outbox.record(tx, fact)
