"""All pages of this area, as one router."""

from pathlib import Path
from typing import Final

from litestar import Router
from litestar.di import Provide

from dalan.surfaces import html
from dalan.surfaces.html import session
from dalan.surfaces.services import Services
from dalan.surfaces.web.chats import (
    beginning,
    listing,
    living,
    manners,
    pressing,
    reading,
    writing,
)
from dalan.surfaces.web.chats.watching import Watch

TEMPLATES: Final = Path(__file__).parents[1] / "templates"
STATIC: Final = Path(__file__).parent / "static"


def router(services: Services) -> Router:
    """``/chat…`` and ``/v/{token}/chat``."""
    html.templates.register(TEMPLATES)
    html.static.register(STATIC)
    watch = Watch(services.db)

    async def give_watch() -> Watch:
        return watch

    return Router(
        path="/",
        route_handlers=[
            beginning.chat_about_post,
            beginning.begin_about_post,
            listing.chats,
            listing.chats_live,
            listing.chats_news,
            reading.conversation,
            writing.write,
            writing.remove,
            living.news,
            living.live,
            manners.seen,
            manners.block,
            manners.clear,
            manners.report_page,
            manners.report,
            pressing.press,
            pressing.start,
        ],
        dependencies={
            "visitor": Provide(session.dependency(services)),
            "watch": Provide(give_watch),
        },
        exception_handlers=session.EXCEPTION_HANDLERS,
        include_in_schema=False,
    )
