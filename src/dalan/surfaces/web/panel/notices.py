"""What a developer was told, newest first, and what they want to be told."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web import notices_shown
from dalan.surfaces.web.notices_shown import PANEL
from dalan.surfaces.web.panel.desk import AnyResponse


@get(PANEL)
async def notices_page(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """The list and the choices."""
    return await notices_shown.list_page(visitor, at=PANEL)


@post(f"{PANEL}/read", status_code=200)
async def read_all(visitor: NamedDependency[Visitor]) -> Response[None]:
    """The person has seen what the page showed."""
    return await notices_shown.read_all(visitor, at=PANEL)


@post(f"{PANEL}/{{notice_id:int}}/open", status_code=200)
async def open_notice(
    visitor: NamedDependency[Visitor], notice_id: FromPath[int]
) -> Response[None]:
    """Seen; on to where something can be done about it."""
    return await notices_shown.open_one(visitor, notice_id, at=PANEL)


@post(f"{PANEL}/preferences", status_code=200)
async def save_preferences(visitor: NamedDependency[Visitor]) -> Response[None]:
    """Keep what was ticked."""
    return await notices_shown.save_preferences(visitor, at=PANEL)
