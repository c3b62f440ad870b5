"""Up to five links in one plot."""

from typing import Any, Final
from urllib.parse import urlencode

from litestar import get
from litestar.di import NamedDependency

from dalan.domains import clicks, links
from dalan.kernel.db import ReadTransaction
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.links import holding, listing, plotting, statistics
from dalan.surfaces.web.links.holding import AnyResponse, Holder

PAIRS_MAX: Final = 100


@get(holding.at("/compare"))
async def compare_page(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """The links of ``?link=``, each a line; those that are not there are left out."""
    named = visitor.request.query_params.getall("link", [])[:PAIRS_MAX]
    async with visitor.services.db.read() as tx:
        holder = await holding.held(tx, visitor)
        chosen = await _chosen(tx, holder, named)
        window = statistics.window_asked(visitor)
        ids = [link.id for link in chosen]
        series = await clicks.series(tx, ids, window.starts, window.end) if ids else {}
        totals = await clicks.totals(tx, ids)
        rows = [listing.row(visitor, holder, link, totals) for link in chosen]
    plot = plotting.lines(
        window,
        [(row["readable"], series[link.id]) for row, link in zip(rows, chosen, strict=True)],
        visitor.lang,
    )
    earlier, later = statistics.beside(window)
    return holder.page(
        visitor,
        "links/compare.html",
        rows=rows,
        plot=plot,
        window=window,
        zooms=statistics.zooms(visitor, window),
        earlier=earlier,
        later=later,
        chosen=urlencode([("link", row["value"]) for row in rows]),
        compared_max=listing.COMPARED_MAX,
    )


async def _chosen(tx: ReadTransaction, holder: Holder, named: list[Any]) -> list[links.Link]:
    found: dict[int, links.Link] = {}
    for name in dict.fromkeys(str(one) for one in named):
        link = await listing.named(tx, holder, name)
        if link is not None and len(found) < listing.COMPARED_MAX:
            found[link.id] = link
    return list(found.values())
