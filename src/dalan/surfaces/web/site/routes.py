"""All pages of the site, as one router."""

from pathlib import Path
from typing import Final

from litestar import Router
from litestar.di import Provide

from dalan.surfaces import html
from dalan.surfaces.html import session
from dalan.surfaces.services import Services
from dalan.surfaces.web.site import my_posts, newest, post_page
from dalan.surfaces.web.site.pictures import picture_handler

TEMPLATES: Final = Path(__file__).parents[1] / "templates"
STATIC: Final = Path(__file__).parent / "static"


def router(services: Services) -> Router:
    """``/``, ``/v/…``, ``/my-divar/my-posts…`` and ``/media/…``."""
    html.templates.register(TEMPLATES)
    html.static.register(STATIC)

    return Router(
        path="/",
        route_handlers=[
            newest.newest_posts,
            post_page.post_page,
            post_page.post_page_by_text,
            my_posts.my_posts,
            my_posts.manage_post,
            my_posts.retire_post,
            my_posts.publish_post_again,
            my_posts.delete_post,
            picture_handler(services),
        ],
        dependencies={
            "visitor": Provide(session.dependency(services)),
        },
        exception_handlers=session.EXCEPTION_HANDLERS,
        include_in_schema=False,
    )
