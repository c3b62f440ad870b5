"""What a person was told: of their posts, searches and businesses, and of apps if they have any."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web import notices_shown
from dalan.surfaces.web.notices_shown import OWN


@get(OWN)
async def own_notices(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """The list and the choices."""
    return await notices_shown.list_page(visitor, at=OWN)


@post(f"{OWN}/read", status_code=200)
async def read_own_notices(visitor: NamedDependency[Visitor]) -> Response[None]:
    """The person has seen what the page showed."""
    return await notices_shown.read_all(visitor, at=OWN)


@post(f"{OWN}/{{notice_id:int}}/open", status_code=200)
async def open_own_notice(
    visitor: NamedDependency[Visitor], notice_id: FromPath[int]
) -> Response[None]:
    """Seen; on to the page it speaks of."""
    return await notices_shown.open_one(visitor, notice_id, at=OWN)


@post(f"{OWN}/preferences", status_code=200)
async def choose_own_notices(visitor: NamedDependency[Visitor]) -> Response[None]:
    """Keep what was ticked."""
    return await notices_shown.save_preferences(visitor, at=OWN)
