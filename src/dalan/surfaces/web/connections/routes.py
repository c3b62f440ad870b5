"""All pages about connected apps, as one router."""

from pathlib import Path
from typing import Final

from litestar import Router
from litestar.di import Provide

from dalan.surfaces import html
from dalan.surfaces.html import session
from dalan.surfaces.services import Services
from dalan.surfaces.web.connections import pages

TEMPLATES: Final = Path(__file__).parents[1] / "templates"


def router(services: Services) -> Router:
    """``/my-divar/apps…``."""
    html.templates.register(TEMPLATES)
    return Router(
        path="/",
        route_handlers=[pages.connected_apps, pages.ask, pages.take_back, pages.remove_addon],
        dependencies={"visitor": Provide(session.dependency(services))},
        exception_handlers=session.EXCEPTION_HANDLERS,
        include_in_schema=False,
    )
