"""The simulated bank as an application of its own, with refusals of its own look."""

from pathlib import Path
from typing import Any, Final

from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException

from dalan.surfaces import html
from dalan.surfaces.bank import merchants, paying
from dalan.surfaces.services import Services

FOLDER: Final = Path(__file__).parent
BODY_BYTES_MAX: Final = 65_536


def make_app(services: Services) -> Litestar:
    """Two calls for merchants and one page for people. Raises ValueError in a real world, where
    nobody should take its word for money."""
    if not services.dev:
        raise ValueError("the simulated bank belongs to dev worlds alone")
    html.templates.register(FOLDER / "templates")
    html.static.register(FOLDER / "static")

    def refused(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
        return paying.nothing_here(request, services, status=error.status_code)

    return Litestar(
        [*merchants.handlers(services), *paying.handlers(services)],
        exception_handlers={HTTPException: refused},
        openapi_config=None,
        logging_config=None,
        request_max_body_size=BODY_BYTES_MAX,
    )
