"""Who changed what of an app, for everybody who may change it."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import audit
from dalan.kernel.paging import InvalidCursor
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web import changes
from dalan.surfaces.web.panel import desk
from dalan.surfaces.web.panel.desk import APPS_PATH, AnyResponse


@get(f"{APPS_PATH}/{{slug:str}}/history")
async def history_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Changes, newest first; ``?after`` is the cursor of the page before."""
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        subject = audit.Subject.app(opened.app.id)
        try:
            page = await audit.entries_of(
                tx, subject, after=visitor.request.query_params.get("after", "")
            )
        except InvalidCursor:
            page = await audit.entries_of(tx, subject)
        shown = await changes.shown(tx, visitor.gettext, page.entries, to_team=True)
    return desk.app_page(
        visitor,
        opened,
        "panel/history.html",
        current="history",
        changes=shown,
        next_cursor=page.next_cursor,
    )
