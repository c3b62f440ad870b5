"""Raw clicks, sums of every level and totals say the same."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dalan.domains import clicks
from dalan.domains.clicks.counters import Counts
from dalan.kernel.db import Database

_RAW = "SELECT link_id, standing, count(*) FROM click GROUP BY link_id, standing"
_MINUTES = "SELECT link_id, clicks, bots, detail FROM click_minute"
_SUMS = "SELECT link_id, level, clicks, bots, detail FROM click_sum"


async def assert_agreement(
    db: Database, link_ids: Sequence[int], begin: datetime, end: datetime, *, raw: bool = True
) -> int:
    """Whatever one reads says the same of each link; answers all clicks, programs' among them.
    ``raw``: nothing was dropped yet."""
    found: dict[tuple[int, str], Counts] = {}

    def add(link_id: int, where: str, *row: Any) -> None:
        found.setdefault((link_id, where), Counts()).unite_row(*row)

    async with db.read() as tx:
        totals = await clicks.totals(tx, link_ids)
        for link_id, level, *row in await tx.rows(_SUMS, ()):
            add(link_id, f"level {level}", *row)
        if raw:
            for link_id, *row in await tx.rows(_MINUTES, ()):
                add(link_id, "minutes", *row)
            for link_id, standing, times in await tx.rows(_RAW, ()):
                add(link_id, "raw", times * (standing != 1), times * (standing != 0), b"")
        for link_id in link_ids:
            found[link_id, "report"] = await clicks.report(tx, [link_id], begin, end)
    for (link_id, where), counts in found.items():
        total = totals[link_id]
        assert (counts.clicks, counts.bots) == (total.visits, total.bots), where
        if where != "raw":
            for names in (counts.referrers, counts.browsers, counts.oses, counts.devices,
                          counts.languages, counts.sources):  # fmt: skip
                assert sum(names.values()) == counts.clicks, where
            assert sum(sum(one.values()) for one in counts.places.values()) == counts.clicks
    return sum(one.visits + one.bots for one in totals.values())
