"""Statements on blocked hosts, reports of links and allowances."""

from sqlalchemy import Integer, Text, bindparam, delete, func, select, text, update

from dalan.domains.links.abuse_tables import (
    OPEN,
    BlockedHostRow,
    LinkReport,
    ReportedLink,
    blocked_host,
    link_meter,
    link_report,
)
from dalan.domains.links.tables import link
from dalan.kernel.db import Id, UtcTime, in_list, statement, upsert

covering_host = statement(
    select(blocked_host).where(in_list(blocked_host.c.host, "hosts")).limit(1),
    into=BlockedHostRow,
)
"""A blocked host among these, if there is one."""

put_host = statement(
    upsert(
        blocked_host, key=["host"], update=["note"], returning=[blocked_host.c.id]
    ),
    sets=["host", "note", "added_at"],
)  # fmt: skip
"""Block a host; one that is blocked has its note written anew."""

add_host = statement(
    upsert(blocked_host, key=["host"], returning=[blocked_host.c.id]),
    sets=["host", "note", "added_at"],
)
"""Block a host; no row when it is blocked already, whose note stays."""

host_by_id = statement(
    select(blocked_host).where(blocked_host.c.id == bindparam("host_id", type_=Id)),
    into=BlockedHostRow,
)
"""A blocked host."""

drop_host = statement(
    delete(blocked_host)
    .where(blocked_host.c.id == bindparam("host_id", type_=Id))
    .returning(*blocked_host.c),
    into=BlockedHostRow,
)
"""Block it no more."""

hosts_page = statement(
    select(blocked_host)
    .where(
        blocked_host.c.host > bindparam("after"),
        blocked_host.c.host.like(bindparam("pattern", type_=Text), escape="!"),
    )
    .order_by(blocked_host.c.host)
    .limit(bindparam("most", type_=Integer)),
    into=BlockedHostRow,
)
"""Blocked hosts with that in their name, in order."""

count_hosts = statement(select(func.count()).select_from(blocked_host))
"""How many hosts are blocked."""

add_report = statement(
    upsert(link_report, key=["link_id", "reporter"], returning=[link_report.c.id]),
    sets=["link_id", "reporter", "reason", "text", "created_at", "state", "decided_at"],
)
"""One report more; no row when the same browser reported the link before."""

_REPORT = [link_report.c[name] for name in LinkReport.__struct_fields__]

open_reports = statement(
    select(*_REPORT)
    .where(text(OPEN), link_report.c.link_id == bindparam("link_id", type_=Id))
    .order_by(link_report.c.id)
    .limit(bindparam("most", type_=Integer)),
    into=LinkReport,
)
"""What is open against a link, oldest first."""

reported = statement(
    select(
        link_report.c.link_id,
        func.count().label("count"),
        func.min(link_report.c.created_at, type_=UtcTime).label("first_at"),
    )
    .where(text(OPEN))
    .group_by(link_report.c.link_id)
    .order_by(
        func.count().desc(),
        func.min(link_report.c.created_at, type_=UtcTime),
        link_report.c.link_id,
    )
    .limit(bindparam("most", type_=Integer)),
    into=ReportedLink,
)
"""Links with open reports, those with most first, then those that wait longest."""

count_reported = statement(
    select(func.count(link_report.c.link_id.distinct())).where(text(OPEN)),
)
"""How many links have open reports."""

decide_reports = statement(
    update(link_report)
    .where(
        text(OPEN),
        link_report.c.link_id == bindparam("of_link_id", type_=Id),
        link_report.c.id <= bindparam("up_to_id", type_=Id),
    )
    .values(state=bindparam("into_state", type_=Text)),
    sets=["decided_at"],
)
"""Close the reports of a link that were read."""

purge_reports = statement(
    delete(link_report).where(link_report.c.decided_at < bindparam("before", type_=UtcTime))
)
"""Reports that were decided before then."""

set_quarantine = statement(
    update(link).where(link.c.id == bindparam("link_id", type_=Id)),
    sets=["quarantined_at", "changed_at"],
)
"""Keep visitors from a link, or let them again (None)."""

quarantined_ids = statement(
    select(link.c.id)
    .where(link.c.quarantined_at.is_not(None))
    .order_by(link.c.quarantined_at.desc(), link.c.id.desc())
    .limit(bindparam("most", type_=Integer)),
)
"""Links that are kept from visitors, the newest first."""

count_one = statement(
    upsert(
        link_meter,
        key=["source", "since"],
        update=lambda _: {"count": link_meter.c.count + 1},
        returning=[link_meter.c.count],
    ),
    sets=["source", "since", "count"],
)
"""One more of somebody's; answers how many that makes since then."""

purge_allowances = statement(
    delete(link_meter).where(link_meter.c.since < bindparam("before", type_=UtcTime))
)
"""What was counted in minutes and days that are over."""
