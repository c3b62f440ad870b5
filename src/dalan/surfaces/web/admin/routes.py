"""All pages under ``/admin``, as one router."""

from pathlib import Path
from typing import Final

from litestar import Router
from litestar.di import Provide

from dalan.surfaces import html
from dalan.surfaces.html import session
from dalan.surfaces.services import Services
from dalan.surfaces.web.admin import apps, dashboard, decisions, log, people

TEMPLATES: Final = Path(__file__).parents[1] / "templates"


def router(services: Services) -> Router:
    """``/admin`` and everything below."""
    html.templates.register(TEMPLATES)

    async def give_services() -> Services:
        return services

    return Router(
        path="/",
        route_handlers=[
            dashboard.dashboard,
            apps.reviews_page,
            apps.apps_page,
            apps.app_page,
            decisions.approve,
            decisions.request_changes,
            decisions.suspend,
            decisions.lift_suspension,
            decisions.set_limits,
            decisions.set_ceiling,
            people.people_page,
            people.find,
            people.person_page,
            people.show_phone,
            people.block,
            people.unblock,
            people.sign_out,
            log.log_page,
        ],
        dependencies={
            "services": Provide(give_services),
            "visitor": Provide(session.dependency(services)),
        },
        exception_handlers=session.EXCEPTION_HANDLERS,
        include_in_schema=False,
    )
