"""The console as an application of its own."""

from typing import Any

from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException

from dalan.surfaces import html
from dalan.surfaces.console.routes import router
from dalan.surfaces.html import session
from dalan.surfaces.services import Services


def make_app(services: Services) -> Litestar:
    """The console of a dev world. Raises ValueError in a real one, which has none."""

    def refused(request: Request[Any, Any, Any], error: HTTPException) -> Response[str]:
        visitor = session.stranger(request, services)
        _ = visitor.gettext
        return visitor.error_page(
            error.status_code,
            _("Nothing here"),
            _("The console has no such page."),
            (html.Action(_("Inbox of codes"), "/console/inbox"),),
        )

    return Litestar(
        [router(services)],
        exception_handlers={HTTPException: refused},
        openapi_config=None,
        logging_config=None,
    )
