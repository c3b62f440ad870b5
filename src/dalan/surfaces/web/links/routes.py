"""All pages of this area, as one router."""

from pathlib import Path
from typing import Final

from litestar import Router
from litestar.di import Provide

from dalan.surfaces import html
from dalan.surfaces.html import session
from dalan.surfaces.services import Services
from dalan.surfaces.web.links import (
    codes,
    comparing,
    importing,
    link_page,
    listing,
    making,
    restoring,
)

TEMPLATES: Final = Path(__file__).parents[1] / "templates"
STATIC: Final = Path(__file__).parent / "static"


def router(services: Services) -> Router:
    """``/my-divar/links…`` and ``/kenar/management/apps/{slug}/links…``."""
    html.templates.register(TEMPLATES)
    html.static.register(STATIC)
    watch = link_page.watch_clicks(services.db)

    async def give_watch() -> link_page.LinkWatch:
        return watch

    return Router(
        path="/",
        route_handlers=[
            listing.links_page,
            listing.links_file,
            listing.change_many,
            making.new_link_page,
            making.make_link,
            making.edit_page,
            making.save_link,
            making.switch_link,
            making.delete_link,
            restoring.deleted_page,
            restoring.restore_link,
            link_page.link_page,
            link_page.live,
            link_page.statistics_file,
            codes.code_page,
            codes.code_as_svg,
            codes.code_as_png,
            comparing.compare_page,
            importing.import_page,
            importing.look_over_or_bring_in,
        ],
        dependencies={
            "visitor": Provide(session.dependency(services)),
            "watch": Provide(give_watch),
        },
        exception_handlers=session.EXCEPTION_HANDLERS,
        include_in_schema=False,
    )
