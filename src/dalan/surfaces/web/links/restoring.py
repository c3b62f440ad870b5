"""Links that were deleted, and the way back for as long as they are kept."""

from typing import Final

from litestar import get, post
from litestar.di import NamedDependency

from dalan.domains import links
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.links import holding
from dalan.surfaces.web.links.holding import AnyResponse

SHOWN_MAX: Final = 100
"""Those that were deleted last."""


@get(holding.at("/deleted"))
async def deleted_page(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """What was deleted and not yet purged, the last first."""
    async with visitor.services.db.read() as tx:
        holder = await holding.held(tx, visitor)
        found = await links.deleted(tx, holder.owner, most=SHOWN_MAX)
    days = visitor.services.settings.keep_deleted_links_days
    return holder.page(
        visitor,
        "links/deleted.html",
        rows=[
            {
                "link": link,
                "readable": holding.readable_address(visitor.services, link),
                "url": holder.path_of(link, "restore"),
            }
            for link in found
        ],
        kept_for=visitor.context().ngettext("%(num)s day", "%(num)s days", days),
    )


@post(holding.at("/at/{hash:str}/restore"), status_code=200)
async def restore_link(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Let visitors find it again; pressed twice, it is back once."""
    visitor.require_person(back=holding.path_here(visitor))
    await visitor.form()
    async with visitor.services.db.write() as tx:
        holder = await holding.held(tx, visitor)
        link = await holding.link_here(tx, visitor, holder, deleted=True)
        await links.restore(tx, link.id, owner=holder.owner, by=holder.by)
    _ = visitor.gettext
    return visitor.see_other(
        holder.path_of(link), flash=html.Flash("success", _("The link is back."))
    )
