"""The console as an application of its own."""

from pathlib import Path
from typing import Any, Final

from litestar import Litestar, Request, Response, Router, get
from litestar.di import Provide
from litestar.exceptions import HTTPException

from dalan.errors import DalanError
from dalan.surfaces import html
from dalan.surfaces.console import desk
from dalan.surfaces.console.sections import (
    clock,
    consents,
    events,
    faults,
    inbox,
    newcomers,
    people,
    personas,
    requests,
    requests_live,
    seeds,
    tokens,
    world,
)
from dalan.surfaces.html import session
from dalan.surfaces.services import Services

TEMPLATES: Final = Path(__file__).parent / "templates"
STATIC: Final = Path(__file__).parent / "static"

SECTIONS: Final = (
    requests,
    requests_live,
    events,
    tokens,
    people,
    inbox,
    faults,
    clock,
    world,
    seeds,
    personas,
    consents,
    newcomers,
)


def make_app(services: Services) -> Litestar:
    """The console of a dev world. Raises ValueError in a real one, which has none."""
    if not services.dev:
        raise ValueError("the console shows secrets and belongs to dev worlds alone")
    html.templates.register(TEMPLATES)
    html.static.register(STATIC)
    dependencies = {"visitor": Provide(session.dependency(services))}

    def nothing_here(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
        if request.url.path.startswith("/console/api/"):
            said = error.detail or "nothing here"
            return desk.refuse("console.nothing_here", said, status=error.status_code)
        visitor = session.stranger(request, services)
        _ = visitor.gettext
        return visitor.error_page(
            error.status_code,
            _("Nothing here"),
            _("The console has no such page."),
            (html.Action(_("Requests"), "/console/requests"),),
        )

    return Litestar(
        [
            Router(
                path="/console",
                route_handlers=[console, *(page for one in SECTIONS for page in one.PAGES)],
                dependencies=dependencies,
                exception_handlers=session.EXCEPTION_HANDLERS,
                include_in_schema=False,
            ),
            Router(
                path="/console/api",
                route_handlers=[call for one in SECTIONS for call in one.API],
                dependencies=dependencies,
                exception_handlers={DalanError: desk.refused},
                include_in_schema=False,
            ),
        ],
        exception_handlers={HTTPException: nothing_here},
        openapi_config=None,
        logging_config=None,
    )


@get("/")
async def console() -> Response[None]:
    """The request log is the console's first page."""
    return html.see_other("/console/requests")
