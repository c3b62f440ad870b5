"""All pages of this area, as one router."""

from pathlib import Path
from typing import Final

from litestar import Router
from litestar.di import Provide

from dalan.surfaces import html
from dalan.surfaces.html import session
from dalan.surfaces.services import Services
from dalan.surfaces.web.starts import profile, starting

TEMPLATES: Final = Path(__file__).parents[1] / "templates"


def router(services: Services) -> Router:
    """``/start/…``, ``/press/…``, ``/completion`` and ``/apps/{slug}``."""
    html.templates.register(TEMPLATES)

    async def give_services() -> Services:
        return services

    return Router(
        path="/",
        route_handlers=[
            starting.follow_direct_link,
            starting.start_app,
            starting.press_widget,
            starting.pressed_before,
            starting.completion,
            profile.app_profile,
        ],
        dependencies={
            "services": Provide(give_services),
            "visitor": Provide(session.dependency(services)),
        },
        exception_handlers=session.EXCEPTION_HANDLERS,
        include_in_schema=False,
    )
